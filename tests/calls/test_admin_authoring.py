"""The authoring pages: who opens them, and who may send them something."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    CallDocumentFactory,
    DeclarationFactory,
    EnquiryFactory,
    QuestionFactory,
    RoundFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db

READ = (
    "calls_call_changelist",
    "calls_call_change",
    "calls_call_edit",
    "calls_document_list",
    "calls_round_change",
    "calls_round_edit",
    "calls_declaration_list",
    "calls_declaration_edit",
    "calls_round_check",
    "calls_form_outline",
    "calls_form_preview",
    "calls_form_blank",
    "calls_section_edit",
    "calls_question_edit",
    "calls_enquiry_changelist",
    "calls_enquiry_change",
)
ACT = (
    "calls_call_add",
    "calls_document_delete",
    "calls_round_add",
    "calls_declaration_add",
    "calls_declaration_delete",
    "calls_round_publish",
    "calls_round_cancel",
    "calls_round_duplicate",
    "calls_round_extend",
    "calls_round_extend_one",
    "calls_interruption_list",
    "calls_section_add",
    "calls_section_delete",
    "calls_question_add",
    "calls_question_delete",
    "calls_enquiry_delete",
)
POST_ONLY = ("calls_form_start", "calls_section_move", "calls_question_move", "calls_question_duplicate")


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def pks(settings, tmp_path):
    """A draft round with one of each thing, and the key that each page's address takes."""
    settings.MEDIA_ROOT = tmp_path
    round_ = RoundFactory()
    question = QuestionFactory(section=SectionFactory(round=round_), single_choice=True)
    declaration = DeclarationFactory(round=round_)
    document = CallDocumentFactory(call=round_.call)
    enquiry = EnquiryFactory(call=round_.call)
    return {
        "call": round_.call.pk,
        "round": round_.pk,
        "section": question.section.pk,
        "question": question.pk,
        "declaration": declaration.pk,
        "document": document.pk,
        "enquiry": enquiry.pk,
    }


OF_ANOTHER = {
    "calls_document_list": "call",
    "calls_round_add": "call",
    "calls_declaration_list": "round",
    "calls_declaration_add": "round",
    "calls_section_add": "round",
    "calls_question_add": "section",
    "calls_interruption_list": "round",
    "calls_form_outline": "round",
    "calls_form_preview": "round",
    "calls_form_blank": "round",
    "calls_form_start": "round",
}


def address(name, pks):
    if name in {"calls_call_changelist", "calls_call_add", "calls_enquiry_changelist"}:
        return reverse(f"admin:{name}")
    return reverse(f"admin:{name}", args=[pks[OF_ANOTHER.get(name, name.split("_")[1])]])


@pytest.mark.parametrize("name", READ + ACT)
def test_page_opens_for_manager(client, manager, pks, name):
    response = client.get(address(name, pks))

    assert response.status_code == 200


@pytest.mark.parametrize("group", [Group.REVIEWER, Group.AUDITOR])
@pytest.mark.parametrize(("names", "status"), [(READ, 200), (ACT, 403), (POST_ONLY, 403)])
def test_readers_read_and_do_not_act(client, pks, group, names, status):
    client.force_login(UserFactory(staff=True, group=group))

    found = {name: client.get(address(name, pks)).status_code for name in names}

    assert found == dict.fromkeys(names, status)


@pytest.mark.parametrize("names", [READ, ACT, POST_ONLY])
def test_readers_send_nothing(client, pks, names):
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))

    found = {name: client.post(address(name, pks)).status_code for name in names}

    assert found == dict.fromkeys(names, 403)


@pytest.mark.parametrize("names", [READ, ACT, POST_ONLY])
def test_staff_of_no_group_are_refused(client, pks, names):
    client.force_login(UserFactory(staff=True))

    found = {name: client.get(address(name, pks)).status_code for name in names}

    assert found == dict.fromkeys(names, 403)


@pytest.mark.parametrize("names", [READ, ACT, POST_ONLY])
def test_strangers_are_sent_to_sign_in(client, pks, names):
    client.force_login(UserFactory())

    found = {name: client.get(address(name, pks)).status_code for name in names}

    assert found == dict.fromkeys(names, 302)


def test_administrator_opens_what_a_manager_opens(client, pks):
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))

    assert client.get(address("calls_call_add", pks)).status_code == 200


def test_admin_index_leads_to_calls_and_enquiries(client, manager):
    page = client.get(reverse("admin:index")).content.decode()

    assert reverse("admin:calls_call_changelist") in page
    assert reverse("admin:calls_enquiry_changelist") in page


@pytest.mark.parametrize(
    "name", [name for name in READ + ACT if name not in {"calls_call_changelist", "calls_call_add", "calls_enquiry_changelist"}]
)
def test_unknown_object_is_not_found(client, manager, name):
    assert client.get(reverse(f"admin:{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize("name", ["calls_form_start", "calls_question_duplicate"])
def test_what_changes_something_is_never_done_by_a_link(client, manager, pks, name):
    assert client.get(address(name, pks)).status_code == 405
