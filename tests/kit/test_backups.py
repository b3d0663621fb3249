"""Backups made and restored, for real."""

import json
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, connections

from kit import backups, clock
from kit.postgres_tools import ToolFault

NAME = "frenchimpact-backup-20180226T110000Z"


@pytest.fixture(autouse=True)
def database(django_db_setup, django_db_blocker):
    """The test database itself, outside any transaction: pg_dump sees only what is committed. Nothing of it is emptied."""
    with django_db_blocker.unblock():
        Group.objects.get_or_create(name="témoin")
        yield
        Group.objects.filter(name="témoin").delete()
        connection.close()


@pytest.fixture(autouse=True)
def stored(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    default_storage.save("a/b/preuve é.txt", ContentFile("é".encode()))
    default_storage.save("c.txt", ContentFile(b"c"))


@pytest.fixture
def backup(tmp_path):
    with clock.standing_at(datetime(2018, 2, 26, 11, tzinfo=UTC)):
        return backups.make_backup(tmp_path / "backups")


def edit(backup, change) -> None:
    path = backup / backups.MANIFEST
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def drill_databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{connection.settings_dict['NAME']}_drill_%"])
        return [row[0] for row in cursor.fetchall()]


def test_backup_holds_the_database_the_files_and_says_so(backup, tmp_path):
    manifest = json.loads((backup / "manifest.json").read_text())

    assert [path.name for path in (tmp_path / "backups").iterdir()] == [NAME]
    assert [entry["name"] for entry in manifest["files"]] == ["c.txt", "a/b/preuve é.txt"]
    assert (backup / "files" / "a" / "b" / "preuve é.txt").read_text() == "é"
    assert manifest["database"]["tables"]["auth_group"] == Group.objects.count()
    assert manifest["database"]["migrations"]["kit.0001_add_extensions"] == 1
    assert manifest["created_at"] == "2018-02-26T11:00:00+00:00"


def test_backup_restores_and_leaves_nothing_behind(backup, capsys):
    call_command("restore_drill", str(backup))

    said = capsys.readouterr().out
    assert said.count("[bon]") == 7
    assert said.endswith("La sauvegarde se restaure.\n")
    assert drill_databases() == []
    assert backups.DRILL not in connections.databases


def test_scratch_database_can_be_kept(backup):
    call_command("restore_drill", str(backup), "--keep", verbosity=0)

    (kept,) = drill_databases()
    backups._outside_transaction(backups.sql.SQL("DROP DATABASE {}").format(backups.sql.Identifier(kept)))
    assert drill_databases() == []


def test_backup_of_the_database_alone(tmp_path, capsys):
    call_command("backup", str(tmp_path / "backups"), "--without-files")

    (made,) = (tmp_path / "backups").iterdir()
    assert capsys.readouterr().out == f"Sauvegarde faite : {made}\n"
    assert not (made / "files").exists()
    assert backups.drill(made).faults == []


def test_backup_when_nothing_was_ever_stored(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "absent"

    made = backups.make_backup(tmp_path / "backups")

    assert backups.read_manifest(made)["files"] == []


def test_failed_backup_leaves_no_half(tmp_path, monkeypatch):
    def fail(*args):
        raise ToolFault("Panne.")

    monkeypatch.setattr(backups, "run_tool", fail)

    with pytest.raises(CommandError, match=r"La sauvegarde n’est pas faite\. Panne\."):
        call_command("backup", str(tmp_path / "backups"))
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.parametrize("victim", ["database.dump", "files/c.txt"])
def test_altered_backup_is_found_before_anything_is_restored(backup, victim, capsys):
    with (backup / victim).open("ab") as stream:
        stream.write(b"x")

    with pytest.raises(CommandError, match="ne restaure pas ce qu’elle annonce"):
        call_command("restore_drill", str(backup))
    assert f"[faute] Fichier absent ou altéré : {backup / victim}." in capsys.readouterr().out


def test_missing_rows_and_migrations_are_found(backup):
    def claim_more(manifest):
        manifest["database"]["tables"]["auth_group"] += 1
        manifest["database"]["tables"]["oubliee"] = 3
        manifest["database"]["migrations"]["calls.9999_later"] = 1

    edit(backup, claim_more)

    faults = backups.drill(backup).faults

    rows = Group.objects.count()
    assert faults == [
        f"auth_group : {rows + 1} à la sauvegarde, {rows} après la restauration.",
        "oubliee : 3 à la sauvegarde, absent après la restauration.",
        "calls.9999_later : 1 à la sauvegarde, absent après la restauration.",
    ]


def test_code_that_cannot_read_a_table_is_found(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE auth_group RENAME COLUMN name TO nom")
    try:
        made = backups.make_backup(tmp_path / "backups")
        faults = backups.drill(made).faults
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE auth_group RENAME COLUMN nom TO name")

    assert len(faults) == 1
    assert faults[0].startswith("auth.Group ne se lit pas : ")


def test_files_that_the_database_names_must_be_there(backup, monkeypatch):
    def drop_one(manifest):
        manifest["files"] = [entry for entry in manifest["files"] if entry["name"] != "c.txt"]

    edit(backup, drop_one)
    monkeypatch.setattr(backups.models, "FileField", type(Group._meta.get_field("name")))
    monkeypatch.setattr(backups.apps, "get_models", lambda: [Group])

    assert "Fichier nommé par la base et absent de la sauvegarde : témoin." in backups.drill(backup).faults


def test_late_sequences_and_broken_objects_are_found():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE essai (id integer GENERATED BY DEFAULT AS IDENTITY, a integer)")
        cursor.execute("INSERT INTO essai (id, a) VALUES (12, -1)")
        cursor.execute("ALTER TABLE essai ADD CONSTRAINT essai_positif CHECK (a > 0) NOT VALID")
        try:
            assert [name for name in backups._late_sequences(connection) if "essai" in name] != []
            assert backups._broken(connection) == ["contrainte essai_positif"]
        finally:
            cursor.execute("DROP TABLE essai")


@pytest.mark.parametrize("content", ["{}", '{"format": "frenchimpact-backup", "version": 2}', "pas du JSON"])
def test_what_is_not_a_backup_is_said(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)

    with pytest.raises(CommandError, match="L’exercice n’a pas pu être mené"):
        call_command("restore_drill", str(tmp_path))


def test_folder_without_manifest_is_said(tmp_path):
    with pytest.raises(CommandError, match="L’exercice n’a pas pu être mené"):
        call_command("restore_drill", str(tmp_path / "absent"))
