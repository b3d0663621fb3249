"""What the tests of messages share: a scripted mail server, and a broker that is left alone."""

import pytest

from notifications import actions
from tests.notifications.scripted_mail import ScriptedBackend


@pytest.fixture(autouse=True)
def _closed_breaker():
    actions.mail_server.reset()
    yield
    actions.mail_server.reset()


@pytest.fixture
def mail_server(settings):
    settings.EMAIL_BACKEND = "tests.notifications.scripted_mail.ScriptedBackend"
    return ScriptedBackend.start()


@pytest.fixture
def handed(monkeypatch):
    """The calls given to the broker, which receives none of them."""
    calls: list[tuple] = []
    monkeypatch.setattr(actions.hand, "give", lambda call, *args: calls.append((call, *args)))
    return calls
