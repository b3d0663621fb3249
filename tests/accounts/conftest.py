"""What the tests of accounts share: no limit counted by another test, the mails owed, one-time codes."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from notifications.models import Message


@pytest.fixture(autouse=True)
def _no_limit_counted_yet():
    cache.clear()


@pytest.fixture
def mails(db):
    """The mails owed to an address, oldest first."""
    return lambda email: list(Message.objects.filter(email=email).order_by("pk"))


@pytest.fixture
def mailed_code(mails):
    """The code in the last mail owed to an address."""
    return lambda email: re.findall(r"^[A-Z]{4}-[A-Z]{4}$", mails(email)[-1].text, re.MULTILINE)[0]


def totp_code(secret: str) -> str:
    """What an application shows now for `secret`."""
    counters = list(yield_hotp_counters_from_time())
    code: str = format_hotp_value(hotp_value(secret, counters[len(counters) // 2]))
    return code
