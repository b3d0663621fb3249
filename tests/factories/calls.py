"""Calls, rounds and forms for tests."""

import hashlib
from datetime import timedelta
from typing import Any

import factory

from calls.enums import AnnouncementState, BudgetSide, CallKind, DeclarationKind, GuestAccess, QuestionKind, RoundState, Visibility
from calls.models import (
    Announcement,
    Call,
    CallDocument,
    Choice,
    Declaration,
    EligibilityRule,
    Enquiry,
    Guest,
    Part,
    Question,
    Round,
    Section,
)
from kit import clock
from tests.factories.accounts import UserFactory


def condition(*rows: list, mode: str = "all") -> dict:
    """A condition as it is stored: `condition(["statut", "equals", "scic"])`."""
    return {"mode": mode, "rows": [dict(zip(("question", "operator", "value"), [*row, None], strict=False)) for row in rows]}


class CallFactory(factory.django.DjangoModelFactory):
    """A call whose texts and service contact are complete; `without_contact` leaves the contact out."""

    class Meta:
        model = Call

    class Params:
        without_contact = factory.Trait(service_name="", service_address="", service_email="", service_phone="")

    slug = factory.Sequence(lambda n: f"appel-{n}")
    kind = CallKind.PROJECTS
    title = factory.Sequence(lambda n: f"Appel à projets n° {n}")
    summary = "Un appel pour les entreprises de l’économie sociale et solidaire."
    presentation = "# Pourquoi cet appel\n\nPour soutenir l’innovation sociale."
    rules = "Les entreprises de l’ESS de plus de trois ans."
    selection = "Un jury indépendant entend les candidats."
    benefits = "Un accompagnement pendant trois ans."
    sponsor = "Ministère de démonstration"
    service_name = "Bureau de l’innovation sociale"
    service_address = "20 avenue de Ségur\n75007 Paris"
    service_email = "bureau@exemple.gouv.fr"
    service_phone = "01 23 45 67 89"


class CallDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CallDocument

    call = factory.SubFactory(CallFactory)
    title = factory.Sequence(lambda n: f"Document {n}")
    file = factory.django.FileField(filename="reglement.pdf", data=b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    size = 40


class EnquiryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enquiry

    class Params:
        published = factory.Trait(
            published_text="Une association de deux ans peut-elle candidater ?",
            answer="Non : il faut trois ans d’existence.",
            published_at=factory.LazyFunction(clock.now),
        )

    call = factory.SubFactory(CallFactory)
    text = "Notre association a deux ans, pouvons-nous candidater ?"


class RoundFactory(factory.django.DjangoModelFactory):
    """A round in preparation that opens in a week. Traits: `open`, `coming`, `closed`, `permanent` (open, no closing), `cancelled`.

    `complete=True` adds what a dry run asks: a section with one question, and a sworn declaration.
    """

    class Meta:
        model = Round
        skip_postgeneration_save = True

    class Params:
        open = factory.Trait(
            state=RoundState.PUBLISHED,
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=10)),
            closes_at=factory.LazyFunction(lambda: clock.now() + timedelta(days=20)),
            published_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=11)),
        )
        permanent = factory.Trait(
            state=RoundState.PUBLISHED,
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=10)),
            closes_at=None,
            published_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=11)),
        )
        coming = factory.Trait(
            state=RoundState.PUBLISHED,
            opens_at=factory.LazyFunction(lambda: clock.now() + timedelta(days=10)),
            closes_at=factory.LazyFunction(lambda: clock.now() + timedelta(days=40)),
            published_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=1)),
        )
        closed = factory.Trait(
            state=RoundState.PUBLISHED,
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=60)),
            closes_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=20)),
            published_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=61)),
        )
        cancelled = factory.Trait(state=RoundState.CANCELLED, published_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=1)))

    call = factory.SubFactory(CallFactory)
    name = factory.Sequence(lambda n: f"Session {n}")
    code = factory.Sequence(lambda n: f"TST{n}")
    opens_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=37))
    first_closes_at = factory.LazyAttribute(lambda o: o.closes_at if o.state != RoundState.DRAFT else None)
    places_min = 10
    places_max = 15
    completeness_notice = "Si votre dossier est incomplet, le service vous le dira."
    appeal_notice = "Vous pouvez saisir le tribunal administratif dans les deux mois."
    privacy_notice = "Vos données servent à instruire votre dossier."
    state = RoundState.DRAFT

    @factory.post_generation
    def complete(self, create: bool, value: bool, **kwargs):
        if value:
            QuestionFactory(section=SectionFactory(round=self))
            DeclarationFactory(round=self)


class DeclarationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Declaration

    round = factory.SubFactory(RoundFactory)
    kind = DeclarationKind.SWORN
    text = "Je certifie sur l’honneur que les renseignements donnés sont exacts."


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    round = factory.SubFactory(RoundFactory)
    key = factory.Sequence(lambda n: f"section-{n}")
    title = factory.Sequence(lambda n: f"Section {n}")
    position = factory.Sequence(lambda n: n)


class QuestionFactory(factory.django.DjangoModelFactory):
    """A short text. Traits give the other kinds: `long_text`, `number`, `amount`, `date`, `yes_no`, `single_choice`, … with two choices."""

    class Meta:
        model = Question
        skip_postgeneration_save = True

    class Params:
        long_text = factory.Trait(kind=QuestionKind.LONG_TEXT, max_words=300)
        number = factory.Trait(kind=QuestionKind.NUMBER, unit="salariés", whole=True)
        amount = factory.Trait(kind=QuestionKind.AMOUNT)
        date = factory.Trait(kind=QuestionKind.DATE)
        yes_no = factory.Trait(kind=QuestionKind.YES_NO)
        single_choice = factory.Trait(kind=QuestionKind.SINGLE_CHOICE)
        multiple_choice = factory.Trait(kind=QuestionKind.MULTIPLE_CHOICE)
        commune = factory.Trait(kind=QuestionKind.COMMUNE)
        epci = factory.Trait(kind=QuestionKind.EPCI)
        files = factory.Trait(kind=QuestionKind.FILES, most_files=3, largest_mb=5)
        departement = factory.Trait(kind=QuestionKind.DEPARTEMENT)
        email = factory.Trait(kind=QuestionKind.EMAIL)
        phone = factory.Trait(kind=QuestionKind.PHONE)
        url = factory.Trait(kind=QuestionKind.URL)
        partner = factory.Trait(kind=QuestionKind.PARTNER)
        group = factory.Trait(kind=QuestionKind.GROUP)
        budget = factory.Trait(kind=QuestionKind.BUDGET, several=True)
        years = factory.Trait(kind=QuestionKind.YEARS)

    section = factory.SubFactory(SectionFactory)
    round = factory.SelfAttribute("section.round")
    key = factory.Sequence(lambda n: f"question-{n}")
    kind = QuestionKind.SHORT_TEXT
    label = factory.Sequence(lambda n: f"Question {n} ?")
    required = True
    visibility = Visibility.COMMUNICABLE
    position = factory.Sequence(lambda n: n)
    minimum = factory.LazyAttribute(lambda o: 2023 if o.kind == QuestionKind.YEARS else None)
    maximum = factory.LazyAttribute(lambda o: 2025 if o.kind == QuestionKind.YEARS else None)

    @factory.post_generation
    def parts(self, create: bool, value: list[dict] | None, **kwargs):
        """Columns or lines given, or those of `PARTS` for a table."""
        for position, fields in enumerate(PARTS.get(self.kind, []) if value is None else value):
            PartFactory(question=self, position=position, **fields)

    @factory.post_generation
    def choices(self, create: bool, value: list[str] | None, **kwargs):
        """Labels given, or two of them for a kind that needs some."""
        if value is None and self.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
            value = ["Premier", "Second"]
        for position, label in enumerate(value or []):
            ChoiceFactory(question=self, key=f"choix-{position + 1}", label=label, position=position)


