"""What every test shares: services of its own, silent faults made loud, and a browser."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import TransactionTestCase
from hypothesis import settings as property_tests

from frenchimpact.settings.env import Env
from kit.broker import hand
from kit.services.faults import ServiceFault
from kit.services.supervisor import embedded
from tests import loud_faults, seeds
from tests.browser import axe, browser, new_page, page, shot, sign_in
from tests.clamd import clamd

__all__ = ["axe", "browser", "clamd", "new_page", "page", "shot", "sign_in"]

services = ExitStack()
property_tests.register_profile("house", deadline=None)  # a busy machine is not a fault
property_tests.load_profile("house")


def pytest_configure(config: pytest.Config) -> None:
    """Start the services that no address names, once: in the process that shares the tests out, not in those that run them."""
    loud_faults.install()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell in the background ignores it, and then no program here could trap it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    env = Env()
    binaries = env.text("PG_BINDIR", "")
    try:
        services.enter_context(
            embedded(
                Path(settings.VAR_DIR) / "tests",
                durable=False,
                database_url=env.text("DATABASE_URL", ""),
                redis_url=env.text("REDIS_URL", ""),
                binaries=Path(binaries) if binaries else None,
            )
        )
    except ServiceFault as fault:
        pytest.exit(str(fault), returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    services.close()


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    """A process keeps places by their code, and leaves a broker that failed alone for a while: each test has its own."""
    caches["process"].clear()
    hand.breaker.reset()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Tests that commit empty the tables; what migrations sowed is put back behind them, under the same keys, for any test that follows."""
    with django_db_blocker.unblock():
        sown = seeds.take()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: seeds.put_back(sown))
        yield


@pytest.fixture(autouse=True)
def _no_address_outside() -> Iterator[None]:
    loud_faults.take_refused_addresses()
    yield
    assert loud_faults.take_refused_addresses() == []
