"""ProConnect, against a real provider over HTTP: signed in, refused, throttled, signed out."""

from datetime import timedelta

import httpx
import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts import proconnect
from accounts.enums import Group
from accounts.models import ProConnectIdentity, User
from accounts.queries import personal_data, vouched_sirets
from kit import clock
from tests.accounts.proconnect_provider import (
    OLD_WORDS,
    SIRET,
    START,
    come_back,
    go,
    provider,
    query_of,
    running,
    sentences,
    sign_in,
    who,
)
from tests.accounts.test_second_factor import give_totp
from tests.factories.accounts import PASSWORD, UserFactory

__all__ = ["provider", "running"]
pytestmark = [pytest.mark.django_db, *OLD_WORDS]

BUTTON = 'class="fr-connect site-proconnect"'


def test_without_a_provider_there_is_no_button_and_no_page(client):
    page = client.get(reverse("account_login")).content.decode()

    names = ("start", "callback", "leave", "left")
    assert [client.get(reverse(f"accounts:proconnect_{name}")).status_code for name in names] == [404] * 4
    assert "ProConnect" not in page


def test_the_sign_in_page_offers_it_above_the_code_by_mail_and_asks_nothing_of_the_provider(client, provider):
    provider.calls.clear()

    page = client.get(reverse("account_login"), {"next": "/compte/profil/?a=b"}).content.decode()

    assert page.index(BUTTON) < page.index("Recevoir un code par courriel")
    assert f"{START}?next=%2Fcompte%2Fprofil%2F%3Fa%3Db" in page
    assert "Qu’est-ce que ProConnect" in page
    assert provider.calls == []


@pytest.mark.parametrize("pkce", [True, False])
def test_a_person_is_sent_with_what_proconnect_asks_for_and_nothing_more(client, provider, pkce):
    provider.pkce = pkce

    asked = query_of(go(client))

    assert (asked["scope"], asked["acr_values"]) == ("openid email given_name usual_name siret", "eidas1")
    assert asked["claims"] == '{"id_token":{"amr":{"essential":true}}}'
    assert asked["redirect_uri"] == "http://testserver/compte/proconnect/retour/"
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert ("code_challenge" in asked) is pkce
    assert sign_in(client, provider, provider.add("claire")).url == reverse("portal:dashboard")
    assert provider.faults == []


def test_a_new_person_gets_an_account_and_lands_on_the_page_first_wanted(client, provider):
    answer = sign_in(client, provider, provider.add("claire", email="Claire@Exemple.fr"), page="/compte/profil/")

    user = User.objects.get()
    assert answer.url == "/compte/profil/"
    assert who(client) == str(user.pk)
    assert (user.email, user.first_name, user.last_name, user.has_usable_password()) == ("Claire@Exemple.fr", "Claire", "Porteuse", False)
    assert EmailAddress.objects.filter(user=user, email="claire@exemple.fr", verified=True, primary=True).count() == 1
    assert (user.proconnect_identities.get().sub, vouched_sirets(user)) == ("claire", [SIRET])
    assert str(user.proconnect_identities.get()) == "Claire@Exemple.fr"
    assert [row["identifiant"] for row in personal_data(user)["identités ProConnect"]] == ["claire"]


def test_an_address_outside_the_site_is_not_where_one_lands(client, provider):
    assert sign_in(client, provider, provider.add("claire"), page="https://ailleurs.example/").url == reverse("portal:dashboard")


def test_an_account_is_found_by_its_address_whatever_the_case_and_its_owner_told(client, provider, mails):
    user = UserFactory(email="claire@exemple.fr", password=PASSWORD, verified=True, first_name="Clara")

    sign_in(client, provider, provider.add("claire", email="CLAIRE@exemple.fr"))

    user.refresh_from_db()
    assert who(client) == str(user.pk)
    assert (user.first_name, user.check_password(PASSWORD)) == ("Clara", True)
    assert [mail.subject for mail in mails("claire@exemple.fr")] == ["ProConnect ouvre désormais votre compte"]


def test_an_account_is_found_again_by_its_sub_though_the_address_changed(client, provider, mails):
    sign_in(client, provider, provider.add("claire"))
    user = User.objects.get()
    client.logout()

    sign_in(client, provider, provider.add("claire", email="autre@exemple.fr"))

    assert who(client) == str(user.pk)
    assert User.objects.get().email == "claire@exemple.fr"
    assert ProConnectIdentity.objects.get().email == "autre@exemple.fr"
    assert mails("claire@exemple.fr") == mails("autre@exemple.fr") == []


def test_another_sub_of_the_same_address_is_another_identity_of_the_same_account(client, provider):
    sign_in(client, provider, provider.add("claire"))
    client.logout()

    sign_in(client, provider, provider.add("claire-ailleurs", email="claire@exemple.fr"))

    assert sorted(User.objects.get().proconnect_identities.values_list("sub", flat=True)) == ["claire", "claire-ailleurs"]


def test_an_account_whose_address_nobody_proved_loses_its_password(client, provider):
    squatter = UserFactory(email="claire@exemple.fr", password=PASSWORD)
    EmailAddress.objects.create(user=squatter, email="claire@exemple.fr", primary=True, verified=False)

    sign_in(client, provider, provider.add("claire"))

    squatter.refresh_from_db()
    assert (who(client), squatter.has_usable_password()) == (str(squatter.pk), False)
    assert squatter.get_full_name() == "Claire Porteuse"
    assert EmailAddress.objects.get(user=squatter).verified


