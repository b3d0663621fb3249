"""What is missing before a round can be published, each with the page where it is mended."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from calls.conditions.checks import faults_of
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition, read_definition
from calls.enums import BudgetSide, DeclarationKind, ImplicitDecision, QuestionKind
from calls.grid import years_of
from calls.kinds import has_choices
from calls.models import EligibilityRule, Question, Round, Section
from calls.silence import months_of_silence
from kit import clock, french
from kit.search_key import search_key

FEWEST_CHOICES = 2
LONG_FORM = 60
REJECTED = re.compile(
    r"\b(?:rejet implicite|vaut rejet|valant rejet|(?:consideree?|reputee?) comme (?:rejetee?|refusee?)|reputee? (?:rejetee?|refusee?))\b"
)
ACCEPTED = re.compile(
    r"\b(?:acceptation implicite|vaut (?:acceptation|accord)|valant (?:acceptation|accord)|(?:consideree?|reputee?) (?:comme )?(?:acceptee?|accordee?))\b"
)
DELAY = re.compile(r"\b(?:mois|jours|semaines)\b")


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding of the dry run: blocking or advice, a sentence, and the address of the page to go to."""

    blocking: bool
    sentence: str
    url: str


def dry_run(round: Round) -> list[Remark]:
    """Everything that stops `round` from being published, then everything worth a second look."""
    return sorted((remark for check in CHECKS for remark in check(round)), key=lambda remark: not remark.blocking)


def blocking(remarks: list[Remark]) -> list[Remark]:
    return [remark for remark in remarks if remark.blocking]


def _contact(round: Round) -> Iterator[Remark]:
    call = round.call
    url = reverse("admin:calls_call_edit", args=[call.pk])
    wanted = {
        "son nom": call.service_name,
        "son adresse postale": call.service_address,
        "son courriel": call.service_email,
        "son téléphone": call.service_phone,
    }
    missing = [name for name, value in wanted.items() if not value.strip()]
    if missing:
        yield Remark(
            True,
            f"Service instructeur : il manque {french.joined(missing)}. L’accusé de réception doit les indiquer.",
            f"{url}#id_service_name",
        )


def _texts(round: Round) -> Iterator[Remark]:
    call = round.call
    url = reverse("admin:calls_call_edit", args=[call.pk])
    texts = {
        "presentation": ("la présentation", call.presentation),
        "rules": ("« Qui peut candidater »", call.rules),
        "selection": ("« Comment les dossiers sont choisis »", call.selection),
        "benefits": ("« Ce que reçoivent les lauréats »", call.benefits),
    }
    for field, (name, value) in texts.items():
        if not value.strip():
            yield Remark(False, f"La page de l’appel est plus utile avec {name}.", f"{url}#id_{field}")


def _notices(round: Round) -> Iterator[Remark]:
    url = reverse("admin:calls_round_edit", args=[round.pk])
    notices = {
        "appeal_notice": ("les voies et délais de recours", round.appeal_notice),
        "completeness_notice": ("ce qui se passe s’il manque des pièces", round.completeness_notice),
        "privacy_notice": ("la protection des données personnelles", round.privacy_notice),
    }
    for field, (name, value) in notices.items():
        if not value.strip():
            yield Remark(True, f"Mention légale absente : {name}.", f"{url}#id_{field}")


def _silence(round: Round) -> Iterator[Remark]:
    """What the receipt says of silence and of appeals must fit the regime chosen (CRPA R112-11-1, L112-6, L232-3)."""
    url = reverse("admin:calls_round_edit", args=[round.pk])
    accepted = round.implicit_decision == ImplicitDecision.ACCEPTANCE
    appeal, completeness = search_key(round.appeal_notice), search_key(round.completeness_notice)
    wrong, label = (REJECTED, "acceptation") if accepted else (ACCEPTED, "rejet")
    if wrong.search(appeal):
        yield Remark(True, f"Le silence vaut {label}, mais les voies et délais de recours disent le contraire.", f"{url}#id_appeal_notice")
    if wrong.search(completeness):
        sentence = f"Le silence vaut {label}, mais la mention sur les pièces manquantes dit le contraire."
        yield Remark(True, sentence, f"{url}#id_completeness_notice")
    if accepted and appeal and "attestation" not in appeal:
        sentence = (
            "Le silence vaut acceptation : la mention doit dire que la personne peut demander une attestation de la décision implicite "
            "(article L. 232-3 du CRPA)."
        )
        yield Remark(True, sentence, f"{url}#id_appeal_notice")
    if not accepted and appeal and not ("tribunal" in appeal and DELAY.search(appeal)):
        sentence = "Les voies et délais de recours doivent nommer le tribunal à saisir et le délai pour le faire, par exemple deux mois."
        yield Remark(True, sentence, f"{url}#id_appeal_notice")


def _delay_of_silence(round: Round) -> Iterator[Remark]:
    """The notices and the round must give one and the same delay: the receipt states both."""
    url = reverse("admin:calls_round_edit", args=[round.pk])
    notices = {
        "appeal_notice": ("les voies et délais de recours annoncent", round.appeal_notice),
        "completeness_notice": ("la mention sur les pièces manquantes annonce", round.completeness_notice),
    }
    for field, (announces, text) in notices.items():
        others = sorted(months_of_silence(text) - {round.silence_months})
        if others:
            sentence = (
                f"Le délai du silence est de {round.silence_months}{french.NBSP}mois, mais {announces} "
                f"{french.joined(others)}{french.NBSP}mois sans réponse. Indiquez partout le même délai."
            )
            yield Remark(True, sentence, f"{url}#id_{field}")


