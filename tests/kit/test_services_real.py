"""The embedded services for real: started, stopped, killed, started twice, and found stale."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from kit.services import addresses, postgres, processes
from kit.services.faults import ServiceFault
from kit.services.postgres import Postgres
from kit.services.processes import wait_until
from kit.services.supervisor import embedded
from kit.services.valkey import Valkey

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("services")]

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCHER = """
import sys, time
from pathlib import Path
from kit.services.supervisor import embedded
with embedded(Path(sys.argv[1]), durable=True):
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory):
    """A folder that the services' own account may enter."""
    folder = tmp_path_factory.mktemp("var")
    for place in (folder, *folder.parents):
        if place == Path("/tmp"):
            break
        place.chmod(0o755)
    return folder


def connect(var_dir):
    return psycopg.connect(addresses.database_url(var_dir), autocommit=True)


def start_launcher(var_dir):
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(var_dir)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert launcher.stdout
    assert launcher.stdout.readline() == "ready\n"
    return launcher


def kill(launcher):
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()


def nothing_runs(var_dir):
    return not processes.left_running("postgres", var_dir / "postgres") and not processes.left_running("valkey-server", var_dir / "valkey")


def test_services_start_answer_in_the_right_locale_and_stop(var_dir):
    with embedded(var_dir, durable=False) as urls:
        with psycopg.connect(urls["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT lower('ÉTÉ'), current_setting('listen_addresses')").fetchone() == ("été", "")
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.ping()
        assert (addresses.socket_dir(var_dir).stat().st_mode & 0o777) == 0o700

    assert nothing_runs(var_dir)
    assert not addresses.socket_dir(var_dir).exists()


def test_killed_launcher_leaves_no_orphan_and_loses_no_row(var_dir):
    launcher = start_launcher(var_dir)
    with connect(var_dir) as connection, redis.Redis.from_url(addresses.redis_url(var_dir)) as client:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT generate_series(1, 1000) AS n")
        client.set("kept", "1")

    kill(launcher)

    assert wait_until(lambda: nothing_runs(var_dir), patience=20)
    with embedded(var_dir, durable=True) as urls, psycopg.connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
        with redis.Redis.from_url(urls["REDIS_URL"]) as client:
            assert client.get("kept") == b"1"


def test_second_start_says_so_and_leaves_the_first_alone(var_dir):
    launcher = start_launcher(var_dir)
    try:
        with pytest.raises(ServiceFault, match="PostgreSQL tourne déjà"), embedded(var_dir, durable=True):
            pass
        with pytest.raises(ServiceFault, match="valkey tourne déjà"):
            Valkey(var_dir, durable=True).start()
        with connect(var_dir) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        kill(launcher)


def test_killed_postgres_with_a_pid_that_someone_else_took_starts_again(var_dir):
    assert wait_until(lambda: nothing_runs(var_dir), patience=20)
    pid_file = var_dir / "postgres" / "postmaster.pid"
    owner = (var_dir / "postgres").stat()
    pid_file.write_text(f"{os.getpid()}\n{var_dir / 'postgres'}\n1\n5432\n{addresses.socket_dir(var_dir)}\n\n0 0\nready   \n")
    os.chown(pid_file, owner.st_uid, owner.st_gid)

    with embedded(var_dir, durable=True) as urls, psycopg.connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_data_of_another_version_are_left_alone(var_dir):
    version = var_dir / "postgres" / "PG_VERSION"
    ours = version.read_text()
    version.write_text("13\n")
    try:
        with pytest.raises(ServiceFault, match=r"PostgreSQL 13.*pg_dump 13.*DATABASE_URL"), embedded(var_dir, durable=True):
            pass
    finally:
        version.write_text(ours)


def test_a_server_that_fails_points_to_its_log(var_dir, monkeypatch):
    monkeypatch.setattr(postgres, "NOT_DURABLE", ("-c", "fsync=perhaps"))
    server = Postgres(var_dir, durable=False)

    with pytest.raises(ServiceFault, match=r"la raison est à la fin de .*postgres.log"):
        server.start()
    server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="root lends the capability")
def test_root_runs_postgres_as_nobody_even_where_nobody_may_not_pass(tmp_path):
    tmp_path.parent.chmod(0o700)

    with embedded(tmp_path / "var", durable=False) as urls, psycopg.connect(urls["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in processes.left_running("postgres", tmp_path / "var" / "postgres")}
        assert owners == {(tmp_path / "var" / "postgres").stat().st_uid} != {0}


def test_valkey_starts_alone(tmp_path):
    server = Valkey(tmp_path, durable=False)

    server.start()
    try:
        with redis.Redis.from_url(addresses.redis_url(tmp_path)) as client:
            assert client.ping()
    finally:
        server.stop()

    assert not processes.left_running("valkey-server", tmp_path / "valkey")
