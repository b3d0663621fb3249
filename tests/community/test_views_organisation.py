"""Entering an organisation, changing it, asking the register about it: the pages, and what they answer to what is wrong."""

import pytest
from django.urls import reverse

from community.models import Organisation
from community.register import Identity
from tests.community.typed import house_url, typed
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory, OrganisationFactory

SIRET = "00000101600013"


def test_enter_in_two_steps_while_the_register_is_down(signed_in, paris):
    user = UserFactory()
    client = signed_in(user)

    first = client.post(reverse("community:organisation_create"), {"kind": "siret", "number": " 000 001 016 00013 "})
    second = client.get(first.url)
    done = client.post(first.url, typed())

    assert first.url == f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"
    assert "ne répond pas" in second.content.decode()
    organisation = Organisation.objects.get()
    assert done.url == house_url(organisation)
    assert (organisation.siret, organisation.website, organisation.commune) == (SIRET, "https://www.exemple.fr", paris)
    page = client.get(done.url).content.decode()
    assert f'<a class="fr-btn" href="{reverse("calls:call_list")}">Voir les appels ouverts</a>' in page


def test_enter_with_the_register_prefills(signed_in, settings, paris):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    client = signed_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    page = client.get(url).content.decode()

    assert 'value="LES JARDINS DE LA RUCHE"' in page
    assert "Repris du répertoire officiel" in page
    assert "Association déclarée (9220)" in page


def test_a_cooperative_of_the_register_comes_as_one(signed_in, settings, paris):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"

    form = signed_in(UserFactory()).get(f"{reverse('community:organisation_identify')}?kind=siret&number=00000105700017").context["form"]

    prefilled = {name: form[name].value() for name in ("legal_family", "cooperative_form", "ess_evidence")}
    assert prefilled == {"legal_family": "cooperative", "cooperative_form": "scop", "ess_evidence": "statut"}


@pytest.mark.parametrize(
    ("siret", "sentence"),
    [
        ("00000106500010", "opposée à la diffusion"),
        ("00000107300014", "personnalité juridique"),
        ("00000109900019", "fermé"),
        ("99999999800019", "ne connaît pas ce numéro"),
    ],
)
def test_enter_says_what_the_register_says(signed_in, settings, db, siret, sentence):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"

    page = signed_in(UserFactory()).get(f"{reverse('community:organisation_identify')}?kind=siret&number={siret}").content.decode()

    assert sentence in page
    assert "NON-DIFFUSIBLE" not in page


def test_enter_an_organisation_that_exists_leads_to_a_claim(signed_in, paris):
    earlier = OrganisationFactory(siret=SIRET)
    client = signed_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    answer = client.get(url, follow=True)
    claimed = client.post(reverse("community:claim_create", args=[earlier.uuid]), {"capacity": "Présidente"}, follow=True)

    assert "déjà enregistrée" in answer.content.decode()
    assert claimed.redirect_chain[-1][0] == house_url(earlier)
    assert earlier.claims.get().capacity == "Présidente"


