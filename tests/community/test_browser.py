"""Entering one's association and inviting someone, in a browser, with and without JavaScript."""

import pytest
from django.conf import settings as project_settings
from django.urls import reverse
from playwright.sync_api import expect

from community.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.community import InvitationFactory, MandateFactory, MembershipClaimFactory, MembershipFactory
from tests.factories.territories import load_few_areas

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIRET = "00000101600013"


@pytest.fixture
def person():
    return UserFactory(first_name="Nadia", last_name="Benali")


@pytest.fixture
def open_page(new_page, sign_in, person):
    def open_it(path, *, javascript=True, width=1280):
        page = new_page(javascript=javascript, width=width)
        sign_in(page, person)
        page.goto(path)
        return page

    return open_it


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_an_association_by_its_siret(open_page, person, settings, javascript):
    settings.COMPANY_REGISTER_FIXTURES = project_settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    load_few_areas()
    page = open_page(reverse("community:organisation_list"), javascript=javascript)

    page.get_by_role("link", name="Saisir mon organisation").click()
    page.get_by_label("Numéro", exact=True).fill("000 001 016 00013")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Trouvée au répertoire officiel")).to_be_visible()
    page.get_by_label("Commune du siège").fill("Le Mans")
    page.get_by_role("button", name="Enregistrer l’organisation").click()
    expect(page.get_by_text("Le code postal 69007").first).to_be_visible()
    page.get_by_label("Code postal").fill("72000")
    page.get_by_role("button", name="Enregistrer l’organisation").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("LES JARDINS DE LA RUCHE")
    organisation = Organisation.objects.get()
    assert (organisation.siret, organisation.commune_name, organisation.legal_family) == (SIRET, "Le Mans", "association")
    assert organisation.memberships.get().user == person


@pytest.mark.parametrize("javascript", [True, False])
def test_enter_an_association_while_the_register_is_down(open_page, javascript):
    load_few_areas()
    page = open_page(reverse("community:organisation_create"), javascript=javascript)

    page.get_by_label("Numéro", exact=True).fill(SIRET)
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("Le répertoire officiel ne répond pas pour le moment")).to_be_visible()
    page.get_by_role("button", name="Enregistrer l’organisation").click()
    expect(page.get_by_role("heading", name="erreurs sont à corriger")).to_be_visible()
    page.get_by_label("Nom", exact=True).fill("Les Jardins de la Ruche")
    page.get_by_label("Code postal").fill("72000")
    page.get_by_label("Commune du siège").fill("Le Mans")
    page.get_by_role("radio", name="Association", exact=True).check(force=True)
    page.get_by_role("radio", name="Forme juridique").check(force=True)
    page.get_by_role("button", name="Enregistrer l’organisation").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Les Jardins de la Ruche")


@pytest.mark.parametrize("javascript", [True, False])
def test_invite_someone(open_page, person, javascript):
    house = MembershipFactory(user=person, administrator=True, verified=True).organisation
    page = open_page(reverse("community:organisation_detail", args=[house.uuid]), javascript=javascript)

    page.get_by_role("link", name="Inviter quelqu’un").click()
    page.get_by_label("Adresse électronique").fill("nina@exemple.fr")
    page.get_by_role("radio", name="Lecture").check(force=True)
    page.get_by_role("button", name="Envoyer l’invitation").click()

    expect(page.get_by_text("L’invitation est envoyée à nina@exemple.fr")).to_be_visible()
    expect(page.get_by_text("Invitations en attente")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible(open_page, axe, shot, person, settings, width):
    settings.COMPANY_REGISTER_FIXTURES = project_settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    load_few_areas()
    place = MembershipFactory(
        user=person, administrator=True, verified=True, organisation__support=True, organisation__name="Accompagner ici"
    )
    house = place.organisation
    claim = MembershipClaimFactory(organisation=house)
    InvitationFactory(organisation=house, invited_by=person, token="abc")
    asked, given = MandateFactory(client=house), MandateFactory(agent=house, granted=True)
    identify = f"{reverse('community:organisation_identify')}?kind=siret&number="
    pages = {
        "organisation_list": reverse("community:organisation_list"),
        "organisation_create": reverse("community:organisation_create"),
        "organisation_identify": f"{identify}{SIRET}",
        "organisation_undeclared": f"{identify}00000107300014",
        "organisation_detail": reverse("community:organisation_detail", args=[house.uuid]),
        "organisation_change": reverse("community:organisation_change", args=[house.uuid]),
        "claim_detail": reverse("community:claim_detail", args=[claim.uuid]),
        "dispute_create": reverse("community:dispute_create", args=[house.uuid]),
        "invitation_create": reverse("community:invitation_create", args=[house.uuid]),
        "invitation_accept": "/invitations/abc/",
        "invitation_useless": "/invitations/abcd/",
        "mandate_ask": reverse("community:mandate_ask", args=[house.uuid]),
        "mandate_detail": reverse("community:mandate_detail", args=[given.uuid]),
        "mandate_grant": reverse("community:mandate_grant", args=[asked.uuid]),
        "member_leave": reverse("community:member_leave", args=[house.uuid]),
    }
    page = open_page(pages["organisation_list"], width=width)

    found = {}
    for name, path in pages.items():
        page.goto(path)
        found[name] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        shot(page, name)

    assert {name: list_ for name, list_ in found.items() if list_} == {}