def _dates(round: Round) -> Iterator[Remark]:
    url = f"{reverse('admin:calls_round_edit', args=[round.pk])}#id_opens_at_0"
    now = clock.now()
    if round.closes_at is None:
        yield Remark(False, "Aucune clôture : l’appel restera ouvert sans limite.", url)
    elif round.closes_at <= now:
        yield Remark(True, f"La clôture est passée : {french.instant(round.closes_at)}.", url)
    elif round.closes_at <= round.opens_at:
        yield Remark(True, "La clôture précède l’ouverture.", url)
    if round.opens_at <= now:
        yield Remark(False, "L’ouverture est passée : la session sera ouverte dès sa publication.", url)


def _places(round: Round) -> Iterator[Remark]:
    url = f"{reverse('admin:calls_round_edit', args=[round.pk])}#id_places_min"
    if round.places_min is None and round.places_max is None:
        yield Remark(True, "Le nombre de lauréats prévu n’est pas indiqué.", url)
    elif round.places_min is not None and round.places_max is not None and round.places_max < round.places_min:
        yield Remark(True, "Le nombre maximal de lauréats est inférieur au nombre minimal.", url)


def _declarations(round: Round) -> Iterator[Remark]:
    url = reverse("admin:calls_declaration_list", args=[round.pk])
    declarations = list(round.declarations.all())
    if not any(
        declaration.kind == DeclarationKind.SWORN and declaration.required and not declaration.families for declaration in declarations
    ):
        yield Remark(True, "Aucune déclaration sur l’honneur n’est demandée à tous ceux qui déposent.", url)
    if any(not declaration.text.strip() for declaration in declarations):
        yield Remark(True, "Une déclaration n’a pas de texte.", url)


def _form(round: Round) -> Iterator[Remark]:
    url = reverse("admin:calls_form_outline", args=[round.pk])
    form = read_definition(round)
    count = sum(1 for _ in form.questions())
    if not count:
        yield Remark(True, "Le formulaire n’a aucune question.", url)
    if count > LONG_FORM:
        yield Remark(
            False, f"Le formulaire compte {french.counted(count, 'question')} : chacune a-t-elle une suite dans l’instruction ?", url
        )
    sections = dict(Section.objects.filter(round=round).values_list("key", "pk"))
    yield from (_empty_section(section, sections[section.key]) for section in form.sections if not section.questions)
    yield from _questions(round, form)
    yield from _conditions(round, form)


def _empty_section(section: SectionDefinition, pk: int) -> Remark:
    return Remark(True, f"La section « {section.title} » n’a aucune question.", reverse("admin:calls_section_edit", args=[pk]))


def _questions(round: Round, form: FormDefinition) -> Iterator[Remark]:
    pages = dict(Question.objects.filter(round=round).values_list("key", "pk"))
    for question in form.questions():
        url = reverse("admin:calls_question_edit", args=[pages[question.key]])
        for sentence in _faults(question):
            yield Remark(True, f"« {question.label} » : {sentence}", url)
        if question.kind == QuestionKind.LONG_TEXT and question.max_words is None:
            yield Remark(False, f"« {question.label} » : sans limite de mots, les réponses seront difficiles à comparer.", url)


def _conditions(round: Round, form: FormDefinition) -> Iterator[Remark]:
    """Conditions that loop, contradict, can never hold, or look at what is gone or comes later."""
    pages: dict[str, tuple[str, QuerySet[Any]]] = {
        "question": ("admin:calls_question_edit", Question.objects.all()),
        "section": ("admin:calls_section_edit", Section.objects.all()),
        "rule": ("admin:calls_rule_edit", EligibilityRule.objects.all()),
    }
    for fault in faults_of(form):
        name, rows = pages[fault.kind]
        yield Remark(True, fault.sentence, reverse(name, args=[rows.get(round=round, key=fault.key).pk]))


def _faults(question: QuestionDefinition) -> Iterator[str]:
    if has_choices(question.kind):
        labels = [choice.label.casefold() for choice in question.choices]
        if len(labels) < FEWEST_CHOICES:
            yield "il faut au moins deux choix."
        if len(set(labels)) < len(labels):
            yield "deux choix ont le même libellé."
    if question.is_composite and not question.parts and not question.several:
        yield "il faut au moins une colonne ou une ligne."
    if question.kind == QuestionKind.BUDGET and not question.several and {part.side for part in question.parts} != set(BudgetSide.values):
        yield "il faut au moins une ligne de charges et une de ressources."
    if question.kind == QuestionKind.YEARS and not years_of(question):
        yield "il faut une première et une dernière année."
    if question.minimum is not None and question.maximum is not None and question.maximum < question.minimum:
        yield "« au plus » est inférieur à « au moins »."
    if question.max_words == 0:
        yield "la limite de mots doit être d’au moins un mot."


CHECKS: tuple[Callable[[Round], Iterator[Remark]], ...] = (
    _contact,
    _notices,
    _silence,
    _delay_of_silence,
    _dates,
    _places,
    _declarations,
    _form,
    _texts,
)
