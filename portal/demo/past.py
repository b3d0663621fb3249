"""The round of 2018 after its public figures: about 200 dossiers, by legal family, 60 % eligible (domain sources: see docs)."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import prefetch_related_objects

from accounts.models import User
from calls.actions.deposit import receipt_content
from calls.actions.partner import name_partners
from calls.actions.receipt import new_receipt
from calls.content import CONTENT_KIND, CONTENT_VERSION, Signatory, deposit_content
from calls.definition import FormDefinition, read_definition
from calls.enums import ApplicationState, Outcome
from calls.models import (
    Admissibility,
    Answer,
    Application,
    ApplicationTransition,
    Declaration,
    Deposit,
    DepositRefusal,
    Eligibility,
    Extension,
    Receipt,
    Round,
)
from calls.queries.application import Sheet
from calls.queries.area import labels_of
from calls.queries.partner import partner_names
from calls.reading import read_answer
from community.enums import EssEvidence, IdentifierKind, LegalFamily, Role
from community.models import Organisation
from kit.canonical import sha256_hex, versioned
from kit.search_key import search_key
from portal.demo.days import PARIS, working_hour
from portal.demo.stories import Story, Writer, name_of, signatory_of, stories
from projects.models import Project, Theme
from territories.enums import AreaKind
from territories.models import Area

SEED = 2018
DOSSIERS = 200
# « 60 % associations, 24 % sociétés commerciales, 15 % coopératives, 1 % fondations et mutuelles » (Chorum-CIDES, 2018).
FAMILIES = (
    (LegalFamily.ASSOCIATION, 120),
    (LegalFamily.COMMERCIAL, 48),
    (LegalFamily.COOPERATIVE, 30),
    (LegalFamily.FOUNDATION, 1),
    (LegalFamily.MUTUAL, 1),
)
ELIGIBLE = 120
LARGEST_COMMUNES = 160
DELAY = timedelta(hours=24)
"""Granted to the last dossier, whose deposit a breakdown stopped; it came three hours after the closing."""
LATE = timedelta(hours=3, minutes=12)
INTERRUPTED = 12
"""Counted from the end: the dossier whose second deposit got no answer, and waits for staff."""
REASONS = (
    "Moins de trois ans d’existence à la date de clôture.",
    "Budget annuel inférieur à 500 000 €.",
    "L’appartenance à l’économie sociale et solidaire n’est pas établie.",
    "Le modèle n’a pas encore été éprouvé sur un territoire.",
)


@dataclass(frozen=True, slots=True)
class Plot:
    """What one dossier is made from."""

    story: Story
    home: Area
    family: LegalFamily
    name: str
    started_at: datetime
    arrived_at: datetime
    signatory: Signatory
    typed: dict[str, list[str]]


def fill_round(round: Round, reviewer: User, manager: User) -> int:
    """Write the dossiers of a closed round, deposited and examined; return how many. Bulk writes: this is the past, nobody is told."""
    dice = random.Random(SEED)  # noqa: S311 - the same demonstration every time
    definition = read_definition(round)
    plots = list(_plots(round, definition, dice))
    organisations = Organisation.objects.bulk_create([_organisation(index, plot, dice) for index, plot in enumerate(plots)])
    projects = Project.objects.bulk_create(
        [
            Project(
                organisation=organisation,
                name=f"{plot.story.project} – {plot.home.name}",
                summary=plot.story.summary,
                created_at=plot.started_at,
            )
            for organisation, plot in zip(organisations, plots, strict=True)
        ]
    )
    themes = {theme.code: theme for theme in Theme.objects.all()}
    Project.themes.through.objects.bulk_create(
        [Project.themes.through(project=project, theme=themes[plot.story.theme]) for project, plot in zip(projects, plots, strict=True)]
    )
    Project.places.through.objects.bulk_create(
        [Project.places.through(project=project, area=plot.home) for project, plot in zip(projects, plots, strict=True)]
    )
    assert round.closes_at is not None  # noqa: S101 - the round of 2018 has a closing
    prefetch_related_objects(projects, "themes", "places")
    applications = Application.objects.bulk_create(
        [
            Application(
                round=round,
                organisation=organisation,
                project=project,
                number=f"{round.code}-{index:04d}",
                started_at=plot.started_at,
                changed_at=plot.arrived_at,
                revision=1,
                extended_until=round.closes_at + DELAY if plot.arrived_at > round.closes_at else None,
            )
            for index, (organisation, project, plot) in enumerate(zip(organisations, projects, plots, strict=True), start=1)
        ]
    )
    type(round).objects.filter(pk=round.pk).update(last_number=len(plots))
    _break_down(round, applications, manager)
    _deposit(round, definition, applications, plots)
    _examine(applications, reviewer, dice)
    return len(plots)


def _plots(round: Round, definition: FormDefinition, dice: random.Random) -> Iterator[Plot]:
    communes = list(
        Area.objects.current()
        .filter(kind=AreaKind.COMMUNE)
        .select_related("departement", "region", "epci")
        .order_by("-population", "pk")[:LARGEST_COMMUNES]
    )
    departements = list(Area.objects.current().filter(kind=AreaKind.DEPARTEMENT).order_by("code"))
    families = [family for family, count in FAMILIES for _ in range(count)]
    dice.shuffle(families)
    assert round.closes_at is not None  # noqa: S101 - the round of 2018 has a closing
    names: set[str] = set()
    for family, arrived_at in zip(families, sorted(_arrivals(round.closes_at, dice)), strict=True):
        story, home = dice.choice(stories()), dice.choice(communes)
        writer = Writer(story, home, departements, dice, arrived_at.date())
        yield Plot(
            story,
            home,
            family,
            _new_name(name_of(story, home.name, dice), home, names),
            _start(arrived_at, round.opens_at, dice),
            arrived_at,
            signatory_of(dice),
            writer.answers(definition),
        )


def _new_name(name: str, home: Area, names: set[str]) -> str:
    """`name`, with its commune if it is taken, and a number if that is taken too."""
    wanted = [name, f"{name} – {home.name}", *(f"{name} – {home.name} {number}" for number in range(2, len(names) + 2))]
    free = next(one for one in wanted if one not in names)
    names.add(free)
    return free


def _start(arrived_at: datetime, opens_at: datetime, dice: random.Random) -> datetime:
    """A working hour of some day before the deposit, after the opening."""
    return working_hour(arrived_at.date() - timedelta(days=dice.randint(1, max(1, min(20, (arrived_at - opens_at).days - 3)))), dice)


def _arrivals(closes_at: datetime, dice: random.Random) -> list[datetime]:
    """Half of the deposits on the last two working days, as in every call; the others over the month before, and one by a delay of its own."""
    return [*(_arrival(closes_at.astimezone(PARIS), dice) for _ in range(DOSSIERS - 1)), closes_at + LATE]


def _arrival(closing: datetime, dice: random.Random) -> datetime:
    days_before = dice.choice((0, 0, 1)) if dice.random() < 0.5 else dice.randrange(4, 30)  # noqa: PLR2004 - one half
    return working_hour(closing.date() - timedelta(days=days_before), dice, last=18 if days_before else closing.hour - 1)


def _organisation(index: int, plot: Plot, dice: random.Random) -> Organisation:
    return Organisation(
        identifier_kind=IdentifierKind.PENDING,
        name=plot.name,
        search_name=search_key(plot.name),
        postcode=plot.home.postcodes[0] if plot.home.postcodes else "",
        commune=plot.home,
        creation_date=plot.arrived_at.date() - timedelta(days=dice.randrange(1200, 9000)),
        roles=[Role.APPLICANT],
        legal_family=plot.family,
        ess_evidence=EssEvidence.ESS_FLAG if plot.family == LegalFamily.COMMERCIAL else EssEvidence.STATUS,
        created_at=plot.started_at - timedelta(minutes=5 + index % 50),
    )


def _break_down(round: Round, applications: list[Application], manager: User) -> None:
    """An outage as the round closed: a dossier was given a day more, another tried to deposit again and waits for the same."""
    assert round.closes_at is not None  # noqa: S101 - the round of 2018 has a closing
    closing = round.closes_at
    Extension.objects.create(
        round=round,
        application=applications[-1],
        previous_closes_at=closing,
        closes_at=closing + DELAY,
        reason="La plateforme n’a pas répondu au moment du dépôt, avant la clôture.",
        incident="Panne de la base de données de 11 h 52 à 12 h 06, relevée par la supervision.",
        decided_by=manager,
        decided_at=closing + timedelta(hours=2),
    )
    DepositRefusal.objects.create(
        application=applications[-INTERRUPTED],
        arrived_at=closing + timedelta(minutes=6, seconds=20),
        tried_since=closing - timedelta(minutes=3),
        why="La clôture est passée : ce dossier ne peut plus être modifié ni déposé.",
    )


def _deposit(round: Round, definition: FormDefinition, applications: list[Application], plots: list[Plot]) -> None:
    keys = {text for plot in plots for texts in plot.typed.values() for text in texts if ":" in text}
    areas = {
        area.key: area
        for area in Area.objects.filter(kind__in=[AreaKind.COMMUNE, AreaKind.DEPARTEMENT]).filter(
            code__in=[key.partition(":")[2] for key in keys]
        )
    }
    labels = labels_of(areas)
    cells = {text for plot in plots for key in definition.naming_partners for text in plot.typed.get(key, ())}
    name_partners(cells)
    names = partner_names(cells)
    declarations = list(Declaration.objects.filter(round=round))
    answers: list[Answer] = []
    deposits: list[Deposit] = []
    for application, plot in zip(applications, plots, strict=True):
        readings = {key: read_answer(definition.by_key[key], texts, labels) for key, texts in plot.typed.items()}
        answers += [
            Answer(application=application, question_key=key, typed=reading.typed, value=reading.value, at=plot.arrived_at)
            for key, reading in readings.items()
            if reading.typed
        ]
        deposits.append(_deposit_of(application, plot, Sheet(definition, readings, {}, areas, names), declarations))
    Answer.objects.bulk_create(answers, batch_size=2000)
    Deposit.objects.bulk_create(deposits)
    for application, deposit in zip(applications, deposits, strict=True):
        application.current_deposit = deposit
    Application.objects.bulk_update(applications, ["current_deposit"])
    Application.objects.filter(round=round).update(state=ApplicationState.DEPOSITED)
    Receipt.objects.bulk_create(
        [
            new_receipt(deposit, f"{application.number}-1", receipt_content(deposit, application), issued_at=deposit.recorded_at)
            for application, deposit in zip(applications, deposits, strict=True)
        ]
    )
    ApplicationTransition.objects.bulk_create(
        [
            ApplicationTransition(subject=application, name=name, from_state=origin, to_state=target, at=at)
            for application, plot in zip(applications, plots, strict=True)
            for name, origin, target, at in (
                ("start", "", ApplicationState.DRAFT, application.started_at),
                ("deposit", ApplicationState.DRAFT, ApplicationState.DEPOSITED, plot.arrived_at),
            )
        ]
    )


def _deposit_of(application: Application, plot: Plot, sheet: Sheet, declarations: list[Declaration]) -> Deposit:
    signatory = plot.signatory
    content = versioned(
        CONTENT_KIND,
        CONTENT_VERSION,
        deposit_content(
            application,
            sheet,
            number=application.number,
            sequence=1,
            arrived_at=plot.arrived_at,
            signatory=signatory,
            declarations=declarations,
        ),
    )
    home = plot.home
    return Deposit(
        application=application,
        sequence=1,
        idempotency_key=uuid.uuid5(uuid.NAMESPACE_URL, application.number),
        revision=1,
        arrived_at=plot.arrived_at,
        recorded_at=plot.arrived_at + timedelta(seconds=1),
        capacity=signatory.capacity,
        signatory_name=signatory.name,
        signatory_function=signatory.function,
        content_version=CONTENT_VERSION,
        content=content.decode(),
        content_sha256=sha256_hex(content),
        organisation_name=application.organisation.name,
        project_name=application.project.name,
        legal_family=plot.family,
        theme_codes=[plot.story.theme],
        departement_codes=[home.departement.code] if home.departement else [],
        region_codes=[home.region.code] if home.region else [],
        search_text=search_key(application.number, application.organisation.name, application.project.name),
    )


def _examine(applications: list[Application], reviewer: User, dice: random.Random) -> None:
    eligible = {application.pk for application in dice.sample(applications, k=ELIGIBLE)}
    closing = applications[-1].changed_at.date()
    read_at = {application.pk: working_hour(closing + timedelta(days=dice.randint(3, 24)), dice, first=9) for application in applications}
    Admissibility.objects.bulk_create(
        [
            Admissibility(application=application, outcome=Outcome.FAVOURABLE, by=reviewer, at=read_at[application.pk])
            for application in applications
        ]
    )
    Eligibility.objects.bulk_create(
        [
            Eligibility(
                application=application,
                outcome=Outcome.FAVOURABLE if application.pk in eligible else Outcome.UNFAVOURABLE,
                reason="" if application.pk in eligible else dice.choice(REASONS),
                by=reviewer,
                at=read_at[application.pk] + timedelta(minutes=10),
            )
            for application in applications
        ]
    )
