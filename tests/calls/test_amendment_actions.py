"""Amendments: what they may do, what they refuse, whom they touch and what is told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from accounts.enums import Group
from calls.actions.amendment import (
    RefusedAmendment,
    amend,
    amend_with_question,
    discard_amendment,
    drop_change,
    explain_amendment,
    publish_amendment,
    start_amendment,
)
from calls.actions.announcement import announce
from calls.amendable import can_relax, tightens
from calls.definition import definition_of
from calls.enums import AmendmentState, ChangeKind, QuestionKind, Visibility
from calls.forms.amendment import AmendForm
from calls.models import Amendment, Question
from calls.queries.amendment import amendments_for, reach_of
from calls.queries.application import sheet_of
from calls.queries.timeline import timeline_of
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import ChoiceFactory, QuestionFactory, SectionFactory

pytestmark = pytest.mark.django_db

ADDED = {
    "kind": QuestionKind.LONG_TEXT,
    "label": "Et ensuite\u00a0?",
    "help_text": "",
    "visibility": Visibility.COMMUNICABLE,
    "max_words": 50,
}


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


@pytest.fixture
def need(story):
    return Question.objects.get(round=story.round, key="need")


@pytest.fixture
def amendment(story, manager):
    return explain_amendment(start_amendment(story.round, by=manager), by=manager, explanation="Plusieurs d’entre vous l’ont demandé.")


def publish(amendment, manager):
    return publish_amendment(Amendment.objects.get(pk=amendment.pk), by=manager)


def asked(story):
    story.round.refresh_from_db()
    return definition_of(story.round).by_key


def test_nothing_changes_before_publication_and_all_at_once_then(story, manager, amendment, need):
    amend(amendment, [(need, {"label": "À quel besoin social répondez-vous\u00a0?", "required": False, "max_words": None})], by=manager)
    before = asked(story)["need"]

    published = publish(amendment, manager)

    after = asked(story)["need"]
    assert (before.label, before.required) == ("À quel besoin répondez-vous\u00a0?", True)
    assert (after.label, after.required) == ("À quel besoin social répondez-vous\u00a0?", False)
    assert (published.state, published.number, str(published)) == (AmendmentState.PUBLISHED, 1, "Avenant n°\u00a01")
    assert published.published_by == manager


def test_question_added_is_optional_and_stands_last(story, manager, amendment, need):
    application = story.deposited()
    amend_with_question(amendment, need.section, by=manager, choices=[], **ADDED)

    publish(amendment, manager)

    questions = list(asked(story).values())
    assert (questions[-1].label, questions[-1].required, questions[-1].max_words) == ("Et ensuite\u00a0?", False, 50)
    application.refresh_from_db()
    assert sheet_of(application).missing == ()


def test_table_added_has_its_lines(story, manager, amendment, need):
    fields = {**ADDED, "kind": QuestionKind.YEARS, "max_words": None, "minimum": Decimal(2023), "maximum": Decimal(2025)}
    amend_with_question(amendment, need.section, by=manager, parts=[{"key": "", "label": "Produits", "kind": "amount"}], **fields)

    publish(amendment, manager)

    (added,) = [question for question in definition_of(type(story.round).objects.get()).questions() if question.is_composite]
    assert [(part.key, part.kind) for part in added.parts] == [("produits", QuestionKind.AMOUNT)]


def test_years_of_a_table_are_no_rule(story, manager, amendment, need):
    table = QuestionFactory(section=need.section, years=True)

    with pytest.raises(RefusedAmendment):
        amend(amendment, [(table, {"maximum": Decimal(2030)})], by=manager)

    assert list(AmendForm(target=table, pending={}).fields) == ["label", "help_text", "required"]


def test_rows_of_a_group_may_be_more(story, manager, amendment, need):
    group = QuestionFactory(section=need.section, group=True, maximum=Decimal(3))

    amend(amendment, [(group, {"maximum": Decimal(5)})], by=manager)
    publish(amendment, manager)

    group.refresh_from_db()
    assert group.maximum == 5


def test_more_and_larger_files_may_be_given(story, manager, amendment, need):
    files = QuestionFactory(section=need.section, key="statuts", files=True, most_files=2, largest_mb=5, required=False)
    limits = {"most_files": 4, "largest_mb": 10}
    with pytest.raises(RefusedTransition):
        amend(amendment, [(need, limits)], by=manager)
    amend(amendment, [(files, limits)], by=manager)

    publish(amendment, manager)

    assert (asked(story)["statuts"].most_files, asked(story)["statuts"].largest_mb) == (4, 10)
    form = AmendForm({"label": "Statuts", "most_files": "3", "largest_mb": "60"}, target=Question.objects.get(pk=files.pk), pending={})
    assert {"most_files", "largest_mb"} <= set(form.errors)


def test_choice_added_with_its_question(story, manager, amendment, need):
    fields = {**ADDED, "kind": QuestionKind.SINGLE_CHOICE}
    amend_with_question(amendment, need.section, by=manager, choices=["Oui, bientôt", "Non"], **fields)

    publish(amendment, manager)

    assert [choice.label for choice in list(asked(story).values())[-1].choices] == ["Oui, bientôt", "Non"]


def test_texts_of_call_round_section_and_choice_are_corrected(story, manager, amendment, need):
    choice = ChoiceFactory(question=QuestionFactory(section=need.section, single_choice=True, key="forme"), label="Assocation", key="asso")
    rows = [
        (story.round.call, {"rules": "Toute structure de l’ESS."}),
        (story.round, {"appeal_notice": "Recours devant le tribunal."}),
        (need.section, {"introduction": "Prenez votre temps."}),
        (choice, {"label": "Association"}),
    ]
    amend(amendment, rows, by=manager)

    publish(amendment, manager)

    for row, values in rows:
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in values} == values


@pytest.mark.parametrize(
    ("field", "before", "after", "refused"),
    [
        ("required", True, False, False),
        ("required", False, True, True),
        ("whole", True, False, False),
        ("whole", False, True, True),
        ("max_words", 100, 200, False),
        ("max_words", 100, None, False),
        ("max_words", 100, 50, True),
        ("max_words", None, 50, True),
        ("minimum", Decimal(10), Decimal(5), False),
        ("minimum", Decimal(10), None, False),
        ("minimum", Decimal(10), Decimal(11), True),
        ("minimum", None, Decimal(1), True),
        ("maximum", Decimal(10), Decimal(11), False),
        ("maximum", Decimal(10), Decimal(9), True),
        ("maximum", None, Decimal(9), True),
        ("maximum", None, None, False),
        ("most_files", 1, 3, False),
        ("most_files", 3, 1, True),
        ("most_files", 3, None, True),
        ("largest_mb", 5, 10, False),
        ("largest_mb", None, 10, True),
    ],
)
def test_rules_are_relaxed_and_never_tightened(field, before, after, refused):
    assert bool(tightens(field, before, after)) == refused


@pytest.mark.parametrize(
    ("field", "value", "can"),
    [("required", True, True), ("whole", False, False), ("minimum", None, False), ("minimum", Decimal(0), True), ("max_words", 5, True)],
)
def test_only_a_rule_that_binds_can_be_relaxed(field, value, can):
    assert can_relax(field, value) == can


@pytest.mark.parametrize("values", [{"key": "autre"}, {"kind": QuestionKind.DATE}, {"visibility": Visibility.PUBLIC}, {"max_words": 3}])
def test_what_could_undo_a_deposit_is_refused(manager, amendment, need, values):
    with pytest.raises(RefusedAmendment):
        amend(amendment, [(need, values)], by=manager)

    assert not amendment.changes.exists()


def test_rule_of_something_else_than_a_question_is_refused(story, manager, amendment):
    with pytest.raises(RefusedAmendment):
        amend(amendment, [(story.round, {"required": False})], by=manager)


def test_change_written_again_is_one_and_taken_back_is_none(manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    amend(amendment, [(need, {"help_text": "Une autre aide."})], by=manager)
    assert [change.after for change in amendment.changes.all()] == ["Une autre aide."]

    amend(amendment, [(need, {"help_text": need.help_text})], by=manager)

    assert not amendment.changes.exists()


def test_change_may_be_dropped_and_the_whole_discarded(manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    drop_change(amendment.changes.get(), by=manager)
    assert not amendment.changes.exists()

    discard_amendment(amendment, by=manager)

    assert not Amendment.objects.exists()


def test_one_amendment_is_prepared_at_a_time(story, manager, amendment):
    assert start_amendment(story.round, by=manager) == amendment


def test_amendments_are_numbered_in_order(story, manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    publish(amendment, manager)
    second = explain_amendment(start_amendment(story.round, by=manager), by=manager, explanation="Encore.")
    amend(second, [(need, {"help_text": "Deux aides."})], by=manager)
    need.refresh_from_db()
    second.changes.update(before=need.help_text)

    assert publish(second, manager).number == 2
    assert asked(story)["need"].help_text == "Deux aides."


def test_empty_or_unexplained_amendment_is_not_published(story, manager, need):
    amendment = start_amendment(story.round, by=manager)
    with pytest.raises(RefusedAmendment, match="ne change rien"):
        publish(amendment, manager)
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)

    with pytest.raises(RefusedAmendment, match="Expliquez"):
        publish(amendment, manager)


def test_text_that_changed_meanwhile_stops_the_publication_whole(story, manager, amendment, need):
    amend(amendment, [(need, {"label": "Autrement\u00a0?", "help_text": "Une aide."})], by=manager)
    Question.objects.filter(pk=need.pk).update(help_text="Changée.")

    with pytest.raises(RefusedAmendment, match="a changé depuis"):
        publish(amendment, manager)

    assert asked(story)["need"].label == "À quel besoin répondez-vous\u00a0?"
    assert not Message.objects.exists()


def test_published_amendment_changes_no_more(story, manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    published = publish(amendment, manager)

    for act in (
        lambda: amend(published, [(need, {"help_text": "Non."})], by=manager),
        lambda: amend_with_question(published, need.section, by=manager, **ADDED),
        lambda: drop_change(published.changes.get(), by=manager),
        lambda: discard_amendment(published, by=manager),
        lambda: explain_amendment(published, by=manager, explanation="Non."),
        lambda: publish_amendment(published, by=manager),
    ):
        with pytest.raises(RefusedTransition):
            act()


def test_section_of_another_round_takes_no_question(manager, amendment):
    elsewhere = SectionFactory()

    with pytest.raises(RefusedAmendment, match="autre session"):
        amend_with_question(amendment, elsewhere, by=manager, **ADDED)


def test_closed_round_is_amended_no_more(story, manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    with clock.standing_at(story.round.closes_at + timedelta(seconds=1)):
        with pytest.raises(RefusedAmendment, match="close"):
            publish(amendment, manager)
        with pytest.raises(RefusedAmendment, match="pas encore close"):
            start_amendment(story.round, by=manager)


@pytest.mark.parametrize("group", [Group.REVIEWER, Group.AUDITOR, None])
def test_only_who_manages_calls_amends(story, manager, amendment, need, group):
    person = UserFactory(staff=True, group=group) if group else story.carrier
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)

    for act in (
        lambda: start_amendment(story.round, by=person),
        lambda: amend(amendment, [(need, {"help_text": "Non."})], by=person),
        lambda: publish_amendment(amendment, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_whoever_started_a_dossier_is_told_what_changes(story, manager, amendment, need, django_capture_on_commit_callbacks):
    story.start()
    amend(amendment, [(need, {"required": False})], by=manager)
    published = publish(amendment, manager)

    announce(published.announcement.pk)

    message = Message.objects.get()
    assert message.recipient == story.carrier
    assert message.cause == f"amendment:{published.pk}:{story.carrier.pk}"
    for words in ("Avenant n°\u00a01", "Plusieurs d’entre vous l’ont demandé.", "n’est plus une question obligatoire", "il reste valable"):
        assert words in message.text + message.subject


def test_reach_counts_who_is_touched(story, manager, amendment, need):
    application = story.start()
    story.save(application, need="Un besoin.")
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    amend(amendment, [(story.round.call, {"rules": "Autres."})], by=manager)

    reach = reach_of(amendment)

    assert (reach.drafts, reach.deposited) == (1, 0)
    assert [(line.said, line.touched) for line in reach.lines] == [
        ("Texte corrigé dans « À quel besoin répondez-vous\u00a0? » : aide.", 1),
        ("Texte corrigé : qui peut candidater.", 0),
    ]


def effects(application):
    application.refresh_from_db()
    application.round.refresh_from_db()
    return [(line.said, line.effect, line.question_key) for one in amendments_for(application, sheet_of(application)) for line in one.lines]


def test_dossier_says_what_changes_for_it(story, manager, amendment, need):
    draft, note = story.start(), Question.objects.get(round=story.round, key="note")
    story.save(draft, need="Un besoin.")
    amend(amendment, [(need, {"label": "Quel besoin\u00a0?", "required": False}), (note, {"help_text": "Ce que vous voulez."})], by=manager)
    amend(amendment, [(story.round.call, {"rules": "Autres."})], by=manager)
    amend_with_question(amendment, need.section, by=manager, **ADDED)
    publish(amendment, manager)

    assert effects(draft) == [
        ("La question « À quel besoin répondez-vous\u00a0? » devient « Quel besoin\u00a0? ».", "Relisez votre réponse.", "need"),
        ("« Quel besoin\u00a0? » n’est plus une question obligatoire.", "Votre réponse reste valable.", "need"),
        ("Texte corrigé dans « Autre chose\u00a0? » : aide.", "Vous n’y avez pas répondu.", "note"),
        ("Texte corrigé : qui peut candidater.", "Rien à changer dans vos réponses.", ""),
        ("Question facultative ajoutée dans « Le projet » : « Et ensuite\u00a0? ».", "Répondez-y si vous le souhaitez.", ""),
    ]


def test_deposited_dossier_stays_valid(story, manager, amendment, need):
    application = story.deposited()
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    amend_with_question(amendment, need.section, by=manager, **ADDED)
    publish(amendment, manager)

    assert [effect for _, effect, _ in effects(application)] == [
        "Votre réponse déposée reste valable ; relisez-la.",
        "Votre dépôt reste complet ; vous pouvez y répondre et déposer de nouveau.",
    ]
    assert timeline_of(application)[-1].label == "Avenant n°\u00a01 publié"


def test_dossier_started_since_is_told_nothing(story, manager, amendment, need):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    publish(amendment, manager)

    with clock.standing_at(clock.now() + timedelta(seconds=1)):
        assert effects(story.start()) == []


def test_round_never_amended_costs_no_query(story, django_assert_num_queries):
    application = story.start()
    sheet = sheet_of(application)

    with django_assert_num_queries(0):
        assert amendments_for(application, sheet) == []


@pytest.mark.parametrize(
    ("field", "before", "after", "said"),
    [
        ("max_words", 100, 200, "« X » accepte jusqu’à 200 mots, au lieu de 100."),
        ("max_words", 100, None, "« X » n’a plus de limite de mots."),
        ("minimum", "10", "5", "« X » a pour minimum 5, au lieu de 10."),
        ("maximum", "10", None, "« X » n’a plus de maximum."),
        ("whole", True, False, "« X » accepte les nombres à virgule."),
        ("most_files", 3, 5, "« X » accepte jusqu’à 5\u00a0fichiers, au lieu de 3."),
        ("largest_mb", 5, 10, "« X » accepte jusqu’à 10\u00a0Mo par fichier, au lieu de 5."),
    ],
)
def test_relaxations_in_words(amendment, need, field, before, after, said):
    need.label = "X"
    change = amendment.changes.create(kind=ChangeKind.RELAXATION, question=need, field=field, before=before, after=after)

    assert change.said == said


def test_names_of_sections_and_choices_in_words(amendment, need):
    choice = ChoiceFactory(
        question=QuestionFactory(section=need.section, single_choice=True, key="forme", label="Forme\u00a0?"), label="A", key="a"
    )
    section = amendment.changes.create(kind=ChangeKind.TEXT, section=need.section, field="title", before="Le projet", after="Votre projet")
    other = amendment.changes.create(kind=ChangeKind.TEXT, choice=choice, field="label", before="A", after="B")

    assert section.said == "La section « Le projet » devient « Votre projet »."
    assert other.said == "Pour la question « Forme\u00a0? », le choix « A » devient « B »."
    assert str(section) == "texte corrigé title"
