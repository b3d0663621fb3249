"""Idle drafts: announced a month before, erased on the day that was said, kept by any change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import OperationalError

from calls.actions import retention
from calls.actions.application import withdraw_application
from calls.actions.retention import tend_idle_drafts
from calls.models import Answer, Application, Round
from kit import clock
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.projects import ProjectFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
YEAR = 365 * DAY


@pytest.fixture
def story():
    return tell_story(permanent=True)


def tended(application: Application, after: timedelta) -> list[str]:
    """What was told in all, once the pass of that day is done; the dossier's last change is day 0."""
    with clock.standing_at(application.changed_at + after):
        tend_idle_drafts()
    return list(Message.objects.filter(kind__in=["draft_idle", "draft_erased"]).order_by("pk").values_list("kind", flat=True))


def test_a_draft_is_announced_a_month_before_then_erased_with_its_answers(story):
    application = story.start()
    story.save(application, need="Se nourrir.")
    application.refresh_from_db()

    assert tended(application, YEAR - 31 * DAY) == []
    assert tended(application, YEAR - 30 * DAY) == ["draft_idle"]
    assert tended(application, YEAR - DAY) == ["draft_idle"]
    assert tended(application, YEAR) == ["draft_idle", "draft_erased"]
    assert not Application.objects.exists()
    assert not Answer.objects.exists()
    assert tended(application, YEAR + DAY) == ["draft_idle", "draft_erased"]


def test_a_change_keeps_the_draft_and_starts_the_year_again(story):
    application = story.start()
    tended(application, YEAR - 30 * DAY)
    with clock.standing_at(application.changed_at + YEAR - 2 * DAY):
        story.save(application, need="Se nourrir.", at=clock.now())
    changed = Application.objects.get()

    assert changed.erased_on is None
    assert tended(application, YEAR + 40 * DAY) == ["draft_idle"]
    assert tended(changed, YEAR - 29 * DAY) == ["draft_idle", "draft_idle"]  # a leap year
    assert tended(changed, YEAR + DAY) == ["draft_idle", "draft_idle", "draft_erased"]


def test_after_an_outage_the_notice_still_runs_a_whole_month(story):
    application = story.start()

    assert tended(application, 2 * YEAR) == ["draft_idle"]
    assert tended(application, 2 * YEAR + 29 * DAY) == ["draft_idle"]
    assert tended(application, 2 * YEAR + 30 * DAY) == ["draft_idle", "draft_erased"]


@pytest.mark.parametrize("end", ["deposited", "withdrawn", "taken up again"])
def test_what_was_once_deposited_stays(story, end):
    application = story.deposited()
    if end != "deposited":
        withdraw_application(application, by=story.carrier)
    if end == "taken up again":
        Application.objects.update(state="draft")

    tended(application, YEAR)

    assert tended(application, 3 * YEAR) == []
    assert Application.objects.count() == 1


def test_each_round_says_how_long(story):
    application = story.start()
    Round.objects.update(idle_draft_months=3)

    assert tended(application, 60 * DAY) == []
    assert tended(application, 70 * DAY) == ["draft_idle"]
    assert tended(application, 101 * DAY) == ["draft_idle", "draft_erased"]


def test_nobody_left_to_tell_stops_nothing(story):
    application = story.start()
    type(story.carrier).objects.update(is_active=False)

    tended(application, YEAR - 30 * DAY)

    assert tended(application, YEAR + DAY) == []
    assert not Application.objects.exists()


def test_a_draft_that_cannot_be_tended_stops_no_other(story, monkeypatch, caplog):
    first = story.start()
    replace(story, project=ProjectFactory(organisation=story.organisation)).start()
    message = retention.emails.draft_idle

    def fail(application, erased_on, reader):
        if application.pk == first.pk:
            raise ValueError("no")
        return message(application, erased_on, reader)

    monkeypatch.setattr(retention.emails, "draft_idle", fail)

    assert tended(first, YEAR) == ["draft_idle"]
    assert f"Idle draft {first.pk} could not be tended" in caplog.text


def test_a_database_that_is_away_ends_the_pass(story, monkeypatch):
    application = story.start()
    monkeypatch.setattr(retention, "writers_of", lambda _: (_ for _ in ()).throw(OperationalError))

    with pytest.raises(OperationalError):
        tended(application, YEAR)


def test_a_draft_deposited_or_changed_under_the_pass_is_left(story):
    application = story.deposited()

    assert retention._tend(application.pk) == 0


@pytest.mark.parametrize(("open", "said"), [(True, "Modifiez une réponse pour le garder."), (False, "Téléchargez-le en PDF")])
def test_the_page_of_the_draft_says_the_day(client, story, open, said):
    application = story.start()
    if not open:
        Round.objects.update(closes_at=clock.now() + 30 * DAY)
    client.force_login(story.carrier)
    tended(application, YEAR - 30 * DAY)

    with clock.standing_at(application.changed_at + YEAR - 20 * DAY):
        page = client.get(f"/dossiers/{application.uuid}/").content.decode()

    assert "sera effacé le" in page
    assert said in page
