"""Who sees what: every address of ours × every persona → what it answers. An address without a row fails.

Add a row in one line: `Row("app:name", ANSWERS, kwarg=thing)`. ANSWERS has one word per persona, in the order of PERSONAS: a status,
or `login` for a redirection to the sign-in page. A thing is a function of tests/cast.py that gets the cast and gives the value of the
kwarg, made so that the *member* is whom it belongs to; a plain value does too. `method="post"` asks with POST; one address may have
several rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse

from tests.addresses import own_addresses
from tests.cast import (
    PERSONAS,
    Cast,
    amended_section,
    amendment,
    amendment_change,
    announcement,
    application,
    approved_elimination,
    area,
    area_load,
    attachment,
    claim,
    declaration_pk,
    deposited,
    deposited_attachment,
    deposited_project,
    dispute,
    document,
    draft_round,
    elimination,
    elimination_line,
    enquiry,
    export,
    guest,
    guest_link,
    interruption,
    invitation,
    key_of_application,
    mandate,
    membership,
    message,
    notice,
    of,
    open_round,
    organisation,
    pk,
    project,
    question,
    question_key_of_application,
    rule_pk,
    ruled_round,
    section,
    section_key,
    sending,
    support_structure,
    unnumbered,
    uuid,
    way_out_of_mail,
)
from tests.factories.projects import ThemeFactory

pytestmark = pytest.mark.django_db

#                    anonymous stranger member declared agent auditor reviewer manager administrator
PUBLIC = "              200      200     200    200     200     200    200     200      200"
SIGNED_IN = "          login     200     200    200     200     200    200     200      200"
MEMBER_ONLY = "        login     404     200    404     404     404    404     404      404"
NOWHERE = "             404      404     404    404     404     404    404     404      404"
REDIRECTED = "          302      302     302    302     302     302    302     302      302"
POST_ONLY = "          login     405     405    405     405     405    405     405      405"
ADMINISTRATOR = "      login    login   login  login   login    403    403     403      200"
MANAGERS = "           login    login   login  login   login    403    403     200      200"
ADMIN_POST_ONLY = "    login    login   login  login   login    405    405     405      405"
STAFF = "              login    login   login  login   login    200    200     200      200"
UNKNOWN = "            login     404     404    404     404     404    404     404      404"
STAFF_BUT_AUDITORS = " login    login   login  login   login    403    200     200      200"
ADMIN_ACT = "          login    login   login  login   login    403    403     405      405"
ADMIN_FORM_SENT = "    login    login   login  login   login    403    403     200      200"
ADMIN_UNKNOWN = "      login    login   login  login   login    404    404     404      404"
MANAGER_S_OWN = "      login    login   login  login   login    404    404     200      404"
MEMBERS = "            login     404     200    200     404     404    404     404      404"
MEMBER_AND_AGENT = "   login     404     200    404     200     404    404     404      404"
READERS = "            login     404     200    200     404     200    200     200      200"
MANAGING_MEMBER = "    login     404     200    403     404     403    403     403      403"
MEMBERS_ELSE_REFUSED = "login    404     200    200     404     403    403     403      403"
WRITERS_FOR_IT = "     login     404     200    200     200     403    403     403      403"
NO_ADMIN_PAGE = "      login    login   login  login   login    403    403     403      403"


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
    # the administration's own pages
    Row("admin:app_list", STAFF, app_label="territories"),
    Row("admin:password_change", "login login login login login 302 302 302 302"),
    Row("admin:password_change_done", "login login login login login 302 302 302 302"),
    # portal
    Row("portal:home", PUBLIC),
    Row("portal:dashboard", SIGNED_IN),
    Row("portal:how_it_works", PUBLIC),
    Row("portal:contact", PUBLIC),
    Row("portal:sitemap", PUBLIC),
    Row("portal:statistics", PUBLIC),
    Row("portal:accessibility", PUBLIC),
    Row("portal:legal_notice", PUBLIC),
    Row("portal:personal_data", PUBLIC),
    Row("portal:cookies", PUBLIC),
    Row("portal:demo_mailbox", NOWHERE),
    Row("portal:demo_message", NOWHERE, uuid=A_UUID),
    Row("portal:demo_message_html", NOWHERE, uuid=A_UUID),
    Row("portal:sitemap_xml", PUBLIC),
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
    Row("notifications:preference_change", SIGNED_IN),
    Row("notifications:unsubscribe", NOWHERE, token="jeton-inconnu"),
    Row("notifications:unsubscribe", PUBLIC, token=way_out_of_mail),
    Row("notifications:message_detail", MEMBER_ONLY, uuid=uuid(message)),
    *admin_pages("notifications_message", message, read=MANAGERS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    Row("admin:notifications_message_retry", ADMIN_POST_ONLY, pk=pk(message)),
    # accounts
    Row("accounts:profile", SIGNED_IN),
    Row("accounts:my_data", SIGNED_IN),
    Row("accounts:proconnect_start", NOWHERE),
    Row("accounts:proconnect_callback", NOWHERE),
    Row("accounts:proconnect_leave", NOWHERE),
    Row("accounts:proconnect_left", NOWHERE),
    Row("accounts:account_delete", "login 302 302 302 302 302 302 302 302"),
    *admin_pages("accounts_user", of(lambda cast: cast, "member"), read=ADMINISTRATOR, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    # territories
    Row("territories:area_search", PUBLIC),
    *admin_pages("territories_area", area, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("territories_areaload", area_load, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    # community
    Row("community:organisation_list", SIGNED_IN),
    Row("community:organisation_create", SIGNED_IN),
    Row("community:organisation_identify", SIGNED_IN),
    Row("community:organisation_detail", READERS, uuid=uuid(organisation)),
    Row("community:organisation_change", MANAGING_MEMBER, uuid=uuid(organisation)),
    Row("community:organisation_add_siret", READERS, uuid=uuid(unnumbered)),
    Row("community:organisation_refresh", POST_ONLY, uuid=uuid(organisation)),
    Row("community:claim_create", "login 200 302 302 200 200 200 200 200", uuid=uuid(organisation)),
    Row("community:dispute_create", MEMBERS, uuid=uuid(organisation)),
    Row("community:claim_detail", MEMBER_ONLY, uuid=uuid(claim)),
    Row("community:claim_accept", POST_ONLY, uuid=uuid(claim)),
    Row("community:claim_refuse", MEMBER_ONLY, uuid=uuid(claim)),
    Row("community:member_leave", MEMBERS, uuid=uuid(organisation)),
    Row("community:member_verify", MEMBER_ONLY, uuid=uuid(membership)),
    Row("community:member_change", MEMBER_ONLY, uuid=uuid(membership)),
    Row("community:member_remove", MEMBER_ONLY, uuid=uuid(membership)),
    Row("community:invitation_create", MANAGING_MEMBER, uuid=uuid(organisation)),
    Row("community:invitation_revoke", POST_ONLY, uuid=uuid(invitation)),
    Row("community:invitation_accept", NOWHERE, token="jeton-inconnu"),
    Row("community:mandate_ask", MEMBERS_ELSE_REFUSED, uuid=uuid(support_structure)),
    Row("community:mandate_give", MANAGING_MEMBER, uuid=uuid(organisation)),
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
    Row("projects:project_create", WRITERS_FOR_IT, uuid=uuid(organisation)),
    Row("projects:project_detail", MEMBER_ONLY, uuid=uuid(project)),
    Row("projects:project_change", MEMBER_ONLY, uuid=uuid(project)),
    *admin_pages("projects_project", deposited_project, read=STAFF, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    *admin_pages("projects_theme", lambda cast: ThemeFactory(), read=STAFF, add=ADMINISTRATOR, delete=NO_ADMIN_PAGE),
    # calls
    Row("calls:call_list", PUBLIC),
    Row("calls:call_detail", PUBLIC, slug=ROUND["slug"]),
    Row("calls:call_feed", PUBLIC),
    Row("calls:call_dates", PUBLIC, slug=ROUND["slug"]),
    Row("calls:enquiry_create", SIGNED_IN, slug=ROUND["slug"]),
    Row("calls:round_blank_form", PUBLIC, **ROUND),
    Row("calls:eligibility_check", PUBLIC, slug=of(ruled_round, "call.slug"), code=of(ruled_round, "code")),
    Row("calls:document_download", PUBLIC, uuid=uuid(document)),
    Row("calls:application_list", SIGNED_IN),
    Row("calls:application_start", SIGNED_IN, **ROUND),
    Row("calls:application_detail", MEMBER_AND_AGENT, uuid=uuid(application)),
    Row("calls:application_section", MEMBER_AND_AGENT, uuid=uuid(application), key=key_of_application),
    Row("calls:answer_save", "401 404 400 404 400 404 404 404 404", uuid=uuid(application), key=key_of_application, method="post"),
    Row("calls:answer_changes", "401 404 200 404 200 404 404 404 404", uuid=uuid(application), key=key_of_application),
    Row("calls:partner_name", SIGNED_IN),
    Row("calls:application_history", MEMBER_AND_AGENT, uuid=uuid(application)),
    Row("calls:answer_history", MEMBER_AND_AGENT, uuid=uuid(application), key=question_key_of_application),
    Row("calls:answer_restore", POST_ONLY, uuid=uuid(application), key=question_key_of_application),
    Row("calls:application_compare", MEMBER_AND_AGENT, uuid=uuid(deposited)),
    Row("calls:guest_list", "login 404 200 404 403 404 404 404 404", uuid=uuid(application)),
    Row("calls:guest_revoke", POST_ONLY, uuid=uuid(guest)),
    Row("calls:guest_revoke", "login 404 302 404 403 404 404 404 404", uuid=uuid(guest), method="post"),
    Row("calls:guest_accept", NOWHERE, token="lien-inconnu"),
    Row("calls:guest_accept", PUBLIC, token=of(guest_link, "token")),
    Row("calls:attachment_begin", "401 404 400 404 400 404 404 404 404", uuid=uuid(application), method="post"),
    Row("calls:attachment_take", "401 404 400 404 400 404 404 404 404", uuid=uuid(application), method="post"),
    Row("calls:attachment_download", MEMBER_AND_AGENT, uuid=uuid(attachment)),
    Row("calls:attachment_download", "login 404 200 404 200 200 200 200 200", uuid=uuid(deposited_attachment)),
    Row("calls:attachment_piece", "401 404 409 404 409 404 404 404 404", uuid=uuid(sending), method="put"),
    Row("calls:attachment_state", "401 404 200 404 200 404 404 404 404", uuid=uuid(attachment)),
    Row("calls:attachment_remove", "401 404 200 404 200 404 404 404 404", uuid=uuid(attachment), method="post"),
    Row("calls:application_deposit", MEMBER_AND_AGENT, uuid=uuid(application)),
    Row("calls:application_pdf", MEMBER_AND_AGENT, uuid=uuid(application)),
    Row("calls:application_withdraw", MEMBER_AND_AGENT, uuid=uuid(deposited)),
    Row("calls:application_resume", POST_ONLY, uuid=uuid(application)),
    Row("calls:application_delete", "login 404 200 404 302 404 404 404 404", uuid=uuid(application)),
    Row("calls:receipt_detail", UNKNOWN, uuid=A_UUID),
    Row("calls:receipt_detail", MEMBER_AND_AGENT, uuid=of(deposited, "current_deposit.receipt.uuid")),
    Row("calls:receipt_pdf", MEMBER_AND_AGENT, uuid=of(deposited, "current_deposit.receipt.uuid")),
    Row("calls:receipt_proof", MEMBER_AND_AGENT, uuid=of(deposited, "current_deposit.receipt.uuid")),
    Row("calls:receipt_verify", PUBLIC),
    Row("calls:receipt_verify", PUBLIC, method="post"),
    Row("calls:receipt_verify_offline", PUBLIC),
    Row("calls:seal_key_list", PUBLIC),
    Row("admin:calls_application_changelist", STAFF),
    Row("admin:calls_application_follow_up", STAFF),
    Row("admin:calls_application_follow", "login login login login login 403 302 302 302"),
    Row("admin:calls_application_change", STAFF, uuid=uuid(deposited)),
    Row("admin:calls_application_change", ADMIN_UNKNOWN, uuid=uuid(application)),
    Row("admin:calls_application_follower", "login login login login login 403 302 302 302", uuid=uuid(deposited)),
    Row("admin:calls_application_finding", STAFF_BUT_AUDITORS, uuid=uuid(deposited), kind="recevabilite"),
    Row("admin:calls_application_finding", STAFF_BUT_AUDITORS, uuid=uuid(deposited), kind="eligibilite"),
    Row("admin:calls_application_finding", "login login login login login 403 404 404 404", uuid=uuid(deposited), kind="autre"),
    Row("admin:calls_application_compare", STAFF, uuid=uuid(deposited)),
    Row("admin:calls_application_compare", ADMIN_UNKNOWN, uuid=uuid(application)),
    Row("admin:calls_application_receipt", STAFF, uuid=uuid(deposited), sequence=1),
    Row("admin:calls_application_receipt", ADMIN_UNKNOWN, uuid=uuid(application), sequence=1),
    Row("admin:calls_application_pdf", STAFF, uuid=uuid(deposited), sequence=1),
    Row("admin:calls_application_pdf", ADMIN_UNKNOWN, uuid=uuid(application), sequence=1),
    Row("admin:calls_round_changelist", STAFF),
    Row("admin:calls_round_figures", STAFF, pk=pk(open_round)),
    Row("admin:calls_export_changelist", STAFF),
    Row("admin:calls_export_add", "login login login login login 302 302 302 302"),
    Row("admin:calls_export_change", MANAGER_S_OWN, uuid=uuid(export)),
    Row("admin:calls_export_download", MANAGER_S_OWN, uuid=uuid(export)),
    *admin_pages("calls_announcement", announcement, read=MANAGERS, add=NO_ADMIN_PAGE, delete=NO_ADMIN_PAGE),
    Row("admin:calls_announcement_retry", ADMIN_POST_ONLY, pk=pk(announcement)),
    Row("admin:calls_announcement_retry", "login login login login login 403 403 302 302", pk=pk(announcement), method="post"),
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
        for page in (
            "round_change",
            "round_edit",
            "declaration_list",
            "rule_list",
            "round_check",
            "form_outline",
            "form_preview",
            "form_blank",
        )
    ),
    *(
        Row(f"admin:calls_{page}", MANAGERS, pk=pk(draft_round))
        for page in (
            "declaration_add",
            "rule_add",
            "round_publish",
            "round_cancel",
            "round_duplicate",
            "round_extend",
            "round_extend_one",
            "interruption_list",
            "section_add",
        )
    ),
    Row("admin:calls_amendment_start", ADMIN_ACT, pk=pk(open_round)),
    Row("admin:calls_amendment_change", STAFF, pk=pk(amendment)),
    Row("admin:calls_amendment_change", ADMIN_FORM_SENT, pk=pk(amendment), method="post"),
    Row("admin:calls_amendment_edit", MANAGERS, pk=pk(amendment), what="session", target=of(amendment, "round_id")),
    Row("admin:calls_amendment_question_add", MANAGERS, pk=pk(amendment), section=of(amended_section, "pk")),
    Row("admin:calls_amendment_drop", ADMIN_ACT, pk=pk(amendment_change)),
    Row("admin:calls_amendment_discard", MANAGERS, pk=pk(amendment)),
    Row("admin:calls_amendment_publish", MANAGERS, pk=pk(amendment)),
    Row("admin:calls_interruption_extend", ADMIN_ACT, pk=pk(interruption)),
    Row("admin:calls_round_edit", ADMIN_FORM_SENT, pk=pk(draft_round), method="post"),
    Row("admin:calls_form_start", ADMIN_ACT, pk=pk(draft_round)),
    Row("admin:calls_form_preview", STAFF, pk=pk(draft_round), key=section_key),
    Row("admin:calls_declaration_edit", STAFF, pk=declaration_pk),
    Row("admin:calls_declaration_edit", ADMIN_FORM_SENT, pk=declaration_pk, method="post"),
    Row("admin:calls_declaration_delete", MANAGERS, pk=declaration_pk),
    Row("admin:calls_section_edit", STAFF, pk=pk(section)),
    Row("admin:calls_section_edit", ADMIN_FORM_SENT, pk=pk(section), method="post"),
    Row("admin:calls_section_move", "login login login login login 403 403 302 302", pk=pk(section)),
    Row("admin:calls_section_delete", MANAGERS, pk=pk(section)),
    Row("admin:calls_question_add", MANAGERS, pk=pk(section)),
    Row("admin:calls_question_edit", STAFF, pk=pk(question)),
    Row("admin:calls_question_edit", ADMIN_FORM_SENT, pk=pk(question), method="post"),
    Row("admin:calls_question_move", "login login login login login 403 403 302 302", pk=pk(question)),
    Row("admin:calls_question_duplicate", ADMIN_ACT, pk=pk(question)),
    Row("admin:calls_question_delete", MANAGERS, pk=pk(question)),
    Row("admin:calls_section_condition", STAFF, pk=pk(section)),
    Row("admin:calls_section_condition", ADMIN_FORM_SENT, pk=pk(section), method="post"),
    Row("admin:calls_question_condition", STAFF, pk=pk(question), purpose="affichage"),
    Row("admin:calls_question_condition", ADMIN_FORM_SENT, pk=pk(question), purpose="affichage", method="post"),
    Row("admin:calls_question_condition", ADMIN_UNKNOWN, pk=pk(question), purpose="autre"),
    Row("admin:calls_rule_edit", STAFF, pk=rule_pk),
    Row("admin:calls_rule_edit", ADMIN_FORM_SENT, pk=rule_pk, method="post"),
    Row("admin:calls_rule_delete", MANAGERS, pk=rule_pk),
    Row("admin:calls_enquiry_changelist", STAFF),
    Row("admin:calls_enquiry_change", STAFF, pk=pk(enquiry)),
    Row("admin:calls_enquiry_change", ADMIN_FORM_SENT, pk=pk(enquiry), method="post"),
    Row("admin:calls_enquiry_delete", MANAGERS, pk=pk(enquiry)),
    # deposited dossiers to eliminate
    Row("admin:calls_eliminationlist_changelist", STAFF),
    Row("admin:calls_eliminationlist_change", STAFF, pk=pk(elimination)),
    Row("admin:calls_elimination_pdf", STAFF, pk=pk(elimination)),
    Row("admin:calls_elimination_csv", STAFF, pk=pk(elimination)),
    Row("admin:calls_elimination_prepare", ADMIN_ACT),
    Row("admin:calls_elimination_request", MANAGERS),
    Row("admin:calls_elimination_keep", MANAGERS, pk=pk(elimination_line)),
    *(Row(f"admin:calls_elimination_{move}", MANAGERS, pk=pk(elimination)) for move in ("submit", "approve", "abandon")),
    Row("admin:calls_elimination_carry_out", ADMINISTRATOR, pk=pk(approved_elimination)),
    Row("admin:calls_elimination_carry_out", ADMINISTRATOR, pk=pk(approved_elimination), method="post"),
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
    close_file(response)
    target = response.get("Location", "")
    if response.status_code == 302 and target.startswith((resolve_url(settings.LOGIN_URL), reverse("admin:login"))):
        return "login"
    return str(response.status_code)


def close_file(response) -> None:
    """The file alone: closing the response would close the test's connection."""
    for close in response._resource_closers:
        close()


def test_every_address_has_a_row():
    """A page that nobody thought about is a page that anybody may see."""
    assert {address.name or address.route for address in own_addresses()} - {row.name for row in ROWS} == set()


def test_every_row_has_an_address():
    assert {row.name for row in ROWS} - {address.name for address in own_addresses()} == set()
