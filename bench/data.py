"""What the scenarios measure on: rounds with a section of 20 and of 60 questions, dossiers with every answer, ten thousand deposits."""

import uuid
from datetime import timedelta
from functools import cache
from uuid import uuid4

from django.contrib.auth.models import Group as DjangoGroup
from django.core.files.base import ContentFile
from django.db.models import F

from accounts.enums import Group
from accounts.models import User
from calls.actions.application import save_answers, start_application
from calls.actions.attachment import give_file
from calls.actions.deposit import DepositRequest, declarations_asked, deposit_application
from calls.content import Signatory
from calls.definition import definition_of
from calls.enums import ApplicationState, Capacity, DeclarationKind, Outcome, QuestionKind, RoundState
from calls.models import Admissibility, Answer, Application, Call, Choice, Declaration, Deposit, Eligibility, Question, Round, Section
from calls.queries.area import labels_of
from calls.reading import area_references, read_answer
from community.enums import IdentifierKind, LegalFamily, MemberRole, MemberStanding, Role
from community.models import Membership, Organisation
from kit import clock
from kit.canonical import sha256_hex, versioned
from kit.search_key import search_key
from projects.models import Project, Theme
from territories.queries import areas_by_key

TWENTY, SIXTY, CONDITIONAL = "vingt", "soixante", "conditions"
REHEARSAL = "repetition"
"""As the section of 20, with the question of the files beside it."""
SIZES = {TWENTY: 20, SIXTY: 60, CONDITIONAL: 60, REHEARSAL: 20}
CODES = {TWENTY: "MES20", SIXTY: "MES60", CONDITIONAL: "MES60C", REHEARSAL: "MESREP"}
KINDS = [
    QuestionKind.LONG_TEXT,
    QuestionKind.SHORT_TEXT,
    QuestionKind.NUMBER,
    QuestionKind.AMOUNT,
    QuestionKind.DATE,
    QuestionKind.YES_NO,
    QuestionKind.SINGLE_CHOICE,
    QuestionKind.MULTIPLE_CHOICE,
    QuestionKind.COMMUNE,
    QuestionKind.DEPARTEMENT,
]
TEXTS = {
    QuestionKind.LONG_TEXT: "Nous agissons depuis dix ans avec les habitants du quartier. " * 12,
    QuestionKind.SHORT_TEXT: "Une réponse courte",
    QuestionKind.NUMBER: "1 234",
    QuestionKind.AMOUNT: "650 000",
    QuestionKind.DATE: "26/02/2018",
    QuestionKind.YES_NO: "oui",
    QuestionKind.SINGLE_CHOICE: "premier",
    QuestionKind.MULTIPLE_CHOICE: "premier",
    QuestionKind.COMMUNE: "commune:69123",
    QuestionKind.DEPARTEMENT: "departement:69",
}
DOSSIERS = 10_000
FILES = 5
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n"
NAMES = ("Atelier", "Coopérative", "Maison", "Jardin", "Fabrique")


@cache
def open_round(size: str) -> Round:
    """A published round whose form is one section of 20 or 60 questions of every kind."""
    call = Call.objects.create(
        slug=f"mesure-{size}",
        title=f"Appel mesuré ({size})",
        summary="Un appel pour mesurer.",
        presentation="Présentation. " * 60,
        rules="- une règle\n" * 8,
        selection="Un jury. " * 20,
        service_name="Service",
        service_address="1 rue",
        service_email="service@exemple.fr",
        service_phone="01",
    )
    now = clock.now()
    made = Round.objects.create(
        call=call,
        name="Session",
        code=CODES[size],
        opens_at=now - timedelta(days=3),
        closes_at=now + timedelta(days=30),
        completeness_notice="Pièces.",
        appeal_notice="Recours.",
    )
    Declaration.objects.create(round=made, kind=DeclarationKind.SWORN, text="Je certifie.")
    section = Section.objects.create(round=made, key=size, title="Section mesurée", introduction="Quelques mots.")
    for index in range(SIZES[size]):
        kind = KINDS[index % len(KINDS)]
        question = Question.objects.create(
            round=made,
            section=section,
            key=f"q{index}",
            kind=kind,
            label=f"Question {index} ?",
            help_text="Une aide en une phrase.",
            position=index,
            shown_if=_condition(index) if size == CONDITIONAL and index % 2 else None,
        )
        if kind in {QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE}:
            Choice.objects.bulk_create(
                [Choice(question=question, key=key, label=key.capitalize()) for key in ("premier", "second", "autre")]
            )
    if size in {SIXTY, REHEARSAL}:
        pieces = Section.objects.create(round=made, key="pieces", title="Pièces", position=1)
        Question.objects.create(
            round=made, section=pieces, key="pieces", kind=QuestionKind.FILES, label="Vos pièces", most_files=FILES, required=False
        )
    Round.objects.filter(pk=made.pk).update(state=RoundState.PUBLISHED, published_at=now, first_closes_at=made.closes_at)
    made.refresh_from_db()
    return made


