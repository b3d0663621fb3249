"""Writes of a call: texts that hold while people apply, documents, questions and answers."""

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from accounts.enums import Group
from calls.actions.call import (
    MOST_UNANSWERED,
    TooManyEnquiries,
    add_document,
    answer_enquiry,
    ask_enquiry,
    change_call,
    create_call,
    delete_enquiry,
    remove_document,
)
from calls.freeze import FrozenCall
from calls.models import Call, CallDocument, Enquiry
from kit.workflow import RefusedTransition
from notifications.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallDocumentFactory, CallFactory, EnquiryFactory, RoundFactory
from tests.factories.projects import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def manager():
    return UserFactory(staff=True, group=Group.CALL_MANAGER)


@pytest.mark.parametrize(
    "act",
    [
        lambda call, by: create_call(by=by, title="Un appel", slug="un-appel", summary="Résumé"),
        lambda call, by: change_call(call, by=by, title="Autre"),
        lambda call, by: add_document(call, by=by, title="Règlement", file=ContentFile(b"%PDF", "r.pdf")),
        lambda call, by: remove_document(CallDocumentFactory(call=call), by=by),
        lambda call, by: answer_enquiry(EnquiryFactory(call=call), by=by, published_text="Q", answer="R"),
        lambda call, by: delete_enquiry(EnquiryFactory(call=call), by=by),
    ],
)
def test_only_managers_write(act):
    with pytest.raises(PermissionDenied):
        act(CallFactory(), UserFactory(staff=True, group=Group.REVIEWER))


def test_create_call_keeps_who_made_it_and_its_themes(manager):
    theme = ThemeFactory()

    call = create_call(by=manager, title="Un appel", slug="un-appel", summary="Résumé", themes=[theme])

    assert (call.created_by, list(call.themes.all())) == (manager, [theme])


def test_change_call_replaces_texts_and_themes(manager):
    call = CallFactory()

    changed = change_call(call, by=manager, title="Autre titre", themes=[ThemeFactory()])

    assert (Call.objects.get(pk=call.pk).title, changed.themes.count()) == ("Autre titre", 1)


def test_change_call_leaves_themes_that_are_not_named(manager):
    call = CallFactory()
    call.themes.add(ThemeFactory())

    assert change_call(call, by=manager, title="Autre").themes.count() == 1


def test_unknown_field_is_a_fault(manager):
    with pytest.raises(TypeError):
        change_call(CallFactory(), by=manager, created_by=manager)


@pytest.mark.parametrize(
    ("trait", "frozen"), [("coming", True), ("open", True), ("permanent", True), ("closed", False), ("cancelled", False)]
)
def test_texts_hold_while_people_may_apply(manager, trait, frozen):
    call = RoundFactory(**{trait: True}).call

    if frozen:
        with pytest.raises(FrozenCall):
            change_call(call, by=manager, title="Autre")
    else:
        change_call(call, by=manager, title="Autre")

    assert (Call.objects.get(pk=call.pk).title == "Autre") is not frozen


def test_address_is_for_good_once_public(manager):
    call = RoundFactory(closed=True).call

    with pytest.raises(FrozenCall):
        change_call(call, by=manager, slug="autre-adresse")

    assert change_call(call, by=manager, slug=call.slug, title="Autre").title == "Autre"


def test_documents_are_added_in_order_even_while_people_apply(manager, files):
    call = RoundFactory(open=True).call

    first = add_document(call, by=manager, title="Règlement", file=ContentFile(b"%PDF-1.7", "../../règlement.pdf"))
    second = add_document(call, by=manager, title="Annexe", file=ContentFile(b"%PDF-1.7 x", "annexe.pdf"))

    assert [(row.title, row.position, row.size) for row in call.documents.all()] == [("Règlement", 0, 8), ("Annexe", 1, 10)]
    assert Path(first.file.path).parent == files / "calls" / str(first.uuid)
    assert Path(second.file.path).read_bytes() == b"%PDF-1.7 x"


def test_removed_document_leaves_no_file(manager, django_capture_on_commit_callbacks):
    document = CallDocumentFactory()
    path = Path(document.file.path)
    document.file.close()

    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, by=manager)

    assert not path.exists()


