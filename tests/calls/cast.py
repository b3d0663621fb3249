"""The people and things of a dossier's story, made in one line."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from accounts.models import User
from calls.actions.application import save_answers, start_application
from calls.actions.deposit import DepositRequest, deposit_application
from calls.content import Signatory
from calls.definition import definition_of
from calls.enums import Capacity
from calls.models import Application, Deposit, Round
from calls.reading import read_answer
from community.enums import IdentifierKind, LegalFamily, MemberRole, MemberStanding
from community.models import Membership, Organisation
from kit import clock
from projects.models import Project
from tests.factories.accounts import UserFactory
from tests.factories.calls import DeclarationFactory, GuestFactory, QuestionFactory, RoundFactory, SectionFactory


def make_organisation(**fields) -> Organisation:
    return Organisation.objects.create(
        **{"identifier_kind": IdentifierKind.PENDING, "name": "Les Jardins de Claire", "legal_family": LegalFamily.ASSOCIATION, **fields}
    )


def join(user: User, organisation: Organisation, *, verified: bool = False, role: str = MemberRole.ADMINISTRATOR) -> Membership:
    standing = MemberStanding.VERIFIED if verified else MemberStanding.DECLARED
    return Membership.objects.create(
        user=user, organisation=organisation, role=role, standing=standing, verified_at=clock.now() if verified else None
    )


@dataclass
class Story:
    """An open round with one section (a required `need`, an optional `note`), and Claire who writes for her association."""

    round: Round
    carrier: User
    organisation: Organisation
    project: Project

    def start(self) -> Application:
        return start_application(self.round, self.organisation, self.project, by=self.carrier, arrived_at=clock.now())[0]

    def save(self, application: Application, *, by: User | None = None, based_on: dict[str, int] | None = None, at=None, **typed: str):
        definition = definition_of(self.round)
        readings = {key: read_answer(definition.by_key[key], [text], {}) for key, text in typed.items()}
        if based_on is None:
            stored = dict(application.answers.values_list("question_key", "version"))
            based_on = {key: stored.get(key, 0) for key in typed}
        return save_answers(application, readings, based_on, by=by or self.carrier, arrived_at=at or clock.now())

    def request(self, **changes) -> DepositRequest:
        declared = frozenset(self.round.declarations.values_list("pk", flat=True))
        signatory = Signatory("Claire Porteuse", "Directrice", Capacity.LEGAL_REPRESENTATIVE)
        return DepositRequest(**{"idempotency_key": uuid4(), "signatory": signatory, "declarations": declared, **changes})

    def deposit(self, application: Application, *, by: User | None = None, at=None, **changes) -> Deposit:
        return deposit_application(application, self.request(**changes), by=by or self.carrier, arrived_at=at or clock.now())

    def deposited(self) -> Application:
        application = self.start()
        self.save(application, need="Un besoin.")
        self.deposit(application)
        application.refresh_from_db()
        return application


def tell_story(*, verified: bool = False, **round_fields) -> Story:
    round_ = RoundFactory(**{"open": True, "code": "PIO26", **round_fields})
    section = SectionFactory(round=round_, key="projet", title="Le projet")
    QuestionFactory(section=section, key="need", label="À quel besoin répondez-vous\u00a0?", long_text=True)
    QuestionFactory(section=section, key="note", label="Autre chose\u00a0?", required=False)
    DeclarationFactory(round=round_)
    carrier = UserFactory(email="claire@exemple.fr", first_name="Claire", last_name="Porteuse")
    organisation = make_organisation()
    join(carrier, organisation, verified=verified)
    project = Project.objects.create(organisation=organisation, name="Jardins partagés", summary="Des jardins.", created_by=carrier)
    return Story(round_, carrier, organisation, project)


ONE_SECOND = timedelta(seconds=1)


def welcome(application: Application, *, reads: bool = False, user: User | None = None) -> User:
    """Someone who accepted an invitation to help with this dossier."""
    user = user or UserFactory(first_name="Gina", last_name="Rossi")
    return GuestFactory(application=application, accepted=True, reads=reads, user=user).user
