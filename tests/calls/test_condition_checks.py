"""What is wrong with the conditions of a form: gone, later, loops, contradictions, never."""

from decimal import Decimal

import pytest

from calls.conditions.checks import faults_of, never_asked, users_of
from calls.conditions.operators import OPERATORS, operators_of
from calls.definition import FormDefinition, SectionDefinition
from calls.enums import Operator, QuestionKind
from tests.calls.condition_forms import form, question, rule, when


def test_a_form_without_fault_has_none():
    asked = form(
        question("a"),
        question("b", QuestionKind.AMOUNT, shown_if=when(["a", "equals", True])),
        rules=(rule("r", ["b", "greater", "500000"]),),
    )

    assert faults_of(asked) == []
    assert [holder.kind for holder in users_of(asked, ["a", "b"])] == ["question", "rule"]


@pytest.mark.parametrize(
    ("asked", "row", "expected"),
    [
        (question("a"), ["z", "answered"], "elle regarde une question qui n’existe plus (« z »)."),
        (
            question("a", QuestionKind.NUMBER),
            ["a", "contains", "x"],
            "la comparaison « contient » ne va pas avec «\u00a0A\u00a0» (nombre).",
        ),
        (question("a", QuestionKind.SINGLE_CHOICE), ["a", "equals", "parti"], "la valeur « parti » ne va pas avec «\u00a0A\u00a0»."),
        (
            question("a", QuestionKind.SINGLE_CHOICE),
            ["a", "one_of", ["asso", "parti"]],
            "la valeur « parti » ne va pas avec «\u00a0A\u00a0».",
        ),
        (question("a", QuestionKind.DATE), ["a", "less", "hier"], "la valeur « hier » ne va pas avec «\u00a0A\u00a0»."),
        (question("a", QuestionKind.AMOUNT), ["a", "less", "peu"], "la valeur « peu » ne va pas avec «\u00a0A\u00a0»."),
        (question("a"), ["a", "equals", "oui"], "la valeur « oui » ne va pas avec «\u00a0A\u00a0»."),
        (question("a", QuestionKind.SHORT_TEXT), ["a", "contains", "!!"], "la valeur « !! » ne va pas avec «\u00a0A\u00a0»."),
        (question("a", QuestionKind.COMMUNE), ["a", "in_area", "Lyon"], "la valeur « Lyon » ne va pas avec «\u00a0A\u00a0»."),
    ],
)
def test_what_a_row_cannot_mean_is_said(asked, row, expected):
    faulty = form(asked, question("b", shown_if=when(row)))

    assert [fault.sentence for fault in faults_of(faulty)] == [f"«\u00a0B\u00a0», la condition d’affichage de la question : {expected}"]


def test_a_later_question_and_a_loop_are_told_apart():
    later = form(question("a", shown_if=when(["b", "answered"])), question("b"))
    loop = form(question("a", shown_if=when(["b", "answered"])), question("b", shown_if=when(["a", "answered"])))
    itself = form(question("a", required_if=when(["a", "answered"])))

    assert "qui vient après" in faults_of(later)[0].sentence
    assert "c’est une boucle" in faults_of(loop)[0].sentence
    assert "c’est une boucle" in faults_of(itself)[0].sentence


def test_a_section_that_looks_at_its_own_question_is_a_loop():
    own = SectionDefinition("une", "Une", "", (question("a"), question("b")), when(["b", "answered"]))

    fault = faults_of(FormDefinition((own,)))[0]

    assert (fault.kind, fault.key) == ("section", "une")
    assert fault.sentence.endswith("qui dépend d’elle à son tour : c’est une boucle.")


NUMBER = question("a", QuestionKind.NUMBER, minimum=Decimal(0), maximum=Decimal(10), whole=True)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        (question("a"), (["a", "equals", True], ["a", "equals", False])),
        (question("a"), (["a", "answered"], ["a", "not_answered"])),
        (question("a", QuestionKind.SINGLE_CHOICE), (["a", "equals", "asso"], ["a", "equals", "scic"])),
        (question("a", QuestionKind.SINGLE_CHOICE), (["a", "one_of", ["asso"]], ["a", "different", "asso"])),
        (question("a", QuestionKind.MULTIPLE_CHOICE), (["a", "contains", "asso"], ["a", "not_contains", "asso"])),
        (
            question("a", QuestionKind.MULTIPLE_CHOICE),
            (["a", "not_contains", "asso"], ["a", "not_contains", "scic"], ["a", "not_contains", "autre"]),
        ),
        (NUMBER, (["a", "greater", "10"],)),
        (NUMBER, (["a", "less", "0"],)),
        (NUMBER, (["a", "equals", "2.5"],)),
        (NUMBER, (["a", "greater", "4"], ["a", "less", "5"])),
        (question("a", QuestionKind.AMOUNT), (["a", "greater", "5"], ["a", "at_most", "5"])),
        (question("a", QuestionKind.DATE), (["a", "greater", "2018-02-26"], ["a", "less", "2018-02-27"])),
        (question("a", QuestionKind.SHORT_TEXT), (["a", "contains", "crèches"], ["a", "not_contains", "creche"])),
        (question("a", QuestionKind.COMMUNE), (["a", "in_area", "region:84"], ["a", "not_in_area", "region:84"])),
    ],
)
def test_rows_that_contradict_are_told(asked, rows):
    faulty = form(asked, question("b", shown_if=when(*rows)))

    assert [fault.sentence.partition(" : ")[2] for fault in faults_of(faulty)] == [
        "elle ne peut jamais être remplie : ses lignes se contredisent, ou demandent une réponse que les limites excluent."
    ]
    assert never_asked(faulty) == {"b"}


