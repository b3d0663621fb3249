"""Exports: asked once, written by whoever is alive, taken by their requester alone, erased in time."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import InterfaceError, OperationalError
from openpyxl import load_workbook

from accounts.enums import Group
from calls.actions import export as exports
from calls.actions.application import withdraw_application
from calls.actions.export import ask_export, purge_exports, sweep_exports, take_export, write_export
from calls.enums import ExportFormat, ExportState
from calls.models import Export
from calls.queries.staff import Filters
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def auditor():
    return UserFactory(staff=True, group=Group.AUDITOR)


def asked(by, format=ExportFormat.CSV, **filters) -> Export:
    return ask_export(Filters.of(filters), format, by=by)


def written(export: Export) -> Export:
    write_export(export)
    export.refresh_from_db()
    return export


def lines_of(export: Export) -> list[list[str]]:
    with default_storage.open(export.file.name) as file:
        text = file.read().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))


def test_export_writes_the_filtered_list_and_tells_its_requester(story, auditor):
    story.deposited()

    export = written(asked(auditor, session="PIO26"))

    header, row = lines_of(export)
    assert (export.state, export.rows, export.progress) == (ExportState.DONE, 1, 1)
    assert header[-2:] == ["À quel besoin répondez-vous\u00a0?", "Autre chose\u00a0?"]
    assert (row[0], row[5], row[-2]) == ("PIO26-0001", "Les Jardins de Claire", "Un besoin.")
    assert Message.objects.get(kind="export_ready").recipient == auditor


def test_export_neutralises_formulas(story, auditor):
    application = story.start()
    story.save(application, need='=HYPERLINK("http://mal.example")')
    story.deposit(application)

    csv_row = lines_of(written(asked(auditor, session="PIO26")))[1]
    book = written(asked(auditor, ExportFormat.XLSX, session="PIO26"))
    with default_storage.open(book.file.name) as file:
        cells = [cell for row in load_workbook(file).active.iter_rows() for cell in row]

    assert not any(value.startswith(("=", "+", "-", "@")) for value in csv_row)
    assert not any(cell.data_type == "f" for cell in cells)
    assert any("HYPERLINK" in str(cell.value) for cell in cells)


def test_export_holds_no_draft_and_nothing_typed_since_the_deposit(story, auditor):
    application = story.deposited()
    story.save(application, need="Texte non déposé.")
    story.project = type(story.project).objects.create(
        organisation=story.organisation, name="Projet secret", summary="…", created_by=story.carrier
    )
    story.save(story.start(), need="Brouillon secret.")

    text = str(lines_of(written(asked(auditor, session="PIO26"))))

    assert "Un besoin." in text
    assert "non déposé" not in text
    assert "secret" not in text


def test_the_same_list_asked_twice_is_one_export(story, auditor):
    first = asked(auditor)

    assert asked(auditor) == first
    assert asked(auditor, etat="withdrawn") != first


def test_a_sixth_waiting_export_is_refused(story, auditor):
    for famille in ("association", "cooperative", "mutuelle", "fondation", "societe"):
        asked(auditor, famille=famille)

    with pytest.raises(RefusedTransition, match="cinq exports"):
        asked(auditor)


def test_an_export_is_for_staff_who_read_dossiers(story):
    with pytest.raises(PermissionDenied):
        asked(story.carrier)


def test_a_written_export_is_not_written_again(story, auditor):
    export = written(asked(auditor))
    name = export.file.name

    assert written(export).file.name == name


def test_a_dead_workers_export_is_written_by_the_sweep(story, auditor):
    story.deposited()
    export = asked(auditor)
    exports._lease(export.pk)

    assert sweep_exports() == 0
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert sweep_exports() == 1

    export.refresh_from_db()
    assert (export.state, export.attempts) == (ExportState.DONE, 2)


def test_what_no_task_came_for_is_written_by_the_sweep(story, auditor):
    export = asked(auditor)

    with clock.standing_at(clock.now() + timedelta(seconds=31)):
        sweep_exports()

    export.refresh_from_db()
    assert export.state == ExportState.DONE


def test_an_export_interrupted_five_times_is_given_up_and_said(story, auditor):
    export = asked(auditor)
    start = clock.now()
    for minutes in (0, 6, 12, 18, 24):
        with clock.standing_at(start + timedelta(minutes=minutes)):
            assert exports._lease(export.pk)
    with clock.standing_at(start + timedelta(minutes=30)):
        sweep_exports()

    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert Message.objects.get(kind="export_failed").recipient == auditor


def failing(monkeypatch, fault, times):
    """The first `times` attempts meet `fault`."""
    write, tries = exports._written, []

    def attempt(*args):
        tries.append(1)
        if len(tries) <= times:
            raise fault
        return write(*args)

    monkeypatch.setattr(exports, "_written", attempt)


@pytest.mark.parametrize("fault", [OperationalError("restart"), InterfaceError("closed"), ConnectionResetError("storage")])
def test_a_passing_fault_puts_the_export_off(story, auditor, monkeypatch, fault):
    failing(monkeypatch, fault, 1)
    export = written(asked(auditor))
    assert (export.state, export.attempts) == (ExportState.RUNNING, 1)

    now = clock.now()
    with clock.standing_at(now + timedelta(seconds=50)):
        assert (sweep_exports(), written(export).attempts) == (0, 1)
    with clock.standing_at(now + timedelta(seconds=61)):
        assert sweep_exports() == 1

    export.refresh_from_db()
    assert (export.state, export.attempts, export.retry_at) == (ExportState.DONE, 2, None)
    assert not Message.objects.filter(kind="export_failed").exists()


def test_a_fault_that_does_not_pass_is_given_up_in_the_end(story, auditor, monkeypatch):
    failing(monkeypatch, OperationalError("down"), 99)
    export = asked(auditor)
    waits, now = [], clock.now()
    for _ in range(5):
        with clock.standing_at(now):
            written(export)
        waits.append(export.retry_at - now if export.is_unfinished else None)
        now = export.retry_at

    assert [wait and wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, None]
    assert export.state == ExportState.FAILED
    assert Message.objects.get(kind="export_failed").recipient == auditor


def test_a_connection_that_broke_is_opened_again_before_the_export_is_put_off(story, auditor, monkeypatch):
    failing(monkeypatch, OperationalError("restart"), 1)
    closed = []
    monkeypatch.setattr(exports, "connection", SimpleNamespace(is_usable=lambda: False, close=lambda: closed.append(1)))

    assert written(asked(auditor)).retry_at
    assert closed == [1]


def test_putting_off_what_another_worker_has_changes_nothing(story, auditor):
    export = asked(auditor)
    stale = exports._lease(export.pk)
    Export.objects.filter(pk=export.pk).update(attempts=2)

    exports._put_off(stale)

    export.refresh_from_db()
    assert export.retry_at is None


def test_a_live_worker_keeps_its_export(story, auditor):
    export = asked(auditor)
    exports._lease(export.pk)

    write_export(export)

    export.refresh_from_db()
    assert export.state == ExportState.RUNNING


def test_a_worker_that_was_replaced_stops_and_leaves_no_file(story, auditor, monkeypatch):
    story.deposited()
    export = asked(auditor)
    taken = []

    def take_over(leased, progress, rows):
        Export.objects.filter(pk=leased.pk).update(attempts=9)
        taken.append(leased.pk)
        note(leased, progress, rows)

    note = exports._note_progress
    monkeypatch.setattr(exports, "_note_progress", take_over)

    assert written(export).state == ExportState.RUNNING
    assert taken == [export.pk]


def test_a_worker_replaced_at_the_last_moment_erases_its_file(story, auditor, monkeypatch):
    export = asked(auditor)
    saved = []
    save = default_storage.save

    def save_then_lose(name, content):
        Export.objects.filter(pk=export.pk).update(attempts=9)
        saved.append(save(name, content))
        return saved[0]

    monkeypatch.setattr(default_storage, "save", save_then_lose)

    assert written(export).state == ExportState.RUNNING
    assert not default_storage.exists(saved[0])


def test_a_fault_of_ours_is_said(story, auditor, monkeypatch):
    monkeypatch.setattr(exports, "_written", lambda *args: 1 / 0)

    assert written(asked(auditor)).state == ExportState.FAILED


def test_filters_that_no_longer_say_anything_give_the_export_up(story, auditor):
    export = asked(auditor)
    Export.objects.filter(pk=export.pk).update(filters=["unreadable"])

    assert written(export).state == ExportState.FAILED


def test_an_export_that_cannot_even_be_given_up_stops_no_other(story, auditor, monkeypatch):
    poisoned, other = asked(auditor), asked(auditor, famille="association")
    lease = exports._lease
    monkeypatch.setattr(exports, "_lease", lambda pk: lease(pk) if pk != poisoned.pk else 1 / 0)

    with clock.standing_at(clock.now() + timedelta(seconds=31)):
        assert sweep_exports() == 2

    other.refresh_from_db()
    assert other.state == ExportState.DONE


def test_an_export_is_given_up_though_its_message_cannot_be_written(story, auditor, monkeypatch):
    monkeypatch.setattr(exports, "_written", lambda *args: 1 / 0)
    monkeypatch.setattr(exports.emails, "export_failed", lambda *args: 1 / 0)

    assert written(asked(auditor)).state == ExportState.FAILED
    assert not Message.objects.filter(kind="export_failed").exists()


def test_a_requester_who_no_longer_reads_dossiers_gets_nothing(story, auditor):
    export = asked(auditor)
    auditor.groups.clear()

    assert written(export).state == ExportState.FAILED
    assert not Message.objects.filter(kind__startswith="export").exists()


def test_an_export_whose_requester_left_is_given_up(story, auditor):
    export = asked(auditor)
    auditor.delete()

    assert written(export).state == ExportState.FAILED


def test_giving_up_what_another_finished_changes_nothing(story, auditor):
    export = written(asked(auditor))

    exports._give_up(export, "Trop tard.")

    export.refresh_from_db()
    assert export.state == ExportState.DONE


def test_taking_the_file_is_logged_and_its_requesters_alone(story, auditor):
    export = written(asked(auditor))

    taken = take_export(export, by=auditor)
    again = take_export(taken, by=auditor)

    assert again.downloaded_at == taken.downloaded_at
    assert [move.name for move in export.transitions.order_by("pk")] == ["ask", "run", "finish", "take", "take"]
    with pytest.raises(PermissionDenied):
        take_export(export, by=UserFactory(staff=True, group=Group.ADMINISTRATOR))


def test_files_are_erased_after_a_week_and_rows_stay(story, auditor):
    export = written(asked(auditor))
    name = export.file.name

    assert purge_exports() == 0
    with clock.standing_at(clock.now() + timedelta(days=7, seconds=1)):
        assert purge_exports() == 1

    export.refresh_from_db()
    assert (export.state, bool(export.file)) == (ExportState.EXPIRED, False)
    assert not default_storage.exists(name)


def test_a_purge_stopped_halfway_is_ended_by_the_next(story, auditor, monkeypatch):
    export = written(asked(auditor))

    def stop(*args, **changes):
        raise OperationalError("killed")

    with clock.standing_at(clock.now() + timedelta(days=8)):
        with monkeypatch.context() as patch:
            patch.setattr(exports, "advance", stop)
            with pytest.raises(OperationalError):
                purge_exports()
        assert not default_storage.exists(export.file.name)
        assert purge_exports() == 1

    export.refresh_from_db()
    assert export.state == ExportState.EXPIRED


@pytest.mark.parametrize("fault", [OSError("busy"), RuntimeError("an object storage's own")])
def test_a_file_that_cannot_be_erased_keeps_its_row_and_stops_no_other(story, auditor, monkeypatch, fault):
    stuck, other = written(asked(auditor)), written(asked(auditor, famille="association"))
    delete, name = default_storage.delete, stuck.file.name

    def refuse(path):
        if path == name:
            raise fault
        delete(path)

    monkeypatch.setattr(default_storage, "delete", refuse)
    with clock.standing_at(clock.now() + timedelta(days=8)):
        assert purge_exports() == 1

    stuck.refresh_from_db()
    other.refresh_from_db()
    assert (stuck.state, bool(stuck.file), other.state) == (ExportState.DONE, True, ExportState.EXPIRED)


def test_export_says_that_a_dossier_is_withdrawn(story, auditor):
    withdraw_application(story.deposited(), by=story.carrier)

    assert lines_of(written(asked(auditor)))[1][2] == "Retiré"
