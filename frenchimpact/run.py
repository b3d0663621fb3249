"""`make run`: embedded services, preparation, then web server and worker, until Ctrl-C."""

import argparse
import errno
import http.client
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from frenchimpact.settings.base import BASE_DIR, MEDIA_ROOT, STATIC_ROOT, VAR_DIR, env
from kit.services import addresses
from kit.services.faults import ServiceFault
from kit.services.processes import die_with_parent, held, let_go, start_child, stop_child, wait_until
from kit.services.supervisor import Program, Stopped, Supervisor, running, services_for, stopping_on_signals

HOST = "127.0.0.1"
# A site that was just killed needs a moment to free its port.
PORT_PATIENCE = 5.0
SETTINGS = "frenchimpact.settings.local"


def programs(port: int, var_dir: Path) -> tuple[Program, ...]:
    """The web server, and a worker that is also the beat: one process tree each."""
    web = (
        "gunicorn",
        "frenchimpact.wsgi:application",
        "--bind",
        f"{HOST}:{port}",
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--graceful-timeout",
        "5",
        "--log-level",
        "warning",
        "--no-control-socket",
    )  # fmt: skip - an option and its value on one line
    worker = (
        "celery",
        "--quiet",
        "--app",
        "frenchimpact",
        "worker",
        "--beat",
        "--schedule",
        str(var_dir / "celerybeat-schedule"),
        "--concurrency",
        "2",
        "--loglevel",
        "WARNING",
        "--without-mingle",
        "--without-gossip",
    )  # fmt: skip - an option and its value on one line
    quiet = ("-W", "ignore:You're running the worker")  # Celery's remark to root, who tries the site in a container
    return (
        Program("Le serveur web", (sys.executable, "-m", "frenchimpact.serve", *web)),
        Program("L’ouvrier Celery", (sys.executable, *quiet, "-m", "frenchimpact.serve", *worker)),
    )


def serve(var_dir: Path, port: int, *, reset: bool) -> None:
    """Run the site in the foreground until it is told to stop; or only empty its demonstration and load it again.

    Loading code takes as long as starting a database: each process is started as early as it may be, and waits where it must.
    """
    beginning = time.monotonic()
    make_folders(var_dir)
    database_url, redis_url = env.text("DATABASE_URL", ""), env.text("REDIS_URL", "")
    binaries = env.text("PG_BINDIR", "")
    services = services_for(
        var_dir, durable=True, database_url=database_url, redis_url=redis_url, binaries=Path(binaries) if binaries else None
    )
    with held(var_dir / "run.lock", f"Le site tourne déjà depuis ce dossier ({BASE_DIR}) : arrêtez-le d’abord (Ctrl-C dans son terminal)."):
        if not reset:
            require_free_port(port)
        os.environ.update(
            DJANGO_SETTINGS_MODULE=SETTINGS,
            DATABASE_URL=database_url or addresses.database_url(var_dir),
            REDIS_URL=redis_url or addresses.redis_url(var_dir),
        )
        with preparation("--reset" if reset else "") as prepare, running(services, var_dir):
            for service in services:
                say(f"{service.name} prêt, {since(beginning)}.")
            if reset:
                prepare()
                return
            supervisor = Supervisor(services, programs(port, var_dir), say)
            with supervisor.warming():
                prepare()
                supervisor.run(
                    answers=lambda: answers(port),
                    announce=lambda: say(f"\nLe site répond à http://localhost:{port}/, {since(beginning)} (Ctrl-C l’arrête)."),
                )


def make_folders(var_dir: Path) -> None:
    try:
        for folder in (var_dir, STATIC_ROOT, MEDIA_ROOT):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServiceFault(f"Le dossier {error.filename} ne peut pas être créé ({error.strerror}).") from error


@contextmanager
def preparation(*words: str) -> Iterator[Callable[[], None]]:
    """A process that loads its code at once; what is yielded lets it write migrations and data, and returns when it ends well."""
    process = start_child([sys.executable, "-m", "frenchimpact.prepare", *filter(None, words)], stop_signal=signal.SIGTERM, waiting=True)

    def prepare() -> None:
        let_go(process)
        try:
            code = process.wait()
        finally:
            stop_child(process, signal.SIGTERM, patience=5)  # before the database that it writes to
        if code != 0:
            raise ServiceFault("La préparation de la base a échoué : la raison est dite ci-dessus.")

    try:
        yield prepare
    finally:
        stop_child(process, signal.SIGTERM, patience=5)


def since(beginning: float) -> str:
    """« 2,1 s après le départ »."""
    return f"{time.monotonic() - beginning:.1f} s après le départ".replace(".", ",")


def require_free_port(port: int) -> None:
    reason: list[int] = []

    def free() -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                reason.append(error.errno or 0)
                return error.errno != errno.EADDRINUSE
            reason.clear()
            return True

    try:
        taken = not wait_until(free, patience=PORT_PATIENCE, pause=0.1)
    except OverflowError:
        raise ServiceFault(f"PORT doit être entre 1 et 65535, pas {port}.") from None
    if taken:
        raise ServiceFault(
            f"Le port {port} est déjà pris sur cette machine : choisissez-en un autre, par exemple « PORT={port + 1} make run »."
        )
    if reason:
        raise ServiceFault(f"Le port {port} ne peut pas être ouvert ({os.strerror(reason[0])}) : choisissez-en un autre par PORT.")


def answers(port: int) -> bool:
    """Whether the home page comes back, whatever it says."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m frenchimpact.run", description=__doc__)
    parser.add_argument("--stop-with-parent", action="store_true", help="stop when the process that started this one dies")
    parser.add_argument("--demo-reset", action="store_true", help="empty the demonstration, load it again, and end")
    options = parser.parse_args(words)
    if options.stop_with_parent:
        die_with_parent(signal.SIGTERM)
    try:
        with stopping_on_signals():
            serve(VAR_DIR.resolve(), env.number("PORT", 8000), reset=options.demo_reset)
    except Stopped:
        say("\nLe site est arrêté.")
        return 0
    except (ServiceFault, ImproperlyConfigured) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