@pytest.mark.parametrize(
    ("asked", "rows", "mode"),
    [
        (question("a"), (["a", "equals", True], ["a", "equals", False]), "any"),
        (NUMBER, (["a", "greater", "4"], ["a", "less", "6"]), "all"),
        (NUMBER, (["a", "greater", "10"], ["a", "equals", "3"]), "any"),
        (question("a", QuestionKind.AMOUNT), (["a", "greater", "5"], ["a", "less", "5.02"]), "all"),
        (question("a", QuestionKind.DATE), (["a", "greater", "2018-02-26"], ["a", "less", "2018-02-28"]), "all"),
        (question("a", QuestionKind.DATE), (["a", "answered"],), "all"),
        (question("a", QuestionKind.MULTIPLE_CHOICE), (["a", "contains", "asso"], ["a", "contains", "scic"]), "all"),
        (question("a", QuestionKind.SHORT_TEXT), (["a", "contains", "jardin"], ["a", "not_contains", "creche"]), "all"),
        (question("a", QuestionKind.LONG_TEXT), (["a", "not_contains", "creche"],), "all"),
        (question("a", QuestionKind.COMMUNE, several=True), (["a", "in_area", "region:84"], ["a", "in_area", "departement:69"]), "all"),
        (question("a", QuestionKind.SINGLE_CHOICE), (["a", "different", "asso"], ["a", "different", "scic"]), "all"),
    ],
)
def test_rows_that_may_hold_are_no_fault(asked, rows, mode):
    assert faults_of(form(asked, question("b", shown_if=when(*rows, mode=mode)))) == []


def test_a_question_of_an_unknown_kind_is_answered_or_not(monkeypatch):
    monkeypatch.delitem(OPERATORS, QuestionKind.EPCI)
    asked = form(question("a", QuestionKind.EPCI), question("b", shown_if=when(["a", "answered"])))

    assert faults_of(asked) == []
    assert operators_of(QuestionKind.EPCI) == (Operator.ANSWERED, Operator.NOT_ANSWERED)


def test_what_is_never_asked_is_told_to_whoever_looks_at_it():
    never = when(["a", "equals", True], ["a", "equals", False])
    asked = form(
        question("a"),
        question("b", shown_if=never),
        question("c", shown_if=when(["b", "answered"])),
        question("d", shown_if=when(["b", "not_answered"])),
    )

    sentences = [fault.sentence for fault in faults_of(asked)]

    assert len(sentences) == 2
    assert sentences[1].endswith("elle regarde «\u00a0B\u00a0», qui n’est jamais posée.")
    assert never_asked(asked) == {"b", "c"}


def test_a_section_and_its_question_that_exclude_each_other_leave_it_never_asked():
    first = SectionDefinition("une", "Une", "", (question("a"),))
    second = SectionDefinition(
        "deux", "Deux", "", (question("b", shown_if=when(["a", "equals", False])), question("c")), when(["a", "equals", True])
    )

    assert never_asked(FormDefinition((first, second))) == {"b"}


def test_rules_that_exclude_each_other_are_told_once():
    rules = (
        rule("grand", ["a", "greater", "5"]),
        rule("petit", ["a", "less", "5"], ["b", "answered"]),
        rule("choix", ["a", "less", "1"], ["b", "answered"], mode="any"),
        rule("vide", ["a", "answered"], ["a", "not_answered"]),
    )
    asked = form(question("a", QuestionKind.NUMBER), question("b"), rules=rules)

    sentences = [fault.sentence for fault in faults_of(asked)]

    assert "ne peut jamais être remplie" in sentences[0]
    told = "Ces règles d’éligibilité se contredisent, aucun dossier ne peut les remplir toutes"
    assert sentences[1:] == [f"{told} : «\u00a0Règle grand.\u00a0» et «\u00a0Règle petit.\u00a0»."]
