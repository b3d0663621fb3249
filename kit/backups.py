"""A backup of everything that the platform holds, and the drill that proves that it can be restored.

A backup is a folder: `database.dump` (pg_dump's custom format), `files/` (every stored file), `manifest.json` (what is in it, with sizes,
SHA-256 and the number of rows of each table, read in the very snapshot that was dumped). It appears under its name once it is whole.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from kit import clock
from kit.french import counted
from kit.postgres_tools import find_tool, run_tool, server_major

FORMAT = "frenchimpact-backup"
VERSION = 1
DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
CHUNK = 1024 * 1024
DRILL = "drill"

BROKEN_OBJECTS = """
SELECT 'index ' || indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
UNION ALL
SELECT 'contrainte ' || conname FROM pg_constraint WHERE NOT convalidated
ORDER BY 1
"""
OWNED_SEQUENCES = """
SELECT s.oid::regclass::text, t.oid::regclass::text, a.attname
FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE s.relkind = 'S'
ORDER BY 1
"""


@dataclass(slots=True)
class Drill:
    """What a drill looked at, and what it found wrong."""

    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def note(self, sentence: str, faults: list[str]) -> None:
        """One thing looked at; its faults, when there are some, speak for it."""
        self.faults.extend(faults)
        if not faults:
            self.seen.append(sentence)


def make_backup(into: Path, *, with_files: bool = True, binaries: Path | None = None) -> Path:
    """Write one backup in a new folder of `into`, and give that folder."""
    at = clock.now()
    final = into / f"{FORMAT}-{at:%Y%m%dT%H%M%SZ}"
    partial = final.with_suffix(".partial")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial.mkdir(mode=0o700)
    try:
        database = _dump(partial / DUMP, binaries)
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            "created_at": at.isoformat(),
            "database": database,
            # after the dump: a file is stored before the row that names it, so every file that the dump names is there
            "files": list(_copies(partial / FILES)) if with_files else None,
        }
        (partial / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    except BaseException:
        shutil.rmtree(partial)
        raise
    return partial.rename(final)


def drill(backup: Path, *, keep: bool = False, binaries: Path | None = None) -> Drill:
    """Restore `backup` into a database of its own, look at it, and drop it unless `keep`."""
    report = Drill()
    manifest = read_manifest(backup)
    report.note("Les empreintes de la base et des fichiers sont celles du manifeste.", _altered(backup, manifest))
    if report.faults:
        return report
    with _scratch(keep=keep) as scratch:
        tool = find_tool("pg_restore", server_major(connection), binaries)
        run_tool(tool, connection, "--exit-on-error", "--no-owner", "--no-privileges", str(backup / DUMP), database=_name(scratch))
        tables = manifest["database"]["tables"]
        rows = counted(sum(tables.values()), "ligne")
        report.note(f"{counted(len(tables), 'table')} et {rows}, comme à la sauvegarde.", _differences(tables, count_rows(scratch)))
        report.note("Les migrations sont celles de la sauvegarde.", _differences(manifest["database"]["migrations"], migrations(scratch)))
        report.note("Index et contraintes sont valides.", [f"Invalide : {name}." for name in _broken(scratch)])
        report.note("Les séquences suivent les identifiants.", [f"Séquence en retard : {name}." for name in _late_sequences(scratch)])
        report.note("Le code de cette version lit chaque table.", _unreadable())
        if manifest["files"] is not None:
            known = {entry["name"] for entry in manifest["files"]}
            report.note(f"{counted(len(known), 'fichier')}, dont tous ceux que la base nomme.", _lost_files(known))
    return report


def read_manifest(backup: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((backup / MANIFEST).read_text(encoding="utf-8"))
    if (manifest.get("format"), manifest.get("version")) != (FORMAT, VERSION):
        raise ValueError(f"{backup / MANIFEST} n’est pas le manifeste d’une sauvegarde que cette version sait lire.")
    return manifest


def stored_names(storage: Storage, folder: str = "") -> Iterator[str]:
    """Every file of `storage`, in order, whatever holds it (a folder, a bucket)."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}{name}"
    for name in sorted(folders):
        yield from stored_names(storage, f"{folder}{name}/")


def count_rows(database: BaseDatabaseWrapper) -> dict[str, int]:
    with database.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
        names = [str(row[0]) for row in cursor.fetchall()]
        counts = {}
        for name in names:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            counts[name] = int(cursor.fetchone()[0])
    return counts


def migrations(database: BaseDatabaseWrapper) -> dict[str, int]:
    """The migrations applied: a mapping, compared as the rows of tables are."""
    return {f"{app}.{name}": 1 for app, name in sorted(MigrationRecorder(database).applied_migrations())}


