"""What the crowd does: each opens a page, goes on writing, and deposits, a third of them in the last minute, a few a moment too late.

A request that a failure interrupts is sent again for half a minute, as the site's own pages do (static/js/deposit.js, autosave.js): the same
words, the same key, and the stamp of its first arrival where the server that failed could still seal one.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http import HTTPStatus

import httpx

from bench import data
from bench.__main__ import TOKEN
from bench.rehearsal.applicants import TYPED, Applicant
from kit.arrival import STAMP_HEADER

SAVES = 10
PATIENCE, BETWEEN = 30.0, 2.0
LONGEST_ANSWER = 20.0
LAST_SHARE = 1 / 3
ONE_LATE_IN = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a person, however often it was sent. `status` is 0 when nothing answered; `was_interrupted` when the first try failed."""

    kind: str
    seconds: float
    status: int
    sent_at: datetime
    was_interrupted: bool = False
    arrived_at: datetime | None = None
    location: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Deposited:
    """A press on « Déposer » and what came of it: the address of a receipt, or none."""

    applicant: Applicant
    asked: Asked
    was_late: bool

    @property
    def receipt(self) -> str:
        return self.asked.location.strip("/").rpartition("/")[2] if "/accuses/" in self.asked.location else ""


@dataclass
class Found:
    """What the crowd saw; `unsaved` are texts sent before the closing that were not kept."""

    asked: list[Asked] = field(default_factory=list)
    deposits: list[Deposited] = field(default_factory=list)
    unsaved: list[Asked] = field(default_factory=list)


class Crowd:
    """`start` and `closing` are on the clock of this process; the crowd begins at `start`."""

    def __init__(self, port: int, applicants: list[Applicant], sent: dict[str, str], *, seconds: float, closing: datetime) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.applicants, self.sent = applicants, sent
        self.seconds, self.closing = seconds, closing
        self.found = Found()
        self.chance = random.Random(2018)

    async def play(self) -> Found:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
        async with httpx.AsyncClient(base_url=self.address, limits=limits, timeout=LONGEST_ANSWER) as self.client:
            self.beginning = time.monotonic()
            lives = (self.live(one, *self.plan(is_late=rank % ONE_LATE_IN == 0)) for rank, one in enumerate(self.applicants))
            await asyncio.gather(*lives)
        return self.found

    def plan(self, *, is_late: bool) -> tuple[list[float], float]:
        """When one opens a page and writes, then when one deposits, in seconds from the beginning."""
        last_minute = min(60.0, self.seconds / 5)
        if is_late:
            press = self.seconds + self.chance.uniform(0.05, 3)
        elif self.chance.random() < LAST_SHARE:
            press = self.seconds - self.chance.uniform(0.5, last_minute)
        else:
            press = self.chance.uniform(0.4 * self.seconds, self.seconds - last_minute)
        until = min(press, self.seconds) - 0.3
        return sorted(self.chance.uniform(0, until) for _ in range(SAVES + 1)), press

    async def live(self, applicant: Applicant, moments: list[float], press: float) -> None:
        await self.at(moments[0])
        await self.ask("page", applicant, "GET", f"/dossiers/{applicant.application}/sections/{data.REHEARSAL}/")
        for turn, moment in enumerate(moments[1:]):
            await self.at(moment)
            await self.write(applicant, turn)
        await self.at(press)
        await self.deposit(applicant, was_late=press > self.seconds)

    async def at(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, self.beginning + moment - time.monotonic()))

    async def write(self, applicant: Applicant, turn: int) -> None:
        text = f"Nous agissons avec les habitants du quartier, version {turn} de {applicant.name}."
        body = {f"q-{TYPED}": text, f"q-{TYPED}-version": str(applicant.version), "person": applicant.person}
        path = f"/dossiers/{applicant.application}/sections/{data.REHEARSAL}/saisie/"
        asked = await self.ask("autosave", applicant, "POST", path, body)
        told = json.loads(asked.body)["fields"][f"q-{TYPED}"] if asked.status == HTTPStatus.OK else {"kept": False}
        if told["kept"]:
            applicant.version, applicant.text = told["version"], text
        elif asked.sent_at < self.closing:
            self.found.unsaved.append(asked)

    async def deposit(self, applicant: Applicant, *, was_late: bool) -> None:
        body = {**self.sent, "idempotency_key": applicant.key, "tried_since": datetime.now(UTC).isoformat()}
        path = f"/dossiers/{applicant.application}/deposer/"
        asked = await self.ask("deposit", applicant, "POST", path, body)
        while asked.status == 0:  # half a minute of silence: the person presses again once the site is back
            await self.until_back()
            asked = replace(await self.ask("deposit", applicant, "POST", path, body), was_interrupted=True)
        self.found.deposits.append(Deposited(applicant, asked, was_late))

    async def ask(self, kind: str, applicant: Applicant, method: str, path: str, body: dict[str, str] | None = None) -> Asked:
        """The answer to a request, sent again while nothing answers or the answer is a failure, for half a minute."""
        headers = {"Cookie": f"csrftoken={TOKEN}; sessionid={applicant.session}"}
        if body is not None:
            body = {**body, "csrfmiddlewaretoken": TOKEN}
            headers["Origin"] = self.address
        sent_at, beginning, tries, answer = datetime.now(UTC), time.monotonic(), 0, None
        while True:
            tries += 1
            try:
                answer = await self.client.request(method, path, headers=headers, data=body)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
                break
            if answer is not None and STAMP_HEADER in answer.headers:
                headers[STAMP_HEADER] = answer.headers[STAMP_HEADER]
            if time.monotonic() - beginning + BETWEEN > PATIENCE:
                answer = None
                break
            await asyncio.sleep(BETWEEN)
        asked = Asked(
            kind,
            time.monotonic() - beginning,
            answer.status_code if answer is not None else 0,
            sent_at,
            was_interrupted=tries > 1 or answer is None,
            arrived_at=datetime.fromisoformat(answer.headers["X-Bench-Arrived"]) if answer is not None else None,
            location=answer.headers.get("Location", "") if answer is not None else "",
            body=answer.text if answer is not None and kind == "autosave" else "",
        )
        self.found.asked.append(asked)
        return asked

    async def until_back(self) -> None:
        while True:
            await asyncio.sleep(BETWEEN)
            try:
                if (await self.client.get("/sante/pret")).status_code == HTTPStatus.OK:
                    return
            except httpx.TransportError:
                continue
