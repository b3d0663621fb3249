"""Whatever is typed, in whatever field of whatever page: an answer, never a fault, and no markup comes back as markup.

Every address of the table of who sees what is asked by someone who may use it, with what its page offers to send (and every name
that the code reads), by GET and by POST.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from calls.enums import QuestionKind
from tests.cast import PERSONAS, Cast, open_round, organisation
from tests.factories.calls import QuestionFactory, RoundFactory
from tests.markup import Markup
from tests.test_consistency import OWN, modules
from tests.test_who_sees_what import ROWS, Row, close_file

pytestmark = pytest.mark.django_db

FIRST_WHO_MAY = ("member", "manager", "administrator", "reviewer", "auditor")
MARKUP = "<script>alert(7)</script>"
A_MEGABYTE = "é" * 500_000

VALUES: dict[str, Any] = {
    "nothing": "",
    "markup": f"\"'>{MARKUP}</title></textarea>{{{{7*7}}}}",
    "control": "\0\x07\x1b\x7f\r\n\t",
    "control inside": "2\x00026",
    "right to left": "\u202e\u200fgnirts\u2066",
    "half a character": b"\xed\xa0\x80\xff",
    "huge number": "9" * 400,
    "just too large": str(2**63),
    "negative": "-1",
    "exponent": "1e999999",
    "not a number": "NaN",
    "other digits": "٣²",
    "no such day": "2026-02-31",
    "no such year": "99999-01-01T00:00",
    "wrong uuid": "00000000-0000-4000-8000-000000000000",
    "half a uuid": "00000000-0000",
    "duplicated": ["1", MARKUP, ""],
}

names_in_code = re.compile(r"(?:GET|POST)\.(?:get|getlist)\(\"(\w+)\"")
NAMES = sorted({name for path in modules(*OWN) for name in names_in_code.findall(path.read_text(encoding="utf-8"))} | {"page", "q"})


def usable() -> Iterator[tuple[str, Row]]:
    """Each address once, with the first persona who may use it."""
    seen = set()
    for row in ROWS:
        answers = dict(zip(PERSONAS, row.answers.split(), strict=True))
        persona = next((one for one in FIRST_WHO_MAY if answers[one] in {"200", "302", "405"}), None)
        if persona and row.name not in seen:
            seen.add(row.name)
            yield persona, row


USABLE = list(usable())


class Visit:
    """One address, asked again and again by one person; what each request changed is undone."""

    def __init__(self, persona: str, row: Row) -> None:
        self.cast = Cast()
        self.cast.put(open_round, round_of_every_kind())
        kwargs = {key: thing(self.cast) if callable(thing) else thing for key, thing in row.things.items()}
        self.address = reverse(row.name, kwargs=kwargs)
        self.client = Client()
        self.client.force_login(getattr(self.cast, persona))
        self.names, self.files = self._offered()

    def _offered(self) -> tuple[set[str], set[str]]:
        """Names of fields of the page's forms, of parameters in its links to itself, and of what the code reads."""
        answer = self.client.get(self.address)
        close_file(answer)
        names, files = set(NAMES), set()
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = Markup(answer.content.decode())
            for form in page.forms:
                names |= form.names
                files |= form.files
            for link in page.links:
                if urlsplit(link).path in {"", self.address}:
                    names |= {name for name, _ in parse_qsl(urlsplit(link).query)}
        return names - {"csrfmiddlewaretoken"}, files

    def send(self, method: str, data: dict[str, Any]) -> None:
        """A fault of the view is raised here, by Django's test client."""
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT visit")
        if method == "get":
            answer = self.client.get(f"{self.address}?{urlencode(data, doseq=True)}", follow=True)
        elif any(isinstance(value, SimpleUploadedFile) for value in data.values()):
            answer = self.client.post(self.address, data, follow=True)
        else:
            body = urlencode(data, doseq=True)
            answer = self.client.post(self.address, body, content_type="application/x-www-form-urlencoded", follow=True)
        content = b"".join(answer) if answer.streaming else answer.content
        close_file(answer)
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT visit")

        assert answer.status_code < 500
        assert not (answer["Content-Type"].startswith("text/html") and MARKUP.encode() in content)


def round_of_every_kind() -> Any:
    made = RoundFactory(open=True, complete=True)
    section = made.sections.first()
    for kind in QuestionKind:
        QuestionFactory(section=section, kind=kind, required=False)
    return made


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("persona", "row"), USABLE, ids=[row.name for _, row in USABLE])
def test_bad_input_is_answered(persona, row, method):
    visit = Visit(persona, row)

    visit.send(method, {})
    for value in VALUES.values():
        visit.send(method, dict.fromkeys(visit.names, value))
    visit.send(method, dict.fromkeys(visit.names, str(organisation(visit.cast).uuid)))
    for name in sorted(visit.names - set(NAMES))[:12]:  # one field alone, the others as they come
        visit.send(method, {name: MARKUP})


@pytest.mark.parametrize(("persona", "row"), USABLE, ids=[row.name for _, row in USABLE])
def test_a_megabyte_is_answered(persona, row):
    visit = Visit(persona, row)

    for name in sorted(visit.names - set(NAMES))[:6] or ["q"]:
        visit.send("post", {name: A_MEGABYTE})
    visit.send("get", {"q": "é" * 3000})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../../etc/passwd", b"root"),
        ("vide.pdf", b""),
        ("faux.pdf", MARKUP.encode()),
        (f"{'n' * 300}.pdf", b"%PDF-1.7\n%%EOF"),
        ("\u202efdp.exe", b"MZ\x90\x00"),
    ],
    ids=["path", "empty", "false", "long name", "right to left"],
)
def test_bad_files_are_answered(name, content):
    """On each page that takes a file."""
    visit = Visit(*next((persona, row) for persona, row in USABLE if row.name == "admin:calls_document_list"))
    assert visit.files

    visit.send("post", {one: SimpleUploadedFile(name, content, "application/pdf") for one in visit.files})


def test_the_pages_that_are_asked_are_those_that_people_use():
    """Were the table to say that nobody may use anything, the tests above would ask nothing."""
    assert len(USABLE) > 100
    assert len(urlencode({"a": A_MEGABYTE})) / 3 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE
