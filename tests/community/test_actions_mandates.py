"""Mandates: asked, granted, refused, ended; and how far they go."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from community.actions import Terms, ask_mandate, give_mandate, grant_mandate, refuse_mandate, revoke_mandate
from community.enums import MandateState
from community.models import Mandate
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.community import MandateFactory, MembershipFactory, OrganisationFactory


def terms(**changes):
    return Terms(**{"expires_at": clock.now() + timedelta(days=30), **changes})


@pytest.fixture
def agent(db):
    return OrganisationFactory(support=True, name="Accompagner ici")


@pytest.fixture
def helper(agent):
    return MembershipFactory(organisation=agent, verified=True).user


@pytest.fixture
def chief(house):
    return MembershipFactory(organisation=house, administrator=True, verified=True).user


def test_ask_by_organisation_tells_who_administers_it(house, chief, agent, helper):
    mandate = ask_mandate(agent, terms(may_deposit=True), by=helper, client=house)

    message = Message.objects.get()
    assert (mandate.state, mandate.may_deposit, message.recipient) == ("asked", True, chief)
    assert "aussi de déposer" in message.text


def test_ask_by_mail_writes_to_the_address(agent, helper):
    mandate = ask_mandate(agent, terms(), by=helper, email="cliente@exemple.fr")

    assert (mandate.client, mandate.client_email) == (None, "cliente@exemple.fr")
    assert Message.objects.get().email == "cliente@exemple.fr"


@pytest.mark.parametrize("target", ["client", "email"])
def test_ask_twice_is_refused(house, agent, helper, target):
    whom = {"client": house} if target == "client" else {"email": "cliente@exemple.fr"}
    ask_mandate(agent, terms(), by=helper, **whom)

    with pytest.raises(RefusedTransition):
        ask_mandate(agent, terms(), by=helper, **whom)


def test_ask_again_once_the_first_request_is_out_of_date(house, agent, helper):
    stale = MandateFactory(client=house, agent=agent, expires_at=clock.now())

    ask_mandate(agent, terms(), by=helper, client=house)

    stale.refresh_from_db()
    assert stale.state == MandateState.REVOKED
    assert Mandate.objects.unanswered().count() == 1


def test_ask_oneself_is_refused(agent, helper):
    with pytest.raises(RefusedTransition):
        ask_mandate(agent, terms(), by=helper, client=agent)


def test_ask_is_for_members_of_a_support_structure(house, chief, agent):
    with pytest.raises(PermissionDenied):
        ask_mandate(agent, terms(), by=chief, client=house)


@pytest.mark.parametrize(("verified", "everything"), [(True, True), (False, False)])
def test_grant_goes_as_far_as_the_standing_of_who_grants(house, verified, everything):
    person = MembershipFactory(organisation=house, administrator=True, verified=verified).user

    mandate = grant_mandate(MandateFactory(client=house), by=person)

    assert (mandate.state, mandate.granted_by, mandate.covers_everything) == ("granted", person, everything)
    assert Message.objects.get().recipient == mandate.asked_by


def test_grant_by_mail_says_in_whose_name_and_closes_the_other_request(house, agent):
    person = UserFactory(email="cliente@exemple.fr")
    MembershipFactory(organisation=house, user=person, administrator=True)
    other = MandateFactory(client=house, agent=agent)

    mandate = grant_mandate(MandateFactory(by_mail=True, agent=agent), by=person, client=house)

    other.refresh_from_db()
    assert (mandate.client, mandate.state, other.state) == (house, "granted", "revoked")


@pytest.mark.parametrize("client", ["nobody's", "none"])
def test_grant_by_mail_needs_an_organisation_that_one_manages(house, client):
    person = UserFactory(email="cliente@exemple.fr")

    with pytest.raises(PermissionDenied):
        grant_mandate(MandateFactory(by_mail=True), by=person, client=house if client == "nobody's" else None)


def test_grant_by_mail_to_oneself_is_refused(agent):
    person = UserFactory(email="cliente@exemple.fr")
    MembershipFactory(organisation=agent, user=person, administrator=True)

    with pytest.raises(RefusedTransition):
        grant_mandate(MandateFactory(by_mail=True, agent=agent), by=person, client=agent)


def test_grant_by_mail_after_it_was_refused_is_refused(house):
    person = UserFactory(email="cliente@exemple.fr")
    MembershipFactory(organisation=house, user=person, administrator=True)

    with pytest.raises(RefusedTransition):
        grant_mandate(MandateFactory(by_mail=True, refused=True), by=person, client=house)


def test_grant_what_expired_is_refused(house, chief):
    with pytest.raises(RefusedTransition, match="passée"):
        grant_mandate(MandateFactory(client=house, expires_at=clock.now()), by=chief)


def test_grant_when_the_person_who_asked_is_gone(house, chief):
    assert grant_mandate(MandateFactory(client=house, asked_by=None), by=chief).state == "granted"


@pytest.mark.parametrize("who", ["declared administrator", "verified editor", "stranger", "reviewer"])
def test_grant_is_for_who_manages_the_client(house, cast, who):
    with pytest.raises(PermissionDenied):
        grant_mandate(MandateFactory(client=house), by=cast[who])


def test_give_grants_what_nobody_asked(house, chief, agent):
    boss = MembershipFactory(organisation=agent, administrator=True).user

    mandate = give_mandate(house, agent, terms(may_deposit=True), by=chief)

    assert (mandate.state, mandate.may_deposit, Message.objects.get().recipient) == ("granted", True, boss)
    assert mandate.transitions.get().name == "grant"


def test_give_answers_the_request_that_waits(house, chief, agent):
    asked = MandateFactory(client=house, agent=agent, may_deposit=True)

    assert give_mandate(house, agent, terms(), by=chief).pk == asked.pk
    assert not Mandate.objects.get().may_deposit


def test_give_to_who_supports_nobody_is_refused(house, chief):
    with pytest.raises(RefusedTransition):
        give_mandate(house, OrganisationFactory(), terms(), by=chief)


def test_give_to_oneself_is_refused(agent):
    boss = MembershipFactory(organisation=agent, administrator=True).user

    with pytest.raises(RefusedTransition):
        give_mandate(agent, agent, terms(), by=boss)


def test_give_is_for_who_manages(house, cast, agent):
    with pytest.raises(PermissionDenied):
        give_mandate(house, agent, terms(), by=cast["verified editor"])


@pytest.mark.parametrize("why", ["Nous avons changé d’avis.", ""])
def test_refuse_tells_who_asked(house, chief, why):
    mandate = refuse_mandate(MandateFactory(client=house), by=chief, why=why)

    message = Message.objects.get()
    assert (mandate.state, message.recipient) == ("refused", mandate.asked_by)
    assert ("Motif indiqué" in message.text) is bool(why)


def test_refuse_when_the_person_who_asked_is_gone(house, chief):
    assert refuse_mandate(MandateFactory(client=house, asked_by=None), by=chief, why="").state == "refused"


def test_revoke_tells_the_other_side(house, chief, agent):
    boss = MembershipFactory(organisation=agent, administrator=True).user
    mandate = MandateFactory(client=house, agent=agent, granted=True)

    mandate = revoke_mandate(mandate, by=chief, why="Fin de l’accompagnement.")

    assert not mandate.is_in_force
    assert [message.recipient for message in Message.objects.all()] == [boss]


def test_revoke_a_request_sent_by_mail(agent, helper):
    mandate = revoke_mandate(MandateFactory(by_mail=True, agent=agent, asked_by=helper), by=helper, why="")

    assert (mandate.state, mandate.has_expired) == ("revoked", False)
