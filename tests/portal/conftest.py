"""A browser for the portal's pages, which listens to what the console says of the content security policy."""

import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's event loop lives in this thread
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser, live_server, client):
    """Open an address, signed in as `user` if one is given; `page.complaints` fills with what the policy blocked."""
    contexts = []

    def open_it(path: str, *, width: int = 1280, javascript: bool = True, user=None):
        context = browser.new_context(java_script_enabled=javascript, viewport={"width": width, "height": 900})
        contexts.append(context)
        if user is not None:
            client.force_login(user)
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if "Content Security Policy" in said.text else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture
def findings():
    """What axe finds serious or moderate on a page."""

    def find(page):
        violations = Axe().run(page).response["violations"]
        return [
            (one["id"], [node["html"][:120] for node in one["nodes"]])
            for one in violations
            if one["impact"] in {"moderate", "serious", "critical"}
        ]

    return find
