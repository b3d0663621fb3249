"""The people of the whole site, and the things that belong to one of them: what the tables over every address are made of."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile

from accounts.enums import Group
from calls.actions.application import start_application
from calls.actions.elimination import add_requested, approve_elimination, submit_elimination
from calls.enums import ChangeKind, ExportFormat, ExportState
from calls.models import Amendment, DepositRefusal, Export
from kit import clock, french
from notifications.enums import Topic
from notifications.unsubscribing import token_for
from portal.models import SiteNotice
from territories.models import AreaLoad
from tests.calls.cast import Story
from tests.calls.files import begin, give
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    AnnouncementFactory,
    CallDocumentFactory,
    EligibilityRuleFactory,
    EnquiryFactory,
    GuestFactory,
    QuestionFactory,
    RoundFactory,
)
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipDisputeFactory,
    MembershipFactory,
    OrganisationFactory,
)
from tests.factories.files import pdf
from tests.factories.notifications import MessageFactory
from tests.factories.projects import ProjectFactory
from tests.factories.territories import AreaFactory

PERSONAS = ("anonymous", "stranger", "member", "declared", "agent", "auditor", "reviewer", "manager", "administrator")


class Cast:
    """The people of the table and what is theirs, made when first looked at."""

    def __init__(self) -> None:
        self._made: dict[Callable[[Cast], Any], Any] = {}

    def once(self, make: Callable[["Cast"], Any]) -> Any:
        """What `make` makes: the same one for every kwarg of an address."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def put(self, make: Callable[["Cast"], Any], thing: Any) -> None:
        """What `once` will give in the place of what `make` makes."""
        self._made[make] = thing

    @cached_property
    def stranger(self):
        """Signed in, and nothing else."""
        return UserFactory(email="stranger@exemple.fr")

    @cached_property
    def member(self):
        """To whom the things of the table belong: verified administrator of their organisation."""
        return UserFactory(email="member@exemple.fr")

    @cached_property
    def declared(self):
        """Says that they are of the member's organisation; nobody checked."""
        return UserFactory(email="declared@exemple.fr")

    @cached_property
    def agent(self):
        """A verified member of the support structure that the member mandated."""
        return UserFactory(email="agent@exemple.fr")

    @cached_property
    def auditor(self):
        return UserFactory(email="auditor@exemple.fr", staff=True, group=Group.AUDITOR)

    @cached_property
    def reviewer(self):
        return UserFactory(email="reviewer@exemple.fr", staff=True, group=Group.REVIEWER)

    @cached_property
    def manager(self):
        return UserFactory(email="manager@exemple.fr", staff=True, group=Group.CALL_MANAGER)

    @cached_property
    def administrator(self):
        return UserFactory(email="administrator@exemple.fr", staff=True, group=Group.ADMINISTRATOR)


# Things: what a kwarg of an address stands for. Each belongs to the member, who administers its organisation.


def organisation(cast: Cast) -> Any:
    return house(cast)


def house(cast: Cast, **traits: bool) -> Any:
    """An organisation with its three sorts of people: verified administrator, declared editor, and the structure that it mandated."""
    made = OrganisationFactory(**traits)
    MembershipFactory(organisation=made, user=cast.member, verified=True, administrator=True)
    MembershipFactory(organisation=made, user=cast.declared)
    MandateFactory(client=made, agent=cast.once(mandated_structure), granted=True, granted_by=cast.member, may_deposit=True)
    return made


def mandated_structure(cast: Cast) -> Any:
    made = OrganisationFactory(support=True)
    MembershipFactory(organisation=made, user=cast.agent, verified=True, administrator=True)
    return made


def unnumbered(cast: Cast) -> Any:
    """An organisation that has no SIRET yet."""
    return house(cast, pending=True)


def support_structure(cast: Cast) -> Any:
    return house(cast, support=True)


def project(cast: Cast) -> Any:
    return ProjectFactory(organisation=organisation(cast))


def open_round(_cast: Cast) -> Any:
    return RoundFactory(open=True, complete=True)


def draft_round(_cast: Cast) -> Any:
    return RoundFactory(complete=True)


def ruled_round(cast: Cast) -> Any:
    """Open, with a rule of eligibility."""
    round_ = cast.once(open_round)
    EligibilityRuleFactory(round=round_, question=round_.questions.first())
    return round_


def application(cast: Cast) -> Any:
    """A draft: staff do not read it."""
    theirs, round_ = project(cast), cast.once(open_round)
    return start_application(round_, theirs.organisation, theirs, by=cast.member, arrived_at=clock.now())[0]


def guest(cast: Cast) -> Any:
    """Someone whom the member invited to a draft, and who has not answered."""
    return GuestFactory(application=cast.once(application), token="lien")


def guest_link(cast: Cast) -> Any:
    """What the mail to that person holds."""
    cast.once(guest)
    return SimpleNamespace(token="lien")


def deposited(cast: Cast) -> Any:
    """A dossier that staff read."""
    draft = cast.once(application)
    story = Story(draft.round, cast.member, draft.organisation, draft.project)
    question = draft.round.sections.first().questions.first()
    story.save(draft, **{question.key: "Un besoin."})
    story.deposit(draft)
    draft.refresh_from_db()
    return draft


