"""Who sees what: every address of ours × every persona → what it answers. An address without a row fails.

Add a row in one line: `Row("app:name", ANSWERS, kwarg=thing)`. ANSWERS has one word per persona, in the order of PERSONAS: a status,
or `login` for a redirection to the sign-in page. A thing is a function that gets the cast and gives the value of the kwarg, made so
that the *member* is whom it belongs to; a plain value does too. `method="post"` asks with POST; one address may have several rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from accounts.enums import Group
from calls.actions.application import start_application
from kit import clock
from portal.models import SiteNotice
from territories.models import AreaLoad
from tests.addresses import own_addresses
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallDocumentFactory, EnquiryFactory, RoundFactory
from tests.factories.community import (
    InvitationFactory,
    MandateFactory,
    MembershipClaimFactory,
    MembershipDisputeFactory,
    MembershipFactory,
    OrganisationFactory,
)
from tests.factories.notifications import MessageFactory
from tests.factories.projects import ProjectFactory, ThemeFactory
from tests.factories.territories import AreaFactory

pytestmark = pytest.mark.django_db

PERSONAS = ("anonymous", "stranger", "member", "auditor", "reviewer", "manager", "administrator")

#                    anonymous stranger member auditor reviewer manager administrator
PUBLIC = "              200      200     200    200     200      200       200"
SIGNED_IN = "          login     200     200    200     200      200       200"
MEMBER_ONLY = "        login     404     200    404     404      404       404"
MEMBER_AND_READERS = " login     404     200    200     200      200       200"
NOWHERE = "             404      404     404    404     404      404       404"
REDIRECTED = "         302      302     302    302     302      302       302"
POST_ONLY = "          login     405     405    405     405      405       405"
ADMINISTRATOR = "      login    login   login   403     403      403       200"
MANAGERS = "           login    login   login   403     403      200       200"
ADMIN_POST_ONLY = "    login    login   login   405     405      405       405"
STAFF = "              login    login   login   200     200      200       200"
UNKNOWN = "            login     404     404    404     404      404       404"
MEMBER_ELSE_REFUSED = "login     404     200    403     403      403       403"
STAFF_BUT_AUDITORS = " login    login   login   403     200      200       200"
ADMIN_ACT = "          login    login   login   403     403      405       405"
ADMIN_FORM_SENT = "    login    login   login   403     403      200       200"
NO_ADMIN_PAGE = "      login    login   login   403     403      403       403"


class Cast:
    """The people of the table and what is theirs, made when first looked at."""

    def __init__(self) -> None:
        self._made: dict[Callable[[Cast], Any], Any] = {}

    def once(self, make: Callable[["Cast"], Any]) -> Any:
        """What `make` makes: the same one for every kwarg of an address."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    @cached_property
    def stranger(self):
        """Signed in, and nothing else."""
        return UserFactory(email="stranger@exemple.fr")

    @cached_property
    def member(self):
        """To whom the things of the table belong."""
        return UserFactory(email="member@exemple.fr")

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


@dataclass(frozen=True, slots=True)
class Row:
    """One address, what it answers to each persona, and how to ask."""

    name: str
    answers: str
    things: dict[str, Any] = field(default_factory=dict)
    method: str = "get"

    def __init__(self, name: str, answers: str, *, method: str = "get", **things: Any) -> None:
        for key, value in {"name": name, "answers": answers, "things": things, "method": method}.items():
            object.__setattr__(self, key, value)


# Things: what a kwarg of an address stands for. Each belongs to the member, who administers its organisation.


def organisation(cast: Cast) -> Any:
    made = OrganisationFactory()
    MembershipFactory(organisation=made, user=cast.member, verified=True, administrator=True)
    return made


def unnumbered(cast: Cast) -> Any:
    """An organisation that has no SIRET yet."""
    made = OrganisationFactory(pending=True)
    MembershipFactory(organisation=made, user=cast.member, verified=True, administrator=True)
    return made


def support_structure(cast: Cast) -> Any:
    made = OrganisationFactory(support=True)
    MembershipFactory(organisation=made, user=cast.member, verified=True, administrator=True)
    return made


def project(cast: Cast) -> Any:
    return ProjectFactory(organisation=organisation(cast))


