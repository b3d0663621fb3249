"""Files checked by the antivirus, and erased once nothing needs them."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from calls.actions.application import delete_draft
from calls.actions.attachment import (
    remove_attachment,
)
from calls.actions.attachment_check import check_attachment, erase_attachments, sweep_attachments
from calls.actions.deposit import IncompleteApplication
from calls.enums import AttachmentState
from calls.models import Attachment
from calls.models.attachment import ABANDONED_AFTER, CHUNK, ERASED_AFTER, WAITING_AFTER
from calls.queries.application import sheet_of
from kit import antivirus, clock
from kit.antivirus import AntivirusAway, Verdict
from notifications.models import Message
from tests.calls.cast import Story
from tests.calls.files import answer_of, begin, give, send, stored_files, story_with_files
from tests.factories.files import EICAR, pdf, pdf_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story() -> Story:
    return story_with_files()


@pytest.fixture
def application(story):
    return story.start()


# ── the antivirus


@pytest.fixture
def watched(settings):
    settings.CLAMD_URL = "unix:///nowhere"


@pytest.fixture
def verdict(monkeypatch, watched):
    """`verdict(found)` makes the antivirus answer so; an exception makes it raise."""

    def answer(found: str | Exception = "") -> list[bytes]:
        seen: list[bytes] = []

        def scan(stream):
            seen.append(stream.read())
            if isinstance(found, Exception):
                raise found
            return Verdict(found, "ClamAV 1.4")

        monkeypatch.setattr(antivirus, "scan", scan)
        return seen

    return answer


def test_file_waits_for_the_antivirus_and_may_be_deposited_meanwhile(story, application, watched):
    story.save(application, need="Un besoin.")

    sent = give(story, application)

    assert sent.state == AttachmentState.CHECKING
    assert story.deposit(application).sequence == 1


def test_sound_file_becomes_ready(story, application, verdict):
    seen = verdict("")
    sent = give(story, application)

    assert check_attachment(sent.pk)
    assert check_attachment(sent.pk)

    sent.refresh_from_db()
    assert (sent.state, sent.antivirus, sent.check_attempts) == (AttachmentState.READY, "ClamAV 1.4", 1)
    assert sent.checked_at is not None
    assert seen == [pdf()]


def test_check_is_asked_once_the_file_is_committed(story, application, watched, django_capture_on_commit_callbacks, monkeypatch):
    asked = []
    monkeypatch.setattr("calls.actions.attachment.hand.give", lambda _task, pk: asked.append(pk))

    with django_capture_on_commit_callbacks(execute=True):
        sent = give(story, application)

    assert asked == [sent.pk]


def test_infected_file_takes_its_answer_away_and_its_writers_are_told(story, application, verdict):
    verdict("Eicar-Test-Signature")
    story.save(application, need="Un besoin.")
    sent = give(story, application)

    check_attachment(sent.pk)

    sent.refresh_from_db()
    assert sent.state == AttachmentState.INFECTED
    assert sent.problem == "Un virus y a été trouvé (Eicar-Test-Signature). Retirez ce fichier, et donnez-en une version saine."
    assert answer_of(application).value is None
    assert [missing.problem for missing in sheet_of(application).missing] == [
        "Un virus a été trouvé dans un fichier : retirez ce fichier, et donnez-en une version saine."
    ]
    with pytest.raises(IncompleteApplication):
        story.deposit(application)
    assert Message.objects.get().recipient == story.carrier
    remove_attachment(sent, by=story.carrier, arrived_at=clock.now())
    assert sheet_of(application).missing == ()


def test_another_file_does_not_hide_an_infected_one(story, application, verdict):
    verdict("Eicar")
    check_attachment(give(story, application, "un.pdf").pk)

    give(story, application, "deux.pdf")

    assert answer_of(application).value is None


def test_infected_file_that_was_removed_meanwhile_disturbs_nobody(story, application, verdict):
    verdict("Eicar")
    sent = give(story, application)
    remove_attachment(sent, by=story.carrier, arrived_at=clock.now())

    check_attachment(sent.pk)

    assert Attachment.objects.get().state == AttachmentState.INFECTED
    assert not Message.objects.exists()


@pytest.mark.parametrize("fault", [AntivirusAway("pas là"), OSError("disque")])
def test_file_waits_as_long_as_the_antivirus_is_away(story, application, verdict, fault):
    verdict(fault)
    sent = give(story, application)

    delays = []
    for _ in range(6):
        assert not check_attachment(sent.pk)
        sent.refresh_from_db()
        delays.append(round((sent.check_retry_at - clock.now()).total_seconds() / 60))

    assert (sent.state, sent.check_attempts) == (AttachmentState.CHECKING, 6)
    assert delays == [1, 5, 30, 60, 60, 60]


def test_sweep_checks_what_no_task_came_for_and_stops_when_the_antivirus_is_away(story, application, verdict):
    verdict(AntivirusAway())
    sent = [give(story, application, f"{number}.pdf") for number in range(3)]

    assert sweep_attachments() == 0
    Attachment.objects.update(received_at=clock.now() - WAITING_AFTER - timedelta(seconds=1))
    assert sweep_attachments() == 1
    verdict("")
    assert sweep_attachments() == 2
    Attachment.objects.filter(state=AttachmentState.CHECKING).update(check_retry_at=clock.now())
    assert sweep_attachments() == 1

    assert {Attachment.objects.get(pk=one.pk).state for one in sent} == {AttachmentState.READY}


def test_file_is_let_through_once_no_antivirus_is_configured_any_more(story, application, watched, settings):
    sent = give(story, application)
    settings.CLAMD_URL = ""

    check_attachment(sent.pk)

    sent.refresh_from_db()
    assert (sent.state, sent.checked_at, sent.antivirus) == (AttachmentState.READY, None, "")


def test_verdict_that_comes_second_changes_nothing(story, application, verdict, monkeypatch):
    verdict("")
    sent = give(story, application)
    late = sent
    monkeypatch.setattr("calls.actions.attachment_check._begin", lambda _pk: late)
    check_attachment(sent.pk)
    verdict("Eicar")

    check_attachment(sent.pk)

    assert Attachment.objects.get().state == AttachmentState.READY


# ── the erasure


def long_ago(delay: timedelta):
    return clock.now() - delay - timedelta(minutes=1)


def test_abandoned_sending_is_erased_after_a_day(story, application):
    data = pdf_of(CHUNK + 10)
    old, recent = (begin(story, application, name=name, data=data) for name in ("un.pdf", "deux.pdf"))
    for one in (old, recent):
        send(story, one, data[:CHUNK])
    Attachment.objects.filter(pk=old.pk).update(touched_at=long_ago(ABANDONED_AFTER))

    assert erase_attachments() == 1

    assert list(Attachment.objects.values_list("name", flat=True)) == ["deux.pdf"]
    assert stored_files() == ["000000000000"]


def test_removed_file_is_erased_after_a_week_unless_a_deposit_names_it(story, application, django_capture_on_commit_callbacks):
    story.save(application, need="Un besoin.")
    with django_capture_on_commit_callbacks(execute=True):
        deposited, never = give(story, application, "déposé.pdf"), give(story, application, "jamais.pdf")
        remove_attachment(never, by=story.carrier, arrived_at=clock.now())
        story.deposit(application)
        remove_attachment(deposited, by=story.carrier, arrived_at=clock.now())

    assert erase_attachments() == 0
    Attachment.objects.update(removed_at=long_ago(ERASED_AFTER))
    assert erase_attachments() == 1

    assert Attachment.objects.get().pk == deposited.pk
    assert default_storage.exists(deposited.file.name)
    assert not default_storage.exists(never.file.name)


def test_files_of_a_deleted_draft_are_erased(story, application):
    given = give(story, application)
    delete_draft(application, by=story.carrier)

    assert erase_attachments() == 1

    assert not Attachment.objects.exists()
    assert not default_storage.exists(given.file.name)


def test_refused_and_infected_files_that_nobody_removed(story, application, verdict):
    verdict("Eicar")
    give(story, application, "faux.pdf", b"MZ")
    infected = give(story, application, "infecté.pdf")
    check_attachment(infected.pk)
    Attachment.objects.update(begun_at=long_ago(ERASED_AFTER))

    assert erase_attachments() == 1

    assert Attachment.objects.get().pk == infected.pk  # its answer still names it: who wrote it must remove it


def test_row_that_another_erased_is_left_to_it(story, application, monkeypatch):
    sent = [give(story, application, f"{number}.pdf") for number in range(2)]
    delete_draft(application, by=story.carrier)
    monkeypatch.setattr("calls.actions.attachment_check._delete", lambda _names: Attachment.objects.filter(pk=sent[1].pk).delete())

    assert erase_attachments() == 1


@pytest.mark.services
def test_test_virus_inside_a_document_is_found_by_a_real_antivirus_and_never_served(story, application, settings, clamd, client):
    settings.CLAMD_URL = clamd
    sound, infected = give(story, application, "sain.pdf"), give(story, application, "infecté.pdf", pdf(EICAR))

    for sent in (sound, infected):
        assert check_attachment(sent.pk)

    for sent in (sound, infected):
        sent.refresh_from_db()
    assert (sound.state, infected.state) == (AttachmentState.READY, AttachmentState.INFECTED)
    assert sound.antivirus.startswith("ClamAV")
    client.force_login(story.carrier)
    assert client.get(reverse("calls:attachment_download", args=[infected.uuid])).status_code == 404
    assert b"".join(client.get(reverse("calls:attachment_download", args=[sound.uuid]))) == pdf()
