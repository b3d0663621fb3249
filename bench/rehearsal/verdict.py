"""What the crowd was told, compared with what the platform holds."""

import json
import statistics
from collections import Counter
from dataclasses import dataclass

from bench.rehearsal.applicants import TYPED
from bench.rehearsal.crowd import Deposited, Found
from calls.enums import CheckOutcome
from calls.models import Deposit, DepositRefusal, Receipt, Round
from calls.queries.interruption import interrupted_deposits
from calls.queries.receipt import check_number
from notifications.models import Message

SLOWEST_DEPOSIT = 2.0
"""Seconds, at p95, when nothing is killed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults` must all be zero; `facts` are told."""

    faults: dict[str, int]
    facts: dict[str, object]

    @property
    def holds(self) -> bool:
        return not any(self.faults.values())


def judge(round_: Round, found: Found, *, with_kills: bool, with_speed: bool) -> Verdict:
    """Every receipt handed out against its row, every refusal against its stamp, every acknowledged text against the deposit."""
    round_.refresh_from_db()
    closes_at = round_.closes_at
    assert closes_at is not None
    stored = {
        str(receipt.uuid): receipt
        for receipt in Receipt.objects.select_related("deposit__application").filter(deposit__application__round=round_)
    }
    given = [one for one in found.deposits if one.receipt]
    refused = [one for one in found.deposits if not one.receipt]
    in_time = [one for one in refused if one.asked.arrived_at is not None and one.asked.arrived_at <= closes_at]
    late = [one for one in refused if one not in in_time]
    listed = set(map(str, interrupted_deposits(round_).values_list("application__uuid", flat=True)))
    cut = [one for one in late if not one.was_late and one.asked.was_interrupted]
    faults = {
        "receipts lost": sum(not kept(one, stored) for one in given),
        "stamped in time but answered late": len(in_time)
        + DepositRefusal.objects.filter(application__round=round_, arrived_at__lte=closes_at).count(),
        "stamped late but accepted": Deposit.objects.filter(application__round=round_, arrived_at__gt=closes_at).count(),
        "given to late applicants": sum(one.was_late for one in given),
        "deposited twice": len(stored) - len({receipt.deposit.application_id for receipt in stored.values()}),
        "deposits without the message they owe": len(stored) - Message.objects.filter(cause__startswith="deposit:").count(),
        "acknowledged texts missing from a deposit": sum(not says(one, stored) for one in given if one.receipt in stored),
        "interrupted, late, and not listed for staff": sum(one.applicant.application not in listed for one in cut),
    }
    times = {
        kind: [one.seconds for one in found.asked if one.kind == kind and not one.was_interrupted]
        for kind in ("page", "autosave", "deposit")
    }
    if not with_kills:
        faults["texts not kept without a kill"] = len(found.unsaved)
    if with_speed and not with_kills:
        faults["requests interrupted without a kill"] = sum(one.was_interrupted for one in found.asked)
        faults["p95 of deposits above 2 s"] = int(quantile(times["deposit"], 95) > SLOWEST_DEPOSIT)
    facts: dict[str, object] = {
        "applicants": len(found.deposits),
        "receipts": len(given),
        "refused as late": len(late),
        "of these, pressed in time, not interrupted (waited in the queue of the server)": sum(
            not one.was_late and not one.asked.was_interrupted for one in late
        ),
        "requests": len(found.asked),
        "requests interrupted": sum(one.was_interrupted for one in found.asked),
        "deposits interrupted": sum(one.asked.was_interrupted for one in found.deposits),
        "of these, deposited in the end": sum(bool(one.receipt) for one in found.deposits if one.asked.was_interrupted),
        "of these, listed for staff": len(cut),
        "texts not kept (gone with what failed, still in the browser)": len(found.unsaved),
        "answers": dict(Counter(f"{one.kind} {one.status}" for one in found.asked)),
        **{
            f"{kind}, ms at p50, p95, p99": [round(quantile(seconds, part) * 1000) for part in (50, 95, 99)]
            for kind, seconds in times.items()
        },
    }
    return Verdict(faults, facts)


def kept(one: Deposited, stored: dict[str, Receipt]) -> bool:
    """Whether the receipt that was handed out is there, of that dossier, with a seal that holds."""
    receipt = stored.get(one.receipt)
    if receipt is None or str(receipt.deposit.application.uuid) != one.applicant.application:
        return False
    return check_number(receipt.number, receipt.code).outcome == CheckOutcome.AUTHENTIC


def says(one: Deposited, stored: dict[str, Receipt]) -> bool:
    """Whether the deposit holds the last text that was acknowledged, and the file that was given before."""
    content = json.loads(stored[one.receipt].deposit.content)["content"]
    sections = content["sections"]
    return len(content["files"]) == 1 and any(
        answer["key"] == TYPED and answer["value"] == one.applicant.text.strip() for section in sections for answer in section["answers"]
    )


def quantile(seconds: list[float], part: int) -> float:
    return statistics.quantiles(seconds, n=100)[part - 1] if len(seconds) > 1 else 0.0