PARTS: dict[str, list[dict[str, Any]]] = {
    QuestionKind.GROUP: [
        {"key": "nom", "label": "Nom", "required": True},
        {"key": "siret", "label": "SIRET", "kind": QuestionKind.PARTNER},
        {"key": "role", "label": "Rôle", "kind": QuestionKind.SINGLE_CHOICE, "choices": ["Financeur", "Opérateur"]},
    ],
    QuestionKind.BUDGET: [
        {"key": "achats", "label": "Achats", "kind": QuestionKind.AMOUNT, "side": BudgetSide.CHARGES},
        {"key": "salaires", "label": "Salaires", "kind": QuestionKind.AMOUNT, "side": BudgetSide.CHARGES},
        {"key": "subventions", "label": "Subventions", "kind": QuestionKind.AMOUNT, "side": BudgetSide.RESOURCES},
    ],
    QuestionKind.YEARS: [
        {"key": "produits", "label": "Produits", "kind": QuestionKind.AMOUNT, "required": True},
        {"key": "salaries", "label": "Salariés", "kind": QuestionKind.NUMBER},
    ],
}
"""The columns and lines of tables that say nothing else."""


class PartFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Part

    question = factory.SubFactory(QuestionFactory, kind=QuestionKind.GROUP, parts=[])
    key = factory.Sequence(lambda n: f"colonne-{n}")
    label = factory.Sequence(lambda n: f"Colonne {n}")
    position = factory.Sequence(lambda n: n)


class ChoiceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Choice

    question = factory.SubFactory(QuestionFactory, kind=QuestionKind.SINGLE_CHOICE, choices=[])
    key = factory.Sequence(lambda n: f"choix-{n}")
    label = factory.Sequence(lambda n: f"Choix {n}")
    position = factory.Sequence(lambda n: n)


class EligibilityRuleFactory(factory.django.DjangoModelFactory):
    """A rule that asks an answer to `question`, unless given its condition."""

    class Meta:
        model = EligibilityRule
        exclude = ("question",)

    question = factory.SubFactory(QuestionFactory)
    round = factory.SelfAttribute("question.round")
    key = factory.Sequence(lambda n: f"regle-{n}")
    sentence = factory.Sequence(lambda n: f"Règle {n}.")
    condition = factory.LazyAttribute(lambda o: condition([o.question.key, "answered"]))
    position = factory.Sequence(lambda n: n)


class GuestFactory(factory.django.DjangoModelFactory):
    """Someone invited to edit a given dossier, who has yet to accept. Traits: `accepted` (by `user`), `reads`, `revoked`."""

    class Meta:
        model = Guest

    class Params:
        token = factory.Sequence(lambda n: f"lien-{n}")
        accepted = factory.Trait(user=factory.SubFactory(UserFactory), accepted_at=factory.LazyFunction(clock.now))
        reads = factory.Trait(access=GuestAccess.READ)
        revoked = factory.Trait(revoked_at=factory.LazyFunction(clock.now))

    email = factory.Sequence(lambda n: f"aide{n}@exemple.fr")
    access = GuestAccess.EDIT
    invited_by = factory.SelfAttribute("application.started_by")
    token_digest = factory.LazyAttribute(lambda o: hashlib.sha256(o.token.encode()).hexdigest())
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=14))


class AnnouncementFactory(factory.django.DjangoModelFactory):
    """The news of a cancellation, due. Traits: `done`, `failed`."""

    class Meta:
        model = Announcement

    class Params:
        done = factory.Trait(state=AnnouncementState.DONE, finished_at=factory.LazyFunction(clock.now), attempts=1)
        failed = factory.Trait(
            state=AnnouncementState.FAILED,
            attempts=6,
            last_error="ValueError : gabarit illisible",
            failed_at=factory.LazyFunction(clock.now),
        )

    round = factory.SubFactory(RoundFactory, cancelled=True)
