"""What people type: read, kept when it cannot be, said back; never a fault."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from calls.definition import COMPOSITE_KINDS, ChoiceDefinition, QuestionDefinition
from calls.enums import QuestionKind, Visibility
from calls.reading import READERS, area_references, read_answer, say_typed, say_value
from kit import clock

AREAS = {
    "commune:75056": "Paris (75)",
    "commune:97411": "Saint-Denis (974)",
    "epci:200054781": "Métropole du Grand Paris",
    "departement:974": "La Réunion (974)",
    "region:11": "Île-de-France",
}
NBSP, NARROW = "\u00a0", "\u202f"
MEGABYTE = "a" * 1_000_000
ONE_TEXT = sorted(set(QuestionKind) - set(COMPOSITE_KINDS))


def question(kind, **changes) -> QuestionDefinition:
    base = {
        "key": "q",
        "kind": kind,
        "label": "Question",
        "help_text": "",
        "required": True,
        "visibility": Visibility.PUBLIC,
        "max_words": None,
        "minimum": None,
        "maximum": None,
        "whole": False,
        "unit": "",
        "several": False,
        "choices": (),
    }
    if kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        base["choices"] = (ChoiceDefinition("un", "Premier"), ChoiceDefinition("deux", "Second"))
    return QuestionDefinition(**{**base, **changes})


def read(kind, *texts, **changes):
    return read_answer(question(kind, **changes), texts, AREAS)


@pytest.mark.parametrize("kind", QuestionKind)
@pytest.mark.parametrize("nothing", [(), ("",), ("   ",), ("\x00\u202e\u200b",), ("", "\n\t"), (NBSP,)])
def test_nothing_is_neither_a_value_nor_a_problem(kind, nothing):
    reading = read(kind, *nothing)

    assert (reading.typed or "", reading.value, reading.problem) == ("", None, "")


@pytest.mark.parametrize("kind", ONE_TEXT)
def test_a_megabyte_is_kept_or_cut_with_a_sentence(kind):
    reading = read(kind, MEGABYTE)

    assert reading.value is None
    assert reading.problem.endswith((".", "?"))
    texts = {QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT}
    if kind in texts:
        assert reading.typed == MEGABYTE
        assert reading.problem == (
            "Cette réponse compte 1\u202f000\u202f000 caractères. Au-delà de 100\u202f000, elle n’est pas enregistrée : "
            "raccourcissez-la, puis enregistrez de nouveau."
        )


@pytest.mark.parametrize("kind", ONE_TEXT)
def test_what_is_kept_holds_no_hidden_sign(kind):
    reading = read(kind, "\x00a\x07b\u202ec\u200f\u2066d\ufeff" + "e" * 200_000, "\x00x")

    kept = "".join(reading.typed)
    assert kept.startswith("abcd")
    assert not set("\x00\x07\u202e\u200f\u2066\ufeff") & set(kept)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "=HYPERLINK(1)", "#let x = 1 $ * @ \\", "{{ 7 * 7 }}", "’ « Où ? »"])
def test_markup_is_only_text(text):
    assert read(QuestionKind.SHORT_TEXT, text).value == text
    assert read(QuestionKind.LONG_TEXT, f"{text}\r\n{text}").value == f"{text}\n{text}"


def test_words_are_counted_and_the_text_kept():
    reading = read(QuestionKind.LONG_TEXT, "un deux trois", max_words=2)

    assert (reading.typed, reading.value) == ("un deux trois", None)
    assert reading.problem == "Votre réponse compte 3 mots ; la limite est de 2. Raccourcissez-la."
    assert read(QuestionKind.LONG_TEXT, "un deux", max_words=2).value == "un deux"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("1 234", "1234"),
        (f"1{NARROW}234,50", "1234.5"),
        ("1.234,56", "1234.56"),
        ("12 salariés", "12"),
        ("-3", "-3"),
        ("-0", "0"),
        ("0,00", "0"),
        ("007", "7"),
    ],
)
def test_number_is_read(text, value):
    assert read(QuestionKind.NUMBER, text, unit="salariés").value == value


@pytest.mark.parametrize("text", ["douze", "1e9", "NaN", "Infinity", "1.234", "9" * 40, "12 34", "0x1F", "½", "١٢"])
def test_what_is_no_number_is_kept_with_a_sentence(text):
    reading = read(QuestionKind.NUMBER, text)

    assert (reading.typed, reading.value) == (text, None)
    assert reading.problem


@pytest.mark.parametrize(
    ("text", "changes", "problem"),
    [
        ("2,5", {"whole": True}, "Saisissez un nombre entier, sans virgule."),
        ("-1", {"minimum": Decimal("0.00")}, "Saisissez au moins 0."),
        ("101", {"maximum": Decimal(100)}, "Saisissez au plus 100."),
    ],
)
def test_number_out_of_bounds_says_so(text, changes, problem):
    assert read(QuestionKind.NUMBER, text, **changes).problem == problem


@pytest.mark.parametrize(
    ("text", "value"),
    [("30 000 €", "30000.00"), ("30000", "30000.00"), (f"1{NBSP}234,5{NBSP}€", "1234.50"), ("12 euros", "12.00"), ("-0", "0.00")],
)
def test_amount_is_read_in_euros(text, value):
    assert read(QuestionKind.AMOUNT, text).value == value


def test_amount_out_of_bounds_is_said_in_euros():
    assert read(QuestionKind.AMOUNT, "5", minimum=Decimal(1000)).problem == f"Saisissez au moins 1{NARROW}000{NBSP}€."
    assert read(QuestionKind.AMOUNT, "1,234").problem


@pytest.mark.parametrize("text", ["31/02/2026", "32/01/2026", "demain", "26/02/18"])
def test_date_that_does_not_exist_is_kept(text):
    reading = read(QuestionKind.DATE, text)

    assert (reading.typed, reading.value) == (text, None)
    assert reading.problem


@pytest.mark.parametrize(("length", "storable"), [(100_000, True), (100_001, False)])
def test_text_is_storable_up_to_a_length(length, storable):
    assert read(QuestionKind.LONG_TEXT, "a" * length).is_storable is storable


def test_choices_are_storable():
    assert read(QuestionKind.MULTIPLE_CHOICE, "a").is_storable


@pytest.mark.parametrize(
    ("text", "value"),
    [("26/02/2018", "2018-02-26"), ("01/01/1800", "1800-01-01"), ("31/12/2056", "2056-12-31"), ("31/12/1799", None), ("01/01/2057", None)],
)
def test_date_is_read_within_sense(text, value):
    with clock.standing_at(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):  # still 2026 in Paris
        reading = read(QuestionKind.DATE, text)

    assert (reading.typed, reading.value) == (text, value)
    assert reading.problem == ("" if value else "Vérifiez l’année : saisissez une date entre 1800 et 2056.")


@pytest.mark.parametrize("text", ["01/01/0001", "2099-01-01", "31/12/9999"])
def test_date_of_no_sense_is_kept_with_a_sentence(text):
    reading = read(QuestionKind.DATE, text)

    assert (reading.typed, reading.value) == (text, None)
    assert reading.problem.startswith("Vérifiez l’année")


@pytest.mark.parametrize(("text", "value"), [("31/12/2026", "2026-12-31"), ("01/01/2027", None), ("1/2/1950", "1950-02-01")])
def test_date_that_must_be_past_is_today_at_the_latest(text, value):
    with clock.standing_at(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)):
        reading = read(QuestionKind.DATE, text, past=True)

    assert reading.value == value
    assert reading.problem == ("" if value else "Cette date est à venir : saisissez une date passée, ou celle d’aujourd’hui.")


@pytest.mark.parametrize(
    ("kind", "text", "value", "said"),
    [
        (QuestionKind.EMAIL, " Nom@Exemple.FR ", "Nom@exemple.fr", "Nom@exemple.fr"),
        (QuestionKind.PHONE, "0033 (0)1.23.45.67.89", "+33123456789", f"01{NBSP}23{NBSP}45{NBSP}67{NBSP}89"),
        (QuestionKind.URL, "exemple.fr", "https://exemple.fr", "https://exemple.fr"),
        (QuestionKind.PARTNER, "552 081 317 66522", "55208131766522", f"552{NBSP}081{NBSP}317{NBSP}66522"),
        (QuestionKind.PARTNER, "356 000 000 49837", "35600000049837", f"356{NBSP}000{NBSP}000{NBSP}49837 – La Poste"),
    ],
)
def test_what_reaches_someone_is_read_and_said(kind, text, value, said):
    reading = read(kind, text)

    assert (reading.value, reading.problem) == (value, "")
    assert say_value(question(kind), reading.value, {"siret:35600000049837": "La Poste"}) == said


@pytest.mark.parametrize("kind", [QuestionKind.EMAIL, QuestionKind.PHONE, QuestionKind.URL, QuestionKind.PARTNER])
@pytest.mark.parametrize("text", ["rien de tel", "javascript:alert(1)", "a@b@c", "12"])
def test_what_reaches_nobody_is_kept_with_a_sentence(kind, text):
    reading = read(kind, text)

    assert (reading.typed, reading.value) == (text, None)
    assert reading.problem.endswith(".")


@pytest.mark.parametrize(("text", "value"), [("oui", True), ("non", False), ("OUI", None), ("peut-être", None)])
def test_yes_or_no(text, value):
    assert read(QuestionKind.YES_NO, text).value is value


def test_single_choice_is_one_of_the_list():
    assert read(QuestionKind.SINGLE_CHOICE, "deux").value == "deux"
    assert read(QuestionKind.SINGLE_CHOICE, "trois") == type(read(QuestionKind.SINGLE_CHOICE))(
        "trois", None, "Choisissez une réponse dans la liste."
    )


def test_several_choices_keep_the_order_of_the_list():
    assert read(QuestionKind.MULTIPLE_CHOICE, "deux", "un", "deux").value == ["un", "deux"]


def test_unknown_choice_stays_a_problem_when_read_again():
    reading = read(QuestionKind.MULTIPLE_CHOICE, "trois", "un")

    assert (reading.typed, reading.value) == (["un", "trois"], None)
    assert read(QuestionKind.MULTIPLE_CHOICE, *reading.typed) == reading


@pytest.mark.parametrize(
    ("kind", "reference", "said"),
    [
        (QuestionKind.COMMUNE, "commune:75056", "Paris (75)"),
        (QuestionKind.EPCI, "epci:200054781", "Métropole du Grand Paris"),
        (QuestionKind.DEPARTEMENT, "departement:974", "La Réunion (974)"),
    ],
)
def test_area_is_read_by_its_reference(kind, reference, said):
    reading = read(kind, reference)

    assert (reading.typed, reading.value) == ([reference], reference)
    assert say_value(question(kind), reading.value, AREAS) == said


@pytest.mark.parametrize("text", ["region:11", "commune:99999", "commune:", ":", "Saint-Denis", "commune:75056:1", "departement:974"])
def test_foreign_area_is_kept_with_a_sentence(text):
    reading = read(QuestionKind.COMMUNE, text)

    assert (reading.typed, reading.value) == ([text], None)
    assert reading.problem == f"« {text} » ne désigne pas un territoire précis : choisissez-le dans la liste proposée."


def test_several_areas_only_where_several_are_asked():
    both = ("commune:97411", "commune:75056", "commune:97411")

    assert read(QuestionKind.COMMUNE, *both, several=True).value == ["commune:75056", "commune:97411"]
    assert read(QuestionKind.COMMUNE, *both).problem == "Choisissez un seul territoire."


def test_references_of_areas_among_values():
    values = ["commune:75056", ["epci:200054781", "du texte"], None, True, "commune:" + "1" * 50, "lieu:75056"]

    assert area_references(values) == {"commune:75056", "epci:200054781"}


def test_values_are_said_in_words():
    assert say_value(question(QuestionKind.AMOUNT), "30000.00", AREAS) == f"30{NARROW}000{NBSP}€"
    assert say_value(question(QuestionKind.NUMBER, unit="salariés"), "1234.5", AREAS) == f"1{NARROW}234,5 salariés"
    assert say_value(question(QuestionKind.DATE), "2018-03-01", AREAS) == f"1er{NBSP}mars 2018"
    assert [say_value(question(QuestionKind.YES_NO), value, AREAS) for value in (True, False, None)] == ["Oui", "Non", ""]
    assert say_value(question(QuestionKind.MULTIPLE_CHOICE), ["un", "parti"], AREAS) == "Premier\nparti"
    assert say_value(question(QuestionKind.SINGLE_CHOICE), "parti", AREAS) == "parti"
    assert say_value(question(QuestionKind.COMMUNE, several=True), ["commune:75056", "commune:00000"], AREAS) == "Paris (75)\ncommune:00000"


def test_typed_is_said_as_typed_while_it_cannot_be_read():
    assert say_typed(question(QuestionKind.NUMBER), "douze", AREAS) == "douze"
    assert say_typed(question(QuestionKind.COMMUNE), ["Saint-Denis"], AREAS) == "Saint-Denis"
    assert say_typed(question(QuestionKind.AMOUNT), "12", AREAS) == f"12{NBSP}€"


def test_every_kind_on_one_line_has_a_reader():
    areas = {QuestionKind.COMMUNE, QuestionKind.EPCI, QuestionKind.DEPARTEMENT}
    lists = {QuestionKind.MULTIPLE_CHOICE, *areas, *COMPOSITE_KINDS, QuestionKind.FILES}

    assert {*READERS} == {*QuestionKind} - lists


QUESTIONS = st.builds(
    question,
    st.sampled_from(ONE_TEXT),
    past=st.booleans(),
    max_words=st.none() | st.integers(0, 5),
    minimum=st.none() | st.decimals(-10, 10, places=2),
    maximum=st.none() | st.decimals(-10, 10, places=2),
    whole=st.booleans(),
    unit=st.sampled_from(["", "salariés", "%", "h"]),
    several=st.booleans(),
)
NASTY = st.text(alphabet=st.sampled_from(list("0123456789 .,-€/:abé\n\r\t\x00\u202e\u200d\u00a0\u202f\ufb2c\u0958\u1e9b\u0323\ud800")))
LIKELY = st.sampled_from([*AREAS, "un", "deux", "oui", "non", "26/02/2018", "1 234,50 €", "12 salariés", "1 %", "2 h h"])
RAW = st.lists(st.text() | NASTY | LIKELY | st.integers().map(str) | st.decimals().map(str), max_size=5)


@given(QUESTIONS, RAW)
def test_reading_never_raises_and_what_is_kept_reads_the_same(asked, raw):
    first = read_answer(asked, raw, AREAS)
    again = read_answer(asked, first.typed if isinstance(first.typed, list) else [first.typed], AREAS)

    assert again == first
    assert not (first.value is not None and first.problem)
    assert bool(first.typed) == (first.value is not None or bool(first.problem))
    assert "\x00" not in "".join(first.typed)


@given(QUESTIONS, RAW)
def test_whatever_was_read_can_be_said(asked, raw):
    reading = read_answer(asked, raw, AREAS)

    assert isinstance(say_value(asked, reading.value, AREAS), str)
    assert bool(say_typed(asked, reading.typed, AREAS)) == bool(reading.typed)
