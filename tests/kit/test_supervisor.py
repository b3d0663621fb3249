"""Programs load early, wait for leave, work, are started again when they die, and stop together; services around them too."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from kit.services import addresses, supervisor as module
from kit.services.faults import ServiceFault
from kit.services.processes import LEAVE, kill_group, let_go, start_child, stop_child, wait_for_leave, wait_until
from kit.services.supervisor import Program, Stopped, Supervisor, running, stopping_on_signals

WORKER = """
import pathlib, sys, time
from kit.services.processes import wait_for_leave
pathlib.Path(sys.argv[1], "loaded").touch()
wait_for_leave()
pathlib.Path(sys.argv[1], "working").touch()
assert sys.stdin.read() == ""
time.sleep(float(sys.argv[2]))
"""


def program(folder, *, seconds=60):
    return Program("Le programme", (sys.executable, "-c", WORKER, str(folder), str(seconds)))


def stop_when(happened):
    def answers():
        if happened():
            raise Stopped
        return False

    return answers


def test_programs_load_but_do_not_work_before_they_are_let_go(tmp_path):
    supervisor = Supervisor([], [program(tmp_path)], print)

    with supervisor.warming():
        loaded = wait_until((tmp_path / "loaded").exists, patience=20)
        time.sleep(0.2)
        early = (tmp_path / "working").exists()
        with pytest.raises(Stopped):
            supervisor.run(answers=stop_when((tmp_path / "working").exists), announce=lambda: None)

    assert (loaded, early) == (True, False)
    assert [run.process.poll() is None for run in supervisor.runs] == [False]


def test_programs_stop_when_the_preparation_fails(tmp_path):
    supervisor = Supervisor([], [program(tmp_path)], print)

    with pytest.raises(ZeroDivisionError), supervisor.warming():
        raise ZeroDivisionError

    assert [run.process.poll() is None for run in supervisor.runs] == [False]
    assert not (tmp_path / "working").exists()


def test_a_program_that_dies_is_started_again_and_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_DELAY", 0.0)
    said: list[str] = []
    supervisor = Supervisor([], [program(tmp_path, seconds=0)], said.append)
    supervisor.runs[0].delay = 0.0

    with supervisor.warming(), pytest.raises(Stopped):
        supervisor.run(answers=stop_when(lambda: len(said) == 2), announce=lambda: None)

    assert said == ["Le programme s’est arrêté (code 0) : il est relancé dans 0 s."] * 2


def test_the_site_is_announced_once(tmp_path):
    calls = []
    supervisor = Supervisor([], [program(tmp_path)], print)

    def answers():
        calls.append("asked")
        return True

    def announce():
        calls.append("announced")
        raise Stopped

    with supervisor.warming(), pytest.raises(Stopped):
        supervisor.run(answers=answers, announce=announce)

    assert calls == ["asked", "announced"]


def test_a_child_whose_launcher_lets_nobody_go_ends(tmp_path):
    process = start_child(program(tmp_path).command, stop_signal=15, waiting=True)
    process.stdin.close()

    assert process.wait(20) == 1
    assert not (tmp_path / "working").exists()


def test_a_dead_child_is_let_go_without_harm():
    process = start_child([sys.executable, "-c", ""], stop_signal=15, waiting=True)
    process.wait()

    let_go(process)
    let_go(process)

    assert process.stdin is None
    stop_child(process, 15, patience=1)


class Sleeper:
    """A service that does nothing, for real; the journal says what is asked of it."""

    def __init__(self, name: str, journal: list[str], *, fails: bool = False) -> None:
        self.name, self.journal, self.fails = name, journal, fails
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.journal.append(f"start {self.name}")
        if self.fails:
            raise ServiceFault("Il ne démarre pas.")
        self.process = start_child(["sleep", "600"], stop_signal=signal.SIGTERM)

    def stop(self) -> None:
        self.journal.append(f"stop {self.name}")
        if self.process:
            kill_group(self.process)


def stop() -> None:
    raise Stopped


def supervise(supervised: Supervisor, **how) -> None:
    with supervised.warming():
        supervised.run(**how)


def shell(name: str, script: str, **fields) -> Program:
    return Program(name, ("sh", "-c", script), **fields)


def alive(pid: int) -> bool:
    """Whether the process runs (one that died and waits for its parent does not)."""
    try:
        return not Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def skipped_waits(monkeypatch):
    """The supervisor's clock, which moves only while none of `runs` lives: no test waits for a delay, none depends on the machine."""
    clock = SimpleNamespace(now=1000.0, runs=[])

    def sleep(_pause: float) -> None:
        if any(run.process and run.process.poll() is None for run in clock.runs):
            time.sleep(0.005)
        else:
            clock.now += 1

    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: clock.now, sleep=sleep))
    return clock


