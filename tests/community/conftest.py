"""Who stands around an organisation in these tests."""

import pytest

from accounts.enums import Group
from community.enums import MemberOrigin, MemberRole
from tests.factories.accounts import UserFactory
from tests.factories.community import MembershipFactory, OrganisationFactory
from tests.factories.territories import load_few_areas


@pytest.fixture
def house(db):
    return OrganisationFactory(name="Les Jardins")


@pytest.fixture
def cast(house):
    """One person by standing and role; `invited` is a declared reader that an invitation made a member."""
    return {
        "verified administrator": MembershipFactory(organisation=house, verified=True, administrator=True).user,
        "declared administrator": MembershipFactory(organisation=house, administrator=True).user,
        "verified editor": MembershipFactory(organisation=house, verified=True).user,
        "declared editor": MembershipFactory(organisation=house).user,
        "verified reader": MembershipFactory(organisation=house, verified=True, role=MemberRole.READER).user,
        "invited": MembershipFactory(organisation=house, role=MemberRole.READER, origin=MemberOrigin.INVITATION).user,
        "stranger": UserFactory(),
        "reviewer": UserFactory(is_staff=True, group=Group.REVIEWER),
        "auditor": UserFactory(is_staff=True, group=Group.AUDITOR),
    }


@pytest.fixture
def paris(db):
    return load_few_areas()["commune:75056"]


@pytest.fixture
def signed_in(client):
    def signed_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
