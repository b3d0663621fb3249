"""Conditions and rules as they are written, kept through the changes of a form, and copied."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from calls.actions.condition import RefusedCondition, add_rule, change_rule, condition_question, condition_section, delete_rule
from calls.actions.form import change_question, delete_question, delete_section, duplicate_question
from calls.actions.round import duplicate_round
from calls.conditions.model import required_condition
from calls.definition import read_definition
from calls.enums import QuestionKind
from calls.form_templates import form_template
from calls.freeze import FrozenRound
from calls.models import EligibilityRule, Question, Section
from calls.queries.dry_run import dry_run
from tests.factories.accounts import UserFactory
from tests.factories.calls import EligibilityRuleFactory, QuestionFactory, RoundFactory, SectionFactory, condition
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


@pytest.fixture
def questions():
    """`statut` (a choice), then `detail`, then a section with `suite`."""
    section = SectionFactory(round=RoundFactory(), title="Le projet")
    status = QuestionFactory(section=section, key="statut", label="Statut ?", single_choice=True, choices=["Association", "SCIC"])
    detail = QuestionFactory(section=section, key="detail", label="Détail ?")
    after = SectionFactory(round=section.round, key="apres", title="Après")
    return status, detail, QuestionFactory(section=after, key="suite", label="Suite ?")


def when(*rows, mode="all"):
    return required_condition(condition(*rows, mode=mode))


SCIC = when(["statut", "equals", "choix-2"])


def values(question: Question, **changes):
    fields = ("kind", "label", "help_text", "required", "visibility", "max_words", "minimum", "maximum", "whole", "unit", "several")
    plain = {name: getattr(question, name) for name in fields}
    return {**plain, "choices": [choice.label for choice in question.choices.all()], **changes}


def test_a_question_is_asked_or_required_under_a_condition(manager, questions):
    _, detail, suite = questions

    condition_question(detail, SCIC, by=manager, purpose="shown_if")
    condition_question(suite, SCIC, by=manager, purpose="required_if")

    definition = read_definition(detail.round)
    assert definition.by_key["detail"].shown_if.words == "la réponse à «\u00a0Statut\u00a0?\u00a0» est «\u00a0SCIC\u00a0»"
    assert definition.by_key["suite"].required_if == definition.by_key["detail"].shown_if
    condition_question(detail, None, by=manager, purpose="shown_if")
    assert Question.objects.get(pk=detail.pk).shown_if is None


def test_a_section_is_shown_under_a_condition(manager, questions):
    section = questions[2].section

    condition_section(section, SCIC, by=manager)

    assert read_definition(section.round).sections[1].may_hide
    condition_section(section, None, by=manager)
    assert Section.objects.get(pk=section.pk).shown_if is None


def test_what_could_never_hold_is_refused(manager, questions):
    status, detail, suite = questions

    with pytest.raises(RefusedCondition, match="qui vient après"):
        condition_question(status, when(["detail", "answered"]), by=manager, purpose="shown_if")
    with pytest.raises(RefusedCondition, match="se contredisent"):
        condition_question(detail, when(["statut", "answered"], ["statut", "not_answered"]), by=manager, purpose="shown_if")
    with pytest.raises(RefusedCondition, match="n’existe plus"):
        condition_section(suite.section, when(["rien", "answered"]), by=manager)

    assert not Question.objects.filter(shown_if__isnull=False).exists()
    assert not Section.objects.filter(shown_if__isnull=False).exists()


def test_rules_are_written_in_order(manager, questions):
    round_ = questions[0].round

    first = add_rule(round_, SCIC, by=manager, sentence="Être une SCIC.")
    second = add_rule(round_, when(["detail", "answered"]), by=manager, sentence="Être une SCIC.")
    change_rule(first, when(["statut", "answered"]), by=manager, sentence="Avoir un statut.")

    assert [(rule.key, rule.sentence, rule.position) for rule in round_.rules.all()] == [
        ("etre-une-scic", "Avoir un statut.", 0),
        ("etre-une-scic-2", "Être une SCIC.", 1),
    ]
    delete_rule(second, by=manager)
    assert [str(rule) for rule in round_.rules.all()] == ["Avoir un statut."]


def test_a_rule_that_could_never_hold_is_refused(manager, questions):
    rule = add_rule(questions[0].round, SCIC, by=manager, sentence="Être une SCIC.")

    with pytest.raises(RefusedCondition):
        add_rule(rule.round, when(["rien", "answered"]), by=manager, sentence="!")
    with pytest.raises(RefusedCondition):
        change_rule(rule, when(["statut", "equals", "parti"]), by=manager, sentence="Être un parti.")

    assert [each.sentence for each in EligibilityRule.objects.all()] == ["Être une SCIC."]


WRITES = {
    "question": lambda thing, by: condition_question(thing[1], SCIC, by=by, purpose="shown_if"),
    "section": lambda thing, by: condition_section(thing[2].section, SCIC, by=by),
    "add": lambda thing, by: add_rule(thing[0].round, SCIC, by=by, sentence="Une règle."),
    "change": lambda thing, by: change_rule(EligibilityRuleFactory(question=thing[0]), SCIC, by=by, sentence="Une règle."),
    "delete": lambda thing, by: delete_rule(EligibilityRuleFactory(question=thing[0]), by=by),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_conditions_freeze_with_the_round(manager, write):
    section = SectionFactory(round=RoundFactory(open=True))
    thing = [QuestionFactory(section=section) for _ in range(3)]

    with pytest.raises(FrozenRound):
        write(thing, manager)


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_only_managers_write_conditions(questions, write):
    with pytest.raises(PermissionDenied):
        write(questions, UserFactory(staff=True, group=Group.REVIEWER))


def test_a_question_that_a_condition_names_is_not_deleted(manager, questions):
    status, detail, suite = questions
    condition_question(detail, SCIC, by=manager, purpose="shown_if")
    condition_section(suite.section, when(["detail", "answered"]), by=manager)
    EligibilityRuleFactory(question=suite, sentence="Avoir une suite.")

    with pytest.raises(RefusedCondition, match=r"la condition d’affichage de la question «\sDétail\s\?\s» y fait référence"):
        delete_question(status, by=manager)
    with pytest.raises(RefusedCondition, match=r"la section «\sAprès\s»"):
        delete_section(status.section, by=manager)
    with pytest.raises(RefusedCondition, match=r"la règle d’éligibilité «\sAvoir une suite\.\s»"):
        delete_section(suite.section, by=manager)

    assert Question.objects.count() == 3


def test_a_condition_goes_with_its_own_question(manager, questions):
    _, detail, suite = questions
    condition_question(detail, SCIC, by=manager, purpose="shown_if")
    delete_question(detail, by=manager)
    delete_section(suite.section, by=manager)

    assert Question.objects.count() == 1


def test_conditions_follow_a_new_key(manager, questions):
    status, detail, suite = questions
    condition_question(detail, SCIC, by=manager, purpose="shown_if")
    condition_question(suite, when(["detail", "answered"]), by=manager, purpose="required_if")
    condition_section(suite.section, SCIC, by=manager)
    add_rule(status.round, SCIC, by=manager, sentence="Être une SCIC.")

    change_question(status, by=manager, **values(status, key="forme"))

    definition = read_definition(status.round)
    assert [sorted(each.names) for each in definition.conditions] == [["forme"], ["forme"], ["detail"], ["forme"]]


def test_a_choice_or_a_kind_that_a_condition_relies_on_stays(manager, questions):
    status, detail, _ = questions
    condition_question(detail, SCIC, by=manager, purpose="shown_if")

    with pytest.raises(RefusedCondition, match="Changement impossible"):
        change_question(status, by=manager, **values(status, choices=["Association"]))
    status.refresh_from_db()
    with pytest.raises(RefusedCondition, match="La comparaison « est » ne va pas"):
        change_question(status, by=manager, **values(status, kind=QuestionKind.LONG_TEXT))
    status.refresh_from_db()
    change_question(status, by=manager, **values(status, choices=["Association", "SCIC ou SCOP", "Autre"]))

    assert [choice.key for choice in status.choices.all()] == ["choix-1", "choix-2", "autre"]


def test_a_copy_keeps_the_conditions(manager, questions):
    _, detail, suite = questions
    condition_question(detail, SCIC, by=manager, purpose="shown_if")
    condition_section(suite.section, SCIC, by=manager)
    add_rule(detail.round, SCIC, by=manager, sentence="Être une SCIC.")

    twin = duplicate_question(detail, by=manager)
    copy = duplicate_round(
        detail.round, by=manager, name="Seconde", code="SEC27", opens_at=datetime(2030, 1, 1, tzinfo=UTC), closes_at=None
    )

    assert twin.shown_if == detail.shown_if
    assert read_definition(copy).conditions == read_definition(detail.round).conditions
    assert [rule.sentence for rule in read_definition(copy).rules] == ["Être une SCIC."]


def test_the_dry_run_stops_at_faulty_conditions():
    round_ = RoundFactory(complete=True)
    section = round_.sections.get()
    QuestionFactory(section=section, key="a", label="A ?", position=30_050, shown_if=condition(["b", "answered"]))
    QuestionFactory(section=section, key="b", label="B ?", position=30_051)
    SectionFactory(round=round_, key="s", title="S", position=30_099, shown_if=condition(["rien", "answered"]))
    rule = EligibilityRuleFactory(question=section.questions.get(key="b"), condition=condition(["rien", "answered"]))

    remarks = {remark.url: remark.sentence for remark in dry_run(round_) if "elle regarde" in remark.sentence}

    assert len(remarks) == 3
    assert f"/admin/calls/call/regles/{rule.pk}/" in remarks
    assert all(remark.blocking for remark in dry_run(round_) if "elle regarde" in remark.sentence)


def test_words_name_the_areas():
    areas = load_few_areas()
    section = SectionFactory(round=RoundFactory())
    QuestionFactory(section=section, key="lieu", label="Où ?", commune=True)
    QuestionFactory(section=section, key="suite", shown_if=condition(["lieu", "in_area", areas["departement:75"].key]))

    words = read_definition(section.round).by_key["suite"].shown_if.words

    assert words == "la réponse à «\u00a0Où\u00a0?\u00a0» est dans le territoire «\u00a0Paris (75), département\u00a0»"


def test_the_rules_of_a_form_are_dated_by_the_opening():
    rules = {rule.key: rule.fields(datetime(2028, 2, 29, tzinfo=UTC).date()) for rule in form_template("pionnier").rules}

    assert rules["trois-ans"]["condition"]["rows"][0]["value"] == "2025-02-28"
    assert rules["trois-ans"]["sentence"].endswith("avant le 28\u00a0février 2025.")
