"""The second factor: set up, asked at sign-in, and required of staff."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from accounts.enums import Group
from accounts.mfa_adapter import SecondFactorAdapter
from tests.accounts.conftest import totp_code
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


WRONG_CREDENTIALS = [
    "",
    "{",
    "[]",
    "{}",
    "null",
    '"texte"',
    "12",
    "a" * 100_000,
    '{"id": 1}',
    '{"id": "a", "rawId": "é", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "YQ", "attestationObject": "YQ"}}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "YQ", "authenticatorData": "YQ", "signature": "YQ", "userHandle": "YQ"}}',
]


def messages_of(answer):
    return [str(message) for message in answer.context["messages"]]


def sign_in(client, user, **fields):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD, **fields})


def confirm_password(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


@pytest.fixture
def claire(db):
    return UserFactory.create(email="claire@exemple.fr", password=PASSWORD, verified=True)


@pytest.fixture
def agent(db, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    return UserFactory.create(email="agent@exemple.fr", password=PASSWORD, verified=True, staff=True, group=Group.ADMINISTRATOR)


@pytest.fixture
def secret(rf):
    return generate_totp_secret()


def give_totp(user, secret):
    return TOTP.activate(user, secret).instance


def test_application_is_activated_with_its_code_and_recovery_codes_follow(client, claire, mails, django_capture_on_commit_callbacks):
    sign_in(client, claire)
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert "data:image/svg+xml;base64," in page.content.decode()
    assert secret in page.content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)})

    assert answer.url == reverse("mfa_view_recovery_codes")
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert mails("claire@exemple.fr")[-1].subject == "Second facteur activé"
    assert client.get(answer.url).context["unused_codes"]


def test_wrong_code_activates_nothing(client, claire):
    sign_in(client, claire)
    confirm_password(client)
    client.get(reverse("mfa_activate_totp"))

    answer = client.post(reverse("mfa_activate_totp"), {"code": "abcdef"})

    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


def test_setting_up_asks_who_one_is(client, claire):
    client.force_login(claire)

    answer = client.get(reverse("mfa_activate_totp"))

    assert answer.url.startswith(reverse("account_reauthenticate"))


def test_sign_in_asks_for_the_code(client, claire, secret):
    give_totp(claire, secret)

    answer = sign_in(client, claire)

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get(answer.url).status_code == 200
    assert "Code incorrect" in client.post(answer.url, {"code": "000 000"}).content.decode()
    assert client.post(answer.url, {"code": totp_code(secret)}).url == reverse("portal:dashboard")


def test_mailed_code_does_not_replace_the_second_factor(client, claire, secret, mailed_code):
    give_totp(claire, secret)
    page = client.post(reverse("account_request_login_code"), {"email": claire.email}).url

    answer = client.post(page, {"code": mailed_code(claire.email)})

    assert answer.url == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_code_serves_once(client, claire, secret):
    give_totp(claire, secret)
    sign_in(client, claire)
    code = totp_code(secret)
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.post(reverse("account_logout"))

    sign_in(client, claire)
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert "_auth_user_id" not in client.session


def test_recovery_code_serves_once(client, claire, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    give_totp(claire, secret)
    code = RecoveryCodes.activate(claire).get_unused_codes()[0]

    sign_in(client, claire)
    assert client.post(reverse("mfa_authenticate"), {"code": code}).url == reverse("portal:dashboard")
    client.post(reverse("account_logout"))
    sign_in(client, claire)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert "_auth_user_id" not in client.session


def test_codes_are_guessed_slowly(client, claire, secret):
    give_totp(claire, secret)
    sign_in(client, claire)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "bad"})

    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert "_auth_user_id" not in client.session
    cache.clear()
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert "_auth_user_id" in client.session


def test_secrets_are_encrypted_at_rest_and_outlive_a_change_of_key(settings):
    adapter = SecondFactorAdapter()
    stored = adapter.encrypt("ABCD")

    assert "ABCD" not in stored
    with override_settings(SECRET_KEY="another key", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert adapter.decrypt(stored) == "ABCD"


def test_keys_are_named_in_order(claire):
    adapter = SecondFactorAdapter()

    assert adapter.generate_authenticator_name(claire, Authenticator.Type.WEBAUTHN) == "Clé de sécurité 1"
    Authenticator.objects.create(user=claire, type=Authenticator.Type.WEBAUTHN, data={})
    assert adapter.generate_authenticator_name(claire, Authenticator.Type.WEBAUTHN) == "Clé de sécurité 2"


def test_page_of_keys_and_their_removal(client, claire):
    sign_in(client, claire)
    confirm_password(client)
    key = Authenticator.objects.create(
        user=claire, type=Authenticator.Type.WEBAUTHN, data={"name": "clé du bureau", "credential": {"clientExtensionResults": {}}}
    )

    assert "clé du bureau" in client.get(reverse("mfa_list_webauthn")).content.decode()
    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "téléphone"})
    key.refresh_from_db()
    assert key.data["name"] == "téléphone"
    assert "téléphone" in client.get(reverse("mfa_remove_webauthn", args=[key.pk])).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", WRONG_CREDENTIALS)
def test_wrong_credential_is_no_fault(client, claire, secret, credential):
    give_totp(claire, secret)
    assert client.post(reverse("mfa_login_webauthn"), {"credential": credential}).url == reverse("account_login")
    sign_in(client, claire)

    answer = client.post(reverse("mfa_authenticate"), {"credential": credential})

    assert answer.context["webauthn_form"].errors
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("credential", WRONG_CREDENTIALS)
def test_wrong_new_key_is_no_fault(client, claire, credential):
    sign_in(client, claire)
    confirm_password(client)

    answer = client.post(reverse("mfa_add_webauthn"), {"name": "clé", "credential": credential})

    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_downloaded_and_made_anew(client, claire, secret):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    give_totp(claire, secret)
    codes = RecoveryCodes.activate(claire).get_unused_codes()
    sign_in(client, claire)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    confirm_password(client)

    assert codes[0] in client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes[-1] in client.get(reverse("mfa_download_recovery_codes")).content.decode()
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    client.post(reverse("mfa_generate_recovery_codes"))
    assert codes[0] not in client.get(reverse("mfa_view_recovery_codes")).content.decode()


def test_application_is_given_up(client, claire, secret):
    give_totp(claire, secret)
    sign_in(client, claire)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    confirm_password(client)

    assert client.get(reverse("mfa_deactivate_totp")).status_code == 200
    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()


# --- required of staff ---


@pytest.mark.parametrize("page", ["/admin/", "/admin/accounts/user/", "/mon-espace/", "/"])
def test_staff_without_a_factor_are_sent_to_set_one_up(client, agent, page):
    sign_in(client, agent)

    answer = client.get(page)

    assert answer.url == reverse("mfa_index")
    assert "Votre compte d’agent demande un second facteur. Activez-en un pour continuer." in messages_of(client.get(answer.url))


def test_staff_reach_the_admin_once_they_have_set_one_up(client, agent, monkeypatch):
    # allauth says that a factor was added once its transaction is committed, which a test's never is
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())
    sign_in(client, agent)
    confirm_password(client)
    client.get(reverse("mfa_activate_totp"))

    client.post(reverse("mfa_activate_totp"), {"code": totp_code(client.session["mfa.totp.secret"])})

    assert client.get("/admin/").status_code == 200


def test_staff_reach_the_admin_after_signing_in_with_their_factor(client, agent, secret):
    give_totp(agent, secret)
    sign_in(client, agent)
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})

    assert client.get("/admin/").status_code == 200


def test_session_of_staff_opened_without_the_factor_is_asked_for_it(client, agent, secret):
    sign_in(client, agent)
    give_totp(agent, secret)

    answer = client.get("/admin/?q=1")

    assert answer.url == f"{reverse('mfa_reauthenticate')}?next=%2Fadmin%2F%3Fq%3D1"
    assert client.post(answer.url, {"code": totp_code(secret)}).url == "/admin/?q=1"
    assert client.get("/admin/").status_code == 200


def test_post_of_such_a_session_comes_back_to_the_dashboard(client, agent):
    sign_in(client, agent)
    Authenticator.objects.create(user=agent, type=Authenticator.Type.WEBAUTHN, data={"name": "clé", "credential": {}})

    answer = client.post("/admin/")

    assert answer.url.startswith(reverse("mfa_reauthenticate_webauthn"))
    assert answer.url.endswith("?next=%2Fmon-espace%2F")


def test_recovery_codes_alone_are_no_factor(client, agent):
    Authenticator.objects.create(user=agent, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0})
    client.force_login(agent)

    assert client.get("/admin/").url == reverse("mfa_index")


def test_making_recovery_codes_does_not_confirm_a_session(client, agent, rf):
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.second_factor import record_new_factor, session_has_second_factor

    request = rf.get("/")
    request.session = SessionStore()
    record_new_factor(request=request, user=agent, authenticator=Authenticator(pk=1, type=Authenticator.Type.RECOVERY_CODES))
    assert not session_has_second_factor(request, agent)
    record_new_factor(request=request, user=agent, authenticator=Authenticator(pk=1, type=Authenticator.Type.TOTP))
    assert session_has_second_factor(request, agent)


@pytest.mark.parametrize("route", ["mfa_index", "account_logout", "account_email", "usersessions_list", "accounts:profile"])
def test_staff_without_a_factor_keep_the_pages_of_their_account(client, agent, route):
    sign_in(client, agent)

    assert client.get(reverse(route)).status_code == 200


def test_nobody_else_is_asked(client, claire, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client, claire)

    assert client.get("/").status_code == 200
    assert client.get(reverse("portal:dashboard")).status_code == 200


def test_factor_is_not_required_where_the_setting_says_so(client, agent, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(agent)

    assert client.get("/admin/").status_code == 200


def test_page_that_does_not_exist_is_still_a_404_for_staff(client, agent):
    client.force_login(agent)

    assert client.get("/nulle-part/").status_code == 404


def test_admin_has_no_sign_in_of_its_own(client):
    assert client.get("/admin/login/?next=/admin/").url == f"{reverse('account_login')}?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_admin_is_refused_to_whoever_is_not_staff(client, claire):
    client.force_login(claire)

    assert client.get("/admin/", follow=True).status_code == 403


def test_unverified_address_sets_no_factor_up(client):
    user = UserFactory.create(password=PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
    client.force_login(user)

    assert client.get(reverse("mfa_activate_totp")).url == reverse("mfa_index")
