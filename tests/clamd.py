"""A real clamd that knows one virus, for whoever needs its verdict."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from frenchimpact.settings.env import Env
from tests.factories.files import EICAR

PROGRAMS = ("clamd", "/usr/sbin/clamd")
PATIENCE = 60
CONFIGURATION = """
Foreground yes
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LogFile {folder}/clamd.log
StreamMaxLength 8M
MaxThreads 2
"""


@pytest.fixture(scope="session")
def clamd(tmp_path_factory) -> Iterator[str]:
    """The address of a clamd that knows one virus: EICAR. Without the program the tests are skipped, except in CI, which must have it."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if Env().flag("CI", default=False):
            pytest.fail("CI must have clamd: files would go unchecked.")
        pytest.skip("No clamd on this machine (apt install clamav-daemon).")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "essai.ndb").write_text(f"Essai.Eicar:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    process = subprocess.Popen([program, "--config-file", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(folder / "clamd.ctl", process)
        yield f"unix://{folder}/clamd.ctl"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait_for(path: Path, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(PATIENCE * 10):
        if path.exists():
            return
        assert process.poll() is None, "clamd stopped"
        time.sleep(0.1)
    pytest.fail("clamd does not answer")
