import pytest
from django.urls import reverse
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "n",
    [
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_request_login_code",
        "account_inactive",
    ],
)
def test_anon(client, n):
    r = client.get(reverse(n))
    assert r.status_code == 200


@pytest.mark.parametrize(
    "n", ["account_logout", "account_email", "account_change_password", "mfa_index", "usersessions_list", "accounts:profile"]
)
def test_in(client, n):
    client.force_login(UserFactory(password=PASSWORD, verified=True))
    r = client.get(reverse(n))
    assert r.status_code == 200
