"""What a deposit holds: the same dossier gives the same bytes, which its digest proves and which read back as they were."""

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from calls.content import CONTENT_KIND, CONTENT_VERSION, Signatory, deposit_content
from calls.enums import Capacity
from calls.models import Application
from calls.queries.application import sheet_of
from kit.canonical import canonical_json, sha256_hex, versioned
from projects.models import Theme
from tests.calls.cast import tell_story
from tests.factories.territories import load_few_areas

ARRIVED = datetime(2026, 2, 26, 11, 0, 0, 123, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefgé", max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(PLAIN)
def test_bytes_are_stable_and_read_back(content):
    sealed = versioned(CONTENT_KIND, CONTENT_VERSION, {"content": content})
    again = json.loads(sealed)

    assert canonical_json(again) == sealed
    assert versioned(CONTENT_KIND, CONTENT_VERSION, again["content"]) == sealed
    assert sha256_hex(sealed) == hashlib.sha256(sealed).hexdigest()


@given(st.dictionaries(st.text("abcdefg", max_size=4), st.integers(0, 9), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(content, random):
    shuffled = list(content.items())
    random.shuffle(shuffled)

    assert canonical_json(dict(shuffled)) == canonical_json(content)


@given(st.datetimes(timezones=st.timezones()), st.dates(), st.decimals(-(10**15), 10**15, places=2), st.uuids())
def test_instants_days_amounts_and_identifiers_have_one_form(at: datetime, on: date, amount: Decimal, identifier: UUID):
    try:
        utc = at.astimezone(UTC)
    except OverflowError:
        return

    assert canonical_json([at, on, amount, identifier]) == canonical_json([utc, on, amount.normalize() + 0, identifier])


def content_of(application: Application):
    fresh = Application.objects.select_related("round__call", "organisation__commune", "project").get(pk=application.pk)
    return deposit_content(
        fresh,
        sheet_of(fresh),
        number="PIO26-0001",
        sequence=1,
        arrived_at=ARRIVED,
        signatory=Signatory("Claire Porteuse", "Directrice", Capacity.DELEGATE, "Délégation du 3 mars 2026"),
        declarations=list(fresh.round.declarations.all()),
    )


@pytest.mark.django_db
def test_content_holds_what_lists_and_people_need():
    areas = load_few_areas()
    story = tell_story()
    story.organisation.commune = areas["commune:75056"]
    story.organisation.save()
    story.project.places.set([areas["region:84"], areas["departement:974"]])
    story.project.themes.set(Theme.objects.order_by("code")[:2])
    application = story.start()
    story.save(application, need="Un besoin.\nDeux.")

    content = json.loads(canonical_json(content_of(application)))

    assert sorted(content) == [
        "application",
        "arrived_at",
        "call",
        "declarations",
        "files",
        "number",
        "organisation",
        "project",
        "revision",
        "round",
        "rules",
        "sections",
        "sequence",
        "signatory",
    ]
    assert content["arrived_at"] == "2026-02-26T11:00:00.000123Z"
    assert content["organisation"]["commune"] == "commune:75056"
    assert [place["code"] for place in content["project"]["places"]] == ["974", "84"]
    assert len(content["project"]["themes"]) == 2
    assert content["signatory"]["delegation"] == "Délégation du 3 mars 2026"
    assert content["sections"][0]["answers"][0]["value"] == "Un besoin.\nDeux."


@pytest.mark.django_db
def test_same_answers_same_bytes_and_another_answer_other_bytes():
    story = tell_story()
    application = story.start()
    story.save(application, need="Un besoin.", note="Une note.")
    before = canonical_json(content_of(application))

    assert canonical_json(content_of(application)) == before

    story.save(application, note="Une autre note.")
    assert canonical_json(content_of(application)) != before


@pytest.mark.django_db
def test_what_cannot_be_read_or_was_left_empty_is_not_in_a_deposit():
    story = tell_story()
    application = story.start()
    story.save(application, need="mot " * 301)

    assert content_of(application)["sections"] == [{"key": "projet", "title": "Le projet", "answers": []}]