def open_round(_cast: Cast) -> Any:
    return RoundFactory(open=True, complete=True)


def draft_round(_cast: Cast) -> Any:
    return RoundFactory(complete=True)


def application(cast: Cast) -> Any:
    """A draft: staff do not read it."""
    theirs, round_ = project(cast), open_round(cast)
    return start_application(round_, theirs.organisation, theirs, by=cast.member, arrived_at=clock.now())[0]


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


def declaration_pk(cast: Cast) -> Any:
    return cast.once(draft_round).declarations.first().pk


def of(make: Callable[[Cast], Any], path: str) -> Callable[[Cast], Any]:
    """An attribute, or an attribute of an attribute, of a thing: `of(open_round, "call.slug")`."""
    return lambda cast: attrgetter(path)(cast.once(make))


def pk(make: Callable[[Cast], Any]) -> Callable[[Cast], Any]:
    return of(make, "pk")


def uuid(make: Callable[[Cast], Any]) -> Callable[[Cast], Any]:
    return of(make, "uuid")


def admin_pages(model: str, thing: Callable[[Cast], Any], *, read: str, add: str, delete: str) -> tuple[Row, ...]:
    """The five pages that Django's administration gives a model."""
    return (
        Row(f"admin:{model}_changelist", read),
        Row(f"admin:{model}_add", add),
        Row(f"admin:{model}_change", read, object_id=pk(thing)),
        Row(f"admin:{model}_history", read, object_id=pk(thing)),
        Row(f"admin:{model}_delete", delete, object_id=pk(thing)),
    )


A_UUID = "00000000-0000-4000-8000-000000000000"
ROUND = {"slug": of(open_round, "call.slug"), "code": of(open_round, "code")}

