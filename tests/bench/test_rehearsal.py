"""A small closing day: fifty applicants, calm and with parts killed; its zeros are zeros. Speed is `make bench`'s."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.rehearsal.crowd import Asked, Deposited
from bench.rehearsal.verdict import Verdict, kept, quantile

ROOT = Path(__file__).resolve().parent.parent.parent
ZEROS = (
    "receipts lost",
    "stamped in time but answered late",
    "stamped late but accepted",
    "given to late applicants",
    "deposited twice",
    "deposits without the message they owe",
    "acknowledged texts missing from a deposit",
    "interrupted, late, and not listed for staff",
)


@pytest.mark.services
@pytest.mark.xdist_group("services")
@pytest.mark.parametrize("turn", ["calm", "kills"])
def test_fifty_applicants_lose_nothing(turn):
    words = ["--applicants", "50", "--seconds", "15", "--only", turn, "--correctness"]

    said = subprocess.run(
        [sys.executable, "-m", "bench.rehearsal", *words], check=False, cwd=ROOT, capture_output=True, text=True, timeout=300
    )

    told = dict(re.findall(r"^  (.+?)  +(\S.*)$", said.stdout, re.MULTILINE))
    assert {words: told.get(words) for words in ZEROS} == dict.fromkeys(ZEROS, "0"), said.stdout + said.stderr
    assert told["applicants"] == "50"
    assert int(told["refused as late"]) >= 1  # who pressed too late; after a kill, also who waits for staff's delay
    assert said.returncode == 0


def deposited(application, location):
    asked = Asked("deposit", 0.1, 302, None, location=location)
    return Deposited(type("Applicant", (), {"application": application}), asked, was_late=False)


def test_receipt_that_is_not_stored_is_lost():
    one = deposited("a", "/accuses/0a1b/")

    assert one.receipt == "0a1b"
    assert not kept(one, {})


def test_answer_that_leads_elsewhere_is_no_receipt():
    assert deposited("a", "/compte/connexion/").receipt == ""


def test_one_fault_is_enough_to_fail():
    assert not Verdict({"receipts lost": 0, "deposited twice": 1}, {}).holds
    assert Verdict({"receipts lost": 0}, {}).holds


def test_quantiles_of_little():
    assert quantile([], 95) == 0.0
    assert quantile([float(one) for one in range(101)], 95) == pytest.approx(95.9, abs=1)
