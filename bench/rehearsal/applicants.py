"""Who rehearses: applicants signed in, each with a complete draft of one round, written in bulk."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from accounts.models import User
from bench import data
from calls.actions.attachment import give_file
from calls.definition import definition_of
from calls.models import Answer, Application, Round
from calls.queries.area import labels_of
from calls.reading import area_references, read_answer
from community.enums import IdentifierKind, LegalFamily, MemberRole, MemberStanding, Role
from community.models import Membership, Organisation
from kit import clock
from projects.models import Project
from territories.queries import areas_by_key

AT_ONCE = 1_000
TYPED = "q0"
"""The question that the crowd goes on writing, over its first version."""


@dataclass
class Applicant:
    """One person of the crowd: what a browser would hold."""

    name: str
    application: str
    session: str
    person: str
    version: int = 1
    text: str = ""
    """The last text that the platform acknowledged."""
    key: str = field(default_factory=lambda: str(uuid4()))


def gather(count: int) -> tuple[Round, list[Applicant], dict[str, str]]:
    """The round, its applicants, and what each sends to deposit."""
    round_ = data.open_round(data.REHEARSAL)
    people = User.objects.bulk_create(
        [
            User(email=f"candidat{index}@exemple.fr", first_name="Camille", last_name=f"Martin {index}", password="!")
            for index in range(count)
        ],
        batch_size=AT_ONCE,
    )
    organisations = Organisation.objects.bulk_create(
        [
            Organisation(
                identifier_kind=IdentifierKind.PENDING,
                name=f"Atelier {index}",
                legal_family=LegalFamily.ASSOCIATION,
                roles=[Role.APPLICANT],
            )
            for index in range(count)
        ],
        batch_size=AT_ONCE,
    )
    now = clock.now()
    Membership.objects.bulk_create(
        [
            Membership(
                organisation=organisation, user=person, role=MemberRole.ADMINISTRATOR, standing=MemberStanding.VERIFIED, verified_at=now
            )
            for organisation, person in zip(organisations, people, strict=True)
        ],
        batch_size=AT_ONCE,
    )
    projects = Project.objects.bulk_create(
        [Project(organisation=organisation, name=f"Projet de {organisation.name}", summary="Un projet.") for organisation in organisations],
        batch_size=AT_ONCE,
    )
    applications = Application.objects.bulk_create(
        [
            Application(round=round_, organisation=project.organisation, project=project, started_by=person, is_shared=True, revision=1)
            for project, person in zip(projects, people, strict=True)
        ],
        batch_size=AT_ONCE,
    )
    _answer(round_, applications)
    question = definition_of(round_).by_key["pieces"]
    for number, application in enumerate(applications):
        give_file(application, question, data.piece(number), by=people[number], arrived_at=now)
    sessions = _sign_in(people)
    crowd = [
        Applicant(
            str(person), str(application.uuid), session, person.browser_key, text=data.TEXTS[definition_of(round_).by_key[TYPED].kind]
        )
        for person, application, session in zip(people, applications, sessions, strict=True)
    ]
    return round_, crowd, data.deposit_sent(applications[0])


def close_at(round_: Round, instant: datetime) -> None:
    """Frozen as it is, the round of a rehearsal closes when the crowd is ready."""
    Round.objects.filter(pk=round_.pk).update(closes_at=instant, first_closes_at=instant)


def _answer(round_: Round, applications: list[Application]) -> None:
    labels = labels_of(areas_by_key(area_references(data.TEXTS.values())))
    readings = {
        question.key: read_answer(question, [data.TEXTS[question.kind]], labels)
        for question in definition_of(round_).questions()
        if not question.is_files
    }
    Answer.objects.bulk_create(
        [
            Answer(application=application, question_key=key, typed=reading.typed, value=reading.value, by=application.started_by)
            for application in applications
            for key, reading in readings.items()
        ],
        batch_size=20 * AT_ONCE,
    )


def _sign_in(people: list[User]) -> list[str]:
    """The session of each, as signing in would have left it."""
    store = SessionStore()
    end = clock.now() + timedelta(hours=12)
    made = []
    for person in people:
        words = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        made.append(Session(session_key=uuid4().hex, session_data=store.encode(words), expire_date=end))
    Session.objects.bulk_create(made, batch_size=AT_ONCE)
    return [session.session_key for session in made]