def _condition(index: int) -> dict[str, object]:
    """Two rows on questions before: a date, a choice, an amount, a place, each kind in turn; they hold for what the dossiers answer."""
    rows = [
        {"question": "q0", "operator": "contains", "value": "habitants"},
        {"question": "q2", "operator": "greater", "value": "1000"},
        {"question": "q3", "operator": "at_least", "value": "500000"},
        {"question": "q4", "operator": "less", "value": "2020-01-01"},
        {"question": "q6", "operator": "one_of", "value": ["premier", "second"]},
        {"question": "q8", "operator": "in_area", "value": "region:84"},
    ]
    known = [row for row in rows if int(str(row["question"])[1:]) < index]
    return {"mode": "all", "rows": [known[index % len(known)], known[(index // 2) % len(known)]]}


@cache
def organisation_of(person: User) -> Organisation:
    made = Organisation.objects.create(
        identifier_kind=IdentifierKind.PENDING, name="Les Mesures", legal_family=LegalFamily.ASSOCIATION, roles=[Role.APPLICANT]
    )
    Membership.objects.create(
        organisation=made, user=person, role=MemberRole.ADMINISTRATOR, standing=MemberStanding.VERIFIED, verified_at=clock.now()
    )
    return made


@cache
def dossier(person: User, size: str = TWENTY) -> Application:
    """A draft with every answer."""
    round_, organisation = open_round(size), organisation_of(person)
    project = Project.objects.create(organisation=organisation, name=f"Projet {size}", summary="Un projet.", created_by=person)
    project.themes.set(Theme.objects.all()[:2])
    application, _ = start_application(round_, organisation, project, by=person, arrived_at=clock.now())
    definition = definition_of(round_)
    labels = labels_of(areas_by_key(area_references(TEXTS.values())))
    readings = {
        question.key: read_answer(question, [TEXTS[question.kind]], labels) for question in definition.questions() if not question.is_files
    }
    save_answers(application, readings, {}, by=person, arrived_at=clock.now())
    for question in definition.questions():
        if question.is_files:
            for number in range(FILES):
                give_file(application, question, piece(number), by=person, arrived_at=clock.now())
    return application


def piece(number: int) -> ContentFile:
    """A small PDF that is unlike the others."""
    return ContentFile(PDF + f"% {number}\n%%EOF\n".encode(), f"piece-{number}.pdf")


@cache
def newcomer() -> User:
    return User.objects.create_user("nouvelle@exemple.fr", first_name="Lila", last_name="Petit")


@cache
def typist() -> User:
    """Who writes alone in a dossier, one field after the other."""
    return User.objects.create_user("saisie@exemple.fr", first_name="Aya", last_name="Diallo")


@cache
def author() -> User:
    """Who deposited the dossier that staff read: once, unlike the person of the references, who deposits at each turn."""
    return User.objects.create_user("autrice@exemple.fr", first_name="Nadia", last_name="Ferrand")


@cache
def deposited_dossier(person: User) -> Application:
    """A deposited dossier of 60 answers, for staff to read."""
    application = Application.objects.get(pk=dossier(person, SIXTY).pk)
    declared = frozenset(item.pk for item in declarations_asked(application))
    request = DepositRequest(uuid4(), Signatory("Camille Martin", "Direction", Capacity.LEGAL_REPRESENTATIVE), declared)
    deposit_application(application, request, by=person, arrived_at=clock.now())
    return application


def section_sent(application: Application, turn: int) -> dict[str, str | list[str]]:
    """The section as the browser sends it at the n-th save: every text changed, over the version that the save before left."""
    sent: dict[str, str | list[str]] = {}
    for question in definition_of(application.round).questions():
        name = f"q-{question.key}"
        text = TEXTS[question.kind]
        sent[f"{name}-version"] = "1"
        if question.is_area:
            sent |= {name: "", f"{name}_code": text, f"{name}_for": ""}
        elif question.kind in {QuestionKind.LONG_TEXT, QuestionKind.SHORT_TEXT}:
            sent |= {name: f"{text} {turn}", f"{name}-version": str(turn + 1)}
        else:
            sent[name] = text
    return sent


def field_sent(turn: int) -> dict[str, str]:
    """One field as its page sends it at the n-th time, over the version that the time before left."""
    return {"q-q0": f"{TEXTS[QuestionKind.LONG_TEXT]} {turn}", "q-q0-version": str(turn + 1)}


def deposit_sent(application: Application) -> dict[str, str]:
    declarations = {f"declaration-{item.pk}": "on" for item in declarations_asked(application)}
    return {
        "signatory_name": "Camille Martin",
        "signatory_function": "Direction",
        "capacity": Capacity.LEGAL_REPRESENTATIVE.value,
        "delegation": "",
        **declarations,
    }


def new_key(turn: int) -> dict[str, str]:
    """Each press is a deposit of its own."""
    return {"idempotency_key": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{turn}-{uuid4()}"))}


def change(application: Application) -> None:
    """One answer changed since the deposit."""
    Answer.objects.filter(application=application, question_key="q1").update(version=F("version") + 1)
    Application.objects.filter(pk=application.pk).update(revision=F("revision") + 1)


@cache
def reviewer() -> User:
    person = User.objects.create_user("instruction@exemple.fr", first_name="Inès", last_name="Roux", is_staff=True)
    person.groups.add(DjangoGroup.objects.get(name=Group.REVIEWER))
    return person


@cache
def ten_thousand_dossiers() -> Round:
    """Ten thousand deposited dossiers in one round, written in bulk."""
    now = clock.now()
    round_ = Round.objects.create(
        call=open_round(TWENTY).call, name="Dix mille", code="TENK", opens_at=now - timedelta(days=60), closes_at=now + timedelta(days=1)
    )
    Round.objects.filter(pk=round_.pk).update(state=RoundState.PUBLISHED, published_at=now)
    families = list(LegalFamily.values)[:5]
    names = [f"{NAMES[index % len(NAMES)]} {index}" for index in range(DOSSIERS)]
    organisations = Organisation.objects.bulk_create(
        [
            Organisation(identifier_kind=IdentifierKind.PENDING, name=name, search_name=search_key(name), legal_family=families[index % 5])
            for index, name in enumerate(names)
        ],
        batch_size=2000,
    )
    projects = Project.objects.bulk_create(
        [Project(organisation=organisation, name=f"Projet de {organisation.name}", summary="…") for organisation in organisations],
        batch_size=2000,
    )
    applications = Application.objects.bulk_create(
        [
            Application(round=round_, organisation=project.organisation, project=project, number=f"TENK-{index:05d}", revision=1)
            for index, project in enumerate(projects)
        ],
        batch_size=2000,
    )
    content = versioned("frenchimpact.deposit", 1, {"sections": []}).decode()
    deposits = Deposit.objects.bulk_create(
        [
            Deposit(
                application=application,
                sequence=1,
                idempotency_key=uuid4(),
                revision=1,
                arrived_at=now - timedelta(seconds=index * 40),
                recorded_at=now,
                capacity=Capacity.LEGAL_REPRESENTATIVE,
                signatory_name="Camille Martin",
                signatory_function="Direction",
                content=content,
                content_sha256=sha256_hex(content.encode()),
                organisation_name=application.organisation.name,
                project_name=application.project.name,
                legal_family=application.organisation.legal_family,
                theme_codes=["energie-climat"],
                departement_codes=[f"{index % 90 + 1:02d}"],
                region_codes=["84"],
                search_text=search_key(application.number, application.organisation.name, application.project.name),
            )
            for index, application in enumerate(applications)
        ],
        batch_size=2000,
    )
    for application, deposit in zip(applications, deposits, strict=True):
        application.current_deposit = deposit
    Application.objects.bulk_update(applications, ["current_deposit"], batch_size=2000)
    Application.objects.filter(round=round_).update(state=ApplicationState.DEPOSITED)
    examined = applications[: DOSSIERS // 2]
    for finding, findings_of in ((Admissibility, examined), (Eligibility, examined[::2])):
        finding.objects.bulk_create(
            [finding(application=application, outcome=Outcome.FAVOURABLE, by=reviewer(), at=now) for application in findings_of],
            batch_size=2000,
        )
    return round_
