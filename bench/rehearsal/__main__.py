"""`python -m bench.rehearsal [--applicants N] [--seconds S] [--only calm|kills] [--correctness]`: closing day, calm, then with parts killed in turn.

Tells throughput and delays, and compares every receipt handed out with what is stored; exits 1 when one of its zeros is not.
"""

import argparse
import subprocess
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.rehearsal", description=__doc__)
    parser.add_argument("--applicants", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=300.0, help="from the beginning to the closing")
    parser.add_argument("--only", choices=("calm", "kills"))
    parser.add_argument("--correctness", action="store_true", help="leave out what depends on the machine's speed")
    options = parser.parse_args()
    turns = [options.only] if options.only else ["calm", "kills"]
    words = [sys.executable, "-m", "bench.rehearsal.turn", str(options.applicants), str(options.seconds)]
    speed = [] if options.correctness else ["speed"]
    return max(subprocess.run([*words, turn, *speed], check=False).returncode for turn in turns)


if __name__ == "__main__":
    sys.exit(main())
