"""What a manager does with a form: sections, questions, their order, their preview."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.enums import QuestionKind
from calls.models import Question
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    QuestionFactory,
    RoundFactory,
    SectionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.mark.parametrize("count", [1, 30])
def test_outline_costs_the_same_whatever_its_length(client, manager, django_assert_num_queries, count):
    round_ = RoundFactory()
    for _ in range(count):
        QuestionFactory(section=SectionFactory(round=round_))
    url = reverse("admin:calls_form_outline", args=[round_.pk])
    client.get(url)

    with django_assert_num_queries(7):
        client.get(url)


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


def test_empty_form_is_filled_from_the_pionnier_form(client, manager):
    round_ = RoundFactory()

    client.post(reverse("admin:calls_form_start", args=[round_.pk]))

    assert round_.sections.count() == 9


def test_preview_shows_a_section_as_an_applicant_meets_it(client, manager):
    question = QuestionFactory(section=SectionFactory(key="projet"), label="Quel statut ?", single_choice=True, visibility="public")
    url = reverse("admin:calls_form_preview", args=[question.round_id, "projet"])

    page = client.get(url).content.decode()

    assert "Quel statut\u00a0?" in page
    assert 'type="radio"' in page
    assert "Qui lira vos réponses ?" in page
    assert "Réponse publique : elle pourra être publiée." in page
    assert client.get(reverse("admin:calls_form_preview", args=[question.round_id, "inconnue"])).status_code == 404
    assert client.get(reverse("admin:calls_form_preview", args=[RoundFactory().pk])).status_code == 200
