"""Addresses of e-mail and of sites, as people type them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st

from kit.addresses import clean_email, clean_url, is_web_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("nom@exemple.fr", "nom@exemple.fr"),
        ("  Prénom.Nom+x@Exemple.FR ".replace("é", "e"), "Prenom.Nom+x@exemple.fr"),
        ("mailto:nom@exemple.fr", "nom@exemple.fr"),
    ],
)
def test_email_is_one_address_with_its_domain_in_small_letters(text, address):
    assert clean_email(text) == address
    assert clean_email(clean_email(text)) == address


@pytest.mark.parametrize(
    "text", ["", "nom", "nom@", "@exemple.fr", "a@b", "a@b.fr, c@d.fr", "Nom <a@b.fr>", f"{'a' * 250}@b.fr", "a b@c.fr"]
)
def test_what_is_no_email_is_refused_with_a_sentence(text):
    with pytest.raises(ValidationError, match="Cette adresse électronique ne semble pas exacte") as refusal:
        clean_email(text)

    assert ("Il y manque le signe @." in refusal.value.messages[0]) == ("@" not in text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("exemple.fr", "https://exemple.fr"),
        ("HTTP://Exemple.FR/Page?q=1#A", "http://exemple.fr/Page?q=1#A"),
        ("www.exemple.fr:8080/a", "https://www.exemple.fr:8080/a"),
        ("https://été.fr", "https://été.fr"),
    ],
)
def test_site_is_completed(text, address):
    assert clean_url(text) == address
    assert clean_url(clean_url(text)) == address
    assert is_web_address(address)


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "JavaScript://exemple.fr/%0Aalert(1)", "ftp://exemple.fr", "mailto:a@b.fr", "data:text/html,a"]
)
def test_what_a_browser_would_run_is_refused(text):
    with pytest.raises(ValidationError, match="commence par https:// ou http://"):
        clean_url(text)

    assert not is_web_address(text)


@pytest.mark.parametrize(
    "text", ["", "exemple", "https://", "https://a b.fr", "exemple.fr/é è", "https://banque.fr@pirate.fr", "https://[::1", "a" * 30]
)
def test_what_is_no_site_is_refused(text):
    with pytest.raises(ValidationError, match="ne semble pas exacte"):
        clean_url(text)


def test_a_site_too_long_is_refused():
    with pytest.raises(ValidationError, match="500 caractères au plus"):
        clean_url(f"https://exemple.fr/{'a' * 500}")


@given(st.text(max_size=40))
def test_whatever_is_accepted_may_be_a_link(text):
    for clean in (clean_email, clean_url):
        try:
            address = clean(text)
        except ValidationError:
            continue
        assert clean(address) == address
        assert clean is clean_email or is_web_address(address)
