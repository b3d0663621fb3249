"""What every test shares: services of its own, silent faults made loud, and a browser."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings

from frenchimpact.settings.env import Env
from kit.services.faults import ServiceFault
from kit.services.supervisor import embedded
from tests import loud_faults
from tests.browser import axe, browser, new_page, page, shot, sign_in

__all__ = ["axe", "browser", "new_page", "page", "shot", "sign_in"]

services = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """Start the services that no address names, once: in the process that shares the tests out, not in those that run them."""
    loud_faults.install()
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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit find what migrations sowed, though the one before them emptied the tables."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if "live_server" in getattr(item, "fixturenames", ()) or (mark and mark.kwargs.get("transaction")):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(autouse=True)
def _no_address_outside() -> Iterator[None]:
    loud_faults.take_refused_addresses()
    yield
    assert loud_faults.take_refused_addresses() == []
