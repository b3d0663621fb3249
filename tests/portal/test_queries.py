"""What the portal reads: notices of the moment, next steps, legal identity, the demonstration's mailbox."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.enums import Group
from accounts.models import User
from community.enums import MemberRole
from community.models import Membership
from community.queries import Reach, reach_of
from kit import clock
from portal import queries
from portal.models import SiteNotice
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory
from tests.factories.notifications import MessageFactory
from tests.factories.portal import SiteNoticeFactory

pytestmark = pytest.mark.django_db
NOWHERE = Reach(User(), ())


@pytest.fixture
def kept(settings):
    """Notices kept in memory, as in production, and forgotten afterwards."""
    settings.SITE_NOTICE_CACHE_SECONDS = 60
    queries.forget_notices()
    yield
    queries.forget_notices()


def test_notices_now_shows_from_start_to_end():
    now = clock.now()
    SiteNoticeFactory(message="Finie", starts_at=now - timedelta(hours=2), ends_at=now)
    SiteNoticeFactory(message="À venir", starts_at=now + timedelta(microseconds=1))
    SiteNoticeFactory(message="Sans fin", starts_at=now)
    SiteNoticeFactory(message="Avec fin", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(microseconds=1))

    with clock.standing_at(now):
        shown = [notice.message for notice in queries.notices_now()]

    assert shown == ["Sans fin", "Avec fin"]


def test_notices_now_are_kept_in_memory(kept, django_assert_num_queries):
    SiteNoticeFactory()

    with django_assert_num_queries(1):
        first, second = queries.notices_now(), queries.notices_now()

    assert len(first) == 1
    assert second == first


def test_a_kept_notice_still_begins_and_ends_on_time(kept):
    now = clock.now()
    SiteNoticeFactory(starts_at=now + timedelta(seconds=10), ends_at=now + timedelta(seconds=20))
    with clock.standing_at(now):
        before = queries.notices_now()

    with clock.standing_at(now + timedelta(seconds=10)):
        during = queries.notices_now()
    with clock.standing_at(now + timedelta(seconds=20)):
        after = queries.notices_now()

    assert (len(before), len(during), len(after)) == (0, 1, 0)


def test_forget_notices_reads_them_again(kept):
    assert queries.notices_now() == []
    SiteNoticeFactory()

    queries.forget_notices()

    assert len(queries.notices_now()) == 1


def test_a_notice_cannot_end_before_it_starts():
    now = clock.now()

    with pytest.raises(IntegrityError, match="site_notice_ends_after_start"):
        SiteNotice.objects.create(message="À l’envers", starts_at=now, ends_at=now - timedelta(seconds=1))


def test_address_of_a_page_that_does_not_exist_is_empty():
    assert queries.address("portal:home") == "/"
    assert queries.address("portal:nowhere") == ""


def test_next_steps_ask_for_the_name_that_is_missing():
    nameless = UserFactory(first_name="", last_name="")
    named = UserFactory()

    def titles(user):
        return [step.title for step in queries.next_steps(user, [], [], NOWHERE)]

    assert "Compléter votre nom" in titles(nameless)
    assert "Compléter votre nom" not in titles(named)


def test_next_steps_name_only_pages_that_exist(monkeypatch):
    monkeypatch.setattr(queries, "address", lambda name: "")

    assert queries.next_steps(UserFactory(first_name=""), [], [], NOWHERE) == []


def test_next_steps_ask_for_an_organisation_when_there_is_none(monkeypatch):
    monkeypatch.setattr(queries, "address", lambda name: f"/{name}/")
    user = UserFactory()

    without = [step.title for step in queries.next_steps(user, [], [], NOWHERE)]
    with_one = [step.title for step in queries.next_steps(user, [Membership(user=user)], [], NOWHERE)]

    assert without == ["Enregistrer votre organisation", "Consulter les appels à projets"]
    assert with_one == ["Consulter les appels à projets"]


def dossier_steps(user):
    reach = reach_of(user)
    steps = queries.next_steps(user, queries.memberships_of(user), queries.last_dossiers(user, reach), reach)
    return [(step.title, step.text.partition("Clôture")[0].strip()) for step in steps if "Jardins partagés" in step.title]


def mandated(story, *, may_deposit):
    agent = UserFactory()
    mandate = MandateFactory(granted=True, client=story.organisation, may_deposit=may_deposit, granted_by=story.carrier)
    join(agent, mandate.agent, verified=True)
    return agent


def test_next_steps_ask_to_deposit_only_of_whoever_may():
    story = tell_story(verified=True, closes_at=None)
    story.start()
    reader = UserFactory()
    join(reader, story.organisation, verified=True, role=MemberRole.READER)
    deposit = [("Déposer « Jardins partagés »", "Brouillon, pas encore déposé.")]
    prepare = (
        "Brouillon, pas encore déposé. Votre mandat permet de le préparer\u202f; son dépôt revient à «\u202fLes Jardins de Claire\u202f»."
    )

    assert dossier_steps(story.carrier) == deposit
    assert dossier_steps(mandated(story, may_deposit=True)) == deposit
    assert dossier_steps(mandated(story, may_deposit=False)) == [("Compléter « Jardins partagés »", prepare)]
    assert dossier_steps(reader) == []


def test_next_steps_ask_the_database_nothing(django_assert_num_queries):
    story = tell_story(verified=True)
    story.start()
    memberships, reach = queries.memberships_of(story.carrier), reach_of(story.carrier)
    dossiers = queries.last_dossiers(story.carrier, reach)

    with django_assert_num_queries(0):
        steps = queries.next_steps(story.carrier, memberships, dossiers, reach)

    assert steps[0].title == "Déposer « Jardins partagés »"


def test_next_steps_lead_who_reads_dossiers_to_them_and_other_staff_to_the_administration():
    reader, other, applicant = UserFactory(staff=True, group=Group.REVIEWER), UserFactory(staff=True), UserFactory()

    steps = {user: [(step.title, step.url) for step in queries.next_steps(user, [], [], NOWHERE)] for user in (reader, other, applicant)}

    administration = ("Ouvrir l’administration", reverse("admin:index"))
    calls = ("Consulter les appels à projets", reverse("calls:call_list"))
    assert steps[reader] == [
        ("Dossiers à suivre", reverse("admin:calls_application_follow_up")),
        ("Dossiers déposés", reverse("admin:calls_application_changelist")),
        administration,
        calls,
    ]
    assert steps[other] == [administration, calls]
    assert steps[applicant] == [("Enregistrer votre organisation", reverse("community:organisation_create")), calls]


def test_next_steps_of_staff_name_only_pages_that_exist(monkeypatch):
    monkeypatch.setattr(queries, "address", lambda name: "")

    assert queries.next_steps(UserFactory(staff=True, group=Group.REVIEWER), [Membership()], [], NOWHERE) == []


def test_promises_are_five_and_lead_somewhere(client):
    promises = queries.promises()

    assert len(promises) == 5
    assert [client.get(promise.url).status_code for promise in promises] == [200] * 5


def test_legal_identity_says_only_what_is_known(settings):
    settings.LEGAL_PUBLISHER = "Ministère de la Solidarité"
    settings.LEGAL_HOST = ""

    rows = dict(queries.legal_identity())

    assert rows["Éditeur"] == "Ministère de la Solidarité"
    assert "Hébergeur" not in rows


def test_unread_messages_are_the_newest_of_the_person():
    user = UserFactory()
    now = clock.now()
    messages = [MessageFactory(recipient=user, owed_at=now - timedelta(hours=hours)) for hours in range(7)]
    MessageFactory()
    MessageFactory(recipient=user, read_at=now)

    assert queries.unread_messages(user) == messages[:5]


def test_mailbox_holds_what_was_sent_newest_first():
    now = clock.now()
    old = MessageFactory(sent=True, sent_at=now - timedelta(hours=1), email="ana@exemple.fr")
    new = MessageFactory(sent=True, sent_at=now, email="Bob@Exemple.fr")
    MessageFactory()

    assert list(queries.mailbox()) == [new, old]
    assert list(queries.mailbox("bob@")) == [new]
