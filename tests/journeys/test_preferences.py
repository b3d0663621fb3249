"""A person chooses what they get by mail, and stops it from a mail without signing in."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from notifications.enums import Pace, Topic
from notifications.queries import paces_of
from notifications.unsubscribing import token_for
from tests.factories.accounts import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_person_chooses_then_stops_from_a_mail(new_page, sign_in, javascript):
    awa = UserFactory()
    page, elsewhere = new_page(javascript=javascript), new_page(javascript=javascript)
    sign_in(page, awa)

    page.goto("/compte/profil/")
    if not javascript:
        page.goto(reverse("notifications:preference_change"))
    else:
        page.locator("#contenu").get_by_role("link", name="Mes notifications").click()
    page.get_by_role("group", name="Rappels avant une clôture").get_by_text("Dans un résumé").click()
    page.locator("#contenu").get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Vos choix sont enregistrés.")).to_be_visible()
    elsewhere.goto(reverse("notifications:unsubscribe", args=[token_for(awa.pk, Topic.ANSWERS)]))
    elsewhere.get_by_role("button", name="Ne plus les recevoir").click()
    expect(elsewhere.get_by_role("heading", name="C’est noté")).to_be_visible()

    assert paces_of(awa) == {Topic.REMINDERS: Pace.DAILY, Topic.ANSWERS: Pace.NEVER, Topic.COLLEAGUES: Pace.AT_ONCE}


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_have_no_axe_finding(new_page, sign_in, axe, shot, width):
    awa, page = UserFactory(), new_page(width=width)
    sign_in(page, awa)
    found = {}
    for name, path in {
        "choices": reverse("notifications:preference_change"),
        "way-out": reverse("notifications:unsubscribe", args=[token_for(awa.pk, Topic.REMINDERS)]),
        "wrong-way": reverse("notifications:unsubscribe", args=["coupe"]),
    }.items():
        page.goto(path)
        found[name] = (axe(page), page.evaluate("document.documentElement.scrollWidth") > width)
        shot(page, f"preferences-{name}")

    assert found == dict.fromkeys(found, ([], False))
