"""`python -m bench.rehearsal.stage PORT`: the site as `make run` keeps it, with two web processes; and who is whom among its processes.

The services and the programs are kept by the same supervisor as in `make run`: what is killed is started again by it.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kit.services.processes import left_running, start_child, stop_child, wait_until
from kit.services.supervisor import Program, Stopped, Supervisor, running, services_for, stopping_on_signals

WEB_PROCESSES = 2
SETTINGS = "bench.settings"


def serve(port: int) -> None:
    """Keep the site running until the process that started this one stops it."""
    from frenchimpact.run import answers, make_folders, preparation, programs

    var_dir = Path(os.environ["VAR_DIR"])
    services = services_for(var_dir, durable=True)
    make_folders(var_dir)
    with stopping_on_signals(), preparation() as prepare, running(services, var_dir):
        supervisor = Supervisor(services, [with_processes(one) for one in programs(port, var_dir)], print)
        with supervisor.warming():
            prepare()
            supervisor.run(answers=lambda: answers(port), announce=lambda: print("Le site répond.", flush=True))


def with_processes(program: Program) -> Program:
    """The web server with two processes; any other program as it is."""
    words = list(program.command)
    if "--workers" in words:
        words[words.index("--workers") + 1] = str(WEB_PROCESSES)
    return Program(program.name, tuple(words), program.stop_signal)


@contextmanager
def site(var_dir: Path, port: int) -> Iterator[None]:
    """The site answering on `port`, with its services in `var_dir`; its sayings in `stage.log`."""
    environment = {**os.environ, "VAR_DIR": str(var_dir), "DJANGO_SETTINGS_MODULE": SETTINGS, "PORT": str(port)}
    log = var_dir / "stage.log"
    stage = start_child(
        [sys.executable, "-m", "bench.rehearsal.stage", str(port)], stop_signal=signal.SIGTERM, environment=environment, log=log
    )
    try:
        if not wait_until(lambda: "Le site répond." in log.read_text() or stage.poll() is not None, patience=90, pause=0.1):
            raise SystemExit(f"The site does not answer:\n{log.read_text()}")
        if stage.poll() is not None:
            raise SystemExit(f"The site stopped:\n{log.read_text()}")
        yield
    finally:
        stop_child(stage, signal.SIGTERM, patience=30)


def web_process(var_dir: Path) -> list[int]:
    """One of the web processes: not the master, which starts another in its place."""
    served = _ours("frenchimpact.serve", var_dir, "gunicorn")
    masters = {parent for pid, parent in served.items() if parent in served}
    return [pid for pid, parent in served.items() if parent in masters][:1]


def worker(var_dir: Path) -> list[int]:
    return list(_ours("frenchimpact.serve", var_dir, "celery"))


def valkey(var_dir: Path) -> list[int]:
    return left_running("valkey-server", var_dir / "valkey")


def postgres(var_dir: Path) -> list[int]:
    """The server itself: its children end when they find it gone, as after a crash of the machine."""
    return [int((var_dir / "postgres" / "postmaster.pid").read_text().split()[0])]


PARTS = {"the worker": worker, "valkey": valkey, "a web process": web_process, "PostgreSQL": postgres}
"""What is killed, in this order; the last two hurt requests under way, and come in the last minute."""


def kill(part: str, var_dir: Path) -> int:
    """Kill it as a crash does; how many processes that was."""
    found = PARTS[part](var_dir)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return len(found)


def _ours(module: str, var_dir: Path, program: str) -> dict[int, int]:
    """The processes of this stage that run `program`, each with its parent."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_text().split("\0")
            environment = (folder / "environ").read_text(errors="replace").split("\0")
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        if module in words and program in words and f"VAR_DIR={var_dir}" in environment:
            found[int(folder.name)] = parent
    return found


if __name__ == "__main__":
    try:
        serve(int(sys.argv[1]))
    except Stopped:
        print("Le site est arrêté.")
