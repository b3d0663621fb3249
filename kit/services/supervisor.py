"""One foreground supervisor: the embedded services, then the programs that use them, restarted when they die, stopped together."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Protocol

from kit.services import addresses
from kit.services.faults import ServiceFault
from kit.services.postgres import Postgres
from kit.services.processes import kill_group, let_go, start_child
from kit.services.valkey import Valkey

PAUSE = 0.1
FIRST_DELAY, LONGEST_DELAY, STEADY = 1.0, 30.0, 60.0
PATIENCE = 10.0


class Service(Protocol):
    """A server the programs count on."""

    name: str
    process: subprocess.Popen[bytes] | None

    def start(self) -> None: ...

    def stop(self) -> None: ...


class Stopped(BaseException):
    """Someone asked to stop: Ctrl-C, a signal, a closed terminal."""


def services_for(
    var_dir: Path, *, durable: bool, database_url: str = "", redis_url: str = "", binaries: Path | None = None
) -> list[Service]:
    """The services to embed: those that no address names yet. PostgreSQL comes first, its account owns the sockets' folder."""
    services: list[Service] = []
    if not database_url:
        services.append(Postgres(var_dir, durable=durable, binaries=binaries))
    if not redis_url:
        services.append(Valkey(var_dir, durable=durable))
    return services


@contextmanager
def running(services: Sequence[Service], var_dir: Path) -> Iterator[None]:
    """Run `services`, whose data are in `var_dir`, and stop them in reverse order; nothing of theirs is left in /tmp."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServiceFault(f"Le dossier {var_dir} ne peut pas être créé ({error.strerror}).") from error
    listening = False
    try:
        with ExitStack() as stack:
            for service in services:
                stack.callback(service.stop)
                service.start()
            listening = bool(services)
            yield
    finally:
        if listening:  # else the folder of sockets may be another run's, about to use it
            addresses.drop_socket_dir(var_dir)


@contextmanager
def embedded(
    var_dir: Path, *, durable: bool, database_url: str = "", redis_url: str = "", binaries: Path | None = None
) -> Iterator[dict[str, str]]:
    """The addresses to use, as environment variables, with the services that none of the given addresses names running."""
    services = services_for(var_dir, durable=durable, database_url=database_url, redis_url=redis_url, binaries=binaries)
    with running(services, var_dir):
        yield {
            "DATABASE_URL": database_url or addresses.database_url(var_dir),
            "REDIS_URL": redis_url or addresses.redis_url(var_dir),
        }


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn the first request to stop into `Stopped`; the ones after it would only break the orderly end that is under way."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in watched:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    watched = [number for number in asked if number == signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@dataclass(frozen=True, slots=True)
class Program:
    """A program to keep running, that calls `wait_for_leave` once it is ready to work."""

    name: str
    command: tuple[str, ...]
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class _Run:
    """A program's present life."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    delay: float = field(default=FIRST_DELAY)


class Supervisor:
    """Keeps `programs` running beside `services`; says on the terminal what dies and what it does about it."""

    def __init__(self, services: Sequence[Service], programs: Sequence[Program], say: Callable[[str], None]) -> None:
        self.services = services
        self.runs = [_Run(program) for program in programs]
        self.say = say

    @contextmanager
    def warming(self) -> Iterator[None]:
        """Start the programs, which load while the database is prepared and do nothing before `run`; stop them at the end."""
        try:
            for run in self.runs:
                self._start(run)
            yield
        finally:
            self._stop()

    def run(self, *, answers: Callable[[], bool], announce: Callable[[], None]) -> None:
        """Let the programs work until `Stopped` (or another exception) comes; `announce` once, when `answers` first holds."""
        announced = False
        while True:
            self._tend()
            if not announced and answers():
                announced = True
                announce()
            time.sleep(PAUSE)

    def _tend(self) -> None:
        for service in self.services:
            if service.process and service.process.poll() is not None:
                self.say(f"{service.name} s’est arrêté : il est relancé.")
                service.stop()
                service.start()
        now = time.monotonic()
        for run in self.runs:
            if run.process and run.process.poll() is not None:
                self._bury(run, now)
            if run.process is None and now >= run.due:
                self._start(run)
            if run.process:
                let_go(run.process)

    def _start(self, run: _Run) -> None:
        run.process = start_child(run.program.command, stop_signal=run.program.stop_signal, waiting=True)
        run.started = time.monotonic()

    def _bury(self, run: _Run, now: float) -> None:
        """Note a death; each one soon after the last is waited for longer."""
        assert run.process is not None  # noqa: S101 - said by the caller
        if now - run.started >= STEADY:
            run.delay = FIRST_DELAY
        self.say(f"{run.program.name} s’est arrêté (code {run.process.returncode}) : il est relancé dans {run.delay:.0f} s.")
        kill_group(run.process)
        run.process, run.due = None, now + run.delay
        run.delay = min(2 * run.delay, LONGEST_DELAY)

    def _stop(self) -> None:
        living = [run for run in self.runs if run.process and run.process.poll() is None]
        for run in living:
            assert run.process is not None  # noqa: S101 - kept just above
            run.process.send_signal(run.program.stop_signal)
        limit = time.monotonic() + PATIENCE
        for run in living:
            assert run.process is not None  # noqa: S101 - kept just above
            try:
                run.process.wait(max(0.0, limit - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{run.program.name} ne s’arrête pas : il est tué.")
            kill_group(run.process)