def test_a_document_whose_file_cannot_be_erased_is_removed_all_the_same(manager, django_capture_on_commit_callbacks, monkeypatch, caplog):
    document = CallDocumentFactory()
    document.file.close()

    def refuse(_name):
        raise OSError("the storage does not answer")

    monkeypatch.setattr(document.file.storage, "delete", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(document, by=manager)

    assert not CallDocument.objects.filter(pk=document.pk).exists()
    assert "the storage does not answer" in caplog.text


def test_document_is_not_removed_while_people_apply(manager):
    document = CallDocumentFactory(call=RoundFactory(open=True).call)

    with pytest.raises(FrozenCall):
        remove_document(document, by=manager)

    assert Path(document.file.path).exists()


def test_enquiry_waits_for_its_answer():
    person, call = UserFactory(), CallFactory()

    enquiry = ask_enquiry(call, by=person, text="Quand ?")

    assert (enquiry.call, enquiry.asked_by, enquiry.published_at, enquiry.published_text) == (call, person, None, "")


def test_sixth_unanswered_enquiry_is_refused():
    person, call = UserFactory(), CallFactory()
    EnquiryFactory.create_batch(MOST_UNANSWERED, call=call, asked_by=person)

    with pytest.raises(TooManyEnquiries):
        ask_enquiry(call, by=person, text="Encore ?")

    assert Enquiry.objects.count() == MOST_UNANSWERED


def test_answered_others_and_other_calls_do_not_count():
    person, call = UserFactory(), CallFactory()
    EnquiryFactory.create_batch(MOST_UNANSWERED - 1, call=call, asked_by=person)
    EnquiryFactory(call=call, asked_by=person, published=True)
    EnquiryFactory(call=call, asked_by=UserFactory())
    EnquiryFactory(asked_by=person)

    ask_enquiry(call, by=person, text="Encore ?")

    assert Enquiry.objects.filter(call=call, asked_by=person, published_at=None).count() == MOST_UNANSWERED


def test_answer_is_published_and_told_to_who_asked(manager):
    person = UserFactory()
    enquiry = EnquiryFactory(asked_by=person, text="Notre association, la Ruche, peut-elle candidater ?")

    answered = answer_enquiry(enquiry, by=manager, published_text="Une association peut-elle candidater ?", answer="Oui.")

    message = Message.objects.get(kind="enquiry_answered")
    assert (answered.answered_by, answered.published_at is not None) == (manager, True)
    assert (message.recipient, message.reply_to) == (person, enquiry.call.service_email)
    assert "Oui." in message.text
    assert "la Ruche" not in message.text
    assert message.url == f"http://testserver/appels/{enquiry.call.slug}/#question-{enquiry.pk}"


def test_corrected_answer_is_told_again(manager):
    enquiry = EnquiryFactory(asked_by=UserFactory())
    first = answer_enquiry(enquiry, by=manager, published_text="Q", answer="Oui.")

    second = answer_enquiry(enquiry, by=manager, published_text="Q", answer="Non.")

    assert second.published_at > first.published_at
    assert Message.objects.filter(kind="enquiry_answered").count() == 2


def test_answer_to_a_deleted_account_tells_nobody(manager):
    answer_enquiry(EnquiryFactory(asked_by=None), by=manager, published_text="Q", answer="R")

    assert not Message.objects.exists()


@pytest.mark.parametrize(("text", "answer"), [(" ", "Oui."), ("Quand ?", " ")])
def test_empty_answers_are_refused(manager, text, answer):
    enquiry = EnquiryFactory()

    with pytest.raises(RefusedTransition):
        answer_enquiry(enquiry, by=manager, published_text=text, answer=answer)

    assert Enquiry.objects.get().published_at is None


def test_what_is_no_question_leaves_the_queue(manager):
    delete_enquiry(EnquiryFactory(), by=manager)

    assert not Enquiry.objects.exists()


def test_published_answer_is_not_erased(manager):
    with pytest.raises(RefusedTransition):
        delete_enquiry(EnquiryFactory(published=True), by=manager)

    assert Enquiry.objects.count() == 1
