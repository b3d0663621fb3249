"""Signing up, in and out through the pages: what a person lives, and what a stranger cannot learn."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from notifications.models import Message
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_UP = {"first_name": "Claire", "last_name": "Durand", "email": "Claire@Exemple.fr", "password1": PASSWORD}


def sign_up(client, **fields):
    return client.post(reverse("account_signup"), SIGN_UP | fields)


def sign_in(client, email, password=PASSWORD, **fields):
    return client.post(reverse("account_login"), {"login": email, "password": password, **fields})


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_sign_up_asks_for_the_code_then_opens_the_dashboard(client, mailed_code):
    answer = sign_up(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert not signed_in(client)
    answer = client.post(answer.url, {"code": mailed_code("claire@exemple.fr")})
    assert answer.url == reverse("portal:dashboard")
    assert signed_in(client)
    user = User.objects.get()
    assert (user.email, user.first_name, user.last_name) == ("claire@exemple.fr", "Claire", "Durand")
    assert EmailAddress.objects.get().verified


def test_sign_up_keeps_the_page_one_came_for(client, mailed_code):
    page = client.post(f"{reverse('account_signup')}", SIGN_UP | {"next": "/compte/profil/"})

    answer = client.post(page.url, {"code": mailed_code("claire@exemple.fr")})

    assert answer.url == "/compte/profil/"


def test_code_is_read_without_regard_to_case_and_dashes(client, mailed_code):
    page = sign_up(client).url

    client.post(page, {"code": mailed_code("claire@exemple.fr").lower().replace("-", " ")})

    assert signed_in(client)


def test_wrong_code_says_so_and_another_can_be_asked(client, mailed_code):
    page = sign_up(client).url
    first = mailed_code("claire@exemple.fr")

    assert "Ce code n’est pas le bon." in client.post(page, {"code": "BBBB-BBBB"}).content.decode()
    client.post(page, {"action": "resend"})
    second = mailed_code("claire@exemple.fr")
    assert second != first
    client.post(page, {"code": first})
    assert not signed_in(client)
    client.post(page, {"code": second})
    assert signed_in(client)


def test_closed_page_is_caught_up_by_signing_in(client, mailed_code):
    sign_up(client)
    client.cookies.clear()

    answer = sign_in(client, "claire@exemple.fr")

    assert answer.url == reverse("account_email_verification_sent")
    client.post(answer.url, {"code": mailed_code("claire@exemple.fr")})
    assert signed_in(client)


def test_sign_in_ignores_the_case_of_the_address(client):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    answer = sign_in(client, "CLAIRE@exemple.FR")

    assert answer.url == reverse("portal:dashboard")


def test_second_account_with_another_case_is_refused_like_the_first(client, mails):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    answer = sign_up(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1
    assert [mail.subject for mail in mails("claire@exemple.fr")] == ["Vous avez déjà un compte"]


def test_sign_up_lost_in_a_race_answers_like_an_account_that_exists(client, monkeypatch):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    monkeypatch.setattr("allauth.account.internal.flows.manage_email.assess_unique_email", lambda *args, **kwargs: True)

    answer = sign_up(client)

    assert answer.url == reverse("account_email_verification_sent")
    assert User.objects.count() == 1


def test_wrong_password_says_nothing_of_the_account(client):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    known = sign_in(client, "claire@exemple.fr", "mauvais mot de passe")
    unknown = sign_in(client, "inconnue@exemple.fr", "mauvais mot de passe")

    def errors(answer):
        return answer.context["form"].errors

    assert errors(known) == errors(unknown) == {"__all__": ["L’adresse ou le mot de passe n’est pas le bon."]}


@pytest.mark.parametrize(
    ("route", "landing"),
    [("account_request_login_code", "account_confirm_login_code"), ("account_reset_password", "account_reset_password_done")],
)
def test_asking_for_a_mail_says_nothing_of_the_account(client, mails, route, landing):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    known = client.post(reverse(route), {"email": "claire@exemple.fr"})
    client.cookies.clear()
    unknown = client.post(reverse(route), {"email": "inconnue@exemple.fr"})

    assert known.url == unknown.url == reverse(landing)
    assert client.get(unknown.url).status_code == 200
    assert mails("inconnue@exemple.fr")[0].subject == "Aucun compte à cette adresse"


def test_mailed_code_signs_in(client, mailed_code):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    page = client.post(reverse("account_request_login_code"), {"email": "claire@exemple.fr"}).url
    answer = client.post(page, {"code": mailed_code("claire@exemple.fr")})

    assert answer.url == reverse("portal:dashboard")
    assert signed_in(client)


def test_mailed_code_stands_three_guesses(client, mailed_code):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    page = client.post(reverse("account_request_login_code"), {"email": "claire@exemple.fr"}).url
    code = mailed_code("claire@exemple.fr")

    for _ in range(3):
        client.post(page, {"code": "BBBB-BBBB"})
    client.post(page, {"code": code})

    assert not signed_in(client)


def test_reset_link_sets_a_new_password_once(client, mails):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    client.post(reverse("account_reset_password"), {"email": "claire@exemple.fr"})
    link = re.findall(r"http://testserver(\S+/lien/\S+)", mails("claire@exemple.fr")[0].text)[0]

    page = client.get(link).url
    answer = client.post(page, {"password1": "une autre phrase assez longue"})

    assert answer.url == reverse("account_reset_password_from_key_done")
    user.refresh_from_db()
    assert user.check_password("une autre phrase assez longue")
    assert mails("claire@exemple.fr")[-1].subject == "Votre mot de passe a changé"
    assert "Ce lien ne fonctionne plus" in client.get(link).content.decode()


def test_changed_password_keeps_this_session_and_closes_the_others(client, django_user_model):
    from django.test import Client

    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    other = Client()
    sign_in(other, "claire@exemple.fr")
    sign_in(client, "claire@exemple.fr")

    answer = client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "une autre phrase assez longue"})

    assert answer.status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302


def test_address_changes_only_once_the_new_one_is_proved(client, mailed_code):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    sign_in(client, "claire@exemple.fr")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    page = client.post(reverse("account_email"), {"email": "neuve@exemple.fr", "action_add": ""}).url
    user.refresh_from_db()
    assert user.email == "claire@exemple.fr"
    client.post(page, {"code": mailed_code("neuve@exemple.fr")})

    user.refresh_from_db()
    assert user.email == "neuve@exemple.fr"
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["neuve@exemple.fr"]


def test_changing_the_address_asks_who_one_is(client):
    client.force_login(UserFactory.create(password=PASSWORD, verified=True))

    answer = client.post(reverse("account_email"), {"email": "neuve@exemple.fr", "action_add": ""})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not Message.objects.exists()


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "/\\ailleurs.example"])
def test_sign_in_leads_nowhere_else(client, target):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    answer = sign_in(client, "claire@exemple.fr", next=target)

    assert answer.url == reverse("portal:dashboard")


def test_deactivated_account_does_not_sign_in(client):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True, is_active=False)

    answer = sign_in(client, "claire@exemple.fr")

    assert answer.url == reverse("account_inactive")
    assert not signed_in(client)


def test_sign_out_needs_a_click(client):
    client.force_login(UserFactory.create())

    client.get(reverse("account_logout"))
    assert signed_in(client)
    client.post(reverse("account_logout"))
    assert not signed_in(client)


def test_staying_signed_in_is_asked_for(client):
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    sign_in(client, "claire@exemple.fr")
    assert client.session.get_expire_at_browser_close()
    client.post(reverse("account_logout"))
    sign_in(client, "claire@exemple.fr", remember="on")
    assert not client.session.get_expire_at_browser_close()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"first_name": ""}, "first_name"),
        ({"first_name": "\x00"}, "first_name"),
        ({"last_name": "\u202e\u200b"}, "last_name"),
        ({"last_name": "D" * 101}, "last_name"),
        ({"last_name": "D" * 1_000_000}, "last_name"),
        ({"email": "pas une adresse"}, "email"),
        ({"email": "a\x00b@exemple.fr"}, "email"),
        ({"email": "a" * 250 + "@exemple.fr"}, "email"),
        ({"password1": "court"}, "password1"),
        ({"password1": "123456789012"}, "password1"),
        ({"password1": "claire@exemple.fr"}, "password1"),
        ({"password1": ""}, "password1"),
        ({"password1": "une phrase\x00 assez longue"}, "password1"),
    ],
)
def test_sign_up_says_what_is_wrong_and_keeps_the_rest(client, fields, wrong):
    answer = sign_up(client, **fields)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [wrong]
    assert not User.objects.exists()
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert f'href="#id_{wrong}"' in page
    if wrong != "email":
        assert 'value="claire@exemple.fr"' in page.lower()


def test_sign_up_tells_a_name_far_too_long_the_limit_of_names(client):
    answer = sign_up(client, last_name="D" * 1_000_000)

    assert answer.context["form"].errors["last_name"] == [
        "Ce texte compte 1\u202f000\u202f000 caractères ; la limite est de 100. Raccourcissez-le."
    ]


@pytest.mark.parametrize("typed", ["", "\x00", "a" * 1_000_000, "\u202e", "12345678901234567890"])
def test_wrong_things_typed_at_sign_in_are_no_fault(client, typed):
    assert sign_in(client, typed, typed).status_code == 200
    assert client.post(reverse("account_request_login_code"), {"email": typed}).status_code == 200
    assert client.post(reverse("account_reset_password"), {"email": typed}).status_code == 200


def test_demonstration_accounts_show_in_demonstration_only(client, settings):
    settings.DEMONSTRATION_ACCOUNTS = [{"email": "claire@demo.example", "password": PASSWORD, "who": "Claire"}]

    assert "claire@demo.example" not in client.get(reverse("account_login")).content.decode()
    settings.DEMONSTRATION = True
    assert "claire@demo.example" in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "route",
    [
        "account_login",
        "account_signup",
        "account_inactive",
        "account_request_login_code",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
def test_pages_of_sign_in_are_open_to_everyone(client, route):
    assert client.get(reverse(route)).status_code == 200


@pytest.mark.parametrize(
    "route",
    [
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "usersessions_list",
        "accounts:profile",
        "accounts:my_data",
        "accounts:account_delete",
    ],
)
def test_pages_of_an_account_send_a_stranger_to_sign_in(client, route):
    answer = client.get(reverse(route))

    assert answer.url == f"{reverse('account_login')}?next={reverse(route)}"
