"""Who is slowed down, and who is not."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import Message
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
OFFICE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def claire(db):
    return UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)


def try_password(client, email, password, address=OFFICE):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR=address)


def spend_guesses(client, email, address=OFFICE):
    for _ in range(5):
        try_password(client, email, "mauvais mot de passe", address)


def test_sixth_guess_waits_even_with_the_right_password(client, claire):
    spend_guesses(client, claire.email)

    answer = try_password(client, claire.email, PASSWORD)

    assert answer.context["form"].non_field_errors() == [
        "Trop d’essais en peu de temps pour ce compte. Patientez quelques minutes, ou demandez un code par courriel."
    ]


def test_guesses_do_not_slow_the_same_account_elsewhere(client, claire):
    spend_guesses(client, claire.email)

    assert try_password(client, claire.email, PASSWORD, ELSEWHERE).status_code == 302


def test_guesses_do_not_slow_a_colleague_behind_the_same_address(client, claire):
    UserFactory.create(email="karim@exemple.fr", password=PASSWORD, verified=True)
    spend_guesses(client, claire.email)

    assert try_password(client, "karim@exemple.fr", PASSWORD).status_code == 302


def test_guesses_leave_the_mailed_code_open(client, claire, mailed_code):
    spend_guesses(client, claire.email)

    page = client.post(reverse("account_request_login_code"), {"email": claire.email}, REMOTE_ADDR=OFFICE).url

    assert client.post(page, {"code": mailed_code(claire.email)}, REMOTE_ADDR=OFFICE).status_code == 302


def test_right_passwords_are_not_counted(client, claire):
    for _ in range(8):
        assert try_password(client, claire.email, PASSWORD).status_code == 302
        client.post(reverse("account_logout"))


def test_the_delay_grows_and_stays_below_an_hour(settings):
    rates = [rate.split("/") for rate in settings.ACCOUNT_RATE_LIMITS["login_failed"].split(",")]

    assert rates == [["5", "m", "key"], ["10", "10m", "key"], ["20", "h", "key"]]


@pytest.mark.parametrize("action", ["login", "signup", "reset_password", "reset_password_from_key", "request_login_code", "confirm_email"])
def test_no_limit_counts_an_address_alone(settings, action):
    from allauth.account import app_settings

    assert not app_settings.RATE_LIMITS[action]


def test_whole_office_signs_in_within_a_minute(client):
    for number in range(40):
        UserFactory.create(email=f"agent{number}@exemple.fr", password=PASSWORD, verified=True)
        assert try_password(client, f"agent{number}@exemple.fr", PASSWORD).status_code == 302
        client.cookies.clear()


@pytest.mark.parametrize("route", ["account_request_login_code", "account_reset_password"])
def test_fourth_mail_asked_in_a_minute_waits_and_elsewhere_does_not(client, claire, route):
    for _ in range(3):
        client.post(reverse(route), {"email": claire.email}, REMOTE_ADDR=OFFICE)
        client.cookies.clear()

    answer = client.post(reverse(route), {"email": claire.email}, REMOTE_ADDR=OFFICE)

    assert answer.context["form"].errors == {"email": ["Trop de demandes en peu de temps. Patientez une minute avant de recommencer."]}
    assert Message.objects.count() == 3
    assert client.post(reverse(route), {"email": claire.email}, REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_sign_up_to_one_address_waits_and_says_so(client):
    fields = {"first_name": "Claire", "last_name": "Durand", "email": "claire@exemple.fr", "password1": PASSWORD}
    for _ in range(3):
        client.post(reverse("account_signup"), fields)
        client.cookies.clear()

    answer = client.post(reverse("account_signup"), fields)

    assert answer.status_code == 200
    assert "Patientez une minute" in answer.content.decode()


SIGN_UP = {"first_name": "Claire", "last_name": "Durand", "email": "claire@exemple.fr", "password1": PASSWORD}


def test_a_rival_who_signs_up_in_ones_name_keeps_nobody_from_their_code(client, mailed_code):
    client.post(reverse("account_signup"), SIGN_UP, REMOTE_ADDR=OFFICE)
    for _ in range(5):
        Client().post(reverse("account_signup"), SIGN_UP, REMOTE_ADDR=ELSEWHERE)
    client.cookies.clear()

    page = try_password(client, "claire@exemple.fr", PASSWORD)

    assert page.url == reverse("account_email_verification_sent")
    assert client.post(page.url, {"code": mailed_code("claire@exemple.fr")}, REMOTE_ADDR=OFFICE).url == reverse("portal:dashboard")


@pytest.mark.parametrize("exists", [False, True])
def test_fourth_code_for_one_mailbox_from_one_address_waits_whether_or_not_there_is_an_account(client, exists):
    if exists:
        UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    page = client.post(reverse("account_signup"), SIGN_UP).url

    said = [[str(message) for message in client.post(page, {"action": "resend"}, follow=True).context["messages"]] for _ in range(3)]

    waits = "Trop de demandes en peu de temps. Patientez une minute avant de recommencer."
    assert [waits in messages for messages in said] == [False, False, True]
    assert Message.objects.filter(email="claire@exemple.fr").count() == (1 if exists else 3)


def test_signing_in_asks_for_no_fourth_code_in_a_minute(client):
    client.post(reverse("account_signup"), SIGN_UP)

    answers = [try_password(Client(), "claire@exemple.fr", PASSWORD, "127.0.0.1").status_code for _ in range(3)]

    assert answers == [302, 302, 429]


def test_another_address_asked_too_often_is_said_in_its_form(client, claire):
    client.force_login(claire)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    for _ in range(3):
        client.post(reverse("account_email"), {"action_add": "", "email": "autre@exemple.fr"})

    answer = client.post(reverse("account_email"), {"action_add": "", "email": "autre@exemple.fr"})

    assert answer.context["form"].errors == {"email": ["Trop de demandes en peu de temps. Patientez une minute avant de recommencer."]}


def test_page_of_too_many_requests_is_ours(client, claire):
    client.force_login(claire)
    for _ in range(11):
        answer = client.post(reverse("account_reauthenticate"), {"password": "mauvais"})

    assert answer.status_code == 429
    assert "Votre compte n’est pas bloqué." in answer.content.decode()