def test_a_deactivated_account_stays_closed_and_learns_nothing(client, provider):
    UserFactory(email="claire@exemple.fr", is_active=False, verified=True)

    answer = sign_in(client, provider, provider.add("claire"))

    assert (answer.url, who(client), ProConnectIdentity.objects.count()) == (reverse("account_inactive"), None, 0)


def test_a_deactivated_account_known_by_its_sub_stays_closed(client, provider):
    sign_in(client, provider, provider.add("claire"))
    client.logout()
    User.objects.update(is_active=False)

    assert sign_in(client, provider, "claire").url == reverse("account_inactive")


def test_a_siret_that_is_none_is_not_kept_and_vouches_for_nothing(client, provider):
    sign_in(client, provider, provider.add("claire", siret="12345678901234"))

    assert vouched_sirets(User.objects.get()) == []


def test_a_siret_vouches_for_half_a_day(client, provider):
    sign_in(client, provider, provider.add("claire"))
    user = User.objects.get()

    with clock.standing_at(clock.now() + timedelta(hours=13)):
        assert vouched_sirets(user) == []


def test_two_tabs_of_one_person_end_in_one_account(client, provider, monkeypatch):
    arrival = proconnect.Arrival("claire", "claire@exemple.fr", "Claire", "Porteuse", "", frozenset(), "jeton")
    create = User.objects.create_user

    def beaten(email, **names):
        monkeypatch.setattr(User.objects, "create_user", create)
        rival = create(email, **names)
        EmailAddress.objects.create(user=rival, email=email, primary=True, verified=True)
        return create(email, **names)

    monkeypatch.setattr(User.objects, "create_user", beaten)
    from accounts.actions import recognise_person

    user, known = recognise_person(arrival)

    assert (user, known) == (User.objects.get(), False)


# The second factor.


@pytest.fixture
def agent(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    return UserFactory(email="agent@exemple.fr", verified=True, staff=True, group=Group.ADMINISTRATOR)


def test_staff_without_a_factor_there_are_asked_for_ours(client, provider, agent):
    sign_in(client, provider, provider.add("agent"))

    assert client.get(reverse("portal:dashboard")).url == reverse("mfa_index")


def test_staff_with_a_factor_there_are_trusted_once_their_identity_is_linked(client, provider, agent):
    provider.add("agent", amr=["pwd", "mfa"])
    sign_in(client, provider, "agent")
    at_first = client.get(reverse("portal:dashboard")).status_code
    client.logout()

    sign_in(client, provider, "agent")

    assert (at_first, client.get(reverse("portal:dashboard")).status_code) == (302, 200)


@pytest.mark.parametrize(("factors", "page"), [(["pwd"], "mfa_authenticate"), (["mfa"], "portal:dashboard"), ("mfa", "mfa_authenticate")])
def test_a_factor_set_up_here_is_asked_unless_one_was_shown_there(client, provider, factors, page):
    user = UserFactory(email="claire@exemple.fr", verified=True)
    ProConnectIdentity.objects.create(user=user, sub="claire", email=user.email)
    give_totp(user, "JBSWY3DPEHPK3PXP")

    assert sign_in(client, provider, provider.add("claire", amr=factors)).url == reverse(page)


# Signing out.


def test_who_came_through_it_signs_out_here_then_there_then_comes_back(client, provider):
    sign_in(client, provider, provider.add("claire"))

    out = client.post(reverse("account_logout"))
    assert (out.url, who(client)) == (reverse("accounts:proconnect_leave"), None)
    page = client.get(out.url)
    there = page.context["address"]
    assert f'<meta http-equiv="refresh" content="0; url={there.replace("&", "&amp;")}">' in page.content.decode()
    back = httpx.get(there)
    home = come_back(client, back.headers["Location"])

    assert [sorted(asked) for asked in provider.signed_out] == [["id_token_hint", "post_logout_redirect_uri", "state"]]
    assert provider.signed_out[0]["post_logout_redirect_uri"] == "http://testserver/compte/proconnect/deconnecte/"
    assert home.url == reverse("portal:home")
    assert "Vous êtes aussi déconnecté de ProConnect." in sentences(client, home)
    assert "proconnect_leaving" not in client.session


@pytest.mark.parametrize("state", ["", "x", "é" * 40])
def test_back_from_a_sign_out_that_was_not_asked_nothing_is_said(client, provider, state):
    sign_in(client, provider, provider.add("claire"))
    client.post(reverse("account_logout"))

    home = client.get(reverse("accounts:proconnect_left"), {"state": state})

    assert "Vous êtes aussi déconnecté de ProConnect." not in sentences(client, home)


def test_who_did_not_come_through_it_signs_out_here_only(client, provider):
    client.force_login(UserFactory())

    assert client.post(reverse("account_logout")).url == reverse("portal:home")
    assert client.get(reverse("accounts:proconnect_leave")).url == reverse("portal:home")


def test_reading_the_sign_out_page_signs_nobody_out(client, provider):
    sign_in(client, provider, provider.add("claire"))

    assert client.get(reverse("account_logout")).status_code == 200
    assert who(client) is not None


def test_when_it_is_down_one_is_signed_out_here_and_told_what_stays_open(client, provider):
    sign_in(client, provider, provider.add("claire"))
    proconnect.forget_provider()
    provider.down = True

    answer = client.get(client.post(reverse("account_logout")).url)

    assert (answer.url, who(client)) == (reverse("portal:home"), None)
    assert any("votre session y reste ouverte" in sentence for sentence in sentences(client, answer))
