"""Fixtures of the browser journeys: Chromium, pages that fail on errors of script or policy, axe, and screenshots."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Response, sync_playwright

from frenchimpact.settings.env import Env

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 320)
GRAVE = {"moderate", "serious", "critical"}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; without one the journeys are skipped, except in CI, which must have it."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        if Env().flag("CI", default=False):
            pytest.fail("CI must have Chromium: the journeys may not be skipped.")
        pytest.skip("No Chromium on this machine (apt install chromium).")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's event loop lives in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()
        connections.close_all()  # inside that loop Django opened another connection than before it
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages `new_page(javascript=True, width=1280)`, each a visitor of its own; paths are relative to the live site."""
    contexts = []
    faults: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            faults.append(message.text)

    def note_response(response: Response) -> None:
        if response.status >= 400 and "/static/" in response.url:
            faults.append(f"{response.status} {response.url}")

    def open_page(*, javascript: bool = True, width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=live_server.url, java_script_enabled=javascript, viewport={"width": width, "height": 900}, locale="fr-FR"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note_console)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", note_response)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def sign_in(live_server: Any) -> Callable[[Page, Any], None]:
    """`sign_in(page, user)` gives the page's visitor a session, without going through the form."""

    def sign(page: Page, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign


@pytest.fixture
def axe() -> Callable[..., list[tuple[str, str, list[str]]]]:
    """`axe(page)` gives the findings that matter, as (rule, impact, places): a test compares them to []."""

    def run(page: Page, **options: Any) -> list[tuple[str, str, list[str]]]:
        violations = Axe().run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
        return [(one["id"], one["impact"], [node["html"][:160] for node in one["nodes"]]) for one in violations if one["impact"] in GRAVE]

    return run


@pytest.fixture
def shot() -> Callable[[Page, str], list[Path]]:
    """With SCREENSHOTS=1, `shot(page, name)` writes var/screenshots/name-1280.png and name-320.png, for people to look at."""
    wanted = Env().flag("SCREENSHOTS", default=False)

    def take(page: Page, name: str) -> list[Path]:
        if not wanted:
            return []
        folder = Path(settings.VAR_DIR) / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size
        taken = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            taken.append(folder / f"{name}-{width}.png")
            page.screenshot(path=taken[-1], full_page=True)
        if before:
            page.set_viewport_size(before)
        return taken

    return take
