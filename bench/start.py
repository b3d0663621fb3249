"""`python -m bench.start [--runs N]`: from an empty folder to the home page of the demonstration, as `make run` does it; exits 1 above the limit."""

import argparse
import os
import resource
import shutil
import signal
import statistics
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.__main__ import free_port
from kit.services.processes import start_child, stop_child, wait_until

LIMIT = 15.0  # seconds, on a machine with two cores and nothing else to do
PATIENCE = 180.0
OWN_SERVERS = ("DATABASE_URL", "REDIS_URL")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.start", description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found = [cold_start() for _ in range(runs)]
    median = statistics.median(seconds for seconds, _ in found)
    for seconds, cpu in found:
        print(f"first page after {seconds:5.1f} s; {cpu:5.1f} s of CPU until the end, all processes together")
    print(f"median {median:.1f} s (limit {LIMIT:.0f}){'' if median <= LIMIT else '  ABOVE IT'}")
    return 0 if median <= LIMIT else 1


def cold_start() -> tuple[float, float]:
    """Seconds to the first 200 of the home page, and CPU seconds spent by the site and its services until they ended."""
    var_dir, port = Path(tempfile.mkdtemp(prefix="bench-")), free_port()
    var_dir.chmod(0o755)
    environment = {name: value for name, value in os.environ.items() if name not in OWN_SERVERS}
    environment |= {"VAR_DIR": str(var_dir), "PORT": str(port)}
    spent, beginning = children_cpu(), time.monotonic()
    site = start_child(
        [sys.executable, "-m", "frenchimpact.run"], stop_signal=signal.SIGTERM, environment=environment, log=var_dir / "run.log"
    )
    try:
        if not wait_until(lambda: site.poll() is not None or home_comes(port), patience=PATIENCE, pause=0.05) or site.poll() is not None:
            raise SystemExit(f"The site does not answer:\n{(var_dir / 'run.log').read_text()}")
        seconds = time.monotonic() - beginning
        if "Démonstration chargée." not in (var_dir / "run.log").read_text():
            raise SystemExit("The demonstration was not loaded: the figure would not be honest.")
    finally:
        stop_child(site, signal.SIGINT, patience=30)
        shutil.rmtree(var_dir, ignore_errors=True)
    return seconds, children_cpu() - spent


def home_comes(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    sys.exit(main())
