"""Mandates through their pages."""

import pytest
from django.urls import reverse

from community.models import Mandate
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory, MembershipFactory, OrganisationFactory


def test_mandate_asked_by_siret_then_granted_and_ended(signed_in, house, cast):
    helper = MembershipFactory(organisation__support=True, verified=True)
    ask = reverse("community:mandate_ask", args=[helper.organisation.uuid])

    signed_in(helper.user).post(ask, {"siret": house.siret, "email": "", "ends_on": "31/12/2026", "may_deposit": "on"})
    mandate = Mandate.objects.get()
    client = signed_in(cast["verified administrator"])
    client.post(reverse("community:mandate_grant", args=[mandate.uuid]))
    assert Mandate.objects.in_force().get().may_deposit
    client.post(reverse("community:mandate_revoke", args=[mandate.uuid]), {"why": ""})

    mandate.refresh_from_db()
    assert mandate.state == "revoked"
    assert mandate.last_day.isoformat() == "2026-12-31T22:59:59.999999+00:00"


def test_mandate_asked_by_mail_is_granted_in_the_name_of_one_organisation(signed_in, house):
    chief = MembershipFactory(organisation=house, administrator=True, user__email="cliente@exemple.fr").user
    mandate = MandateFactory(by_mail=True)
    client = signed_in(chief)

    assert "vous demande un mandat" in client.get(reverse("community:organisation_list")).content.decode()
    client.post(reverse("community:mandate_grant", args=[mandate.uuid]), {"client": str(house.uuid)})

    mandate.refresh_from_db()
    assert (mandate.client, mandate.state) == (house, "granted")


def test_mandate_asked_by_mail_of_who_has_no_organisation_says_what_to_do(signed_in, db):
    mandate = MandateFactory(by_mail=True)

    page = signed_in(UserFactory(email="cliente@exemple.fr")).get(reverse("community:mandate_grant", args=[mandate.uuid]))

    assert "Saisissez d’abord votre organisation" in page.content.decode()


def test_mandate_given_and_refused(signed_in, house, cast):
    agent, asked = OrganisationFactory(support=True), MandateFactory(client=house)
    client = signed_in(cast["verified administrator"])

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
def test_mandate_asked_wrongly_says_so(signed_in, house, changes, sentence):
    helper = MembershipFactory(organisation__support=True)
    url = reverse("community:mandate_ask", args=[helper.organisation.uuid])

    page = signed_in(helper.user).post(url, {"siret": house.siret, "email": "", "ends_on": "31/12/2026", **changes})

    assert sentence in page.content.decode()


@pytest.mark.parametrize(("support", "sentence"), [(False, "n’accompagne pas"), (None, "Aucune organisation")])
def test_mandate_given_to_whom_it_may_not_says_so(signed_in, house, cast, support, sentence):
    siret = "99999999800019" if support is None else OrganisationFactory().siret
    url = reverse("community:mandate_give", args=[house.uuid])

    page = signed_in(cast["verified administrator"]).post(url, {"siret": siret, "ends_on": "31/12/2026"})

    assert sentence in page.content.decode()
