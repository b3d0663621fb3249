"""What a manager does with a call: its texts, its documents, the questions it gets."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Group
from calls.models import Call, Enquiry
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    CallDocumentFactory,
    CallFactory,
    EnquiryFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


def test_list_of_calls_costs_the_same_whatever_its_length(client, manager, django_assert_num_queries):
    found = []
    for count in (1, 29):
        for call in CallFactory.create_batch(count):
            RoundFactory.create_batch(2, call=call)
            EnquiryFactory(call=call)
        client.get(reverse("admin:calls_call_changelist"))
        with django_assert_num_queries(6):
            found.append(client.get(reverse("admin:calls_call_changelist")).status_code)

    assert found == [200, 200]


@pytest.mark.parametrize("count", [1, 30])
def test_queue_costs_the_same_whatever_its_length(client, manager, django_assert_num_queries, count):
    EnquiryFactory.create_batch(count)
    url = reverse("admin:calls_enquiry_changelist")
    client.get(url)

    with django_assert_num_queries(6):
        client.get(url)


def test_queue_shows_what_waits_first_and_one_call_when_asked(client, manager):
    answered, waiting = EnquiryFactory(published=True), EnquiryFactory(text="J’attends une réponse")
    url = reverse("admin:calls_enquiry_changelist")

    everything = client.get(url).context["page"].items
    one = client.get(url, {"appel": answered.call_id}).context["page"].items

    assert (everything, one) == ([waiting, answered], [answered])
    assert client.get(url, {"appel": "987654"}).status_code == 404
    assert client.get(url, {"appel": "' or 1=1"}).status_code == 200


def test_call_is_created_with_an_address_from_its_title(client, manager):
    CallFactory(slug="l-appel")

    response = client.post(
        reverse("admin:calls_call_add"), {"title": "L’appel", "kind": "aap", "summary": "Pour qui.", "slug": "", "sponsor": ""}
    )

    call = Call.objects.get(title="L’appel")
    assert (call.slug, call.created_by) == ("l-appel-2", manager)
    assert response["Location"] == reverse("admin:calls_call_edit", args=[call.pk])


TEXTS = {"title": "Titre", "kind": "aap", "summary": "Résumé.", "slug": "titre", "presentation": "# Présentation"}
BAD = {
    "nothing": "",
    "a megabyte": "a" * 1_000_000,
    "controls": "\x00\x01\u202e",
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_title_gets_a_sentence_and_keeps_the_rest(client, manager, bad):
    call = CallFactory()

    response = client.post(reverse("admin:calls_call_edit", args=[call.pk]), {**TEXTS, "title": BAD[bad]})

    page = response.content.decode()
    assert (response.status_code, Call.objects.get(pk=call.pk).title) == (200, call.title)
    assert "Une erreur est à corriger" in page
    assert "# Présentation" in page


def test_markup_in_a_title_is_text(client, manager):
    call = CallFactory()
    client.post(reverse("admin:calls_call_edit", args=[call.pk]), {**TEXTS, "title": "<b>Titre</b>"})

    page = client.get(reverse("admin:calls_call_change", args=[call.pk])).content.decode()

    assert "&lt;b&gt;Titre&lt;/b&gt;" in page
    assert "<b>Titre</b>" not in page


@pytest.mark.parametrize(
    ("name", "title"), [("change", "{call} – Administration"), ("edit", "Textes et service – {call} – Administration")]
)
def test_title_of_a_page_names_the_call_once(client, manager, name, title):
    call = CallFactory()

    page = client.get(reverse(f"admin:calls_call_{name}", args=[call.pk])).content.decode()

    assert re.search(r"<title>(.*?)</title>", page)[1] == title.format(call=call)


def test_preview_shows_markdown_and_saves_nothing(client, manager):
    call = CallFactory()

    page = client.post(
        reverse("admin:calls_call_edit", args=[call.pk]), {**TEXTS, "presentation": "**gras**", "apercu": "1"}
    ).content.decode()

    assert "<strong>gras</strong>" in page
    assert Call.objects.get(pk=call.pk).title == call.title


def test_saved_texts_lead_back_to_the_call(client, manager):
    call = CallFactory()

    response = client.post(reverse("admin:calls_call_edit", args=[call.pk]), TEXTS)

    assert response["Location"] == reverse("admin:calls_call_change", args=[call.pk])
    assert Call.objects.get(pk=call.pk).presentation == "# Présentation"


def test_texts_are_read_only_while_people_apply(client, manager):
    call = RoundFactory(open=True).call
    url = reverse("admin:calls_call_edit", args=[call.pk])

    page = client.get(url).content.decode()
    refused = client.post(url, TEXTS).content.decode()

    assert ">Enregistrer<" not in page
    assert "ses textes ne changent plus avant la clôture" in refused
    assert Call.objects.get(pk=call.pk).title == call.title


def test_document_is_checked_and_added(client, manager, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    call = RoundFactory(open=True).call
    url = reverse("admin:calls_document_list", args=[call.pk])
    disguised = SimpleUploadedFile("reglement.pdf", b"MZ\x90\x00 pas un PDF")

    refused = client.post(url, {"title": "Règlement", "file": disguised}).content.decode()
    nothing = client.post(url, {"title": "Règlement"}).content.decode()
    empty = client.post(url, {"title": "Règlement", "file": SimpleUploadedFile("vide.pdf", b"")}).content.decode()
    accepted = client.post(url, {"title": "Règlement", "file": SimpleUploadedFile("reglement.pdf", b"%PDF-1.7\n%%EOF\n")})

    assert "n’est pas celui d’un fichier .pdf" in refused
    assert "Choisissez un fichier." in nothing
    assert "Ce fichier est vide" in empty
    assert accepted.status_code == 302
    assert [document.title for document in call.documents.all()] == ["Règlement"]


def test_enquiry_is_answered(client, manager):
    enquiry = EnquiryFactory()
    url = reverse("admin:calls_enquiry_change", args=[enquiry.pk])

    nothing = client.post(url, {"published_text": "Q ?", "answer": ""})
    client.post(url, {"published_text": "Q ?", "answer": "R."})

    assert list(nothing.context["form"].errors) == ["answer"]
    assert Enquiry.objects.get().answer == "R."


def test_enquiry_is_erased(client, manager):
    client.post(reverse("admin:calls_enquiry_delete", args=[EnquiryFactory().pk]))

    assert not Enquiry.objects.exists()


def test_document_is_deleted(client, manager, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = CallDocumentFactory()

    response = client.post(reverse("admin:calls_document_delete", args=[document.pk]))

    assert response["Location"] == reverse("admin:calls_document_list", args=[document.call_id])
    assert document.call.documents.count() == 0
