"""The antivirus: clamd when an address names one, asked about a stream of bytes; it says what it found, or that it is away.

Its protocol is a few lines. The package that speaks it on PyPI writes with `send`, which may send half of a block: what was read
would not be the file.
"""

import socket
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings

PORT = 3310
CONNECTING, PATIENCE = 5, 120
"""Seconds: to be let in; and for a file of 50 MB, or a server that reads its signatures again."""
BLOCK = 64 * 1024
LONGEST_ANSWER = 4096


class AntivirusAway(Exception):
    """No answer can be had now: it is not there, or it would not read the file."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found (nothing: the file is clean), and what looked for it."""

    found: str
    engine: str


def is_configured() -> bool:
    return bool(settings.CLAMD_URL)


def scan(stream: IO[bytes]) -> Verdict:
    """Ask clamd about every byte of `stream`, or raise `AntivirusAway`. Only when it is configured."""
    try:
        engine = _ask("VERSION")
        answer = _ask("INSTREAM", stream)
    except (OSError, ValueError) as fault:
        raise AntivirusAway(str(fault) or type(fault).__name__) from fault
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict("", engine)
    if not said.endswith(" FOUND"):
        raise AntivirusAway(answer or "no answer")
    return Verdict(said.removesuffix(" FOUND"), engine)


def _ask(command: str, stream: IO[bytes] | None = None) -> str:
    with _connection(settings.CLAMD_URL) as server:
        server.sendall(f"n{command}\n".encode())
        if stream is not None:
            _send_blocks(server, stream)
        answer = b""
        while not answer.endswith(b"\n") and len(answer) < LONGEST_ANSWER and (piece := server.recv(LONGEST_ANSWER)):
            answer += piece
        return answer.decode(errors="replace").strip()


def _send_blocks(server: socket.socket, stream: IO[bytes]) -> None:
    """Each block after its length; a server that has read enough closes its side, and what it answered is still to be read."""
    try:
        while block := stream.read(BLOCK):
            server.sendall(len(block).to_bytes(4, "big") + block)
        server.sendall(bytes(4))
    except (BrokenPipeError, ConnectionResetError):
        return


def _connection(url: str) -> socket.socket:
    """`unix:///run/clamav/clamd.ctl` or `tcp://host:3310`."""
    parts = urlsplit(url)
    if parts.scheme == "tcp" and parts.hostname:
        server = socket.create_connection((parts.hostname, parts.port or PORT), timeout=CONNECTING)
    elif parts.scheme == "unix":
        server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        server.settimeout(CONNECTING)
        try:
            server.connect(parts.path)
        except OSError:
            server.close()
            raise
    else:
        raise ValueError(f"CLAMD_URL is neither unix:///path nor tcp://host:port: {url}")
    server.settimeout(PATIENCE)
    return server