def test_enter_at_the_same_time_as_someone_else_leads_to_a_claim(signed_in, paris, monkeypatch):
    client = signed_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"
    earlier = OrganisationFactory(siret=SIRET)
    looks = iter([Organisation.objects.none(), Organisation.objects.filter(pk=earlier.pk)])
    monkeypatch.setattr(type(Organisation.objects), "identified_by", lambda self, *args, **kwargs: next(looks))

    assert client.post(url, typed()).url == reverse("community:claim_create", args=[earlier.uuid])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Saisissez le nom"),
        ({"postcode": "7501"}, "5 chiffres"),
        ({"commune": "Nulle part"}, "Aucun"),
        ({"legal_family": "cooperative"}, "Dites quelle coopérative"),
        ({"cooperative_form": "scic"}, "famille « Coopérative »"),
        ({"roles": []}, "Cochez au moins une réponse"),
        ({"website": "pas une adresse"}, "n’est pas complète"),
        ({"website": "www.exemple.fr:http"}, "n’est pas complète"),
        ({"website": "javascript:alert(1)"}, "Cette adresse n’est pas celle d’un site"),
        ({"website": " MAILTO:ana@exemple.fr"}, "Cette adresse n’est pas celle d’un site"),
        ({"legal_family": "autre chose"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(signed_in, paris, changes, sentence):
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    page = signed_in(UserFactory()).post(url, typed(acronym="JDR", **changes)).content.decode()

    assert sentence in page.replace("\u00a0", " ")
    assert 'value="JDR"' in page


@pytest.mark.parametrize(
    ("kind", "number", "sentence"),
    [
        ("siret", "000001016", "SIREN"),
        ("siret", "00000101600014", "clé de contrôle"),
        ("siret", "", "14 chiffres"),
        ("rna", "691000101", "W"),
        ("ridet", "12", "6 ou 7"),
        ("alsace_moselle", "", "volume"),
        ("en_cours", "123", "laissez cette case vide"),
        ("", "123", "Choisissez un identifiant"),
        ("siret", "1" * 61, "60"),
    ],
)
def test_first_step_says_what_is_wrong_with_a_number(signed_in, db, kind, number, sentence):
    client = signed_in(UserFactory())

    assert sentence in client.post(reverse("community:organisation_create"), {"kind": kind, "number": number}).content.decode()
    assert client.get(reverse("community:organisation_identify"), {"kind": kind, "number": number}).status_code == 200


@pytest.mark.parametrize(("kind", "number"), [("rna", "W691000101"), ("ridet", "123456"), ("alsace_moselle", "Colmar 1"), ("en_cours", "")])
def test_enter_by_another_identifier(signed_in, paris, kind, number):
    client = signed_in(UserFactory())
    first = client.post(reverse("community:organisation_create"), {"kind": kind, "number": number})

    client.post(first.url, typed())

    assert Organisation.objects.get().identifier == number


def test_postcode_of_another_commune_is_refused_and_kept(signed_in, paris):
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    form = signed_in(UserFactory()).post(url, typed(postcode="42000", acronym="JDR")).context["form"]

    assert form.errors == {
        "postcode": ["Le code postal 42000 désigne Saint-Étienne (42), et non Paris (75). Corrigez le code postal ou la commune."]
    }
    assert [form[name].value() for name in ("postcode", "acronym")] == ["42000", "JDR"]
    assert 'value="Paris (75)"' in str(form["commune"])


def odd_register(monkeypatch):
    """The register says 42000 Paris."""
    answer = Identity(siret=SIRET, name="Les Jardins", postcode="42000", commune_code="75056")
    monkeypatch.setattr("community.register.find", lambda number: answer)


def test_postcode_that_the_register_gave_is_remarked_and_not_refused(signed_in, paris, monkeypatch):
    odd_register(monkeypatch)
    client = signed_in(UserFactory())

    page = client.post(f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}", typed(postcode="42000"), follow=True)
    again = client.post(
        reverse("community:organisation_change", args=[Organisation.objects.get().uuid]), typed(postcode="42000"), follow=True
    )

    assert Organisation.objects.get().postcode == "42000"
    assert ["répertoire officiel : rien n’est bloqué" in answer.content.decode() for answer in (page, again)] == [True, True]


def test_postcode_typed_over_the_register_is_compared(signed_in, paris, monkeypatch):
    odd_register(monkeypatch)
    client = signed_in(UserFactory())

    page = client.post(f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}", typed(postcode="72000"))

    assert list(page.context["form"].errors) == ["postcode"]


def test_change_and_refresh_and_add_siret(signed_in, paris):
    place = MembershipFactory(administrator=True, organisation__pending=True)
    house, client = place.organisation, signed_in(place.user)

    client.post(reverse("community:organisation_change", args=[house.uuid]), typed(name="Nouveau nom"))
    client.post(reverse("community:organisation_add_siret", args=[house.uuid]), {"siret": SIRET})
    refreshed = client.post(reverse("community:organisation_refresh", args=[house.uuid]), follow=True)

    house.refresh_from_db()
    assert (house.name, house.siret) == ("Nouveau nom", SIRET)
    assert "ne répond pas" in refreshed.content.decode()


def test_refresh_with_the_register(signed_in, settings, db):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    place = MembershipFactory(administrator=True, organisation__siret=SIRET)

    page = signed_in(place.user).post(reverse("community:organisation_refresh", args=[place.organisation.uuid]), follow=True)

    assert "comparés avec le répertoire officiel" in page.content.decode()
    assert "Association déclarée (9220)" in page.content.decode()


def test_refresh_without_a_number_asks_nobody(signed_in, db):
    place = MembershipFactory(administrator=True, organisation__pending=True)

    page = signed_in(place.user).post(reverse("community:organisation_refresh", args=[place.organisation.uuid]), follow=True)

    assert "ne connaît pas" in page.content.decode()


def test_add_the_siret_of_another_is_said(signed_in, db):
    OrganisationFactory(siret=SIRET)
    place = MembershipFactory(administrator=True, organisation__pending=True)

    page = signed_in(place.user).post(reverse("community:organisation_add_siret", args=[place.organisation.uuid]), {"siret": SIRET})

    assert "porte déjà ce SIRET" in page.content.decode()
