"""`python -m bench.rehearsal.turn APPLICANTS SECONDS calm|kills [speed]`: one closing day, on services and a site of its own."""

import asyncio
import datetime as dt
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import django

from bench.__main__ import REPORTS, free_port
from bench.rehearsal import stage
from kit.services import addresses

KILLED_AT = {"the worker": 0.4, "valkey": 0.6, "a web process": 0.85, "PostgreSQL": 0.95}
"""When each part is killed, as a share of the time until the closing: the two that hurt requests, in the last minute."""
WARMING = 2.0


def main(applicants: int, seconds: float, *, with_kills: bool, with_speed: bool) -> int:
    print(f"\nLoad of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    var_dir = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    var_dir.chmod(0o755)
    port = free_port()
    os.environ.update(
        DJANGO_SETTINGS_MODULE=stage.SETTINGS,
        VAR_DIR=str(var_dir),
        DATABASE_URL=addresses.database_url(var_dir),
        REDIS_URL=addresses.redis_url(var_dir),
    )
    try:
        with stage.site(var_dir, port):
            django.setup()
            return rehearse(applicants, seconds, port, var_dir if with_kills else None, with_speed=with_speed)
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


def rehearse(applicants: int, seconds: float, port: int, killed_in: Path | None, *, with_speed: bool) -> int:
    from django.db import connection

    from bench.rehearsal.applicants import close_at, gather
    from bench.rehearsal.crowd import Crowd
    from bench.rehearsal.verdict import judge
    from kit import clock

    round_, people, sent = gather(applicants)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    closing = clock.now() + dt.timedelta(seconds=seconds + WARMING)
    close_at(round_, closing)
    connection.close()
    time.sleep(max(0.0, (closing - clock.now()).total_seconds() - seconds))
    crowd = Crowd(port, people, sent, seconds=seconds, closing=closing)
    killed: dict[str, int] = {}
    if killed_in is not None:
        threading.Thread(target=kill_in_turn, args=(killed_in, seconds, killed), daemon=True).start()
    beginning = time.monotonic()
    found = asyncio.run(crowd.play())
    spent = time.monotonic() - beginning
    verdict = judge(round_, found, with_kills=killed_in is not None, with_speed=with_speed)
    rate = {"requests each second": round(len(found.asked) / spent, 1), "killed": killed}
    return tell("kills" if killed_in else "calm", {**verdict.facts, **rate}, verdict.faults)


def kill_in_turn(var_dir: Path, seconds: float, killed: dict[str, int]) -> None:
    beginning = time.monotonic()
    for part, share in KILLED_AT.items():
        time.sleep(max(0.0, beginning + share * seconds - time.monotonic()))
        killed[part] = stage.kill(part, var_dir)


def tell(name: str, facts: dict[str, object], faults: dict[str, int]) -> int:
    """On the terminal and in a report; 1 when what must be zero is not."""
    print(f"Closing day, {'parts killed in turn' if name == 'kills' else 'calm'}")
    for words, value in facts.items():
        print(f"  {words:75} {value}")
    for words, value in faults.items():
        print(f"  {words:75} {value}{'' if value == 0 else '   NOT ZERO'}", flush=True)
    REPORTS.mkdir(exist_ok=True)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    (REPORTS / f"rehearsal-{name}-{stamp}.json").write_text(json.dumps({"facts": facts, "faults": faults}, indent=2, ensure_ascii=False))
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2]), with_kills=sys.argv[3] == "kills", with_speed="speed" in sys.argv[4:]))
