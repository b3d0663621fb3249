"""What a start does before the site answers: migrations, reference data, and in demonstration mode its people and dossiers."""

import os
import sys
import time

import django
from django.core.management import CommandError, call_command, get_commands

from kit.services.processes import wait_for_leave

# Each command finds by itself whether anything is left to do: it runs at every start.
PREPARATION: tuple[tuple[str, ...], ...] = (("migrate", "--verbosity", "0"), ("load_territories",))
DEMONSTRATION: tuple[tuple[str, ...], ...] = (("demo_load",), ("demo_accounts",))
RESET: tuple[tuple[str, ...], ...] = (("demo_reset",),)
DONE = {
    "migrate": "Tables à jour",
    "load_territories": "Territoires à jour",
    "demo_load": "Démonstration prête",
    "demo_reset": "Démonstration refaite",
}


def main(*, reset: bool) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frenchimpact.settings.local")
    django.setup()
    wait_for_leave()
    from django.conf import settings  # noqa: PLC0415 - once the settings are named
    from django.db import OperationalError  # noqa: PLC0415 - idem

    if fault := _broker_fault(settings.REDIS_URL):
        sys.stderr.write(f"Le serveur nommé par REDIS_URL ne répond pas : {fault}\n")
        return 1
    known = get_commands()
    try:
        for name, *words in PREPARATION:
            if name in known:
                run(name, *words)
    except OperationalError as error:
        sys.stderr.write(f"La base nommée par DATABASE_URL ne répond pas : {' '.join(str(error).split())}\n")
        return 1
    for name, *words in (*(RESET if reset else ()), *DEMONSTRATION) if settings.DEMONSTRATION else ():
        if name in known:
            try:
                run(name, *words)
            except CommandError as error:
                sys.stderr.write(f"{error}\n")
    return 0


def run(name: str, *words: str) -> None:
    """Run a command and say how long it took."""
    beginning = time.monotonic()
    call_command(name, *words)
    if name in DONE:
        sys.stdout.write(f"{DONE[name]} en {time.monotonic() - beginning:.1f} s.\n".replace(".", ",", 1))
        sys.stdout.flush()


def _broker_fault(url: str) -> str:
    import redis  # noqa: PLC0415 - needed by this check alone

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        return " ".join(str(error).split())
    return ""


if __name__ == "__main__":
    sys.exit(main(reset="--reset" in sys.argv[1:]))
