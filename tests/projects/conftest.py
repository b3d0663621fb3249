"""The cast of the tests of projects: one project, and everyone who may come near it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.enums import Group
from community.enums import MandateState, MemberRole, MemberStanding
from community.models import Mandate, Membership
from kit import clock
from tests.factories.accounts import UserFactory
from tests.factories.projects import ProjectFactory, organisation_being_created


def join(organisation, *, verified, role=MemberRole.EDITOR):
    """A new person, member of `organisation`."""
    user = UserFactory()
    Membership.objects.create(
        organisation=organisation,
        user=user,
        role=role,
        standing=MemberStanding.VERIFIED if verified else MemberStanding.DECLARED,
        verified_at=clock.now() if verified else None,
    )
    return user


@pytest.fixture
def organisation():
    return organisation_being_created("Les Paniers")


@pytest.fixture
def cast(organisation):
    agency = organisation_being_created("Agence d’appui")
    Mandate.objects.create(
        client=organisation,
        agent=agency,
        state=MandateState.GRANTED,
        granted_at=clock.now(),
        granted_standing=MemberStanding.VERIFIED,
        expires_at=clock.now() + timedelta(days=30),
    )
    return SimpleNamespace(
        maker=join(organisation, verified=False),
        declared=join(organisation, verified=False),
        editor=join(organisation, verified=True),
        reader=join(organisation, verified=True, role=MemberRole.READER),
        agent=join(agency, verified=True),
        declared_agent=join(agency, verified=False),
        agent_reader=join(agency, verified=True, role=MemberRole.READER),
        stranger=UserFactory(),
        staff=UserFactory(staff=True, group=Group.REVIEWER),
    )


@pytest.fixture
def project(organisation, cast):
    return ProjectFactory(organisation=organisation, created_by=cast.maker, name="Le Panier roulant")
