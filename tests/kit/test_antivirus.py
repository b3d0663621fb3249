"""clamd: a real one with one signature of ours, and servers that behave badly."""

import io
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from kit import antivirus
from kit.antivirus import AntivirusAway, Verdict, scan
from tests.factories.files import EICAR, archive, pdf, pdf_of


@pytest.fixture
def configured(settings, clamd) -> None:
    settings.CLAMD_URL = clamd


@pytest.mark.services
@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("data", "found"),
    [
        (pdf(), ""),
        (pdf_of(5_000_000), ""),
        (EICAR, "Essai.Eicar.UNOFFICIAL"),
        (pdf(EICAR), "Essai.Eicar.UNOFFICIAL"),
        (archive(**{"word/document.xml": EICAR}), "Essai.Eicar.UNOFFICIAL"),
    ],
)
def test_real_antivirus_finds_what_its_signatures_say(data, found):
    verdict = scan(io.BytesIO(data))

    assert antivirus.is_configured()
    assert (verdict.found, verdict.engine[:6]) == (found, "ClamAV")


@pytest.mark.services
@pytest.mark.usefixtures("configured")
def test_file_longer_than_the_antivirus_reads_is_not_called_sound():
    with pytest.raises(AntivirusAway):
        scan(io.BytesIO(bytes(20_000_000)))


# ── servers that behave badly


@pytest.fixture
def server(settings) -> Iterator[Callable[..., None]]:
    """`server(answers, reads=…)` answers each connection in turn, over TCP, and closes it."""
    listening = socket.create_server(("127.0.0.1", 0))
    settings.CLAMD_URL = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    threads = []

    def answer_with(*answers: bytes, reads: int = 1 << 20) -> None:
        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(min(reads, 1 << 16))
                    for piece in (answer[:3], answer[3:]):
                        connection.sendall(piece)

        threads.append(threading.Thread(target=serve, daemon=True))
        threads[-1].start()

    yield answer_with
    listening.close()


def test_answer_over_tcp_in_two_pieces(server):
    server(b"ClamAV 1.4.3\n", b"stream: OK\n")

    assert scan(io.BytesIO(b"")) == Verdict("", "ClamAV 1.4.3")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\n", b"", b"stream: peut-etre\n"])
def test_answer_that_is_no_verdict_is_none(server, answer):
    server(b"ClamAV\n", answer)

    with pytest.raises(AntivirusAway):
        scan(io.BytesIO(b"x"))


def test_server_that_closes_while_it_is_written_to(server):
    server(b"ClamAV\n", b"INSTREAM size limit exceeded. ERROR\n", reads=10)

    with pytest.raises(AntivirusAway):
        scan(io.BytesIO(bytes(50_000_000)))


@pytest.mark.parametrize("url", ["unix:///nowhere/clamd.ctl", "tcp://127.0.0.1:1", "http://clamd", "tcp:///", "clamd"])
def test_antivirus_that_is_not_there_is_away(settings, url):
    settings.CLAMD_URL = url

    with pytest.raises(AntivirusAway):
        scan(io.BytesIO(b"x"))


def test_no_address_is_no_antivirus(settings):
    settings.CLAMD_URL = ""

    assert not antivirus.is_configured()
