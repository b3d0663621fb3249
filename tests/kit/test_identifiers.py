"""Identifiers as people type them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, strategies as st
from stdnum import luhn

from kit import identifiers

CLEANERS = (identifiers.clean_siret, identifiers.clean_siren, identifiers.clean_rna, identifiers.clean_ridet, identifiers.clean_phone)


def outcome_of(clean, text):
    try:
        return clean(text)
    except ValidationError as refusal:
        return str(refusal.message)


def with_check_digit(digits):
    return digits + luhn.calc_check_digit(digits)


@pytest.mark.parametrize(
    "typed",
    [
        "55208131766522",
        "552 081 317 66522",
        "552.081.317.66522",
        "552\u00a0081\u00a0317\u202f66522",
        " 552-081-317 66522\u200b\n",
        "５５２０８１３１７６６５２２",
    ],
)
def test_siret_is_read_however_it_is_spaced(typed):
    assert identifiers.clean_siret(typed) == "55208131766522"


@pytest.mark.parametrize("siret", ["35600000000048", "35600000049837"])
def test_siret_of_la_poste_and_of_its_head_office(siret):
    assert identifiers.clean_siret(siret) == siret


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("  \u00a0 ", "required"),
        ("552081317", "siren"),
        ("W751212517", "rna"),
        ("5520813176652O", "digits"),
        ("٥٥٢٠٨١٣١٧٠٠٧٦٦", "digits"),
        ("5520813176652", "length"),
        ("552081317665226", "length"),
        ("55208131766523", "check_digit"),
        ("35600000049838", "check_digit"),
        ("1" * 1_000_000, "length"),
    ],
)
def test_siret_refused_by_its_fault(typed, code):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_siret(typed)

    assert refusal.value.code == code
    assert refusal.value.message.endswith(".")


def test_siren_given_for_a_siret_says_what_to_do():
    with pytest.raises(ValidationError, match=r"SIREN \(9 chiffres\).*suivis des 5 du numéro"):
        identifiers.clean_siret("552 081 317")


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "required"), ("abc", "digits"), ("55208131766522", "siret"), ("55208131", "length"), ("552081318", "check_digit")],
)
def test_siren_refused_by_its_fault(typed, code):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_siren(typed)

    assert refusal.value.code == code


def test_siren_is_read():
    assert identifiers.clean_siren("552 081 317") == "552081317"


@pytest.mark.parametrize(
    ("typed", "number"), [("W751212517", "W751212517"), (" w75 1.212-517", "W751212517"), ("W9C1000001", "W9C1000001")]
)
def test_rna_is_read(typed, number):
    assert identifiers.clean_rna(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "required"),
        ("552081317", "siret"),
        ("55208131766522", "siret"),
        ("751212517A", "letter"),
        ("W7512125", "length"),
        ("W75121251é", "signs"),
    ],
)
def test_rna_refused_by_its_fault(typed, code):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_rna(typed)

    assert refusal.value.code == code


@pytest.mark.parametrize(("number", "strict"), [("W751212517", True), ("W9C1000001", False), ("W751212517\n", False)])
def test_strict_rna_is_w_and_nine_digits(number, strict):
    assert identifiers.is_strict_rna(number) is strict


@pytest.mark.parametrize(("typed", "number"), [("123456", "123456"), ("1 234 567", "1234567"), ("1.234.567", "1234567")])
def test_ridet_is_read(typed, number):
    assert identifiers.clean_ridet(typed) == number


@pytest.mark.parametrize(("typed", "code"), [("", "required"), ("12345", "length"), ("12345678", "length"), ("12345A", "digits")])
def test_ridet_refused_by_its_fault(typed, code):
    with pytest.raises(ValidationError) as refusal:
        identifiers.clean_ridet(typed)

    assert refusal.value.code == code


def test_numbers_in_groups():
    assert identifiers.siret_in_groups("55208131766522") == "552\u00a0081\u00a0317\u00a066522"
    assert identifiers.siren_in_groups("552081317") == "552\u00a0081\u00a0317"
    assert identifiers.siret_in_groups("W751212517") == "W751212517"
    assert identifiers.siren_in_groups("") == ""
    assert identifiers.siren_of("55208131766522") == "552081317"


@given(st.from_regex(r"\A[0-9]{8}\Z"), st.from_regex(r"\A[0-9]{4}\Z"))
def test_every_number_with_right_keys_is_accepted_and_read_back_from_its_groups(body, nic):
    siren = with_check_digit(body)
    if siren == "356000000":
        return
    siret = with_check_digit(siren + nic)

    assert identifiers.clean_siret(identifiers.siret_in_groups(siret)) == siret
    assert identifiers.clean_siren(identifiers.siren_of(siret)) == siren


@given(st.from_regex(r"\A[0-9]{8}\Z"), st.from_regex(r"\A[0-9]{4}\Z"), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(body, nic, place, shift):
    siret = with_check_digit(with_check_digit(body) + nic)
    wrong = siret[:place] + str((int(siret[place]) + shift) % 10) + siret[place + 1 :]
    if "356000000" in (siret[:9], wrong[:9]):
        return

    with pytest.raises(ValidationError):
        identifiers.clean_siret(wrong)


@given(st.text(), st.sampled_from(CLEANERS))
def test_any_text_is_a_number_or_a_sentence(text, clean):
    outcome = outcome_of(clean, text)

    assert outcome.endswith(".") or clean(outcome) == outcome


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0123456789", "01 23 45 67 89"),
        ("01.23.45.67.89", "01 23 45 67 89"),
        ("+33 (0)1 23 45 67 89", "01 23 45 67 89"),
        ("0033 1 23 45 67 89", "01 23 45 67 89"),
        ("+262 262 12 34 56", "02 62 12 34 56"),
        ("0262 12 34 56", "02 62 12 34 56"),
        ("3939", "39 39"),
        ("115", "115"),
        ("116 117", "11 61 17"),
        ("+687 25 60 00", "+687 25 60 00"),
        ("00689 40 46 86 00", "+689 40 46 86 00"),
        ("+508 41 46 00", "+508 41 46 00"),
    ],
)
def test_telephone_of_france_and_of_overseas(typed, expected):
    assert identifiers.clean_phone(typed) == expected.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    "typed", ["01 23 45 67", "00 00 00 00 00", "12345", "01 23 45 67 89 ou 06 12 34 56 78", "standard", "+44 20 7946 0018"]
)
def test_what_cannot_be_called_is_refused_with_a_sentence(typed):
    assert "Ce numéro de téléphone ne semble pas exact" in outcome_of(identifiers.clean_phone, typed)


def test_no_telephone_is_asked_for():
    assert outcome_of(identifiers.clean_phone, " - ") == "Saisissez un numéro de téléphone, par exemple 01 23 45 67 89."


@pytest.mark.parametrize(
    ("text", "number", "said"),
    [
        ("01 23 45 67 89", "+33123456789", "01 23 45 67 89"),
        ("+33 (0)6-12-34-56-78", "+33612345678", "06 12 34 56 78"),
        ("0590 12 34 56", "+590590123456", "05 90 12 34 56"),
        ("+590 690 12 34 56", "+590690123456", "06 90 12 34 56"),
        ("0692123456", "+262692123456", "06 92 12 34 56"),
        ("+32 2 123 45 67", "+3221234567", "+32 21 23 45 67"),
        ("0041 22 730 51 11", "+41227305111", "+41 2 27 30 51 11"),
        ("+1 202 555 0143", "+12025550143", "+1 20 25 55 01 43"),
        ("+687 25 60 00", "+687256000", "+687 25 60 00"),
        ("+221 33 800 00 00", "+221338000000", "+221 3 38 00 00 00"),
    ],
)
def test_phone_of_any_country_has_one_form(text, number, said):
    assert identifiers.clean_any_phone(text) == number
    assert identifiers.clean_any_phone(number) == number
    assert identifiers.say_phone(number).replace("\u00a0", " ") == said
    assert identifiers.clean_any_phone(identifiers.say_phone(number)) == number


@pytest.mark.parametrize(
    "text", ["", "3939", "0123", "01 23 45 67 89 0", "+33 12", "+0 123 456 789", "+123", "+1234567890123456", "abc", "0" * 100]
)
def test_what_is_no_phone_of_any_country_is_refused(text):
    with pytest.raises(ValidationError):
        identifiers.clean_any_phone(text)
