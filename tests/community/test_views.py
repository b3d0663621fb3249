"""The pages: who reaches them, what they do, what they answer to bad input, and how many queries they cost."""

import uuid as uuids

import pytest
from django.urls import reverse

from community.models import Invitation, Mandate, Membership, MembershipDispute, Organisation
from tests.factories.accounts import UserFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipFactory,
    OrganisationFactory,
)
from tests.factories.territories import load_few_areas

SIRET = "00000101600013"
LIST_QUERIES = 6
DETAIL_QUERIES = 15


@pytest.fixture
def paris(db):
    return load_few_areas()["commune:75056"]


@pytest.fixture
def sign_in(client):
    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


def typed(**changes):
    return {
        "name": "Les Jardins de la Ruche",
        "postcode": "75011",
        "commune": "Paris",
        "legal_family": "association",
        "ess_evidence": "statut",
        "roles": ["porteur", "accompagnement"],
        "website": "www.exemple.fr",
        **changes,
    }


ACCESS = [
    # page, of what, and who reaches it: everyone else gets 404 or 403
    ("organisation_detail", "house", {"verified administrator": 200, "declared editor": 200, "reviewer": 200, "auditor": 200}),
    ("organisation_change", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("invitation_create", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("mandate_give", "house", {"verified administrator": 200, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("mandate_ask", "house", {"verified administrator": 403, "declared editor": 403, "reviewer": 403, "auditor": 403}),
    ("member_leave", "house", {"verified administrator": 200, "declared editor": 200}),
    ("dispute_create", "house", {"verified administrator": 200, "declared editor": 200}),
    (
        "claim_create",
        "house",
        {"verified administrator": 302, "declared editor": 302, "stranger": 200, "reviewer": 200, "auditor": 200},
    ),
    ("claim_detail", "claim", {"verified administrator": 200}),
    ("claim_refuse", "claim", {"verified administrator": 200}),
    ("member_change", "place", {"verified administrator": 200}),
    ("member_remove", "place", {"verified administrator": 200}),
    ("mandate_detail", "mandate", {"verified administrator": 200}),
    ("mandate_grant", "mandate", {"verified administrator": 200}),
    ("mandate_refuse", "mandate", {"verified administrator": 200}),
    ("mandate_revoke", "mandate", {"verified administrator": 200}),
]


@pytest.mark.parametrize(("page", "of", "expected"), ACCESS, ids=[row[0] for row in ACCESS])
def test_who_reaches_a_page(house, cast, sign_in, page, of, expected):
    things = {
        "house": house,
        "claim": MembershipClaimFactory(organisation=house),
        "place": MembershipFactory(organisation=house),
        "mandate": MandateFactory(client=house),
    }
    url = reverse(f"community:{page}", args=[things[of].uuid])
    people = ("verified administrator", "declared editor", "stranger", "reviewer", "auditor")

    answers = {who: sign_in(cast[who]).get(url).status_code for who in people}

    assert answers == {who: expected.get(who, 404) for who in people}


@pytest.mark.parametrize("page", [row[0] for row in ACCESS])
def test_a_person_without_account_signs_in_first(client, db, page):
    answer = client.get(reverse(f"community:{page}", args=[uuids.uuid4()]))

    assert (answer.status_code, "/compte/" in answer.url) == (302, True)


@pytest.mark.parametrize("rows", [1, 30])
def test_list_costs_the_same_for_one_or_thirty(sign_in, django_assert_max_num_queries, rows, db):
    user = UserFactory()
    MembershipFactory.create_batch(rows, user=user)
    client = sign_in(user)
    client.get(reverse("community:organisation_list"))

    with django_assert_max_num_queries(LIST_QUERIES) as counted:
        answer = client.get(reverse("community:organisation_list"))

    assert answer.content.decode().count("Rattachement déclaré") == rows
    assert len(counted) == LIST_QUERIES


@pytest.mark.parametrize("rows", [1, 30])
def test_detail_costs_the_same_for_one_or_thirty(sign_in, django_assert_max_num_queries, rows, house):
    user = MembershipFactory(organisation=house, verified=True, administrator=True).user
    MembershipFactory.create_batch(rows, organisation=house)
    MembershipClaimFactory.create_batch(rows, organisation=house)
    InvitationFactory.create_batch(rows, organisation=house)
    MandateFactory.create_batch(rows, client=house)
    MandateFactory.create_batch(rows, agent=house)
    client = sign_in(user)
    client.get(house_url(house))

    with django_assert_max_num_queries(DETAIL_QUERIES) as counted:
        client.get(house_url(house))

    assert len(counted) == DETAIL_QUERIES


def house_url(house):
    return reverse("community:organisation_detail", args=[house.uuid])


def test_enter_in_two_steps_while_the_register_is_down(sign_in, paris):
    user = UserFactory()
    client = sign_in(user)

    first = client.post(reverse("community:organisation_create"), {"kind": "siret", "number": " 000 001 016 00013 "})
    second = client.get(first.url)
    done = client.post(first.url, typed())

    assert first.url == f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"
    assert "ne répond pas" in second.content.decode()
    organisation = Organisation.objects.get()
    assert done.url == house_url(organisation)
    assert (organisation.siret, organisation.website, organisation.commune) == (SIRET, "https://www.exemple.fr", paris)
    assert client.get(done.url).status_code == 200


def test_enter_with_the_register_prefills(sign_in, settings, paris):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    client = sign_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    page = client.get(url).content.decode()

    assert 'value="LES JARDINS DE LA RUCHE"' in page
    assert "Repris du répertoire officiel" in page
    assert "Association déclarée (9220)" in page


@pytest.mark.parametrize(
    ("siret", "sentence"),
    [
        ("00000106500010", "opposée à la diffusion"),
        ("00000107300014", "personnalité juridique"),
        ("00000109900019", "fermé"),
        ("99999999800019", "ne connaît pas ce numéro"),
    ],
)
def test_enter_says_what_the_register_says(sign_in, settings, db, siret, sentence):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"

    page = sign_in(UserFactory()).get(f"{reverse('community:organisation_identify')}?kind=siret&number={siret}").content.decode()

    assert sentence in page
    assert "NON-DIFFUSIBLE" not in page


def test_enter_an_organisation_that_exists_leads_to_a_claim(sign_in, paris):
    earlier = OrganisationFactory(siret=SIRET)
    client = sign_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    answer = client.get(url, follow=True)
    claimed = client.post(reverse("community:claim_create", args=[earlier.uuid]), {"capacity": "Présidente"}, follow=True)

    assert "déjà enregistrée" in answer.content.decode()
    assert claimed.redirect_chain[-1][0] == house_url(earlier)
    assert earlier.claims.get().capacity == "Présidente"


def test_enter_at_the_same_time_as_someone_else_leads_to_a_claim(sign_in, paris, monkeypatch):
    client = sign_in(UserFactory())
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"
    earlier = OrganisationFactory(siret=SIRET)
    looks = iter([Organisation.objects.none(), Organisation.objects.filter(pk=earlier.pk)])
    monkeypatch.setattr(type(Organisation.objects), "identified_by", lambda self, *args, **kwargs: next(looks))

    assert client.post(url, typed()).url == reverse("community:claim_create", args=[earlier.uuid])


HOSTILE = [
    "",
    "\0",
    "a" * 400_000,
    "<script>alert(1)</script>",
    "\x07\x1b",
    "\u202egnirts",
    "1 234,5",
    "31/02/2026",
    "000001016",
    "🏠" * 50,
    "\ud800",
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize(
    ("page", "of", "fields"),
    [
        ("organisation_create", None, ["kind", "number"]),
        ("organisation_change", "house", list(typed())),
        ("organisation_add_siret", "pending", ["siret"]),
        ("invitation_create", "house", ["email", "role"]),
        ("mandate_give", "house", ["siret", "ends_on", "may_deposit"]),
        ("mandate_ask", "support", ["siret", "email", "ends_on", "may_deposit"]),
        ("dispute_create", "house", ["about", "reason"]),
        ("member_change", "place", ["role"]),
        ("member_remove", "place", ["why"]),
        ("claim_refuse", "claim", ["why"]),
        ("mandate_grant", "by mail", ["client"]),
        ("claim_create", "other", ["capacity"]),
    ],
)
def test_bad_input_is_answered_with_a_page(sign_in, house, page, of, fields, value):
    """Whatever one types into every field: a sentence or an ordinary answer, never a fault."""
    user = MembershipFactory(organisation=house, verified=True, administrator=True).user
    things = {
        "house": lambda: house,
        "pending": lambda: MembershipFactory(user=user, administrator=True, organisation__pending=True).organisation,
        "support": lambda: MembershipFactory(user=user, administrator=True, organisation__support=True).organisation,
        "place": lambda: MembershipFactory(organisation=house),
        "claim": lambda: MembershipClaimFactory(organisation=house),
        "by mail": lambda: MandateFactory(by_mail=True, client_email=user.email),
        "other": OrganisationFactory,
    }
    url = reverse(f"community:{page}", args=[things[of]().uuid] if of else [])

    answer = sign_in(user).post(url, dict.fromkeys(fields, value.encode("utf-8", "surrogatepass") if value == "\ud800" else value))

    assert answer.status_code in {200, 302}
    assert b"<script>alert" not in answer.content


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
        ({"legal_family": "autre chose"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(sign_in, paris, changes, sentence):
    url = f"{reverse('community:organisation_identify')}?kind=siret&number={SIRET}"

    page = sign_in(UserFactory()).post(url, typed(acronym="JDR", **changes)).content.decode()

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
def test_first_step_says_what_is_wrong_with_a_number(sign_in, db, kind, number, sentence):
    client = sign_in(UserFactory())

    assert sentence in client.post(reverse("community:organisation_create"), {"kind": kind, "number": number}).content.decode()
    assert client.get(reverse("community:organisation_identify"), {"kind": kind, "number": number}).status_code == 200


@pytest.mark.parametrize(("kind", "number"), [("rna", "W691000101"), ("ridet", "123456"), ("alsace_moselle", "Colmar 1"), ("en_cours", "")])
def test_enter_by_another_identifier(sign_in, paris, kind, number):
    client = sign_in(UserFactory())
    first = client.post(reverse("community:organisation_create"), {"kind": kind, "number": number})

    client.post(first.url, typed())

    assert Organisation.objects.get().identifier == number


def test_change_and_refresh_and_add_siret(sign_in, paris):
    place = MembershipFactory(administrator=True, organisation__pending=True)
    house, client = place.organisation, sign_in(place.user)

    client.post(reverse("community:organisation_change", args=[house.uuid]), typed(name="Nouveau nom"))
    client.post(reverse("community:organisation_add_siret", args=[house.uuid]), {"siret": SIRET})
    refreshed = client.post(reverse("community:organisation_refresh", args=[house.uuid]), follow=True)

    house.refresh_from_db()
    assert (house.name, house.siret) == ("Nouveau nom", SIRET)
    assert "ne répond pas" in refreshed.content.decode()


def test_refresh_with_the_register(sign_in, settings, db):
    settings.COMPANY_REGISTER_FIXTURES = settings.BASE_DIR / "community" / "data" / "demonstration_register.json"
    place = MembershipFactory(administrator=True, organisation__siret=SIRET)

    page = sign_in(place.user).post(reverse("community:organisation_refresh", args=[place.organisation.uuid]), follow=True)

    assert "comparés avec le répertoire officiel" in page.content.decode()
    assert "Association déclarée (9220)" in page.content.decode()


def test_refresh_without_a_number_asks_nobody(sign_in, db):
    place = MembershipFactory(administrator=True, organisation__pending=True)

    page = sign_in(place.user).post(reverse("community:organisation_refresh", args=[place.organisation.uuid]), follow=True)

    assert "ne connaît pas" in page.content.decode()


def test_add_the_siret_of_another_is_said(sign_in, db):
    OrganisationFactory(siret=SIRET)
    place = MembershipFactory(administrator=True, organisation__pending=True)

    page = sign_in(place.user).post(reverse("community:organisation_add_siret", args=[place.organisation.uuid]), {"siret": SIRET})

    assert "porte déjà ce SIRET" in page.content.decode()


def test_claim_is_answered_from_its_page(sign_in, house, cast):
    accepted, refused = MembershipClaimFactory(organisation=house), MembershipClaimFactory(organisation=house)
    client = sign_in(cast["verified administrator"])

    client.post(reverse("community:claim_accept", args=[accepted.uuid]))
    client.post(reverse("community:claim_refuse", args=[refused.uuid]), {"why": "Inconnue."})
    stale = client.post(reverse("community:claim_accept", args=[accepted.uuid]), follow=True)

    accepted.refresh_from_db()
    refused.refresh_from_db()
    assert (accepted.state, refused.state) == ("accepted", "refused")
    assert "n’est pas possible" in stale.content.decode()


def test_a_refused_person_reads_why_and_contests(sign_in, house):
    claim = MembershipClaimFactory(organisation=house, refused=True)
    client = sign_in(claim.user)

    page = client.get(reverse("community:claim_create", args=[house.uuid]), follow=True).content.decode()
    client.post(reverse("community:dispute_create", args=[house.uuid]), {"about": "", "reason": "Je suis la présidente."})

    assert "Contester ce refus" in page
    assert MembershipDispute.objects.get().opened_by == claim.user


def test_dispute_names_a_member(sign_in, house, cast):
    place = Membership.objects.get(user=cast["declared editor"])

    sign_in(cast["verified editor"]).post(
        reverse("community:dispute_create", args=[house.uuid]), {"about": str(place.uuid), "reason": "A quitté l’association."}
    )

    assert MembershipDispute.objects.get().about == cast["declared editor"]


def test_member_pages(sign_in, house, cast):
    place = Membership.objects.get(user=cast["declared editor"])
    client = sign_in(cast["verified administrator"])

    client.post(reverse("community:member_change", args=[place.uuid]), {"role": "lecteur"})
    place.refresh_from_db()
    client.post(reverse("community:member_remove", args=[place.uuid]), {"why": "Parti."})
    left = client.post(reverse("community:member_leave", args=[house.uuid]), follow=True)

    assert place.role == "lecteur"
    assert not Membership.objects.filter(pk=place.pk).exists()
    assert "garde toujours au moins un administrateur" in left.content.decode()


def test_leave(sign_in, house, cast):
    answer = sign_in(cast["declared editor"]).post(reverse("community:member_leave", args=[house.uuid]))

    assert answer.url == reverse("community:organisation_list")


def test_invite_and_revoke(sign_in, house, cast):
    client = sign_in(cast["verified administrator"])

    client.post(reverse("community:invitation_create", args=[house.uuid]), {"email": "nina@exemple.fr", "role": "lecteur"})
    client.post(reverse("community:invitation_revoke", args=[Invitation.objects.get().uuid]))

    assert Invitation.objects.get().state == "revoked"


def test_invitation_asks_a_person_without_session_to_sign_in(client, house, cast):
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc")

    page = client.get("/invitations/abc/").content.decode()

    assert "Créer un compte" in page
    assert "next=/invitations/abc/" in page


def test_invitation_accepted_with_its_address(sign_in, house, cast):
    guest = UserFactory(email="nina@exemple.fr")
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc", email="Nina@exemple.fr")

    assert "vous êtes connecté avec" not in sign_in(guest).get("/invitations/abc/").content.decode()
    assert sign_in(guest).post("/invitations/abc/").url == house_url(house)


def test_invitation_accepted_with_another_address_needs_a_yes(sign_in, house, cast):
    guest = UserFactory()
    InvitationFactory(organisation=house, invited_by=cast["verified administrator"], token="abc")
    client = sign_in(guest)

    refused = client.post("/invitations/abc/", {})
    accepted = client.post("/invitations/abc/", {"agreed": "on"})

    assert "Cochez cette case" in refused.content.decode()
    assert accepted.url == house_url(house)


@pytest.mark.parametrize(("trait", "status"), [({"accepted": True}, 410), ({"revoked": True}, 410), (None, 404)])
def test_invitation_of_no_use_says_so(client, db, trait, status):
    if trait:
        InvitationFactory(token="abc", **trait)

    answer = client.get("/invitations/abc/")

    assert answer.status_code == status
    assert "n’est pas valable" in answer.content.decode()


def test_mandate_asked_by_siret_then_granted_and_ended(sign_in, house, cast):
    helper = MembershipFactory(organisation__support=True, verified=True)
    ask = reverse("community:mandate_ask", args=[helper.organisation.uuid])

    sign_in(helper.user).post(ask, {"siret": house.siret, "email": "", "ends_on": "31/12/2026", "may_deposit": "on"})
    mandate = Mandate.objects.get()
    client = sign_in(cast["verified administrator"])
    client.post(reverse("community:mandate_grant", args=[mandate.uuid]))
    assert Mandate.objects.in_force().get().may_deposit
    client.post(reverse("community:mandate_revoke", args=[mandate.uuid]), {"why": ""})

    mandate.refresh_from_db()
    assert mandate.state == "revoked"
    assert mandate.last_day.isoformat() == "2026-12-31T22:59:59.999999+00:00"


def test_mandate_asked_by_mail_is_granted_in_the_name_of_one_organisation(sign_in, house):
    chief = MembershipFactory(organisation=house, administrator=True, user__email="cliente@exemple.fr").user
    mandate = MandateFactory(by_mail=True)
    client = sign_in(chief)

    assert "vous demande un mandat" in client.get(reverse("community:organisation_list")).content.decode()
    client.post(reverse("community:mandate_grant", args=[mandate.uuid]), {"client": str(house.uuid)})

    mandate.refresh_from_db()
    assert (mandate.client, mandate.state) == (house, "granted")


def test_mandate_asked_by_mail_of_who_has_no_organisation_says_what_to_do(sign_in, db):
    mandate = MandateFactory(by_mail=True)

    page = sign_in(UserFactory(email="cliente@exemple.fr")).get(reverse("community:mandate_grant", args=[mandate.uuid]))

    assert "Saisissez d’abord votre organisation" in page.content.decode()


def test_mandate_given_and_refused(sign_in, house, cast):
    agent, asked = OrganisationFactory(support=True), MandateFactory(client=house)
    client = sign_in(cast["verified administrator"])

    client.post(reverse("community:mandate_give", args=[house.uuid]), {"siret": agent.siret, "ends_on": "2026-12-31"})
    client.post(reverse("community:mandate_refuse", args=[asked.uuid]), {"why": "Non."})

    asked.refresh_from_db()
    assert Mandate.objects.in_force().get().agent == agent
    assert asked.state == "refused"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_on": "31/02/2027"}, "n’existe pas"),
        ({"ends_on": "01/01/2020"}, "à venir"),
        ({"ends_on": "01/01/2090"}, "trois ans au plus"),
        ({"ends_on": ""}, "Saisissez la date"),
        ({"siret": "", "email": ""}, "soit le SIRET"),
        ({"email": "a@exemple.fr"}, "soit le SIRET"),
        ({"siret": "99999999800019"}, "Aucune organisation"),
    ],
)
def test_mandate_asked_wrongly_says_so(sign_in, house, changes, sentence):
    helper = MembershipFactory(organisation__support=True)
    url = reverse("community:mandate_ask", args=[helper.organisation.uuid])

    page = sign_in(helper.user).post(url, {"siret": house.siret, "email": "", "ends_on": "31/12/2026", **changes})

    assert sentence in page.content.decode()


@pytest.mark.parametrize(("support", "sentence"), [(False, "n’accompagne pas"), (None, "Aucune organisation")])
def test_mandate_given_to_whom_it_may_not_says_so(sign_in, house, cast, support, sentence):
    siret = "99999999800019" if support is None else OrganisationFactory().siret
    url = reverse("community:mandate_give", args=[house.uuid])

    page = sign_in(cast["verified administrator"]).post(url, {"siret": siret, "ends_on": "31/12/2026"})

    assert sentence in page.content.decode()