def test_announced_once_when_it_answers(tmp_path, said):
    program = shell("Le serveur", f"trap 'touch {tmp_path}/orderly; exit 0' INT; touch {tmp_path}/up; while :; do sleep 0.02; done")
    supervised = Supervisor([], [Program(program.name, program.command, signal.SIGINT)], said.append)
    asked = iter([False, True])

    def answers() -> bool:
        assert wait_until((tmp_path / "up").exists, patience=20)
        return next(asked)

    def announce() -> None:
        said.append("Le site répond.")
        signal.setitimer(signal.ITIMER_REAL, 0.3)  # a few rounds more: nothing else is asked nor announced

    before = signal.signal(signal.SIGALRM, lambda *_: stop())
    try:
        with pytest.raises(Stopped):
            supervise(supervised, answers=answers, announce=announce)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert said == ["Le site répond."]
    assert (tmp_path / "orderly").exists()
    assert [run.process.returncode for run in supervised.runs] == [0]


def test_program_that_keeps_dying_is_waited_for_longer_and_longer(said, skipped_waits):
    supervised = Supervisor([], [shell("L’ouvrier", "exit 3")], said.append)
    skipped_waits.runs = supervised.runs

    with pytest.raises(Stopped):
        supervise(supervised, answers=lambda: len(said) == 7, announce=stop)

    assert said == [f"L’ouvrier s’est arrêté (code 3) : il est relancé dans {delay} s." for delay in (1, 2, 4, 8, 16, 30, 30)]


def test_program_that_ran_for_a_while_is_started_again_soon(tmp_path, said, skipped_waits):
    supervised = Supervisor([], [shell("L’ouvrier", f"while [ ! -e {tmp_path}/steady ]; do sleep 0.02; done; exit 4")], said.append)
    (run,) = skipped_waits.runs = supervised.runs
    run.delay = 16.0

    def answers() -> bool:
        if not (tmp_path / "steady").exists():
            skipped_waits.now += 60
            (tmp_path / "steady").touch()
        return len(said) == 2

    with pytest.raises(Stopped):
        supervise(supervised, answers=answers, announce=stop)

    assert said == [f"L’ouvrier s’est arrêté (code 4) : il est relancé dans {delay} s." for delay in (1, 2)]


def test_what_a_dead_program_started_dies_with_it(tmp_path, said, skipped_waits):
    supervised = Supervisor([], [shell("Le serveur", f"sleep 600 & echo $! > {tmp_path}/child; exit 1")], said.append)
    skipped_waits.runs = supervised.runs

    with pytest.raises(Stopped):
        supervise(supervised, answers=lambda: len(said) == 1, announce=stop)

    assert wait_until(lambda: not alive(int((tmp_path / "child").read_text())), patience=20)


def test_service_that_dies_is_started_again_at_once(said):
    journal: list[str] = []
    service = Sleeper("PostgreSQL", journal)
    service.start()
    first = service.process
    first.kill()
    first.wait()

    with pytest.raises(Stopped):
        supervise(Supervisor([service, Sleeper("valkey", journal)], [], said.append), answers=lambda: True, announce=stop)

    assert said == ["PostgreSQL s’est arrêté : il est relancé."]
    assert journal == ["start PostgreSQL", "stop PostgreSQL", "start PostgreSQL"]
    assert service.process.poll() is None
    kill_group(service.process)


