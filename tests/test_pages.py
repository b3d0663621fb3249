"""The demonstration, walked through by each of its people: every page they can reach by links stands, says its name and keeps the policy.

Only links are followed, within our own site, and a page of each kind a few times: enough to meet every template and every dead link.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import resolve, reverse

from accounts.models import User
from frenchimpact.settings import local
from portal.demo.load import load_demonstration
from tests.markup import Markup
from tests.test_who_sees_what import close_file

pytestmark = pytest.mark.django_db

EACH_KIND = 2  # with the same parameters
EACH_VIEW = 4
START = ("portal:home", "portal:dashboard", "calls:call_list", "calls:application_list", "community:organisation_list", "admin:index")
PERSONAS = (
    None,
    "claire.porteuse",
    "karim.membre",
    "sophie.structure",
    "auditeur",
    "agente.instruction",
    "agent.appel",
    "admin",
)
BY_A_LIBRARY = {"admin", "javascript-catalog"}


@dataclass(slots=True)
class Page:
    path: str
    name: str
    status: int
    found_on: str
    is_frame: bool
    markup: Markup | None = field(repr=False)


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Loaded once, in a transaction around those of the tests."""
    with (
        override_settings(DEMONSTRATION=True, DEMONSTRATION_ACCOUNTS=local.DEMONSTRATION_ACCOUNTS),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_territories", verbosity=0)
        load_demonstration()
        yield
        transaction.set_rollback(True)


def walk(persona: str | None) -> Iterator[Page]:
    client = Client()
    if persona:
        client.force_login(User.objects.get(email__startswith=f"{persona}@"))
    starts = [reverse(name) for name in START if persona or name in {"portal:home", "calls:call_list"}]
    if persona and not User.objects.get(email__startswith=f"{persona}@").is_staff:
        starts.remove(reverse("admin:index"))
    waiting = deque((path, "") for path in starts)
    seen = set(starts)
    kinds: Counter[str] = Counter()
    while waiting:
        path, found_on = waiting.popleft()
        kind = kind_of(path)
        view = kind.split(" ")[0]
        if kinds[kind] >= EACH_KIND or kinds[view] >= EACH_VIEW:
            continue
        kinds.update({kind, view})
        answer = client.get(path)
        close_file(answer)
        is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
        markup = Markup(answer.content.decode()) if is_page else None
        yield Page(path, kind, answer.status_code, found_on, "<html" not in answer.content.decode() if is_page else False, markup)
        links = markup.links if markup else [answer["Location"]] if "Location" in answer else []
        for link in links:
            target = within(path, link)
            if target and target not in seen:
                seen.add(target)
                waiting.append((target, path))


def within(path: str, link: str) -> str:
    """The link as a path of our site, or nothing."""
    url = urlsplit(urljoin(f"http://testserver{path}", urldefrag(link).url))
    if url.scheme not in {"http", "https"} or url.netloc != "testserver" or url.path.startswith("/static/"):
        return ""
    return f"{url.path}?{url.query}" if url.query else url.path


def kind_of(path: str) -> str:
    """The address's name, and which parameters it carries: another filter is another page."""
    url = urlsplit(path)
    match = resolve(url.path) if is_known(url.path) else None
    parameters = sorted(set(re.findall(r"(?:^|&)([^=&]+)=", url.query)))
    return f"{match.view_name if match else url.path} {' '.join(parameters)}".strip()


def is_known(path: str) -> bool:
    try:
        resolve(path)
    except Exception:  # noqa: BLE001 - Resolver404, or a converter's refusal
        return False
    return True


def html(pages: list[Page]) -> list[tuple[Page, Markup]]:
    return [(page, page.markup) for page in pages if page.markup and not page.is_frame]


def dead_links(pages: list[Page]) -> set[tuple]:
    return {(page.path, page.status, page.found_on) for page in pages if page.status not in {200, 302}}


def pages_of_another_language(pages: list[Page]) -> set[tuple]:
    return {(page.name,) for page, markup in html(pages) if markup.lang != "fr"}


def pages_without_one_heading(pages: list[Page]) -> set[tuple]:
    return {(page.name, len(markup.headings)) for page, markup in html(pages) if [bool(text.strip()) for text in markup.headings] != [True]}


def titles_that_do_not_name_one_page(pages: list[Page]) -> set[tuple]:
    """Two addresses never have one title, nor a page one that is empty."""
    views: dict[str, set[str]] = {}
    for page, markup in html(pages):
        if page.status == 200:
            views.setdefault(" ".join(markup.title.split()), set()).add(page.name.split(" ")[0])
    return {(title, *sorted(names)) for title, names in views.items() if len(names) > 1 or len(title) < 10}


def repeated_ids(pages: list[Page]) -> set[tuple]:
    return {(page.name, one) for page in pages if page.markup for one, times in Counter(page.markup.ids).items() if times > 1}


def missing_ids(pages: list[Page]) -> set[tuple]:
    """What `for`, `aria-describedby` and `#anchors` name."""
    pointed = {
        (page.name, one, page.path)
        for page, markup in html(pages)
        for one in [*markup.pointed, *(link[1:] for link in markup.links if link[:1] == "#")]
        if one and one not in markup.ids
    }
    return {(name, one) for name, one, _path in pointed}


def refused_by_the_policy(pages: list[Page]) -> set[tuple]:
    return {(page.name, what) for page in pages if page.markup for what in page.markup.inline}


RULES = (
    dead_links,
    pages_of_another_language,
    pages_without_one_heading,
    titles_that_do_not_name_one_page,
    repeated_ids,
    missing_ids,
    refused_by_the_policy,
)


@pytest.mark.parametrize("persona", PERSONAS, ids=str)
def test_every_page_that_links_lead_to(demonstration, persona):
    pages = list(walk(persona))

    assert len(html(pages)) > (12 if persona is None else 25)  # a walk that stopped at the door would find nothing wrong
    assert {rule.__name__: rule(pages) for rule in RULES} == {rule.__name__: set() for rule in RULES}
