"""A colleague whom a declared administrator invited comes to read and write her dossier, once both are verified."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.enums import Group
from calls.models import Answer
from community.actions import verify_membership
from community.enums import MemberStanding
from community.models import Membership
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.community import InvitationFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

KARIM = "karim@exemple.fr"
NEED = "À quel besoin répondez-vous ?"


@pytest.fixture
def people(new_page, sign_in):
    """Nora's story, and the browsers of Nora and of Karim."""

    def open_browsers(*, javascript=True, width=1280):
        story = tell_story()
        nora, karim = story.carrier, UserFactory(email=KARIM, first_name="Karim", last_name="Haddad")
        nora.first_name, nora.last_name = "Nora", "Diallo"
        nora.save(update_fields=["first_name", "last_name"])
        hers, his = new_page(javascript=javascript, width=width), new_page(javascript=javascript, width=width)
        sign_in(hers, nora)
        sign_in(his, karim)
        return story, hers, his

    return open_browsers


def press(page, name):
    page.locator("#contenu").get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.locator("#contenu").get_by_role("link", name=name, exact=True).click()


def invite(page, house):
    page.goto(reverse("community:organisation_detail", args=[house.uuid]))
    expect(page.get_by_text("Les personnes que vous invitez ne verront pas encore vos dossiers")).to_be_visible()
    follow(page, "Inviter quelqu’un")
    expect(page.get_by_text("Les personnes que vous invitez ne verront pas encore vos dossiers")).to_be_visible()
    page.get_by_label("Adresse électronique").fill(KARIM)
    press(page, "Envoyer l’invitation")
    expect(page.get_by_text(f"L’invitation est envoyée à {KARIM}")).to_be_visible()


def accept(page):
    letter = Message.objects.get(email=KARIM).text
    assert "vous ne verrez pas les dossiers commencés par d’autres" in letter
    page.goto(re.search(r"/invitations/[^/\s]+/", letter)[0])
    expect(page.get_by_text("Vous ne verrez pas tout de suite les dossiers des autres")).to_be_visible()
    press(page, "Accepter l’invitation")
    expect(page.get_by_text("Votre rattachement est déclaré, à vérifier")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_an_invited_colleague_reads_and_writes_the_dossier_once_both_are_verified(people, javascript):
    story, hers, his = people(javascript=javascript)
    application = story.start()
    story.save(application, need="Le soir, personne ne garde les enfants.")
    dossier = reverse("calls:application_detail", args=[application.uuid])
    section = reverse("calls:application_section", args=[application.uuid, "projet"])

    invite(hers, story.organisation)
    accept(his)
    before = his.goto(dossier).status

    place = Membership.objects.get(organisation=story.organisation, user=story.carrier)
    verify_membership(place, by=UserFactory(is_staff=True, group=Group.REVIEWER), through="Récépissé reçu")
    while_declared = his.goto(dossier).status
    hers.goto(reverse("community:organisation_detail", args=[story.organisation.uuid]))
    follow(hers, "Vérifier Karim Haddad")
    press(hers, "Vérifier ce membre")
    expect(hers.get_by_text("Karim Haddad est maintenant un membre vérifié.")).to_be_visible()

    after = his.goto(dossier).status
    his.goto(section)
    expect(his.get_by_label(NEED)).to_have_value("Le soir, personne ne garde les enfants.")
    his.get_by_label(NEED).fill("Le soir et la nuit, personne ne garde les enfants.")
    press(his, "Enregistrer")
    expect(his.get_by_text("Votre saisie est enregistrée.")).to_be_visible()
    hers.goto(section)
    expect(hers.get_by_label(NEED)).to_have_value("Le soir et la nuit, personne ne garde les enfants.")

    assert (before, while_declared, after) == (404, 404, 200)
    answer = Answer.objects.get(application=application, question_key="need")
    assert (answer.typed, answer.by.email) == ("Le soir et la nuit, personne ne garde les enfants.", KARIM)
    his_place = Membership.objects.get(organisation=story.organisation, user__email=KARIM)
    assert (his_place.standing, his_place.verified_by) == (MemberStanding.VERIFIED, story.carrier)


@pytest.mark.parametrize("width", [1280, 320])
def test_the_pages_of_inviting_and_verifying_have_no_axe_finding(people, axe, shot, width):
    story, hers, his = people(width=width)
    house = story.organisation
    declared = MembershipFactory(organisation=house, administrator=True, user__first_name="Paul", user__last_name="Petit")
    InvitationFactory(organisation=house, invited_by=story.carrier, email=KARIM, token="abc")
    page_of_house = reverse("community:organisation_detail", args=[house.uuid])
    found = {}

    def look(page, name, path):
        status = page.goto(path).status
        found[name] = (status, axe(page), page.evaluate("document.documentElement.scrollWidth") > width)
        shot(page, f"colleague-{name}")

    look(hers, "declared-house", page_of_house)
    look(hers, "declared-invites", reverse("community:invitation_create", args=[house.uuid]))
    look(his, "invited", "/invitations/abc/")
    look(his, "help", f"{reverse('portal:contact')}#verification")
    look(his, "enter", f"{reverse('community:organisation_identify')}?kind=en_cours")
    verify_membership(story.carrier.memberships.get(), by=UserFactory(is_staff=True, group=Group.REVIEWER), through="Récépissé reçu")
    look(hers, "verified-house", page_of_house)
    look(hers, "verified-invites", reverse("community:invitation_create", args=[house.uuid]))
    look(hers, "verify", reverse("community:member_verify", args=[declared.uuid]))

    assert found == dict.fromkeys(found, (200, [], False))