def test_program_that_will_not_stop_is_killed_whole(tmp_path, monkeypatch, said):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    stubborn = shell(
        "L’ouvrier", f"trap '' TERM; sleep 600 & echo $! > {tmp_path}/child; touch {tmp_path}/up; while :; do sleep 0.05; done"
    )
    supervised = Supervisor([], [stubborn, shell("Le serveur", "exec sleep 600")], said.append)

    with pytest.raises(Stopped):
        supervise(supervised, answers=(tmp_path / "up").exists, announce=stop)

    assert said == ["L’ouvrier ne s’arrête pas : il est tué."]
    assert [run.process.returncode for run in supervised.runs] == [-signal.SIGKILL, -signal.SIGTERM]
    assert wait_until(lambda: not alive(int((tmp_path / "child").read_text())), patience=20)


def test_any_fault_stops_the_programs(tmp_path, said):
    supervised = Supervisor([], [shell("Le serveur", "exec sleep 600"), Program("Rien", (str(tmp_path / "none"),))], said.append)

    with pytest.raises(ServiceFault, match="ne démarre pas sur cette machine"):
        supervise(supervised, answers=lambda: False, announce=stop)

    assert supervised.runs[0].process.returncode == -signal.SIGTERM


def test_services_start_in_order_and_stop_in_reverse(tmp_path):
    journal: list[str] = []
    services = [Sleeper("PostgreSQL", journal), Sleeper("valkey", journal)]

    with running(services, tmp_path / "var" / "deep"):
        journal.append("running")

    assert journal == ["start PostgreSQL", "start valkey", "running", "stop valkey", "stop PostgreSQL"]
    assert (tmp_path / "var" / "deep").is_dir()


@pytest.mark.parametrize(("fails", "left"), [(False, False), (True, True)], ids=["stopped", "never started"])
def test_folder_of_sockets_goes_with_services_that_stop_and_not_with_one_that_never_started(tmp_path, monkeypatch, fails, left):
    monkeypatch.setattr(addresses, "SOCKET_ROOT", tmp_path)
    folder = addresses.make_socket_dir(tmp_path, os.geteuid(), os.getegid())

    with pytest.raises(ServiceFault if fails else Stopped), running([Sleeper("valkey", [], fails=fails)], tmp_path):
        raise Stopped

    assert folder.exists() == left


def test_service_that_does_not_start_stops_those_before_it(tmp_path):
    journal: list[str] = []
    first = Sleeper("PostgreSQL", journal)

    with pytest.raises(ServiceFault, match=r"Il ne démarre pas\."), running([first, Sleeper("valkey", journal, fails=True)], tmp_path):
        pass

    assert journal == ["start PostgreSQL", "start valkey", "stop valkey", "stop PostgreSQL"]
    assert first.process.poll() is not None


def test_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ServiceFault, match="ne peut pas être créé"), running([], tmp_path / "file" / "var"):
        pass


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_once_and_handlers_come_back(asked):
    before = signal.getsignal(asked)

    with stopping_on_signals():
        with pytest.raises(Stopped):
            signal.raise_signal(asked)
        for again in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.raise_signal(again)  # the end is under way: it goes on

    assert signal.getsignal(asked) == before


def test_signals_that_were_ignored_stay_so_but_ctrl_c():
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGHUP, signal.SIGINT)}
    try:
        with stopping_on_signals():
            signal.raise_signal(signal.SIGHUP)
            with pytest.raises(Stopped):
                signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.fixture
def given_input(monkeypatch):
    """Gives this process a standard input, and its own back."""
    own = os.dup(0)

    def give(line: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))

    yield give
    os.dup2(own, 0)
    os.close(own)


def test_leave_is_waited_for_then_nothing_is_left_to_read(given_input):
    given_input(LEAVE)

    wait_for_leave()

    assert os.read(0, 1) == b""


@pytest.mark.parametrize("line", [b"", b"stop\n"])
def test_leave_that_never_comes_ends_the_program(given_input, line):
    given_input(line)

    with pytest.raises(SystemExit, match="1"):
        wait_for_leave()


def test_waiting_child_that_is_stopped_leaves_no_pipe_open():
    process = start_child(["sleep", "600"], stop_signal=signal.SIGTERM, waiting=True)
    pipe = process.stdin

    stop_child(process, signal.SIGTERM, patience=20)

    assert (process.returncode, pipe.closed) == (-signal.SIGTERM, True)
