"""Who sees what: every address of ours × every persona → what it answers. An address without a row fails.

Add a row in one line: `Row("app:name", ANSWERS, kwarg=thing)`. ANSWERS has one word per persona, in the order of PERSONAS: a status,
or `login` for a redirection to the sign-in page. A thing is a function that gets the cast and gives the value of the kwarg, made so
that the *member* is whom it belongs to; a plain value does too. `method="post"` asks with POST; one address may have several rows.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import reverse

from accounts.enums import Group
from kit import clock
from notifications.models import Message
from portal.models import SiteNotice
from tests.addresses import own_addresses
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PERSONAS = ("anonymous", "stranger", "member", "auditor", "reviewer", "manager", "administrator")

#                    anonymous stranger member auditor reviewer manager administrator
PUBLIC = "              200      200     200    200     200      200       200"
SIGNED_IN = "          login     200     200    200     200      200       200"
MEMBER_ONLY = "        login     404     200    404     404      404       404"
MEMBER_AND_READERS = " login     404     200    200     200      200       200"
NOWHERE = "             404      404     404    404     404      404       404"
REDIRECTED = "         302      302     302    302     302      302       302"
POST_ONLY = "          login     405     405    405     405      405       405"
ADMINISTRATOR = "      login    login   login   403     403      403       200"
MANAGERS = "           login    login   login   403     403      200       200"
ADMIN_POST_ONLY = "    login    login   login   405     405      405       405"
STAFF = "              login    login   login   200     200      200       200"
NO_ADMIN_PAGE = "      login    login   login   403     403      403       403"


class Cast:
    """The people of the table, made when first looked at."""

    @cached_property
    def stranger(self):
        """Signed in, and nothing else."""
        return UserFactory(email="stranger@exemple.fr")

    @cached_property
    def member(self):
        """To whom the things of the table belong."""
        return UserFactory(email="member@exemple.fr")

    @cached_property
    def auditor(self):
        return UserFactory(email="auditor@exemple.fr", staff=True, group=Group.AUDITOR)

    @cached_property
    def reviewer(self):
        return UserFactory(email="reviewer@exemple.fr", staff=True, group=Group.REVIEWER)

    @cached_property
    def manager(self):
        return UserFactory(email="manager@exemple.fr", staff=True, group=Group.CALL_MANAGER)

    @cached_property
    def administrator(self):
        return UserFactory(email="administrator@exemple.fr", staff=True, group=Group.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Row:
    """One address, what it answers to each persona, and how to ask."""

    name: str
    answers: str
    things: dict[str, Any] = field(default_factory=dict)
    method: str = "get"

    def __init__(self, name: str, answers: str, *, method: str = "get", **things: Any) -> None:
        for key, value in {"name": name, "answers": answers, "things": things, "method": method}.items():
            object.__setattr__(self, key, value)


# Things: what a kwarg of an address stands for. Each belongs to the member.


def message_of_member(cast: Cast) -> Message:
    return Message.objects.create(
        cause="who-sees-what",
        kind="essai",
        recipient=cast.member,
        email=cast.member.email,
        subject="Objet",
        text="Texte",
        digest_line="Objet",
    )


def message_uuid(cast: Cast) -> Any:
    return message_of_member(cast).uuid


def message_pk(cast: Cast) -> int:
    return int(message_of_member(cast).pk)


def notice_pk(cast: Cast) -> int:
    return int(SiteNotice.objects.create(message="Incident", starts_at=clock.now()).pk)


A_UUID = "00000000-0000-4000-8000-000000000000"

ROWS = (
    # kit
    Row("alive", PUBLIC),
    Row("ready", PUBLIC),
    # portal
    Row("portal:home", PUBLIC),
    Row("portal:dashboard", SIGNED_IN),
    Row("portal:how_it_works", PUBLIC),
    Row("portal:contact", PUBLIC),
    Row("portal:sitemap", PUBLIC),
    Row("portal:accessibility", PUBLIC),
    Row("portal:legal_notice", PUBLIC),
    Row("portal:personal_data", PUBLIC),
    Row("portal:cookies", PUBLIC),
    Row("portal:demo_mailbox", NOWHERE),
    Row("portal:demo_message", NOWHERE, uuid=A_UUID),
    Row("portal:demo_message_html", NOWHERE, uuid=A_UUID),
    Row("portal:robots", PUBLIC),
    Row("portal:security_txt", PUBLIC),
    Row("portal:favicon", REDIRECTED),
    Row("footer-sitemap", PUBLIC),
    Row("footer-accessibility-status", PUBLIC),
    Row("footer-legal-notice", PUBLIC),
    Row("footer-personal-data", PUBLIC),
    Row("footer-cookie-management", PUBLIC),
    Row("admin:portal_sitenotice_changelist", MANAGERS),
    Row("admin:portal_sitenotice_add", MANAGERS),
    Row("admin:portal_sitenotice_change", MANAGERS, object_id=notice_pk),
    Row("admin:portal_sitenotice_history", MANAGERS, object_id=notice_pk),
    Row("admin:portal_sitenotice_delete", NO_ADMIN_PAGE, object_id=notice_pk),
    # notifications
    Row("notifications:message_list", SIGNED_IN),
    Row("notifications:message_read_all", POST_ONLY),
    Row("notifications:message_detail", MEMBER_ONLY, uuid=message_uuid),
    Row("admin:notifications_message_changelist", MANAGERS),
    Row("admin:notifications_message_add", NO_ADMIN_PAGE),
    Row("admin:notifications_message_change", MANAGERS, object_id=message_pk),
    Row("admin:notifications_message_history", MANAGERS, object_id=message_pk),
    Row("admin:notifications_message_retry", ADMIN_POST_ONLY, pk=message_pk),
    Row("admin:notifications_message_delete", NO_ADMIN_PAGE, object_id=message_pk),
)


def cells() -> list[Any]:
    return [
        pytest.param(row, persona, answer, id=f"{row.method}-{row.name}-{persona}")
        for row in ROWS
        for persona, answer in zip(PERSONAS, row.answers.split(), strict=True)
    ]


@pytest.mark.parametrize(("row", "persona", "answer"), cells())
def test_answer(client, row: Row, persona: str, answer: str):
    cast = Cast()
    address = reverse(row.name, kwargs={key: thing(cast) if callable(thing) else thing for key, thing in row.things.items()})
    if persona != "anonymous":
        client.force_login(getattr(cast, persona))

    response = getattr(client, row.method)(address)

    assert said(response) == answer


def said(response) -> str:
    """The status, or `login` when it leads to a sign-in page, ours or that of the administration."""
    target = response.get("Location", "")
    if response.status_code == 302 and target.startswith((resolve_url(settings.LOGIN_URL), reverse("admin:login"))):
        return "login"
    return str(response.status_code)


def test_every_address_has_a_row():
    """A page that nobody thought about is a page that anybody may see."""
    assert {address.name or address.route for address in own_addresses()} - {row.name for row in ROWS} == set()


def test_every_row_has_an_address():
    assert {row.name for row in ROWS} - {address.name for address in own_addresses()} == set()
