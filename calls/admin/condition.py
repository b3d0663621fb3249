"""Pages of conditions: when a question is asked or required, when a section is shown, and the rules of eligibility."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.condition import Purpose, add_rule, change_rule, condition_question, condition_section, delete_rule
from calls.admin.pages import done, form_frame, locked, manager_page, reader_page, round_frame, show
from calls.conditions.model import Condition, parse_condition
from calls.conditions.places import place_names
from calls.definition import FormDefinition, SectionDefinition, read_definition
from calls.forms.condition import BLANK_ROWS, ConditionForm, NeededConditionForm
from calls.models import EligibilityRule, Question, Round, Section

PURPOSES: dict[str, tuple[Purpose, str]] = {
    "affichage": ("shown_if", "Poser cette question seulement si…"),
    "obligation": ("required_if", "Rendre cette question obligatoire si…"),
}


@dataclass(frozen=True, slots=True)
class Own:
    """A condition that a question or a section may bear: what it does, in words if there is one, and its page."""

    label: str
    words: str
    url: str


@reader_page
def question_condition(request: SignedInRequest, pk: int, purpose: str) -> HttpResponse:
    if purpose not in PURPOSES:
        raise Http404
    rounds = Round.objects.visible_to(request.user)
    question = get_object_or_404(Question.objects.select_related("round__call", "section"), pk=pk, round__in=rounds)
    name, title = PURPOSES[purpose]
    context = {"about": question.label, "back": reverse("admin:calls_question_edit", args=[pk]), "removable": True}

    def act(condition: Condition | None) -> None:
        condition_question(question, condition, by=request.user, purpose=name)

    sections = _before(read_definition(question.round), question.section.key, question.key)
    return _edit(request, question.round, title, context, sections, parse_condition(getattr(question, name)), act)


@reader_page
def section_condition(request: SignedInRequest, pk: int) -> HttpResponse:
    rounds = Round.objects.visible_to(request.user)
    section = get_object_or_404(Section.objects.select_related("round__call"), pk=pk, round__in=rounds)
    context = {"about": section.title, "back": reverse("admin:calls_section_edit", args=[pk]), "removable": True}

    def act(condition: Condition | None) -> None:
        condition_section(section, condition, by=request.user)

    sections = _before(read_definition(section.round), section.key, "")
    return _edit(request, section.round, "Montrer cette section seulement si…", context, sections, parse_condition(section.shown_if), act)


@reader_page
def rule_list(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)
    words = {rule.key: rule.condition.words for rule in read_definition(round_).rules}
    rules = [(rule, words[rule.key]) for rule in round_.rules.all()]
    return show(request, "rule_list", "Éligibilité", {**round_frame(request, round_, "calls_rule_list"), "rules": rules})


@manager_page
def rule_add(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)
    context = {"about": "", "back": reverse("admin:calls_rule_list", args=[pk]), "removable": False}

    def act(condition: Condition | None, sentence: str = "") -> None:
        add_rule(round_, cast("Condition", condition), by=request.user, sentence=sentence)

    return _edit(request, round_, "Ajouter une règle", context, read_definition(round_).sections, None, act, NeededConditionForm)


@reader_page
def rule_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    rule = _rule(request, pk)
    context = {"about": "", "back": reverse("admin:calls_rule_list", args=[rule.round_id]), "removable": False, "sentence": rule.sentence}

    def act(condition: Condition | None, sentence: str = "") -> None:
        change_rule(rule, cast("Condition", condition), by=request.user, sentence=sentence)

    sections = read_definition(rule.round).sections
    return _edit(request, rule.round, "Règle d’éligibilité", context, sections, parse_condition(rule.condition), act, NeededConditionForm)


@manager_page
def rule_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    rule = _rule(request, pk)
    back = reverse("admin:calls_rule_list", args=[rule.round_id])
    if request.method == "POST":
        delete_rule(rule, by=request.user)
        messages.success(request, "La règle est supprimée.")
        return redirect(back)
    context = {"text": rule.sentence, "label": "Supprimer la règle", "back": back, "danger": True}
    return show(request, "confirm", "Supprimer cette règle ?", {**round_frame(request, rule.round, ""), **context})


def conditions_of(question: Question, definition: FormDefinition) -> list[Own]:
    """What its page says of the conditions of a question."""
    known = definition.by_key[question.key]
    held = {"affichage": known.shown_if, "obligation": known.required_if}
    labels = {"affichage": "Posée seulement si", "obligation": "Obligatoire si"}
    return [
        Own(labels[purpose], condition.words if condition else "", reverse("admin:calls_question_condition", args=[question.pk, purpose]))
        for purpose, condition in held.items()
        if purpose == "affichage" or not question.required
    ]


def condition_of(section: Section, definition: FormDefinition) -> list[Own]:
    """What its page says of the condition of a section."""
    known = next(each for each in definition.sections if each.key == section.key)
    words = known.shown_if.words if known.shown_if else ""
    return [Own("Montrée seulement si", words, reverse("admin:calls_section_condition", args=[section.pk]))]


def _edit(
    request: SignedInRequest,
    round_: Round,
    title: str,
    context: dict[str, Any],
    sections: tuple[SectionDefinition, ...],
    condition: Condition | None,
    act: Callable[..., None],
    form_class: type[ConditionForm] = ConditionForm,
) -> HttpResponse:
    """The page of one condition: shown, given more rows, saved, or taken away."""
    frame = form_frame(request, round_)
    form = _form(request, form_class, sections, condition, context.pop("sentence", ""))
    locked(form, can_edit=frame["can_edit"])
    if "remove" in request.POST and context["removable"]:
        act(None)
        messages.success(request, "Il n’y a plus de condition.")
        return redirect(context["back"])
    saves = form.is_bound and done(request, form, lambda: act(**_sent(form)), "La condition est enregistrée.")
    return (
        redirect(context["back"])
        if saves
        else show(
            request,
            "condition_edit",
            title,
            {**frame, **context, "removable": context["removable"] and condition is not None, "form": form},
        )
    )


def _form(
    request: SignedInRequest,
    form_class: type[ConditionForm],
    sections: tuple[SectionDefinition, ...],
    condition: Condition | None,
    sentence: str,
) -> ConditionForm:
    """Bound to what was sent; but « Ajouter des lignes » only draws it again, longer."""
    places = [str(row.value) for row in condition.rows if isinstance(row.value, str) and ":" in row.value] if condition else []
    areas = place_names(places) if places else {}
    sent = request.POST.get("rows", "")
    count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) == 1 else 0
    if "more" in request.POST:
        return form_class(initial=request.POST.dict(), sections=sections, areas={}, count=count + BLANK_ROWS)
    data = request.POST if request.method == "POST" else None
    return form_class(data, initial={"sentence": sentence}, sections=sections, areas=areas, condition=condition, count=count)


def _sent(form: ConditionForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name in {"condition", "sentence"}}


def _before(definition: FormDefinition, section_key: str, question_key: str) -> tuple[SectionDefinition, ...]:
    """The questions that stand before: those that a condition may look at."""
    index = [section.key for section in definition.sections].index(section_key)
    own = definition.sections[index]
    keys = [question.key for question in own.questions]
    earlier = own.questions[: keys.index(question_key)] if question_key else ()
    return (*definition.sections[:index], replace(own, questions=earlier))


def _rule(request: SignedInRequest, pk: int) -> EligibilityRule:
    rounds = Round.objects.visible_to(request.user)
    return get_object_or_404(EligibilityRule.objects.select_related("round__call"), pk=pk, round__in=rounds)