ROWS = (
    # kit
    Row("alive", PUBLIC),
    Row("ready", PUBLIC),
    # portal
    Row("portal:home", PUBLIC),
    Row("portal:dashboard", SIGNED_IN),
    Row("portal:how_it_works", PUBLIC),
    Row("portal:contact", PUBLIC),
    Row("portal:sitemap", PUBLIC),
    Row("portal:accessibility", PUBLIC),
    Row("portal:legal_notice", PUBLIC),
    Row("portal:personal_data", PUBLIC),
    Row("portal:cookies", PUBLIC),
    Row("portal:demo_mailbox", NOWHERE),
    Row("portal:demo_message", NOWHERE, uuid=A_UUID),
    Row("portal:demo_message_html", NOWHERE, uuid=A_UUID),
    Row("portal:robots", PUBLIC),
    Row("portal:security_txt", PUBLIC),
    Row("portal:favicon", REDIRECTED),
    Row("footer-sitemap", PUBLIC),
    Row("footer-accessibility-status", PUBLIC),
    Row("footer-legal-notice", PUBLIC),
    Row("footer-personal-data", PUBLIC),
    Row("footer-cookie-management", PUBLIC),
    *admin_pages("portal_sitenotice", notice, read=MANAGERS, add=MANAGERS, delete=NO_ADMIN_PAGE),
    # notifications
    Row("notifications:message_list", SIGNED_IN),
    Row("notifications:message_read_all", POST_ONLY),
    Row("notifications:message_detail", MEMBER_ONLY, uuid=uuid(message)),
    *admin_pages("notifications_message", message, read=MANAGERS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    Row("admin:notifications_message_retry", ADMIN_POST_ONLY, pk=pk(message)),
    # accounts
    Row("accounts:profile", SIGNED_IN),
    Row("accounts:my_data", SIGNED_IN),
    Row("accounts:account_delete", "login 302 302 302 302 302 302"),
    *admin_pages("accounts_user", of(lambda cast: cast, "member"), read=ADMINISTRATOR, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    # territories
    Row("territories:area_search", PUBLIC),
    *admin_pages("territories_area", area, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("territories_areaload", area_load, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    # community
    Row("community:organisation_list", SIGNED_IN),
    Row("community:organisation_create", SIGNED_IN),
    Row("community:organisation_identify", SIGNED_IN),
    Row("community:organisation_detail", MEMBER_AND_READERS, uuid=uuid(organisation)),
    Row("community:organisation_change", MEMBER_ELSE_REFUSED, uuid=uuid(organisation)),
    Row("community:organisation_add_siret", MEMBER_AND_READERS, uuid=uuid(unnumbered)),
    Row("community:organisation_refresh", POST_ONLY, uuid=uuid(organisation)),
    Row("community:claim_create", "login 200 302 200 200 200 200", uuid=uuid(organisation)),
    Row("community:dispute_create", MEMBER_ONLY, uuid=uuid(organisation)),
    Row("community:claim_detail", MEMBER_ONLY, uuid=uuid(claim)),
    Row("community:claim_accept", POST_ONLY, uuid=uuid(claim)),
    Row("community:claim_refuse", MEMBER_ONLY, uuid=uuid(claim)),
    Row("community:member_leave", MEMBER_ONLY, uuid=uuid(organisation)),
    Row("community:member_change", MEMBER_ONLY, uuid=uuid(membership)),
    Row("community:member_remove", MEMBER_ONLY, uuid=uuid(membership)),
    Row("community:invitation_create", MEMBER_ELSE_REFUSED, uuid=uuid(organisation)),
    Row("community:invitation_revoke", POST_ONLY, uuid=uuid(invitation)),
    Row("community:invitation_accept", NOWHERE, token="jeton-inconnu"),
    Row("community:mandate_ask", MEMBER_ELSE_REFUSED, uuid=uuid(support_structure)),
    Row("community:mandate_give", MEMBER_ELSE_REFUSED, uuid=uuid(organisation)),
    Row("community:mandate_detail", MEMBER_ONLY, uuid=uuid(mandate)),
    Row("community:mandate_grant", MEMBER_ONLY, uuid=uuid(mandate)),
    Row("community:mandate_refuse", MEMBER_ONLY, uuid=uuid(mandate)),
    Row("community:mandate_revoke", MEMBER_ONLY, uuid=uuid(mandate)),
    *admin_pages("community_organisation", organisation, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("community_membership", membership, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("community_membershipclaim", claim, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("community_membershipdispute", dispute, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("community_mandate", mandate, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("community_invitation", invitation, read=STAFF_BUT_AUDITORS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    # projects
    Row("projects:project_list", SIGNED_IN),
    Row("projects:project_create", MEMBER_ELSE_REFUSED, uuid=uuid(organisation)),
    Row("projects:project_detail", MEMBER_ONLY, uuid=uuid(project)),
    Row("projects:project_change", MEMBER_ONLY, uuid=uuid(project)),
    *admin_pages("projects_project", project, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("projects_theme", lambda cast: ThemeFactory(), read=STAFF, add=ADMINISTRATOR, delete=NO_ADMIN_PAGE),
    # calls
    Row("calls:call_list", PUBLIC),
    Row("calls:call_detail", PUBLIC, slug=ROUND["slug"]),
    Row("calls:enquiry_create", SIGNED_IN, slug=ROUND["slug"]),
    Row("calls:round_blank_form", PUBLIC, **ROUND),
    Row("calls:document_download", PUBLIC, uuid=uuid(document)),
    Row("calls:application_list", SIGNED_IN),
    Row("calls:application_start", SIGNED_IN, **ROUND),
    Row("calls:application_detail", MEMBER_ONLY, uuid=uuid(application)),
    Row("calls:application_section", MEMBER_ONLY, uuid=uuid(application), key=key_of_application),
    Row("calls:application_deposit", MEMBER_ONLY, uuid=uuid(application)),
    Row("calls:application_pdf", MEMBER_ONLY, uuid=uuid(application)),
    Row("calls:application_withdraw", MEMBER_ONLY, uuid=uuid(application)),
    Row("calls:application_resume", POST_ONLY, uuid=uuid(application)),
    Row("calls:application_delete", MEMBER_ONLY, uuid=uuid(application)),
    Row("calls:receipt_detail", UNKNOWN, uuid=A_UUID),
    Row("admin:calls_call_changelist", STAFF),
    Row("admin:calls_call_add", MANAGERS),
    Row("admin:calls_call_change", STAFF, pk=of(draft_round, "call.pk")),
    # what readers may read, they see with nothing to send; what they send is refused
    Row("admin:calls_call_edit", STAFF, pk=of(draft_round, "call.pk")),
    Row("admin:calls_call_edit", ADMIN_FORM_SENT, pk=of(draft_round, "call.pk"), method="post"),
    Row("admin:calls_document_list", STAFF, pk=of(draft_round, "call.pk")),
    Row("admin:calls_document_list", ADMIN_FORM_SENT, pk=of(draft_round, "call.pk"), method="post"),
    Row("admin:calls_document_delete", MANAGERS, pk=pk(document)),
    Row("admin:calls_round_add", MANAGERS, pk=of(draft_round, "call.pk")),
    *(
        Row(f"admin:calls_{page}", STAFF, pk=pk(draft_round))
        for page in ("round_change", "round_edit", "declaration_list", "round_check", "form_outline", "form_preview", "form_blank")
    ),
    *(
        Row(f"admin:calls_{page}", MANAGERS, pk=pk(draft_round))
        for page in (
            "declaration_add",
            "round_publish",
            "round_cancel",
            "round_duplicate",
            "round_extend",
            "round_extend_one",
            "section_add",
        )
    ),
    Row("admin:calls_round_edit", ADMIN_FORM_SENT, pk=pk(draft_round), method="post"),
    Row("admin:calls_form_start", ADMIN_ACT, pk=pk(draft_round)),
    Row("admin:calls_form_preview", STAFF, pk=pk(draft_round), key=section_key),
    Row("admin:calls_declaration_edit", STAFF, pk=declaration_pk),
    Row("admin:calls_declaration_edit", ADMIN_FORM_SENT, pk=declaration_pk, method="post"),
    Row("admin:calls_declaration_delete", MANAGERS, pk=declaration_pk),
    Row("admin:calls_section_edit", STAFF, pk=pk(section)),
    Row("admin:calls_section_edit", ADMIN_FORM_SENT, pk=pk(section), method="post"),
    Row("admin:calls_section_move", "login login login 403 403 302 302", pk=pk(section)),
    Row("admin:calls_section_delete", MANAGERS, pk=pk(section)),
    Row("admin:calls_question_add", MANAGERS, pk=pk(section)),
    Row("admin:calls_question_edit", STAFF, pk=pk(question)),
    Row("admin:calls_question_edit", ADMIN_FORM_SENT, pk=pk(question), method="post"),
    Row("admin:calls_question_move", "login login login 403 403 302 302", pk=pk(question)),
    Row("admin:calls_question_duplicate", ADMIN_ACT, pk=pk(question)),
    Row("admin:calls_question_delete", MANAGERS, pk=pk(question)),
    Row("admin:calls_enquiry_changelist", STAFF),
    Row("admin:calls_enquiry_change", STAFF, pk=pk(enquiry)),
    Row("admin:calls_enquiry_change", ADMIN_FORM_SENT, pk=pk(enquiry), method="post"),
    Row("admin:calls_enquiry_delete", MANAGERS, pk=pk(enquiry)),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method}-{row.name}")
def test_answers(row: Row):
    """Each persona asks in a savepoint of their own, undone before the next."""
    cast = Cast()
    people = {persona: getattr(cast, persona, None) for persona in PERSONAS}
    kwargs = {key: thing(cast) if callable(thing) else thing for key, thing in row.things.items()}
    address = reverse(row.name, kwargs=kwargs)

    answers = {}
    for persona, person in people.items():
        client = Client()
        if person:
            client.force_login(person)
        before = transaction.savepoint()
        answers[persona] = said(getattr(client, row.method)(address))
        transaction.savepoint_rollback(before)

    assert answers == dict(zip(PERSONAS, row.answers.split(), strict=True))


def said(response) -> str:
    """The status, or `login` when it leads to a sign-in page, ours or that of the administration."""
    for close in response._resource_closers:  # the file alone: closing the response would close the test's connection
        close()
    target = response.get("Location", "")
    if response.status_code == 302 and target.startswith((resolve_url(settings.LOGIN_URL), reverse("admin:login"))):
        return "login"
    return str(response.status_code)


def test_every_address_has_a_row():
    """A page that nobody thought about is a page that anybody may see."""
    assert {address.name or address.route for address in own_addresses()} - {row.name for row in ROWS} == set()


def test_every_row_has_an_address():
    assert {row.name for row in ROWS} - {address.name for address in own_addresses()} == set()
