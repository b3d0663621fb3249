"""A round's life: prepared, checked, published, cancelled, copied, extended; each by whom it may, when it may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Group
from accounts.models import User
from calls.actions.announcement import sweep_announcements
from calls.actions.application import start_application
from calls.actions.round import (
    RefusedExtension,
    RoundNotReady,
    add_declaration,
    cancel_round,
    change_declaration,
    change_round,
    create_round,
    delete_declaration,
    duplicate_round,
    extend_for_one,
    extend_round,
    publish_round,
    start_pionnier_form,
)
from calls.enums import DeclarationKind, Phase, RoundState
from calls.freeze import FrozenRound
from calls.models import Extension, Round
from kit import clock
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallFactory, DeclarationFactory, QuestionFactory, RoundFactory, SectionFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
DATES = {"opens_at": NOW + timedelta(days=7), "closes_at": NOW + timedelta(days=37)}


@pytest.fixture(autouse=True)
def noon():
    with clock.standing_at(NOW):
        yield


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


PERSONAS = {
    "stranger": {},
    "staff of no group": {"staff": True},
    "auditor": {"staff": True, "group": Group.AUDITOR},
    "reviewer": {"staff": True, "group": Group.REVIEWER},
    "manager": {"staff": True, "group": Group.CALL_MANAGER},
    "administrator": {"staff": True, "group": Group.ADMINISTRATOR},
}
MANAGERS = {"manager", "administrator"}
TARGET = {("publish", "draft"): "published", ("cancel", "published"): "cancelled"}


@pytest.mark.parametrize("persona", PERSONAS)
@pytest.mark.parametrize("state", RoundState.values)
@pytest.mark.parametrize("move", ["publish", "cancel"])
def test_every_state_and_role(move, state, persona):
    user = UserFactory(**PERSONAS[persona])
    traits = {"draft": {}, "published": {"open": True}, "cancelled": {"cancelled": True}}[state]
    round_ = RoundFactory(complete=True, **traits)
    act = {"publish": lambda: publish_round(round_, by=user), "cancel": lambda: cancel_round(round_, by=user, reason="Crédits retirés.")}[
        move
    ]

    if persona not in MANAGERS and (move == "publish" or state == "published"):
        with pytest.raises(PermissionDenied):
            act()
        expected = state
    elif (move, state) not in TARGET:
        with pytest.raises(RefusedTransition):
            act()
        expected = state
    else:
        act()
        expected = TARGET[move, state]

    assert Round.objects.get(pk=round_.pk).state == expected


def test_publishing_dates_the_round_and_keeps_the_first_closing(manager):
    round_ = RoundFactory(complete=True)

    published = publish_round(round_, by=manager)

    assert (published.published_at, published.published_by, published.first_closes_at) == (NOW, manager, round_.closes_at)
    assert [(log.name, log.actor) for log in published.transitions.all()] == [("publish", manager)]


def test_publishing_twice_is_refused(manager):
    round_ = RoundFactory(complete=True)
    publish_round(round_, by=manager)

    with pytest.raises(RefusedTransition):
        publish_round(round_, by=manager)

    assert round_.transitions.count() == 1


def test_publishing_locks_the_round(manager):
    round_ = RoundFactory(complete=True)

    with CaptureQueriesContext(connection) as queries:
        publish_round(round_, by=manager)

    assert any("FOR UPDATE" in query["sql"] and "calls_round" in query["sql"] for query in queries)


def test_round_with_gaps_is_not_published_and_says_why(manager):
    round_ = RoundFactory(call=CallFactory(without_contact=True))

    with pytest.raises(RoundNotReady) as refusal:
        publish_round(round_, by=manager)

    assert len(refusal.value.remarks) == 3
    assert str(refusal.value).startswith("La session ne peut pas être publiée : 3\u00a0points à corriger. Service instructeur")
    assert Round.objects.get(pk=round_.pk).state == RoundState.DRAFT


def test_cancelling_needs_a_reason(manager):
    round_ = RoundFactory(open=True)

    with pytest.raises(RefusedTransition):
        cancel_round(round_, by=manager, reason="  ")

    assert Round.objects.get(pk=round_.pk).state == RoundState.PUBLISHED


def test_cancelling_keeps_its_reason_and_ends_the_round(manager):
    cancelled = cancel_round(RoundFactory(open=True), by=manager, reason="Crédits retirés.")

    assert cancelled.phase == Phase.CANCELLED
    assert cancelled.transitions.get().why == "Crédits retirés."


# --- preparing


def test_new_round_starts_with_legal_notices_and_declarations(manager):
    round_ = create_round(CallFactory(), by=manager, name="Session", code="AB27", **DATES)

    assert "L. 231-4" in round_.appeal_notice
    assert "L. 114-5" in round_.completeness_notice
    assert round_.privacy_notice != ""
    assert [(row.kind, row.families) for row in round_.declarations.all()] == [
        (DeclarationKind.SWORN, []),
        (DeclarationKind.REPUBLICAN_COMMITMENT, ["association", "fondation"]),
        (DeclarationKind.DE_MINIMIS, []),
    ]
    assert round_.sections.count() == 0


def test_new_round_from_the_pionnier_form(manager):
    round_ = create_round(CallFactory(), by=manager, name="Session", code="AB27", template="pionnier", **DATES)

    assert round_.sections.count() == 9
    assert round_.questions.count() == 59
    accounts, budget = round_.questions.get(key="comptes"), round_.questions.get(key="budget-plan")
    assert (accounts.maximum, accounts.maximum - accounts.minimum) == (round_.opens_at.year - 1, 2)
    assert list(budget.parts.values_list("side", flat=True)) == ["charges"] * 3 + ["ressources"] * 3
    assert list(round_.rules.values_list("key", flat=True)) == ["appartenance-ess", "trois-ans", "budget", "preuve-territoire"]
    assert list(round_.questions.filter(section__key="obstacles").values_list("key", flat=True)) == [
        "obstacle-rencontre",
        "obstacle-texte",
        "obstacle-autorite",
        "obstacle-effet",
        "obstacle-demande",
        "obstacle-publication",
    ]


def test_new_round_of_unknown_form_is_a_fault(manager):
    with pytest.raises(ValueError, match="inconnu"):
        create_round(CallFactory(), by=manager, name="Session", code="AB27", template="inconnu", **DATES)


def test_pionnier_form_fills_an_empty_round_only(manager):
    round_ = RoundFactory()

    start_pionnier_form(round_, by=manager)

    assert round_.sections.count() == 9
    with pytest.raises(RefusedTransition):
        start_pionnier_form(round_, by=manager)


def test_pionnier_round_needs_only_its_places_to_be_published(manager):
    round_ = create_round(CallFactory(), by=manager, name="Session", code="AB27", template="pionnier", **DATES)

    change_round(round_, by=manager, places_min=10, places_max=15)

    assert publish_round(round_, by=manager).state == RoundState.PUBLISHED


def test_changing_an_unknown_field_is_a_fault(manager):
    with pytest.raises(TypeError):
        change_round(RoundFactory(), by=manager, state="published")


def test_declarations_follow_each_other(manager):
    round_ = RoundFactory()
    first = add_declaration(round_, by=manager, kind=DeclarationKind.SWORN, text="Une.")
    second = add_declaration(round_, by=manager, kind=DeclarationKind.OTHER, text="Deux.")

    change_declaration(second, by=manager, text="Deux bis.")
    delete_declaration(first, by=manager)

    assert (first.position, second.position) == (0, 1)
    assert [row.text for row in round_.declarations.all()] == ["Deux bis."]


FROZEN = {
    "change": lambda round_, by: change_round(round_, by=by, name="Autre"),
    "pionnier": lambda round_, by: start_pionnier_form(round_, by=by),
    "add declaration": lambda round_, by: add_declaration(round_, by=by, text="Une."),
    "change declaration": lambda round_, by: change_declaration(round_.declarations.get(), by=by, text="Une."),
    "delete declaration": lambda round_, by: delete_declaration(round_.declarations.get(), by=by),
}


@pytest.mark.parametrize("act", FROZEN)
@pytest.mark.parametrize("trait", ["open", "coming", "closed", "cancelled"])
def test_publishing_freezes_dates_notices_and_declarations(manager, act, trait):
    round_ = RoundFactory(**{trait: True})
    DeclarationFactory(round=round_)

    with pytest.raises(FrozenRound):
        FROZEN[act](round_, manager)


@pytest.mark.parametrize("act", FROZEN)
def test_only_managers_prepare(act):
    round_ = RoundFactory()
    DeclarationFactory(round=round_)

    with pytest.raises(PermissionDenied):
        FROZEN[act](round_, UserFactory(staff=True, group=Group.REVIEWER))


@pytest.mark.parametrize(
    "act",
    [
        lambda round_, by: create_round(round_.call, by=by, name="Autre", code="AUTRE", **DATES),
        lambda round_, by: duplicate_round(round_, by=by, name="Autre", code="AUTRE", **DATES),
        lambda round_, by: extend_round(round_, by=by, closes_at=round_.closes_at + timedelta(days=1), reason="Panne."),
    ],
)
def test_only_managers_create_copy_and_extend(act):
    with pytest.raises(PermissionDenied):
        act(RoundFactory(open=True), UserFactory(staff=True, group=Group.REVIEWER))


# --- copying


def test_duplicate_copies_form_declarations_and_notices(manager):
    source = RoundFactory(open=True, refused_years=7)
    section = SectionFactory(round=source, key="projet", introduction="Dites.")
    QuestionFactory(section=section, key="statut", single_choice=True)
    QuestionFactory(section=section, key="besoin", long_text=True, required=False)
    QuestionFactory(section=section, key="comptes", years=True)
    QuestionFactory(section=section, key="debut", date=True, past=True)
    DeclarationFactory(round=source, families=["association"])

    copy = duplicate_round(source, by=manager, name="Vague 2", code="V2", **DATES)

    assert (copy.state, copy.call, copy.refused_years, copy.appeal_notice) == (RoundState.DRAFT, source.call, 7, source.appeal_notice)
    assert (copy.published_at, copy.first_closes_at, copy.last_number) == (None, None, 0)
    assert [(row.key, row.introduction) for row in copy.sections.all()] == [("projet", "Dites.")]
    assert [(row.key, row.kind, row.max_words, row.required) for row in copy.questions.all()] == [
        ("statut", "single_choice", None, True),
        ("besoin", "long_text", 300, False),
        ("comptes", "years", None, True),
        ("debut", "date", None, True),
    ]
    assert list(copy.questions.get(key="comptes").parts.values_list("key", "kind")) == [("produits", "amount"), ("salaries", "number")]
    assert copy.questions.get(key="debut").past
    assert list(copy.questions.get(key="statut").choices.values_list("key", "label")) == [("choix-1", "Premier"), ("choix-2", "Second")]
    assert copy.declarations.get().families == ["association"]
    assert source.questions.count() == 4


def test_duplicate_goes_to_another_call(manager):
    other = CallFactory()

    copy = duplicate_round(RoundFactory(closed=True), by=manager, call=other, name="Vague 2", code="V2", **DATES)

    assert copy.call == other


# --- extending


def test_extension_moves_the_closing_for_everyone(manager):
    round_ = RoundFactory(open=True)
    before, after = round_.closes_at, round_.closes_at + timedelta(microseconds=1)

    extension = extend_round(round_, by=manager, closes_at=after, reason="Panne nationale.")

    moved = Round.objects.get(pk=round_.pk)
    assert (moved.closes_at, moved.first_closes_at, moved.is_extended) == (after, before, True)
    assert (extension.previous_closes_at, extension.closes_at, extension.decided_by, extension.decided_at) == (before, after, manager, NOW)


def test_second_extension_starts_from_the_first(manager):
    round_ = RoundFactory(open=True)
    first = extend_round(round_, by=manager, closes_at=round_.closes_at + timedelta(days=1), reason="Panne.")

    second = extend_round(round_, by=manager, closes_at=first.closes_at + timedelta(days=1), reason="Encore.")

    assert second.previous_closes_at == first.closes_at


def test_extension_may_reopen_a_round_that_has_just_closed(manager):
    round_ = RoundFactory(closed=True)

    extend_round(round_, by=manager, closes_at=NOW + timedelta(hours=2), reason="Panne au moment de la clôture.")

    assert Round.objects.get(pk=round_.pk).phase == Phase.OPEN


@pytest.mark.parametrize(
    ("traits", "change", "reason"),
    [
        ({"open": True}, timedelta(0), "Panne."),
        ({"open": True}, timedelta(microseconds=-1), "Panne."),
        ({"closed": True}, timedelta(days=1), "Panne."),
        ({"open": True}, timedelta(days=1), " "),
        ({}, timedelta(days=1), "Panne."),
        ({"cancelled": True}, timedelta(days=1), "Panne."),
    ],
    ids=["same instant", "earlier", "later but past", "no reason", "in preparation", "cancelled"],
)
def test_extension_is_refused(manager, traits, change, reason):
    round_ = RoundFactory(**traits)

    with pytest.raises(RefusedExtension):
        extend_round(round_, by=manager, closes_at=round_.closes_at + change, reason=reason)

    assert Extension.objects.count() == 0
    assert Round.objects.get(pk=round_.pk).closes_at == round_.closes_at


def test_permanent_round_has_nothing_to_extend(manager):
    with pytest.raises(RefusedExtension):
        extend_round(RoundFactory(permanent=True), by=manager, closes_at=NOW + timedelta(days=1), reason="Panne.")


def test_extension_is_told_to_whoever_started_a_dossier_in_their_own_time(manager):
    story = tell_story()
    story.start()
    story.carrier.time_zone = "Indian/Reunion"
    story.carrier.save()

    extend_round(story.round, by=manager, closes_at=story.round.closes_at + timedelta(days=1), reason="Panne nationale.")
    sweep_announcements()

    message = Message.objects.get(kind="round_extended")
    assert message.recipient == story.carrier
    assert "à La Réunion" in message.text
    assert "Panne nationale." in message.text


@pytest.mark.parametrize("leaves", ["withdrawn", "inactive"])
def test_cancellation_is_told_to_those_who_still_have_a_dossier(manager, leaves):
    story = tell_story()
    application = story.start()
    User.objects.filter(pk=story.carrier.pk).update(email="premiere@exemple.fr")
    other = tell_story(code="AUTRE")
    other.start()
    if leaves == "withdrawn":
        type(application).objects.filter(pk=application.pk).update(state="withdrawn")
    else:
        other.carrier.is_active = False
        other.carrier.save()

    for round_ in (story.round, other.round):
        cancel_round(round_, by=manager, reason="Crédits retirés.")
    sweep_announcements()

    told = {message.recipient for message in Message.objects.filter(kind="round_cancelled")}
    assert told == {other.carrier if leaves == "withdrawn" else story.carrier}


def test_extension_for_one_keeps_the_incident_and_tells_who_started(manager):
    story = tell_story()
    application = story.start()
    after = story.round.closes_at + timedelta(days=1)

    extension = extend_for_one(application, by=manager, closes_at=after, reason="Panne.", incident="Journal du 1er mars, 9 h.")

    application.refresh_from_db()
    assert (application.extended_until, application.closes_at) == (after, after)
    assert (extension.previous_closes_at, extension.incident) == (story.round.closes_at, "Journal du 1er mars, 9 h.")
    assert Round.objects.get(pk=story.round.pk).closes_at == story.round.closes_at
    assert [(message.recipient, message.kind) for message in Message.objects.filter(kind="extension_granted")] == [
        (story.carrier, "extension_granted")
    ]


def test_second_extension_for_one_is_later_than_the_first(manager):
    story = tell_story()
    application = story.start()
    first = extend_for_one(
        application, by=manager, closes_at=story.round.closes_at + timedelta(days=2), reason="Panne.", incident="Journal."
    )

    with pytest.raises(RefusedExtension):
        extend_for_one(application, by=manager, closes_at=first.closes_at - timedelta(days=1), reason="Panne.", incident="Journal.")


@pytest.mark.parametrize("missing", ["reason", "incident"])
def test_extension_for_one_needs_reason_and_incident(manager, missing):
    story = tell_story()
    words = {"reason": "Panne.", "incident": "Journal.", missing: ""}

    with pytest.raises(RefusedExtension):
        extend_for_one(story.start(), by=manager, closes_at=story.round.closes_at + timedelta(days=1), **words)


def test_extension_for_one_is_not_for_a_withdrawn_dossier(manager):
    story = tell_story()
    application = story.start()
    type(application).objects.filter(pk=application.pk).update(state="withdrawn")

    with pytest.raises(RefusedExtension):
        extend_for_one(application, by=manager, closes_at=story.round.closes_at + timedelta(days=1), reason="Panne.", incident="Journal.")


def test_extension_for_one_whose_author_left_tells_nobody(manager):
    story = tell_story()
    application = story.start()
    type(application).objects.filter(pk=application.pk).update(started_by=None)

    extend_for_one(application, by=manager, closes_at=story.round.closes_at + timedelta(days=1), reason="Panne.", incident="Journal.")

    assert not Message.objects.filter(kind="extension_granted").exists()


def test_extension_for_one_lets_that_dossier_alone_be_late(manager):
    story = tell_story()
    application = story.start()
    extend_for_one(application, by=manager, closes_at=story.round.closes_at + timedelta(days=1), reason="Panne.", incident="Journal.")

    with clock.standing_at(story.round.closes_at + timedelta(hours=1)):
        application.refresh_from_db()
        assert application.accepts_deposits
        with pytest.raises(RefusedTransition):
            start_application(story.round, story.organisation, story.project, by=story.carrier, arrived_at=clock.now())
