"""Organisations, members, invitations, claims, disputes and mandates for tests."""

import hashlib
from datetime import timedelta

import factory

from community.enums import (
    IdentifierKind,
    LegalFamily,
    MandateState,
    MemberOrigin,
    MemberRole,
    MemberStanding,
    Role,
)
from community.models import Invitation, Mandate, Membership, MembershipClaim, MembershipDispute, Organisation
from kit import clock
from tests.factories.accounts import UserFactory


def siret_of(number: int) -> str:
    """A fictional SIRET whose two check digits are right."""
    siren = _with_check_digit(f"{90000000 + number}")
    return _with_check_digit(f"{siren}0001")


def _with_check_digit(digits: str) -> str:
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if rank % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


class OrganisationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organisation

    class Params:
        support = factory.Trait(roles=[Role.SUPPORT])
        pending = factory.Trait(identifier_kind=IdentifierKind.PENDING, siret="")

    identifier_kind = IdentifierKind.SIRET
    siret = factory.Sequence(siret_of)
    name = factory.Sequence(lambda n: f"Association {n}")
    legal_family = LegalFamily.ASSOCIATION
    roles = [Role.APPLICANT]


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    class Params:
        verified = factory.Trait(
            standing=MemberStanding.VERIFIED, verified_at=factory.LazyFunction(clock.now), verified_through="Statuts reçus"
        )
        administrator = factory.Trait(role=MemberRole.ADMINISTRATOR)

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = MemberRole.EDITOR
    origin = MemberOrigin.CLAIM


class MembershipClaimFactory(factory.django.DjangoModelFactory):
    """A claim as it was just made: its claimant is a declared member."""

    class Meta:
        model = MembershipClaim
        skip_postgeneration_save = True

    class Params:
        refused = factory.Trait(state="refused", answered_at=factory.LazyFunction(clock.now), refusal_reason="Inconnu.", place=None)
        accepted = factory.Trait(state="accepted", answered_at=factory.LazyFunction(clock.now))

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    capacity = "Trésorière"
    place = factory.RelatedFactory(
        MembershipFactory, organisation=factory.SelfAttribute("..organisation"), user=factory.SelfAttribute("..user")
    )


class InvitationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Invitation

    class Params:
        token = factory.Sequence(lambda n: f"jeton-{n}")
        accepted = factory.Trait(state="accepted", accepted_at=factory.LazyFunction(clock.now))
        revoked = factory.Trait(state="revoked", revoked_at=factory.LazyFunction(clock.now))

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invite{n}@exemple.fr")
    invited_by = factory.SubFactory(UserFactory)
    token_digest = factory.LazyAttribute(lambda o: hashlib.sha256(o.token.encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=14))


class MembershipDisputeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MembershipDispute

    organisation = factory.SubFactory(OrganisationFactory)
    about = factory.SubFactory(UserFactory)
    opened_by = factory.SubFactory(UserFactory)
    reason = "Cette personne a quitté l’association."


class MandateFactory(factory.django.DjangoModelFactory):
    """A mandate that was asked; `granted`, `refused` or `revoked` by trait."""

    class Meta:
        model = Mandate

    class Params:
        granted = factory.Trait(
            state=MandateState.GRANTED, granted_at=factory.LazyFunction(clock.now), granted_standing=MemberStanding.VERIFIED
        )
        refused = factory.Trait(state=MandateState.REFUSED, refused_at=factory.LazyFunction(clock.now))
        revoked = factory.Trait(state=MandateState.REVOKED, revoked_at=factory.LazyFunction(clock.now))
        by_mail = factory.Trait(client=None, client_email="cliente@exemple.fr")

    client = factory.SubFactory(OrganisationFactory)
    agent = factory.SubFactory(OrganisationFactory, support=True)
    asked_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=90))
