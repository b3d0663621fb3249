"""The form of a round: written in preparation, frozen afterwards; keys that last, an order that holds."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from calls.actions.form import (
    add_question,
    add_section,
    change_question,
    change_section,
    delete_question,
    delete_section,
    duplicate_question,
    free_key,
    move_question,
    move_section,
    shift_question,
    shift_section,
)
from calls.enums import QuestionKind, Visibility
from calls.freeze import FrozenRound
from calls.models import Question
from kit.workflow import RefusedTransition
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, RoundFactory, SectionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


def values(**changes):
    return {
        "kind": QuestionKind.SHORT_TEXT,
        "label": "Quel est votre projet ?",
        "help_text": "",
        "required": True,
        "visibility": Visibility.PUBLIC,
        **changes,
    }


def order(section):
    return list(section.questions.order_by("position", "pk").values_list("key", flat=True))


def form_of(*sizes):
    """A round in preparation whose sections hold `sizes` questions, keyed a0, a1…, b0…"""
    round_ = RoundFactory()
    sections = []
    for rank, size in enumerate(sizes):
        section = SectionFactory(round=round_, key="abcdef"[rank], position=rank)
        sections.append(section)
        for position in range(size):
            QuestionFactory(section=section, key=f"{'abcdef'[rank]}{position}", position=position)
    return round_, sections


ACTS = {
    "add section": lambda question, by: add_section(question.round, by=by, title="Titre"),
    "change section": lambda question, by: change_section(question.section, by=by, title="Titre", introduction=""),
    "delete section": lambda question, by: delete_section(question.section, by=by),
    "move section": lambda question, by: move_section(question.section, by=by, index=0),
    "shift section": lambda question, by: shift_section(question.section, by=by, step=1),
    "add question": lambda question, by: add_question(question.section, by=by, **values()),
    "change question": lambda question, by: change_question(question, by=by, **values()),
    "move question": lambda question, by: move_question(question, by=by, section=question.section, index=0),
    "shift question": lambda question, by: shift_question(question, by=by, step=1),
    "duplicate question": lambda question, by: duplicate_question(question, by=by),
    "delete question": lambda question, by: delete_question(question, by=by),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("trait", ["coming", "open", "closed", "cancelled"])
def test_published_form_never_changes(manager, act, trait):
    question = QuestionFactory(section=SectionFactory(round=RoundFactory(**{trait: True})))

    with pytest.raises(FrozenRound):
        ACTS[act](question, manager)

    assert list(Question.objects.values_list("label", flat=True)) == [question.label]


@pytest.mark.parametrize("act", ACTS)
def test_only_managers_write_the_form(act):
    question = QuestionFactory()

    with pytest.raises(PermissionDenied):
        ACTS[act](question, UserFactory(staff=True, group=Group.REVIEWER))


def test_sections_are_added_at_the_end_with_keys_of_their_own(manager):
    round_ = RoundFactory()

    first, second = (
        add_section(round_, by=manager, title="L’équipe"),
        add_section(round_, by=manager, title="L’équipe", introduction="Qui ?"),
    )

    assert [(row.key, row.position, row.introduction) for row in (first, second)] == [("l-equipe", 0, ""), ("l-equipe-2", 1, "Qui ?")]


def test_changing_a_section_keeps_its_key(manager):
    section = SectionFactory(key="equipe")

    change_section(section, by=manager, title="Gouvernance", introduction="Qui décide ?")

    section.refresh_from_db()
    assert (section.key, section.title, section.introduction) == ("equipe", "Gouvernance", "Qui décide ?")


def test_deleting_a_section_deletes_its_questions_and_closes_the_gap(manager):
    round_, (first, _second, _third) = form_of(1, 1, 1)

    delete_section(first, by=manager)

    assert list(round_.sections.values_list("key", "position")) == [("b", 0), ("c", 1)]
    assert set(round_.questions.values_list("key", flat=True)) == {"b0", "c0"}


@pytest.mark.parametrize(("index", "expected"), [(0, "cab"), (1, "acb"), (2, "abc"), (99, "abc"), (-5, "cab")])
def test_section_moves_to_a_place(manager, index, expected):
    round_, sections = form_of(0, 0, 0)

    move_section(sections[2], by=manager, index=index)

    assert "".join(round_.sections.values_list("key", flat=True)) == expected


@pytest.mark.parametrize(("who", "step", "expected"), [(0, -1, "abc"), (0, 1, "bac"), (2, 1, "abc"), (2, -1, "acb")])
def test_section_shifts_one_place(manager, who, step, expected):
    round_, sections = form_of(0, 0, 0)

    shift_section(sections[who], by=manager, step=step)

    assert "".join(round_.sections.values_list("key", flat=True)) == expected


def test_question_is_added_at_the_end_with_a_key_from_its_label(manager):
    _round, (section,) = form_of(1)

    question = add_question(section, by=manager, **values())

    assert (question.key, question.position) == ("quel-est-votre-projet", 1)


def test_question_may_be_given_its_key_once(manager):
    section = SectionFactory()
    add_question(section, by=manager, key="projet", **values())

    with pytest.raises(RefusedTransition):
        add_question(section, by=manager, key="projet", **values())


def test_unknown_field_is_a_fault(manager):
    with pytest.raises(TypeError):
        add_question(SectionFactory(), by=manager, position=3, **values())


def test_parts_of_other_kinds_are_emptied(manager):
    question = QuestionFactory(number=True, minimum=1, maximum=5)

    change_question(question, by=manager, choices=["Un"], **values(kind=QuestionKind.LONG_TEXT, max_words=10, minimum=1, unit="euros"))

    question.refresh_from_db()
    assert (question.minimum, question.maximum, question.unit, question.whole, question.max_words) == (None, None, "", False, 10)
    assert question.choices.count() == 0


def test_changing_a_key_to_a_taken_one_is_refused(manager):
    _round, (section,) = form_of(2)
    question = section.questions.get(key="a0")

    with pytest.raises(RefusedTransition):
        change_question(question, by=manager, key="a1", **values())

    assert change_question(question, by=manager, key="neuve", **values()).key == "neuve"
    assert change_question(question, by=manager, **values()).key == "neuve"


CHOICES = [
    pytest.param(["Rouge", "Vert", "Bleu"], [("rouge", "Rouge"), ("vert", "Vert"), ("bleu", "Bleu")], id="nothing changes"),
    pytest.param(["Bleu", "Rouge", "Vert"], [("bleu", "Bleu"), ("rouge", "Rouge"), ("vert", "Vert")], id="order"),
    pytest.param(["Rouge", "Vert clair", "Bleu"], [("rouge", "Rouge"), ("vert", "Vert clair"), ("bleu", "Bleu")], id="one reworded"),
    pytest.param(["Rouge", "Bleu"], [("rouge", "Rouge"), ("bleu", "Bleu")], id="one taken out"),
    pytest.param(
        ["Noir", "Rouge", "Vert", "Bleu"], [("noir", "Noir"), ("rouge", "Rouge"), ("vert", "Vert"), ("bleu", "Bleu")], id="one inserted"
    ),
    pytest.param([], [], id="none left"),
    pytest.param(["Rouge", "Rouge"], [("rouge", "Rouge")], id="one twice"),
]


@pytest.mark.parametrize(("labels", "expected"), CHOICES)
def test_choices_keep_their_keys(manager, labels, expected):
    question = add_question(SectionFactory(), by=manager, choices=["Rouge", "Vert", "Bleu"], **values(kind=QuestionKind.SINGLE_CHOICE))

    change_question(question, by=manager, choices=labels, **values(kind=QuestionKind.SINGLE_CHOICE))

    assert list(question.choices.values_list("key", "label")) == expected


def test_new_choice_never_takes_a_kept_key(manager):
    question = add_question(SectionFactory(), by=manager, choices=["Oui", "Non"], **values(kind=QuestionKind.SINGLE_CHOICE))

    change_question(question, by=manager, choices=["Plutôt", "Non", "Oui !"], **values(kind=QuestionKind.SINGLE_CHOICE))

    assert list(question.choices.values_list("key", "label")) == [("oui", "Plutôt"), ("non", "Non"), ("oui-2", "Oui !")]


@pytest.mark.parametrize(("index", "expected"), [(0, ["a2", "a0", "a1"]), (1, ["a0", "a2", "a1"]), (9, ["a0", "a1", "a2"])])
def test_question_moves_inside_its_section(manager, index, expected):
    _round, (section,) = form_of(3)

    move_question(section.questions.get(key="a2"), by=manager, section=section, index=index)

    assert order(section) == expected


def test_question_moves_to_another_section(manager):
    _round, (first, second) = form_of(3, 2)

    move_question(first.questions.get(key="a1"), by=manager, section=second, index=1)

    assert (order(first), order(second)) == (["a0", "a2"], ["b0", "a1", "b1"])
    assert list(first.questions.order_by("position").values_list("position", flat=True)) == [0, 1]


def test_question_stays_in_its_round(manager):
    _round, (section,) = form_of(1)

    with pytest.raises(RefusedTransition):
        move_question(section.questions.get(), by=manager, section=SectionFactory(), index=0)


@pytest.mark.parametrize(
    ("key", "step", "expected"),
    [
        ("a1", -1, (["a1", "a0"], ["b0"])),
        ("a0", 1, (["a1", "a0"], ["b0"])),
        ("a0", -1, (["a0", "a1"], ["b0"])),
        ("a1", 1, (["a0"], ["a1", "b0"])),
        ("b0", -1, (["a0", "a1", "b0"], [])),
        ("b0", 1, (["a0", "a1"], ["b0"])),
    ],
    ids=["up", "down", "top stays", "down into the next section", "up into the previous section", "bottom stays"],
)
def test_question_shifts_one_place(manager, key, step, expected):
    round_, (first, second) = form_of(2, 1)

    shift_question(round_.questions.get(key=key), by=manager, step=step)

    assert (order(first), order(second)) == expected


def test_duplicate_stands_just_after_with_its_own_key(manager):
    _round, (section,) = form_of(2)
    question = add_question(section, by=manager, key="statut", choices=["Un", "Deux"], **values(kind=QuestionKind.SINGLE_CHOICE))
    move_question(question, by=manager, section=section, index=0)
    question.refresh_from_db()

    copy = duplicate_question(question, by=manager)

    assert order(section) == ["statut", "statut-2", "a0", "a1"]
    assert list(copy.choices.values_list("key", "label")) == [("un", "Un"), ("deux", "Deux")]


def test_duplicate_has_the_lines_of_its_table(manager):
    question = QuestionFactory(budget=True)

    copy = duplicate_question(question, by=manager)

    keys = ("key", "label", "kind", "side", "required", "choices", "position")
    assert list(copy.parts.values_list(*keys)) == list(question.parts.values_list(*keys))
    assert copy.parts.count() == 3


def test_lines_go_with_the_kind_that_had_a_use_for_them(manager):
    question = QuestionFactory(group=True)

    change_question(question, by=manager, parts=[{"label": "Nom"}], **values())

    assert question.parts.count() == 0


def test_a_key_claimed_twice_stays_with_the_first(manager):
    question = QuestionFactory(group=True)

    change_question(question, by=manager, parts=[{"key": "nom", "label": "Un"}, {"key": "nom", "label": "Deux"}], **values(kind="group"))

    assert list(question.parts.values_list("key", "label")) == [("nom", "Un"), ("deux", "Deux")]


def test_deleting_a_question_closes_the_gap(manager):
    _round, (section,) = form_of(3)

    delete_question(section.questions.get(key="a0"), by=manager)

    assert list(section.questions.order_by("position").values_list("key", "position")) == [("a1", 0), ("a2", 1)]


@pytest.mark.parametrize(
    ("text", "taken", "expected"),
    [
        ("L’âge du projet ?", [], "l-age-du-projet"),
        ("a" * 80, [], "a" * 60),
        ("a" * 80, ["a" * 60], "a" * 58 + "-2"),
        ("???", [], "question"),
        ("clé", ["cle", "cle-2"], "cle-3"),
    ],
)
def test_free_key(text, taken, expected):
    assert free_key(text, taken) == expected
