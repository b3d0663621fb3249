"""A request never waits for the broker."""

import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery

from kit import clock
from kit.broker import Hand

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def fail():
    raise ConnectionError("no broker")


def test_a_call_is_made_by_another_thread():
    hand, made = Hand(), []

    accepted = hand.give(lambda *args: made.append((args, threading.current_thread() is threading.main_thread())), 1, 2)
    hand.wait()

    assert accepted
    assert made == [((1, 2), False)]


def test_one_thread_serves_every_call():
    hand, threads = Hand(), set()

    for _ in range(3):
        hand.give(lambda: threads.add(threading.current_thread()))
        hand.wait()

    assert len(threads) == 1


def test_give_returns_while_the_broker_holds_the_call():
    hand, release = Hand(size=1), threading.Event()
    started = threading.Event()

    def held():
        started.set()
        release.wait()

    assert hand.give(held)
    started.wait()

    assert hand.give(release.wait)
    assert not hand.give(release.wait)  # full: left to the sweep
    release.set()
    hand.wait()


def test_after_a_failure_the_broker_rests(caplog):
    hand = Hand(rest=timedelta(seconds=10))
    made: list[int] = []

    with clock.standing_at(NOON):
        hand.give(fail)
        hand.wait()
        assert not hand.give(made.append, 1)
    with clock.standing_at(NOON + timedelta(seconds=10)):
        assert hand.give(made.append, 2)
        hand.wait()

    assert made == [2]
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_what_was_queued_behind_a_failure_is_dropped():
    hand, ready = Hand(), threading.Event()
    made: list[int] = []

    def fail_later():
        ready.wait()
        raise ConnectionError

    with clock.standing_at(NOON):
        hand.give(fail_later)
        hand.give(made.append, 1)
        ready.set()
        hand.wait()

    assert made == []


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # from Python 3.12 on; the point of this test
def test_a_forked_child_hands_over_by_itself():
    hand = Hand()
    hand.give(lambda: None)
    hand.wait()
    reader, writer = os.pipe()

    child = os.fork()
    if child == 0:  # pragma: no cover - in another process
        hand.give(os.write, writer, b"done")
        hand.wait()
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reader, 4) == b"done"


@pytest.mark.parametrize("answers", [False, True], ids=["refused", "silent"])
def test_giving_to_a_broker_that_is_down_opens_no_socket_here(tmp_path, monkeypatch, answers):
    path = str(tmp_path / "broker.sock")
    listener = socket.socket(socket.AF_UNIX)
    if answers:
        listener.bind(path)
        listener.listen()
    app = Celery(broker=f"redis+socket://{path}", set_as_current=False)
    app.conf.broker_transport_options = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2, "max_retries": 0}
    app.conf.task_publish_retry = False
    callers = set()
    connect = socket.socket.connect

    def noted_connect(*args):
        callers.add(threading.current_thread().name)
        return connect(*args)

    monkeypatch.setattr(socket.socket, "connect", noted_connect)
    hand = Hand()

    given = hand.give(app.send_task, "any")
    hand.wait()
    listener.close()

    assert given
    assert hand.breaker.is_open
    assert callers == {"broker-hand"}


FIRST_CALL = """
import sys
from celery import Celery
from kit.broker import warm_up

warm_up()
known = set(sys.modules)
app = Celery(broker="redis+socket:///nowhere/broker.sock")
app.conf.broker_transport_options = {"max_retries": 0}
app.conf.task_publish_retry = False
try:
    app.send_task("any")
except Exception as error:
    print(type(error).__name__)
print(sorted(name for name in set(sys.modules) - known if name.startswith(("redis", "kombu.transport", "kombu.mixins"))))
"""


def test_a_warm_process_imports_no_transport_at_its_first_call():
    done = subprocess.run([sys.executable, "-c", FIRST_CALL], capture_output=True, text=True, check=True)

    assert done.stdout == "OperationalError\n[]\n"