def _dump(path: Path, binaries: Path | None) -> dict[str, Any]:
    """Dump one snapshot, and describe that snapshot."""
    major = server_major(connection)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        tool = find_tool("pg_dump", major, binaries)
        run_tool(tool, connection, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}")
        return {
            "server": major,
            "size": path.stat().st_size,
            "sha256": digest(path),
            "tables": count_rows(connection),
            "migrations": migrations(connection),
        }


def _copies(into: Path) -> Iterator[dict[str, Any]]:
    """Every stored file; one that went meanwhile (a piece of a file being sent) is left out: the drill says so if the database names it."""
    for name in stored_names(default_storage):
        try:
            yield _copy(name, into / name)
        except FileNotFoundError:
            (into / name).unlink(missing_ok=True)


def _copy(name: str, target: Path) -> dict[str, Any]:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with default_storage.open(name) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy, CHUNK)
    return {"name": name, "size": target.stat().st_size, "sha256": digest(target)}


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _altered(backup: Path, manifest: dict[str, Any]) -> list[str]:
    expected = {backup / DUMP: manifest["database"]["sha256"]}
    expected |= {backup / FILES / entry["name"]: entry["sha256"] for entry in manifest["files"] or []}
    return [f"Fichier absent ou altéré : {path}." for path, sha256 in expected.items() if not path.is_file() or digest(path) != sha256]


@contextmanager
def _scratch(*, keep: bool) -> Iterator[BaseDatabaseWrapper]:
    """A new database on the same server, known to Django as `drill` for as long as the drill lasts."""
    name = f"{connection.settings_dict['NAME']}_drill_{clock.now():%Y%m%d%H%M%S}"
    _outside_transaction(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    options = {key: value for key, value in connection.settings_dict["OPTIONS"].items() if key not in {"pool", "options"}}
    connections.databases[DRILL] = {**connection.settings_dict, "NAME": name, "CONN_MAX_AGE": 0, "OPTIONS": options}
    try:
        yield connections[DRILL]
    finally:
        connections[DRILL].close()
        del connections[DRILL]
        del connections.databases[DRILL]
        if not keep:
            _outside_transaction(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _outside_transaction(statement: sql.Composed) -> None:
    """`CREATE DATABASE` and `DROP DATABASE` want no transaction: a connection of their own, in autocommit."""
    twin = connection.copy()
    try:
        with twin.cursor() as cursor:
            cursor.execute(statement)
    finally:
        twin.close()


def _name(database: BaseDatabaseWrapper) -> str:
    return str(database.settings_dict["NAME"])


def _differences(expected: dict[str, int], found: dict[str, int]) -> list[str]:
    return [
        f"{name} : {expected.get(name, 'absent')} à la sauvegarde, {found.get(name, 'absent')} après la restauration."
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def _broken(database: BaseDatabaseWrapper) -> list[str]:
    with database.cursor() as cursor:
        cursor.execute(BROKEN_OBJECTS)
        return [str(row[0]) for row in cursor.fetchall()]


def _late_sequences(database: BaseDatabaseWrapper) -> list[str]:
    """Sequences that would give a number already used."""
    late = []
    with database.cursor() as cursor:
        cursor.execute(OWNED_SEQUENCES)
        for sequence, table, column in cursor.fetchall():
            # the names come from the catalogue, quoted by it
            cursor.execute(f"SELECT (SELECT max({connection.ops.quote_name(column)}) FROM {table}) > last_value FROM {sequence}")  # noqa: S608 - names of the catalogue
            if cursor.fetchone()[0]:
                late.append(str(sequence))
    return late


def _each_model(look: Callable[[type[models.Model]], list[str]]) -> list[str]:
    return [fault for model in apps.get_models() if model._meta.managed for fault in look(model)]  # noqa: SLF001 - Django's documented door


def _unreadable() -> list[str]:
    def look(model: type[models.Model]) -> list[str]:
        try:
            model._base_manager.using(DRILL).order_by("pk").first()  # noqa: SLF001 - the manager that hides nothing
        except DatabaseError as error:
            return [f"{model._meta.label} ne se lit pas : {str(error).splitlines()[0]}"]  # noqa: SLF001 - Django's documented door
        return []

    return _each_model(look)


def _lost_files(known: set[str]) -> list[str]:
    def look(model: type[models.Model]) -> list[str]:
        fields = [field.name for field in model._meta.get_fields() if isinstance(field, models.FileField)]  # noqa: SLF001 - as above
        rows = model._base_manager.using(DRILL)  # noqa: SLF001 - as above
        named = {str(name) for field in fields for name in rows.values_list(field, flat=True).iterator() if name}
        return [f"Fichier nommé par la base et absent de la sauvegarde : {name}." for name in sorted(named - known)]

    return _each_model(look)