def files_question(cast: Cast) -> Any:
    """Of the dossier of the member."""
    section = cast.once(application).round.sections.first()
    return QuestionFactory(section=section, key="statuts", files=True, required=False)


def sending(cast: Cast) -> Any:
    """A file whose first piece is awaited."""
    cast.once(files_question)
    draft = cast.once(application)
    return begin(Story(draft.round, cast.member, draft.organisation, draft.project), draft, name="annexe.pdf", data=pdf())


def attachment(cast: Cast) -> Any:
    """A file of a draft: staff do not read it."""
    cast.once(files_question)
    draft = cast.once(application)
    return give(Story(draft.round, cast.member, draft.organisation, draft.project), draft)


def deposited_attachment(cast: Cast) -> Any:
    """A file that staff read."""
    given = cast.once(attachment)
    cast.once(deposited)
    return given


def deposited_project(cast: Cast) -> Any:
    """One that staff read too."""
    return cast.once(deposited).project


def export(cast: Cast) -> Any:
    """Of the manager, and of nobody else."""
    made = Export(requested_by=cast.manager, filters={}, format=ExportFormat.CSV, finished_at=clock.now(), state=ExportState.DONE)
    made.file.save("dossiers.csv", ContentFile(b"a;b\n"), save=False)
    made.save()
    return made


def interruption(cast: Cast) -> Any:
    """A deposit of the member that came a minute late, and says that it tried in time."""
    late = application(cast)
    closes_at = late.round.closes_at
    times = {"arrived_at": closes_at + timedelta(minutes=1), "tried_since": closes_at - timedelta(minutes=1)}
    return DepositRefusal.objects.create(application=late, by=cast.member, why="Trop tard.", **times)


def amendment(cast: Cast) -> Any:
    """In preparation, for an open round."""
    return Amendment.objects.create(round=cast.once(open_round))


def amended_section(cast: Cast) -> Any:
    return cast.once(amendment).round.sections.first()


def amendment_change(cast: Cast) -> Any:
    where = amended_section(cast)
    return cast.once(amendment).changes.create(kind=ChangeKind.TEXT, section=where, field="title", before=where.title, after="Autre titre")


def elimination(cast: Cast) -> Any:
    """A list in preparation that names a dossier of the member."""
    added = add_requested(cast.once(deposited).number, "RGPD 1", by=cast.administrator)
    return added.list


def elimination_line(cast: Cast) -> Any:
    return cast.once(elimination).lines.get()


def approved_elimination(cast: Cast) -> Any:
    submitted = submit_elimination(cast.once(elimination), by=cast.administrator, archives_service="Archives")
    return approve_elimination(submitted, by=cast.administrator, reference="V", on=french.day_of(clock.now()), given_by="Anne")


def announcement(_cast: Cast) -> Any:
    """One that was given up."""
    return AnnouncementFactory(failed=True)


def membership(cast: Cast) -> Any:
    """Another person's place in the member's organisation."""
    return MembershipFactory(organisation=organisation(cast))


def claim(cast: Cast) -> Any:
    return MembershipClaimFactory(organisation=organisation(cast))


def dispute(cast: Cast) -> Any:
    return MembershipDisputeFactory(organisation=organisation(cast))


def invitation(cast: Cast) -> Any:
    return InvitationFactory(organisation=organisation(cast), invited_by=cast.member)


def mandate(cast: Cast) -> Any:
    return MandateFactory(client=organisation(cast))


def message(cast: Cast) -> Any:
    return MessageFactory(recipient=cast.member)


def way_out_of_mail(cast: Cast) -> Any:
    return token_for(cast.member.pk, Topic.REMINDERS)


def notice(_cast: Cast) -> Any:
    return SiteNotice.objects.create(message="Incident", starts_at=clock.now())


def document(_cast: Cast) -> Any:
    return CallDocumentFactory(call=RoundFactory(open=True).call)


def area(_cast: Cast) -> Any:
    return AreaFactory()


def area_load(_cast: Cast) -> Any:
    return AreaLoad.objects.first() or AreaLoad.objects.create(vintage=2026)


def section(cast: Cast) -> Any:
    return cast.once(draft_round).sections.first()


def question(cast: Cast) -> Any:
    return section(cast).questions.first()


def enquiry(cast: Cast) -> Any:
    return EnquiryFactory(call=cast.once(open_round).call)


def section_key(cast: Cast) -> Any:
    """Of either round: both are made alike."""
    return section(cast).key


def key_of_application(cast: Cast) -> Any:
    return cast.once(application).round.sections.first().key


def question_key_of_application(cast: Cast) -> Any:
    return cast.once(application).round.questions.first().key


def declaration_pk(cast: Cast) -> Any:
    return cast.once(draft_round).declarations.first().pk


def rule_pk(cast: Cast) -> Any:
    return EligibilityRuleFactory(round=cast.once(draft_round), question=cast.once(question)).pk


def of(make: Callable[[Cast], Any], path: str) -> Callable[[Cast], Any]:
    """An attribute, or an attribute of an attribute, of a thing: `of(open_round, "call.slug")`."""
    return lambda cast: attrgetter(path)(cast.once(make))


def pk(make: Callable[[Cast], Any]) -> Callable[[Cast], Any]:
    return of(make, "pk")


def uuid(make: Callable[[Cast], Any]) -> Callable[[Cast], Any]:
    return of(make, "uuid")
