"""The authoring pages: who opens them, who may send something, what a browser meets when it sends nonsense."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Group
from calls.enums import QuestionKind, RoundState
from calls.models import Call, Enquiry, Question, Round
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    CallDocumentFactory,
    CallFactory,
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


# --- doing


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
def test_outline_costs_the_same_whatever_its_length(client, manager, django_assert_num_queries, count):
    round_ = RoundFactory()
    for _ in range(count):
        QuestionFactory(section=SectionFactory(round=round_))
    url = reverse("admin:calls_form_outline", args=[round_.pk])
    client.get(url)

    with django_assert_num_queries(6):
        client.get(url)


@pytest.mark.parametrize("count", [1, 30])
def test_queue_costs_the_same_whatever_its_length(client, manager, django_assert_num_queries, count):
    EnquiryFactory.create_batch(count)
    url = reverse("admin:calls_enquiry_changelist")
    client.get(url)

    with django_assert_num_queries(5):
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


def dates(**changes):
    return {
        "name": "Vague 2",
        "code": "v2",
        "opens_at_0": "2030-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2030-02-26",
        "closes_at_1": "12:00",
        **changes,
    }


def test_round_is_created_in_paris_time_whatever_the_reader(client):
    client.force_login(UserFactory(staff=True, group=Group.CALL_MANAGER, time_zone="Pacific/Noumea"))
    call = CallFactory()

    client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(template="pionnier"))

    round_ = call.rounds.get()
    assert (round_.code, round_.closes_at, round_.sections.count()) == ("V2", datetime(2030, 2, 26, 11, 0, tzinfo=UTC), 9)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_0": "2029-12-31"}, "closes_at"),
        ({"closes_at_0": "2030-02-30"}, "closes_at"),
        ({"closes_at_1": ""}, "closes_at"),
        ({"opens_at_0": "", "opens_at_1": ""}, "opens_at"),
        ({"code": "a/b"}, "code"),
        ({"code": "PRIS"}, "code"),
        ({"code": "x" * 1_000_000}, "code"),
        ({"name": "Prise"}, "name"),
        ({"name": "\x00"}, "name"),
        ({"template": "../../etc"}, "template"),
    ],
)
def test_round_that_cannot_be_gets_a_sentence(client, manager, changes, field):
    call = CallFactory()
    RoundFactory(call=call, name="Prise", code="PRIS")

    response = client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert call.rounds.count() == 1


def test_name_taken_meanwhile_gets_a_sentence(client, manager, monkeypatch):
    call = CallFactory()
    RoundFactory(call=call, name="Vague 2")
    monkeypatch.setattr("calls.forms.round.DatedForm.clean", lambda form: form.cleaned_data)

    page = client.post(reverse("admin:calls_round_add", args=[call.pk]), dates()).content.decode()

    assert "Quelqu’un d’autre vient d’enregistrer la même chose" in page
    assert call.rounds.count() == 1


def settled(**changes):
    return {
        **dates(name="Session"),
        "places_min": "10",
        "places_max": "15",
        "implicit_decision": "rejet",
        "silence_months": "2",
        "completeness_notice": "Pièces.",
        "appeal_notice": "Recours.",
        "privacy_notice": "Données.",
        "idle_draft_months": "12",
        "refused_years": "2",
        "accepted_years": "10",
        **changes,
    }


def test_round_is_changed_and_keeps_its_own_name_and_code(client, manager):
    round_ = RoundFactory(name="Session", code="V2")

    response = client.post(reverse("admin:calls_round_edit", args=[round_.pk]), settled(places_max="20"))

    round_.refresh_from_db()
    assert response["Location"] == reverse("admin:calls_round_change", args=[round_.pk])
    assert (round_.places_max, round_.appeal_notice) == (20, "Recours.")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"places_max": "9"}, "places_max"),
        ({"places_min": "9" * 5000}, "places_min"),
        ({"silence_months": "0"}, "silence_months"),
        ({"silence_months": "-1"}, "silence_months"),
        ({"appeal_notice": "a" * 1_000_000}, "appeal_notice"),
        ({"implicit_decision": "peut-être"}, "implicit_decision"),
    ],
)
def test_round_settings_that_cannot_be_get_a_sentence(client, manager, changes, field):
    round_ = RoundFactory(name="Session", code="V2")

    response = client.post(reverse("admin:calls_round_edit", args=[round_.pk]), settled(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_published_round_explains_its_freeze_and_refuses(client, manager):
    round_ = RoundFactory(open=True, complete=True, name="Session", code="V2")
    question = round_.questions.get()
    pages = {name: reverse(f"admin:calls_{name}", args=[round_.pk]) for name in ("round_edit", "form_outline", "declaration_list")}
    pages["question_edit"] = reverse("admin:calls_question_edit", args=[question.pk])

    shown = {name: client.get(url).content.decode() for name, url in pages.items()}
    client.post(pages["round_edit"], settled(name="Changé"))
    client.post(pages["question_edit"], {"kind": "short_text", "label": "Changée ?", "visibility": "public", "key": question.key})
    client.post(reverse("admin:calls_question_delete", args=[question.pk]))
    client.post(reverse("admin:calls_question_duplicate", args=[question.pk]))
    client.post(reverse("admin:calls_section_delete", args=[question.section_id]))

    assert {name: "dupliquez la session" in page for name, page in shown.items()} == dict.fromkeys(pages, True)
    assert {name: ">Enregistrer<" in page for name, page in shown.items()} == dict.fromkeys(pages, False)
    assert (Round.objects.get(pk=round_.pk).name, round_.questions.get().label) == ("Session", question.label)


def test_declaration_is_added_changed_and_deleted(client, manager):
    round_ = RoundFactory()
    data = {"kind": "autre", "text": "Je m’engage.", "source": "", "families": ["association"]}

    client.post(reverse("admin:calls_declaration_add", args=[round_.pk]), data)
    declaration = round_.declarations.get()
    client.post(reverse("admin:calls_declaration_edit", args=[declaration.pk]), {**data, "required": "on", "families": []})
    changed = round_.declarations.get()
    client.post(reverse("admin:calls_declaration_delete", args=[declaration.pk]))

    assert (declaration.required, declaration.families) == (False, ["association"])
    assert (changed.required, changed.families) == (True, [])
    assert round_.declarations.count() == 0


@pytest.mark.parametrize(
    "data", [{"kind": "autre", "text": ""}, {"kind": "x", "text": "T"}, {"kind": "autre", "text": "T", "families": ["x"]}]
)
def test_bad_declaration_gets_a_sentence(client, manager, data):
    response = client.post(reverse("admin:calls_declaration_add", args=[RoundFactory().pk]), data)

    assert "Une erreur est à corriger" in response.content.decode()


def test_section_and_question_are_written(client, manager):
    round_ = RoundFactory()

    client.post(reverse("admin:calls_section_add", args=[round_.pk]), {"title": "Le projet", "introduction": ""})
    section = round_.sections.get()
    client.post(reverse("admin:calls_section_edit", args=[section.pk]), {"title": "Votre projet", "introduction": "Dites."})
    client.post(
        reverse("admin:calls_question_add", args=[section.pk]),
        {
            "kind": "single_choice",
            "label": "Quel statut ?",
            "choices": "Association\nSCIC",
            "required": "on",
            "visibility": "public",
            "key": "",
        },
    )

    question = round_.questions.get()
    assert round_.sections.get().title == "Votre projet"
    assert (question.kind, question.key, question.required) == (QuestionKind.SINGLE_CHOICE, "quel-statut", True)
    assert list(question.choices.values_list("label", flat=True)) == ["Association", "SCIC"]


def test_choosing_a_kind_leads_to_its_fields(client, manager):
    url = reverse("admin:calls_question_add", args=[SectionFactory().pk])

    amount = client.get(url, {"kind": "amount"}).context["form"].fields
    unknown = client.get(url, {"kind": "inconnu"}).context["form"].fields

    assert {"minimum", "maximum"} <= set(amount)
    assert list(unknown) == ["kind"]


def test_question_changes_its_kind(client, manager):
    question = QuestionFactory(single_choice=True, key="statut")
    url = reverse("admin:calls_question_edit", args=[question.pk])

    offered = client.get(url, {"kind": "number"}).context["form"].fields
    client.post(url, {"kind": "number", "label": "Combien ?", "visibility": "public", "key": "statut", "minimum": "1 000,5", "unit": "ETP"})

    question.refresh_from_db()
    assert "choices" not in offered
    assert (question.kind, question.minimum, question.unit, question.choices.count()) == ("number", Decimal("1000.5"), "ETP", 0)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"label": ""}, "label"),
        ({"label": "a" * 301}, "label"),
        ({"minimum": "beaucoup"}, "minimum"),
        ({"minimum": "9" * 40}, "minimum"),
        ({"visibility": "secret"}, "visibility"),
        ({"key": "é à"}, "key"),
        ({"key": ""}, "key"),
    ],
)
def test_question_that_cannot_be_gets_a_sentence(client, manager, changes, field):
    question = QuestionFactory(number=True)
    data = {"kind": "number", "label": "Combien ?", "visibility": "public", "key": "combien", **changes}

    response = client.post(reverse("admin:calls_question_edit", args=[question.pk]), data)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_question_is_moved_by_arrow_by_drop_and_by_choice(client, manager):
    first = SectionFactory(position=0)
    second = SectionFactory(round=first.round, position=1)
    one, two = QuestionFactory(section=first, position=0), QuestionFactory(section=first, position=1)
    url = reverse("admin:calls_question_move", args=[two.pk])
    places = []

    for data in ({"step": "-1"}, {"section": second.pk, "index": 0}, {"section": first.pk}, {}, {"step": "7"}, {"index": "x"}):
        client.post(url, data)
        two.refresh_from_db()
        places.append((two.section_id, two.position))

    assert places == [(first.pk, 0), (second.pk, 0), (first.pk, 1), (first.pk, 1), (first.pk, 1), (first.pk, 1)]
    one.refresh_from_db()
    assert one.position == 0


def test_question_is_not_moved_to_another_round(client, manager):
    question = QuestionFactory()

    response = client.post(reverse("admin:calls_question_move", args=[question.pk]), {"section": SectionFactory().pk, "index": 0})

    assert response.status_code == 404


def test_section_is_moved_by_arrow_and_to_a_place(client, manager):
    round_ = RoundFactory()
    sections = [SectionFactory(round=round_, position=position) for position in range(3)]
    url = reverse("admin:calls_section_move", args=[sections[2].pk])

    client.post(url, {"step": "-1"})
    after_arrow = [section.pk for section in round_.sections.all()]
    client.post(url, {"index": "0"})
    after_place = [section.pk for section in round_.sections.all()]
    client.post(url, {"index": "-4"})

    pks = [section.pk for section in sections]
    assert after_arrow == [pks[0], pks[2], pks[1]]
    assert after_place == [pks[2], pks[0], pks[1]] == [section.pk for section in round_.sections.all()]


def test_duplicate_and_delete_a_question(client, manager):
    question = QuestionFactory(key="projet")

    client.post(reverse("admin:calls_question_duplicate", args=[question.pk]))
    keys = list(question.round.questions.values_list("key", flat=True))
    client.post(reverse("admin:calls_question_delete", args=[question.pk]))
    client.post(reverse("admin:calls_section_delete", args=[question.section_id]))

    assert keys == ["projet", "projet-2"]
    assert Question.objects.count() == 0


@pytest.mark.parametrize("name", ["calls_form_start", "calls_question_duplicate"])
def test_what_changes_something_is_never_done_by_a_link(client, manager, pks, name):
    assert client.get(address(name, pks)).status_code == 405


def test_empty_form_is_filled_from_the_pionnier_form(client, manager):
    round_ = RoundFactory()

    client.post(reverse("admin:calls_form_start", args=[round_.pk]))

    assert round_.sections.count() == 9


def test_preview_shows_a_section_as_an_applicant_meets_it(client, manager):
    question = QuestionFactory(section=SectionFactory(key="projet"), label="Quel statut ?", single_choice=True)
    url = reverse("admin:calls_form_preview", args=[question.round_id, "projet"])

    page = client.get(url).content.decode()

    assert "Quel statut ?" in page
    assert 'type="radio"' in page
    assert client.get(reverse("admin:calls_form_preview", args=[question.round_id, "inconnue"])).status_code == 404
    assert client.get(reverse("admin:calls_form_preview", args=[RoundFactory().pk])).status_code == 200


def test_round_is_published_after_its_check(client, manager):
    round_ = RoundFactory(complete=True)

    check = client.get(reverse("admin:calls_round_check", args=[round_.pk])).content.decode()
    client.post(reverse("admin:calls_round_publish", args=[round_.pk]))

    assert "Rien ne s’oppose à la publication." in check
    assert Round.objects.get(pk=round_.pk).state == RoundState.PUBLISHED


def test_round_with_gaps_is_sent_back_to_its_check(client, manager):
    round_ = RoundFactory()
    url = reverse("admin:calls_round_publish", args=[round_.pk])

    shown = client.get(url)
    client.post(url)

    assert shown["Location"] == reverse("admin:calls_round_check", args=[round_.pk])
    assert Round.objects.get(pk=round_.pk).state == RoundState.DRAFT


def test_round_is_cancelled_with_a_reason(client, manager):
    round_ = RoundFactory(open=True)
    url = reverse("admin:calls_round_cancel", args=[round_.pk])

    client.post(url, {"reason": " "})
    before = Round.objects.get(pk=round_.pk).state
    client.post(url, {"reason": "Crédits retirés."})

    assert (before, Round.objects.get(pk=round_.pk).state) == (RoundState.PUBLISHED, RoundState.CANCELLED)


def test_cancelling_a_round_in_preparation_is_said_in_the_form(client, manager):
    page = client.post(reverse("admin:calls_round_cancel", args=[RoundFactory().pk]), {"reason": "Non."}).content.decode()

    assert "l’état actuel est « En préparation »" in page


def test_round_is_duplicated_for_another_call(client, manager):
    source, other = RoundFactory(closed=True, complete=True), CallFactory()
    url = reverse("admin:calls_round_duplicate", args=[source.pk])

    client.post(url, dates(target=other.pk))

    assert (other.rounds.get().name, other.rounds.get().questions.count()) == ("Vague 2", 1)
    assert list(client.post(url, dates(target="x")).context["form"].errors) == ["target", "code"]


def test_round_is_extended(client, manager):
    round_ = RoundFactory(open=True)
    url = reverse("admin:calls_round_extend", args=[round_.pk])

    earlier = client.post(url, {"closes_at_0": "2020-01-01", "closes_at_1": "12:00", "reason": "Panne."})
    client.post(url, {"closes_at_0": "2050-01-01", "closes_at_1": "12:00", "reason": "Panne."})

    assert list(earlier.context["form"].errors) == ["closes_at"]
    assert Round.objects.get(pk=round_.pk).closes_at == datetime(2050, 1, 1, 11, 0, tzinfo=UTC)


def test_past_instant_extends_nothing(client, manager):
    round_ = RoundFactory(closed=True)
    later = round_.closes_at + timedelta(days=1)
    data = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00", "reason": "Panne."}

    response = client.post(reverse("admin:calls_round_extend", args=[round_.pk]), data)

    assert response.context["form"].errors == {"closes_at": ["Choisissez un instant à venir."]}


def test_one_dossier_is_extended_by_its_address(client, manager):
    story = tell_story()
    application = story.start()
    url = reverse("admin:calls_round_extend_one", args=[story.round.pk])
    data = {"closes_at_0": "2050-01-01", "closes_at_1": "12:00", "reason": "Panne.", "incident": "Journal."}

    unknown = client.post(url, {**data, "reference": "PIO26-9999"})
    client.post(url, {**data, "reference": f"http://testserver/dossiers/{application.uuid}/"})

    application.refresh_from_db()
    assert list(unknown.context["form"].errors) == ["reference"]
    assert application.extended_until == datetime(2050, 1, 1, 11, 0, tzinfo=UTC)


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
