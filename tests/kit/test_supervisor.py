"""Programs load early, wait for leave, work, and stop."""

import sys
import time

import pytest

from kit.services import supervisor as module
from kit.services.processes import let_go, start_child, stop_child, wait_until
from kit.services.supervisor import Program, Stopped, Supervisor

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
    said = []
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
