"""Addresses of signing in and out: in French, and every page of allauth has one."""

from inspect import unwrap

from allauth import urls as allauth_urls
from django.urls import URLPattern, URLResolver, resolve, reverse

from accounts import sign_in_urls


def pages(patterns) -> dict:
    """The view of each name, as allauth made it."""
    found: dict[str, object] = {}
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= pages(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found[pattern.name] = unwrap(pattern.callback)
    return found


def test_every_page_of_allauth_has_an_address_of_ours():
    assert pages(sign_in_urls.urlpatterns) == pages(allauth_urls.urlpatterns)


def test_addresses_are_in_french_and_lead_where_they_say():
    addresses = {name: reverse(name) for name in ("account_login", "account_signup", "account_logout", "account_reset_password")}

    assert addresses == {
        "account_login": "/compte/connexion/",
        "account_signup": "/compte/inscription/",
        "account_logout": "/compte/deconnexion/",
        "account_reset_password": "/compte/mot-de-passe/oublie/",
    }
    assert [name for name, address in addresses.items() if resolve(address).url_name != name] == []


def test_a_page_that_asks_who_one_is_leads_to_the_french_address(client, db):
    assert client.get("/compte/profil/").url == "/compte/connexion/?next=/compte/profil/"
