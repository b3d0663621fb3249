"""Child processes that never outlive whoever started them, and the lock that keeps a folder for one of them."""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kit.services.faults import ServiceFault

LINUX = sys.platform.startswith("linux")
TETHER = Path(__file__).with_name("tether.py")
PR_SET_PDEATHSIG = 1
LEAVE = b"go\n"
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a child runs as; `prefix` is the command that changes to it when `Popen` alone cannot."""

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()


def start_child(
    command: Sequence[str],
    *,
    stop_signal: signal.Signals,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
    account: Account | None = None,
    waiting: bool = False,
) -> subprocess.Popen[bytes]:
    """Start `command` in its own process group; it receives `stop_signal` when this process dies, however it dies.

    A child that is `waiting` has its standard input open, on which `let_go` writes the line that it waits for (see `wait_for_leave`).
    On Linux the kernel sees to it (the calling thread must live as long as the child); elsewhere a tether process watches.
    """
    identity = _identity(account)
    words = list(command)
    if account and account.prefix:
        words = [*account.prefix, *words]
    if not LINUX:
        words = [sys.executable, str(TETHER), str(os.getpid()), str(int(stop_signal)), *words]
    with contextlib.ExitStack() as files:
        output = files.enter_context(log.open("ab")) if log else None
        try:
            return subprocess.Popen(  # noqa: S603 - our own programs, no shell
                words,
                cwd=cwd,
                env=environment,
                stdin=subprocess.PIPE if waiting else subprocess.DEVNULL,
                stdout=output,
                stderr=output and subprocess.STDOUT,
                process_group=0,
                preexec_fn=_die_with_parent(stop_signal) if LINUX else None,  # noqa: PLW1509 - one prctl, from the main thread
                user=identity.uid if identity else None,
                group=identity.gid if identity else None,
                extra_groups=[] if identity else None,
            )
        except OSError as error:
            raise ServiceFault(f"{command[0]} ne démarre pas sur cette machine ({error.strerror}).") from error


def let_go(process: subprocess.Popen[bytes]) -> None:
    """Let a child that is waiting go on; nothing happens to one that does not wait, or is dead."""
    if process.stdin:
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(LEAVE)
            process.stdin.close()
        process.stdin = None


def wait_for_leave() -> None:
    """In a child started with `waiting`: return when its launcher lets it go; end here if the launcher is gone."""
    if sys.stdin.buffer.readline() != LEAVE:
        sys.exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


def run_as(command: Sequence[str], account: Account | None, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `command` to its end as `account`, with its output captured."""
    identity = _identity(account)
    try:
        return subprocess.run(  # noqa: S603 - our own programs, no shell
            [*(account.prefix if account else ()), *command],
            cwd="/",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=identity.uid if identity else None,
            group=identity.gid if identity else None,
            extra_groups=[] if identity else None,
        )
    except OSError as error:
        raise ServiceFault(f"{command[0]} ne démarre pas sur cette machine ({error.strerror}).") from error


def stop_child(process: subprocess.Popen[bytes], stop_signal: signal.Signals, *, patience: float) -> None:
    """Ask the child to stop; after `patience` seconds kill its whole group."""
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            kill_group(process)
    if process.stdin:
        process.stdin.close()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the child and whatever it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def wait_until(ready: Callable[[], bool], *, patience: float, pause: float = 0.01) -> bool:
    """Whether `ready` came true within `patience` seconds."""
    limit = time.monotonic() + patience
    while not ready():
        if time.monotonic() > limit:
            return False
        time.sleep(pause)
    return True


def left_running(program: str, folder: Path) -> list[int]:
    """Processes named `program` that still work in `folder`: what a killed launcher left, for the moment it needs to stop.

    Known on Linux only; elsewhere the services' own guards have to do.
    """
    found = []
    for entry in Path("/proc").glob("[0-9]*") if LINUX else ():
        try:
            if (entry / "exe").readlink().name.removesuffix(" (deleted)") == program and (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


@contextmanager
def held(path: Path, refusal: str) -> Iterator[None]:
    """Hold the lock file `path` for this process; a second holder gets a `ServiceFault` with `refusal`.

    The kernel frees the lock with the process, so that a killed holder leaves nothing to clean.
    """
    try:
        file = path.open("a+")
    except OSError as error:
        raise ServiceFault(f"{path} ne peut pas être écrit ({error.strerror}) : un autre compte a-t-il créé ce dossier ?") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServiceFault(refusal) from None
        yield


def die_with_parent(stop_signal: signal.Signals) -> None:
    """Make this very process receive `stop_signal` when the one that started it dies (Linux only)."""
    if LINUX:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))


def _die_with_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    parent = os.getpid()

    def before_exec() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return before_exec


def _identity(account: Account | None) -> Account | None:
    """The account that `Popen` itself must change to."""
    return None if account and account.prefix else account
