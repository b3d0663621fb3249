"""The mails of sign-in: all through the outbox, none naming a host that the request chose."""

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from kit import clock
from notifications.adapter import SECRET_TEMPLATES, AccountAdapter
from notifications.models import Message
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
WORDS = {
    "code": "BCDF-GHJK",
    "password_reset_url": "https://…",
    "timestamp": clock.now(),
    "ip": "192.0.2.1",
    "user_agent": "Navigateur",
    "from_email": "claire@exemple.fr",
    "to_email": "neuve@exemple.fr",
    "deleted_email": "claire@exemple.fr",
}
NOTICES = (
    "accounts/email/account_deleted",
    "account/email/password_changed",
    "account/email/password_reset",
    "account/email/password_set",
    "account/email/email_changed",
    "account/email/email_confirm",
    "account/email/email_deleted",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
)


@pytest.mark.parametrize(
    ("demonstration", "subject"), [(True, "[DÉMONSTRATION] Votre code de connexion"), (False, "Votre code de connexion")]
)
def test_code_says_that_it_is_of_a_demonstration(client, settings, demonstration, subject):
    settings.DEMONSTRATION = demonstration
    user = UserFactory.create(email=f"{demonstration}@exemple.fr".lower(), password=PASSWORD, verified=True)

    client.post(reverse("account_request_login_code"), {"email": user.email})

    assert Message.objects.get().subject == subject


def test_code_is_owed_and_stays_out_of_the_inbox(client):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    client.post(reverse("account_request_login_code"), {"email": user.email})

    message = Message.objects.get()
    assert (message.kind, message.email, message.recipient, message.url) == ("sign_in", "claire@exemple.fr", None, "")
    assert message.html == ""
    assert mail.outbox == []


def test_notice_reaches_the_inbox(client):
    user = UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "une autre phrase assez longue"})

    message = Message.objects.get()
    assert (message.kind, message.recipient, message.url) == ("account", user, reverse("accounts:profile"))
    assert "Depuis : 127.0.0.1" in message.text


def test_reset_link_names_the_site_whatever_the_host_says(client, settings):
    settings.SITE_URL = "https://frenchimpact.example"
    settings.ALLOWED_HOSTS = ["*"]
    UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)

    client.post(reverse("account_reset_password"), {"email": "claire@exemple.fr"}, HTTP_HOST="pirate.example")

    text = Message.objects.get().text
    assert "https://frenchimpact.example/compte/mot-de-passe/oublie/lien/" in text
    assert "pirate.example" not in text


@pytest.mark.parametrize("template", [*sorted(SECRET_TEMPLATES), *NOTICES])
def test_every_mail_is_rendered_in_french(template):
    AccountAdapter().send_mail(
        template,
        "claire@exemple.fr",
        WORDS,
    )

    message = Message.objects.get()
    assert message.subject == render_to_string(f"{template}_subject.txt").strip()
    assert message.text.startswith("Bonjour,\n")
    assert message.text.count("\n\n\n") == 0


def test_same_mail_twice_is_two_messages():
    for _ in range(2):
        AccountAdapter().send_mail("account/email/unknown_account", "claire@exemple.fr", {})

    assert Message.objects.count() == 2


def test_markup_in_a_mail_is_text_and_not_escaped():
    AccountAdapter().send_mail("account/email/unknown_account", "d'arc&co@exemple.fr", {})

    assert "d'arc&co@exemple.fr" in Message.objects.get().text
