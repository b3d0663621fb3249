"""Runs a command and stops it when the launcher dies: for systems whose kernel cannot be asked to (macOS).

Called by its path, with the standard library alone: `tether.py LAUNCHER_PID STOP_SIGNAL COMMAND…`.
"""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

PAUSE = 0.25


def main(launcher: int, stop_signal: int, command: list[str]) -> int:
    child = subprocess.Popen(command)  # noqa: S603 - the launcher's own command

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, forward)
    while child.poll() is None:
        if os.getppid() != launcher:
            child.send_signal(stop_signal)
            return child.wait()
        time.sleep(PAUSE)
    return child.returncode


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]))
