"""What staff type: cleaned, refused with a sentence, never a fault."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from calls.enums import QuestionKind
from calls.form_templates import form_template, starting_notices
from calls.forms.fields import MOST_LABELS, LabelsField, LineField, NumberField, ParisInstantField, ProseField, paris_instant
from calls.forms.form import PlaceForm, QuestionForm
from calls.kinds import PARTS
from kit.templatetags.components import is_optional, optional_word


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        (date(2018, 2, 26), time(12, 0), datetime(2018, 2, 26, 11, 0, tzinfo=UTC)),
        (date(2027, 7, 1), time(12, 0), datetime(2027, 7, 1, 10, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(3, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (date(2027, 10, 31), time(3, 0), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
    ],
)
def test_hour_of_paris(day, hour, expected):
    assert paris_instant(day, hour) == expected


@pytest.mark.parametrize(("day", "words"), [(date(2027, 3, 28), "n’existe pas"), (date(2027, 10, 31), "existe deux fois")])
def test_hour_that_the_change_of_time_skips_or_repeats(day, words):
    with pytest.raises(ValidationError, match=words):
        paris_instant(day, time(2, 30))


@pytest.mark.parametrize(
    "typed",
    [
        ["2027-02-30", "12:00"],
        ["2027-02-26", "25:00"],
        ["", "12:00"],
        ["2027-02-26", ""],
        ["", ""],
        ["0001-01-01", "00:00"],
        ["9999-12-31", "23:59"],
        ["1" * 100_000, "12:00"],
        ["\x00", "\u202e"],
    ],
)
def test_instant_that_is_none_gets_a_sentence(typed):
    with pytest.raises(ValidationError) as refusal:
        ParisInstantField().clean(typed)

    assert all(message.endswith((".", "!")) for message in refusal.value.messages)


def test_instant_may_be_left_out():
    assert ParisInstantField(required=False).clean(["", ""]) is None


@pytest.mark.parametrize(("day", "typed"), [("26/02/2027", "12:00"), ("2027-02-26", "12:00:00")])
def test_instant_as_the_french_type_it(day, typed):
    assert ParisInstantField().clean([day, typed]) == datetime(2027, 2, 26, 11, 0, tzinfo=UTC)


def test_instant_is_shown_in_paris_time():
    html = str(ParisInstantField().widget.render("x", datetime(2027, 7, 1, 10, 0, tzinfo=UTC)))

    assert 'value="2027-07-01"' in html
    assert 'value="12:00"' in html
    assert "value" not in str(ParisInstantField().widget.render("x", None))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("", None), ("10 000,5", Decimal("10000.5")), ("-12 500", Decimal(-12500)), ("0", Decimal(0)), ("\u00a01\u202f000 ", Decimal(1000))],
)
def test_number_as_the_french_type_it(typed, expected):
    assert NumberField(required=False).clean(typed) == expected


@pytest.mark.parametrize("typed", ["beaucoup", "1" * 30, "1e400", "NaN", "--3", "1,2,3"])
def test_number_that_is_none_gets_a_sentence(typed):
    with pytest.raises(ValidationError):
        NumberField(required=False).clean(typed)


def test_number_is_shown_with_a_comma():
    field = NumberField()

    assert (field.prepare_value(Decimal("10000.50")), field.prepare_value("abc"), field.prepare_value(None)) == ("10000,5", "abc", None)


def test_labels_are_one_a_line():
    assert LabelsField().clean(" Rouge \r\n\r\n\x00Vert\u202e \n") == ["Rouge", "Vert"]
    assert LabelsField(required=False).clean("") == []
    assert (LabelsField().prepare_value(["a", "b"]), LabelsField().prepare_value("a")) == ("a\nb", "a")


@pytest.mark.parametrize("typed", ["Rouge\nrouge", "a" * 201, "\n".join(map(str, range(MOST_LABELS + 1))), "a" * 1_000_000])
def test_labels_that_cannot_be_get_a_sentence(typed):
    with pytest.raises(ValidationError):
        LabelsField().clean(typed)


@pytest.mark.parametrize("field", [LineField(required=False), ProseField(required=False)])
def test_texts_are_cleaned_and_bounded(field):
    assert field.clean(None) == ""
    assert field.clean("a\x00\u202eb ") == "ab"
    with pytest.raises(ValidationError):
        field.clean("a" * 1_000_000)


@pytest.mark.parametrize("field", [LineField(max_length=150), ProseField(max_length=150)])
def test_text_of_any_length_is_told_the_limit_of_its_field(field):
    with pytest.raises(ValidationError) as refusal:
        field.clean("a" * 1_000_000)

    assert refusal.value.messages == ["Ce texte compte 1\u202f000\u202f000 caractères ; la limite est de 150. Raccourcissez-le."]


def test_question_form_says_what_may_be_left_empty():
    form = QuestionForm(kind=QuestionKind.SINGLE_CHOICE)

    assert {field.name: optional_word(field) for field in form.visible_fields() if is_optional(field)} == {
        "help_text": "facultatif",
        "choices": "à remplir avant la publication",
        "known_as": "facultatif",
        "required": "facultatif",  # a box: nothing is said of it
        "key": "facultatif",
    }


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_question_form_holds_only_what_its_kind_uses(kind):
    parts = set(QuestionForm(kind=kind).fields) - {"kind", "label", "help_text", "required", "visibility", "key"}

    assert parts == PARTS[kind]


def test_question_form_refuses_bounds_in_disorder():
    data = {"kind": "number", "label": "Combien ?", "visibility": "public", "minimum": "5", "maximum": "1"}

    form = QuestionForm(data, kind="number")

    assert form.errors == {"maximum": ["« Au plus » est inférieur à « au moins »."]}


@pytest.mark.parametrize("key", ["avec espace", "é", "prise", "a" * 61])
def test_question_form_refuses_bad_keys(key):
    form = QuestionForm({"kind": "date", "label": "Quand ?", "visibility": "public", "key": key}, kind="date", taken=frozenset({"prise"}))

    assert list(form.errors) == ["key"]


@pytest.mark.parametrize(("step", "expected"), [("1", 1), ("-1", -1), ("", None), (None, None)])
def test_place_is_read(step, expected):
    form = PlaceForm({"step": step} if step is not None else {})

    assert form.is_valid()
    assert form.cleaned_data["step"] == expected


def test_starting_form_is_whole():
    template = form_template("pionnier")
    questions = [question.fields | {"choices": question.choices} for section in template.sections for question in section.questions]

    assert len({question["key"] for question in questions}) == len(questions) == 59
    assert [question["key"] for question in questions if question["kind"] == "long_text" and question["max_words"] is None] == []
    assert [question["key"] for question in questions if "choices" in PARTS[question["kind"]] and len(question["choices"]) < 2] == []
    assert {section.fields["key"] for section in template.sections} >= {"impact", "obstacles", "budget", "changement-echelle"}


def test_numbers_of_the_starting_form_say_their_unit():
    """A unit of their own, or that of their indicator, asked just before."""
    keys = [(q.fields["key"], q.fields) for section in form_template("pionnier").sections for q in section.questions]
    before = {key: {earlier for earlier, _ in keys[:rank]} for rank, (key, _) in enumerate(keys)}
    bare = [key for key, fields in keys if fields["kind"] == "number" and not fields["unit"]]

    assert [key for key in bare if f"{key.rpartition('-')[0]}-unite" not in before[key]] == []
    assert bare == ["indicateur-1-valeur", "indicateur-1-cible", "indicateur-2-valeur", "indicateur-2-cible"]


def test_starting_declarations_name_the_texts_in_force():
    sworn, republican, de_minimis = starting_notices().declarations

    assert sworn["required"] is True
    assert "2021-1947" in republican["source"]
    assert "300\u202f000\u00a0€" in de_minimis["text"]
