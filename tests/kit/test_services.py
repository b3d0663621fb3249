"""Addresses, locks and accounts of the embedded services, without starting any."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kit.services import addresses, postgres, processes, valkey
from kit.services.faults import ServiceFault
from kit.services.processes import Account, held, left_running, start_child
from kit.services.supervisor import services_for

LAUNCHER = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), "15", "sh", "-c", sys.argv[2]])
time.sleep(60)
"""


def test_addresses_are_short_and_differ_by_folder(tmp_path):
    first, second = tmp_path / ("long" * 50), tmp_path / "other"

    assert addresses.socket_dir(first) != addresses.socket_dir(second)
    assert len(f"{addresses.socket_dir(first)}/.s.PGSQL.5432.lock") < 107
    assert addresses.database_url(first) == f"postgresql:///frenchimpact?host={addresses.socket_dir(first)}&user=postgres"
    assert addresses.broker_url(addresses.redis_url(first)) == f"redis+socket://{addresses.socket_dir(first)}/valkey.sock"
    assert addresses.broker_url("redis://localhost:6379/0") == "redis://localhost:6379/0"


def test_socket_folder_is_for_one_account(tmp_path, monkeypatch):
    monkeypatch.setattr(addresses, "SOCKET_ROOT", tmp_path)

    folder = addresses.make_socket_dir(tmp_path, os.geteuid(), os.getegid())
    folder.chmod(0o755)
    again = addresses.make_socket_dir(tmp_path, os.geteuid(), os.getegid())

    assert again == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_socket_folder_that_is_a_link_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(addresses, "SOCKET_ROOT", tmp_path)
    (tmp_path / "trap").mkdir()
    addresses.socket_dir(tmp_path).symlink_to(tmp_path / "trap")

    with pytest.raises(ServiceFault, match="appartient à un autre compte"):
        addresses.make_socket_dir(tmp_path, os.geteuid(), os.getegid())


def test_socket_folder_of_someone_else_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(addresses, "SOCKET_ROOT", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 4321)

    with pytest.raises(ServiceFault, match="appartient à un autre compte"):
        addresses.make_socket_dir(tmp_path, 4321, 4321)


@pytest.mark.parametrize(
    ("database_url", "redis_url", "started"),
    [
        ("", "", ["PostgreSQL", "valkey"]),
        ("postgresql:///x", "", ["valkey"]),
        ("", "redis://x", ["PostgreSQL"]),
        ("postgresql:///x", "redis://x", []),
    ],
)
def test_only_what_no_address_names_is_started(tmp_path, database_url, redis_url, started):
    services = services_for(tmp_path, durable=True, database_url=database_url, redis_url=redis_url)

    assert [service.name for service in services] == started


def test_lock_has_one_holder_and_is_freed(tmp_path):
    with held(tmp_path / "lock", "taken"), pytest.raises(ServiceFault, match="taken"), held(tmp_path / "lock", "taken"):
        pass
    with held(tmp_path / "lock", "taken"):
        pass


def test_lock_in_a_missing_folder_is_said(tmp_path):
    with pytest.raises(ServiceFault, match="ne peut pas être écrit"), held(tmp_path / "none" / "lock", "taken"):
        pass


def test_a_program_that_cannot_start_is_said(tmp_path):
    with pytest.raises(ServiceFault, match="ne démarre pas sur cette machine"):
        start_child([str(tmp_path / "none")], stop_signal=processes.signal.SIGTERM)
    with pytest.raises(ServiceFault, match="ne démarre pas sur cette machine"):
        processes.run_as([str(tmp_path / "none")], None, {})


def test_processes_left_in_a_folder_are_found(tmp_path):
    child = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    name = Path(f"/proc/{child.pid}/exe").readlink().name
    try:
        assert left_running(name, tmp_path) == [child.pid]
        assert left_running("other", tmp_path) == []
        assert left_running(name, tmp_path.parent) == []
    finally:
        child.kill()
        child.wait()


def test_account_passes_where_modes_let_it(tmp_path):
    stranger, owner = Account(54321, 54321), Account(os.geteuid(), os.getegid())
    closed = tmp_path / "closed"
    closed.mkdir()

    closed.chmod(0o700)
    assert (postgres.passes(stranger, closed), postgres.passes(owner, closed)) == (False, True)
    closed.chmod(0o070)
    assert postgres.passes(owner, closed) is False


def test_an_ordinary_user_runs_postgres_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert postgres.account_for(tmp_path, tmp_path) is None


@pytest.mark.parametrize(("find", "variable"), [(postgres.find_binaries, "DATABASE_URL"), (valkey.find_binary, "REDIS_URL")])
def test_machine_without_binaries_is_told_what_to_set(monkeypatch, find, variable):
    monkeypatch.setattr(sys.modules[find.__module__], "find_spec", lambda name: None)

    with pytest.raises(ServiceFault, match=variable):
        find()


def test_tether_stops_its_command_when_the_launcher_dies(tmp_path):
    mark = tmp_path / "stopped"
    command = f"trap 'touch {mark}; exit 0' TERM; echo ready > {tmp_path / 'ready'}; while :; do sleep 0.05; done"
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER, str(processes.TETHER), command])
    assert processes.wait_until((tmp_path / "ready").exists, patience=20)

    launcher.kill()
    launcher.wait()

    assert processes.wait_until(mark.exists, patience=20)


def test_wait_until_gives_up():
    before = time.monotonic()

    assert processes.wait_until(lambda: False, patience=0.05) is False
    assert time.monotonic() - before >= 0.05
