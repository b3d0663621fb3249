"""`python -m bench [--requests N] [--runs N] [NAME…]`: table on the terminal, JSON in bench/reports/; exits 1 when a limit is passed."""

import argparse
import datetime as dt
import http.client
import itertools
import json
import os
import shutil
import signal
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import django

from kit.services.processes import start_child, stop_child, wait_until
from kit.services.supervisor import embedded

REPORTS = Path(__file__).parent / "reports"
WARM = 20
TOKEN = "a" * 32


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def session_cookie(user) -> str:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def prepared(request, port):
    """What `measure` repeats: the request, its headers, and the numbers of its turns. A POST carries a CSRF token as a browser's does."""
    headers = {"Cookie": f"csrftoken={TOKEN}" + (f"; {session_cookie(request.user)}" if request.user else "")}
    if request.method == "POST":
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    return request, headers, itertools.count()


def body_of(request, turn):
    if request.method != "POST":
        return None
    varied = request.vary(turn) if request.vary else {}
    return urlencode({**request.data, **varied, "csrfmiddlewaretoken": TOKEN}, doseq=True)


def measure(port, words, count):
    """Milliseconds of `count` requests one after the other on one connection, and the SQL of the last."""
    request, headers, turns = words
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times, sql = [], ""
    for turn in itertools.islice(turns, count):
        if request.before:
            request.before(turn)
        body = body_of(request, turn)
        start = time.perf_counter()
        connection.request(request.method, request.path, headers=headers, body=body)
        response = connection.getresponse()
        response.read()
        times.append((time.perf_counter() - start) * 1000)
        if response.status not in {200, 204, 302, 303}:
            raise SystemExit(f"{request.path} answered {response.status}.")
        sql = response.headers.get("X-Bench-Sql", "0;0")
    connection.close()
    return times, sql


def run_all(port, plans, requests, runs):
    """Medians of `runs` runs, references and scenarios taken in turn so that the machine's moods fall on all alike."""
    found = {name: {"p50s": [], "p95s": [], "sql": ""} for name in plans}
    for words in plans.values():
        measure(port, words, WARM)
    for _ in range(runs):
        for name, words in plans.items():
            times, found[name]["sql"] = measure(port, words, requests)
            found[name]["p50s"].append(statistics.median(times))
            found[name]["p95s"].append(statistics.quantiles(times, n=20)[-1])
    return found


def report(found, limits):
    rows = []
    for name, values in found.items():
        unit, limit = limits.get(name, ("", None))
        p50 = statistics.median(values["p50s"])
        count, spent = values["sql"].split(";")
        ratio = p50 / statistics.median(found[unit]["p50s"]) if unit else None
        rows.append(
            {
                "name": name,
                "p50_ms": round(p50, 2),
                "lowest_ms": round(min(values["p50s"]), 2),
                "highest_ms": round(max(values["p50s"]), 2),
                "p95_ms": round(statistics.median(values["p95s"]), 2),
                "queries": int(count),
                "sql_ms": float(spent),
                "unit": unit,
                "ratio": ratio and round(ratio, 2),
                "limit": limit,
                "kept": ratio is None or ratio <= limit,
            }
        )  # fmt: skip - a row
    print(f"{'':34} {'p50 ms':>8} {'spread':>15} {'p95 ms':>8} {'SQL':>4} {'SQL ms':>7}  ratio (limit)")
    for row in rows:
        spread = f"{row['lowest_ms']}–{row['highest_ms']}"
        ratio = f"{row['ratio']} {row['unit']} ({row['limit']})" + ("" if row["kept"] else "  PASSED") if row["unit"] else "reference"
        print(f"{row['name']:34} {row['p50_ms']:>8} {spread:>15} {row['p95_ms']:>8} {row['queries']:>4} {row['sql_ms']:>7.2f}  {ratio}")
    REPORTS.mkdir(exist_ok=True)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    (REPORTS / f"{stamp}.json").write_text(json.dumps(rows, indent=2, ensure_ascii=False))
    return all(row["kept"] for row in rows)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("names", nargs="*", help="only the scenarios whose name holds one of these words")
    options = parser.parse_args()
    var_dir = Path(tempfile.mkdtemp(prefix="bench-"))
    var_dir.chmod(0o755)
    try:
        with embedded(var_dir, durable=True) as urls:
            os.environ.update(urls, DJANGO_SETTINGS_MODULE="bench.settings", VAR_DIR=str(var_dir))
            return run(options)
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


def run(options) -> int:
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from bench.scenarios import SCENARIOS, Request, someone

    call_command("migrate", verbosity=0)
    call_command("load_territories", verbosity=0)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    port = free_port()
    person = someone()
    chosen = [one for one in SCENARIOS if not options.names or any(word in one.name for word in options.names)]
    plans = {"save": prepared(Request("/bench/save/", person, "POST"), port), "page": prepared(Request("/bench/page/", person), port)}
    plans |= {one.name: prepared(one.prepare(), port) for one in chosen}
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    connection.close()
    web = start_child(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "frenchimpact.wsgi:application",
            "--bind",
            f"127.0.0.1:{port}",
            "--worker-class",
            "gthread",
            "--workers",
            "1",
            "--threads",
            "4",
            "--log-level",
            "warning",
            "--no-control-socket",
        ],
        stop_signal=signal.SIGTERM,
    )  # fmt: skip - an option and its value on one line
    try:
        if not wait_until(lambda: answers(port), patience=30, pause=0.1):
            raise SystemExit("The site does not answer.")
        kept = report(run_all(port, plans, options.requests, options.runs), {one.name: (one.unit, one.limit) for one in chosen})
    finally:
        stop_child(web, signal.SIGTERM, patience=10)
    return 0 if kept else 1


def answers(port) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    sys.exit(main())
