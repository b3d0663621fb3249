"""The engine of conditions: what is asked, what is required, which rules are met, what it says, and what is wrong with a form."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from calls.conditions.evaluation import RuleResult, eligibility, judge, scope_of
from calls.conditions.mirror import mirror_of
from calls.conditions.model import ConditionError, Row, parse_condition, required_condition
from calls.conditions.operators import OPERATORS, operators_of, row_holds
from calls.conditions.words import Named, say_row
from calls.definition import FormDefinition, SectionDefinition
from calls.enums import Operator, QuestionKind, RuleOutcome
from calls.kinds import PARTS
from tests.calls.condition_forms import form, question, rule, when
from tests.factories.calls import condition

WITHIN = {"commune:69123": frozenset({"commune:69123", "epci:200046977", "departement:69", "region:84"})}


# ── what is stored


def test_a_condition_reads_back_as_it_was_stored():
    stored = condition(["a", "one_of", ["x", "y"]], ["b", "equals", True], ["c", "answered"], mode="any")

    read = required_condition(stored)

    assert read.as_json() == stored
    assert read.names == {"a", "b", "c"}
    assert parse_condition(None) is None


@pytest.mark.parametrize(
    "stored",
    [
        "all",
        {"mode": "all"},
        {"mode": "none", "rows": [{"question": "a", "operator": "answered", "value": None}]},
        {"mode": "all", "rows": []},
        {"mode": "all", "rows": "a"},
        condition(*[["a", "answered"]] * 9),
        {"mode": "all", "rows": ["a"]},
        {"mode": "all", "rows": [{"question": "a", "operator": "answered"}]},
        condition(["", "answered"]),
        condition([1, "answered"]),
        condition(["a", "resembles", "b"]),
        condition(["a", "answered", "b"]),
        condition(["a", "one_of", []]),
        condition(["a", "one_of", "b"]),
        condition(["a", "one_of", ["b", 1]]),
        condition(["a", "equals", ""]),
        condition(["a", "equals", "x" * 301]),
        condition(["a", "equals", 3]),
        condition(["a", "greater", True]),
        condition(["a", "contains"]),
    ],
)
def test_what_is_no_condition_is_refused(stored):
    with pytest.raises(ConditionError):
        parse_condition(stored)


def test_a_rule_needs_a_condition():
    with pytest.raises(ConditionError, match="Il manque une condition"):
        required_condition(None)


def test_a_condition_follows_a_question_that_is_renamed():
    renamed = when(["a", "equals", True], ["b", "answered"]).renamed("a", "z")

    assert renamed == when(["z", "equals", True], ["b", "answered"])


# ── one row


@pytest.mark.parametrize(
    ("kind", "operator", "value", "answer", "expected"),
    [
        ("short_text", "contains", "crèche", "Deux CRECHES le soir", True),
        ("short_text", "contains", "crèche", "Un jardin", False),
        ("long_text", "not_contains", "crèche", "Un jardin", True),
        ("number", "equals", "5.0", "5", True),
        ("number", "different", "5", "5", False),
        ("amount", "greater", "500000", "500000.00", False),
        ("amount", "greater", "500000", "500000.01", True),
        ("amount", "at_least", "500000", "500000.00", True),
        ("number", "less", "-3", "-3.10", True),
        ("number", "at_most", "-3", "-3", True),
        ("number", "greater", "plusieurs", "5", False),
        ("number", "greater", "NaN", "5", False),
        ("date", "less", "2018-02-26", "2018-02-25", True),
        ("date", "at_least", "2018-02-26", "2018-02-25", False),
        ("yes_no", "equals", True, True, True),
        ("yes_no", "different", True, False, True),
        ("yes_no", "equals", "oui", True, False),
        ("single_choice", "equals", "scic", "scic", True),
        ("single_choice", "one_of", ("asso", "scic"), "autre", False),
        ("single_choice", "one_of", "asso", "asso", False),
        ("multiple_choice", "contains", "scic", ["asso", "scic"], True),
        ("multiple_choice", "not_contains", "scic", ["asso"], True),
        ("multiple_choice", "one_of", ("scic", "autre"), ["asso", "autre"], True),
        ("commune", "in_area", "departement:69", "commune:69123", True),
        ("commune", "in_area", "region:84", ["commune:69123"], True),
        ("commune", "in_area", "commune:69123", "commune:69123", True),
        ("commune", "not_in_area", "region:84", "commune:69123", False),
        ("commune", "in_area", "region:11", ["commune:75056", "commune:69123"], False),
        ("short_text", "greater", "a", "b", False),
        ("budget", "equals", "a", "a", False),
        ("budget", "answered", None, {"total": 1}, True),
        ("budget", "not_answered", None, {"total": 1}, False),
    ],
)
def test_a_row_compares_an_answer(kind, operator, value, answer, expected):
    assert row_holds(Row("a", Operator(operator), value), kind, answer, WITHIN) is expected


@pytest.mark.parametrize("kind", [*OPERATORS, "budget"])
def test_without_an_answer_nothing_is_known_but_that(kind):
    found = {operator: row_holds(Row("a", operator, "x"), kind, None, {}) for operator in operators_of(kind)}

    assert found.pop(Operator.NOT_ANSWERED) is True
    assert set(found.values()) == {None}


def test_every_kind_of_question_has_its_comparisons_or_the_plainest():
    assert all({Operator.ANSWERED, Operator.NOT_ANSWERED} <= set(operators_of(kind)) for kind in PARTS)


# ── a form


def test_a_hidden_answer_is_no_answer_for_those_after_it():
    asked = form(
        question("obstacle"),
        question("texte", shown_if=when(["obstacle", "equals", True])),
        question("suite", shown_if=when(["texte", "answered"])),
        question("sinon", shown_if=when(["texte", "not_answered"])),
    )
    told = {"obstacle": False, "texte": True}

    assert scope_of(asked, told, {}).hidden == {"texte", "suite"}
    assert scope_of(asked, {**told, "obstacle": True}, {}).hidden == {"sinon"}
    assert scope_of(asked, {"texte": True}, {}).pending == {"texte", "suite"}


def test_any_needs_one_row_and_all_needs_each():
    rows = (["a", "equals", True], ["b", "equals", True])
    asked = form(question("a"), question("b"), question("un", shown_if=when(*rows, mode="any")), question("tout", shown_if=when(*rows)))

    assert scope_of(asked, {"a": True}, {}).hidden == {"tout"}
    assert scope_of(asked, {"a": True, "b": False}, {}).hidden == {"tout"}
    assert scope_of(asked, {"a": False, "b": False}, {}).hidden == {"un", "tout"}
    assert scope_of(asked, {"a": True, "b": True}, {}).hidden == set()


def test_a_condition_makes_required_what_is_asked_only():
    asked = form(
        question("a"),
        question("b", required_if=when(["a", "equals", True])),
        question("c", shown_if=when(["a", "equals", False]), required_if=when(["a", "answered"])),
        question("d", required=True, shown_if=when(["a", "equals", False])),
    )

    scope = scope_of(asked, {"a": True}, {})

    assert scope.required == {"b"}
    assert [scope.requires(one) for one in asked.questions()] == [False, True, False, False]


def test_a_section_hides_its_questions_and_is_hidden_when_it_has_none_to_ask():
    first = SectionDefinition("une", "Une", "", (question("a"),))
    second = SectionDefinition("deux", "Deux", "", (question("b"), question("c")), when(["a", "equals", True]))
    third = SectionDefinition("trois", "Trois", "", (question("d", shown_if=when(["a", "equals", True])),))
    empty = SectionDefinition("vide", "Vide", "", ())
    asked = FormDefinition((first, second, third, empty))

    none, no, yes = (scope_of(asked, values, {}) for values in ({}, {"a": False}, {"a": True}))

    assert (none.hidden_sections, none.hidden, none.pending) == ({"deux", "trois"}, {"b", "c", "d"}, {"b", "c", "d"})
    assert (no.hidden_sections, no.pending) == ({"deux", "trois"}, set())
    assert yes.hidden_sections == set()
    assert (first.may_hide, second.may_hide, third.may_hide) == (False, True, True)


def test_a_condition_never_sees_what_comes_after_it():
    asked = form(question("a", shown_if=when(["b", "equals", True])), question("b"))

    assert scope_of(asked, {"b": True}, {}).hidden == {"a"}


def test_rules_are_met_not_met_or_not_known_yet():
    rules = (rule("oui", ["a", "equals", True]), rule("preuve", ["a", "equals", True], ["b", "answered"], mode="any"))
    asked = form(question("a"), question("b", shown_if=when(["a", "equals", False])), rules=rules)

    outcomes = [[result.outcome for result in judge(asked, values, {})[1]] for values in ({}, {"a": True}, {"a": False})]

    assert outcomes == [["unknown", "unknown"], ["met", "met"], ["not_met", "unknown"]]


def test_a_question_ruled_out_does_not_leave_a_rule_open():
    asked = form(question("a"), question("b", shown_if=when(["a", "equals", True])), rules=(rule("preuve", ["b", "equals", True]),))

    assert [judge(asked, {"a": value}, {})[1][0].outcome for value in (False, None)] == ["not_met", "unknown"]


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [((), "met"), (("met", "met"), "met"), (("met", "unknown"), "unknown"), (("unknown", "not_met"), "not_met")],
)
def test_eligibility_is_that_of_all_rules(outcomes, expected):
    results = [RuleResult(rule("r", ["a", "answered"]), RuleOutcome(outcome)) for outcome in outcomes]

    assert eligibility(results) == expected


# ── in words


@pytest.mark.parametrize(
    ("asked", "row", "expected"),
    [
        (question("q"), ["q", "equals", True], "la réponse à «\u00a0Q\u00a0» est «\u00a0Oui\u00a0»"),
        (question("q"), ["q", "different", False], "la réponse à «\u00a0Q\u00a0» n’est pas «\u00a0Non\u00a0»"),
        (question("q"), ["q", "answered"], "la réponse à «\u00a0Q\u00a0» est donnée"),
        (
            question("q", QuestionKind.SINGLE_CHOICE),
            ["q", "one_of", ["asso", "scic"]],
            "la réponse à «\u00a0Q\u00a0» est «\u00a0Association\u00a0» ou «\u00a0SCIC\u00a0»",
        ),
        (
            question("q", QuestionKind.MULTIPLE_CHOICE),
            ["q", "contains", "scic"],
            "la réponse à «\u00a0Q\u00a0» comprend «\u00a0SCIC\u00a0»",
        ),
        (question("q", QuestionKind.MULTIPLE_CHOICE), ["q", "contains", "vu"], "la réponse à «\u00a0Q\u00a0» comprend «\u00a0vu\u00a0»"),
        (
            question("q", QuestionKind.AMOUNT),
            ["q", "greater", "500000"],
            "la réponse à «\u00a0Q\u00a0» est supérieure à 500\u202f000\u00a0€",
        ),
        (question("q", QuestionKind.NUMBER, unit="ETP"), ["q", "less", "2.5"], "la réponse à «\u00a0Q\u00a0» est inférieure à 2,5 ETP"),
        (
            question("q", QuestionKind.DATE),
            ["q", "less", "2018-02-26"],
            "la réponse à «\u00a0Q\u00a0» est antérieure au 26\u00a0février 2018",
        ),
        (question("q", QuestionKind.DATE), ["q", "less", "hier"], "la réponse à «\u00a0Q\u00a0» est antérieure au «\u00a0hier\u00a0»"),
        (
            question("q", QuestionKind.COMMUNE),
            ["q", "in_area", "departement:69"],
            "la réponse à «\u00a0Q\u00a0» est dans le territoire «\u00a0Rhône (69)\u00a0»",
        ),
        (question("autre"), ["q", "equals", True], "la réponse à une question supprimée est …"),
    ],
)
def test_a_row_is_said_in_french(asked, row, expected):
    named = Named({asked.key: asked}, {"departement:69": "Rhône (69)"})

    assert say_row(when(row).rows[0], named) == expected


# ── what the browser is told


def test_a_page_is_told_what_it_needs_and_no_more(monkeypatch):
    monkeypatch.delitem(OPERATORS, QuestionKind.EPCI)
    first = SectionDefinition(
        "une",
        "Une",
        "",
        (question("lieu", QuestionKind.COMMUNE), question("secret", QuestionKind.SHORT_TEXT), question("epci", QuestionKind.EPCI)),
    )
    second = SectionDefinition(
        "deux",
        "Deux",
        "",
        (
            question("a", QuestionKind.NUMBER, minimum=Decimal("0.5")),
            question("b", shown_if=when(["lieu", "in_area", "region:84"], ["epci", "answered"])),
            question("c", required_if=when(["a", "greater", "5"])),
            question("d", QuestionKind.SHORT_TEXT),
        ),
    )
    definition = FormDefinition((first, second))
    values = {"lieu": "commune:69123", "secret": "un secret", "epci": "epci:200046977"}

    told = mirror_of(definition, second, values, WITHIN, today=date(2026, 2, 26), latest_year=2056)

    assert told is not None
    assert (told["known"], told["kinds"]) == ({"lieu": ["commune:69123"], "epci": True}, {"lieu": "commune", "epci": "epci"})
    assert [(one["key"], one["minimum"]) for one in told["questions"]] == [("a", "0.50"), ("b", None), ("c", None)]
    assert told["within"] == {"commune:69123": ["commune:69123", "departement:69", "epci:200046977", "region:84"]}
    assert told["given"] == {}
    assert mirror_of(definition, first, values, WITHIN, today=date(2026, 2, 26), latest_year=2056) is None


def test_an_answer_of_a_kind_that_the_browser_does_not_read_is_given_or_not(monkeypatch):
    monkeypatch.delitem(OPERATORS, QuestionKind.EPCI)
    asked = form(question("a", QuestionKind.EPCI), question("b", shown_if=when(["a", "answered"])))

    told = [mirror_of(asked, asked.sections[0], values, {}, today=date(2026, 2, 26), latest_year=2056) for values in ({}, {"a": "epci:1"})]

    assert [each and each["given"] for each in told] == [{"a": None}, {"a": True}]


def test_conditions_of_a_form_are_those_of_all_that_bears_one():
    section = SectionDefinition("une", "Une", "", (question("a"), question("b", shown_if=when(["a", "answered"]))), None)
    asked = FormDefinition((section,), (rule("r", ["a", "in_area", "region:84"]),))

    assert len(asked.conditions) == 2
    assert asked.looks_at_areas
    assert not replace(asked, rules=()).looks_at_areas
