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

    with django_assert_num_queries(10):
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


def parts_sent(*rows):
    """The rows of a table's definition as a browser sends them."""
    return {f"parts-{index}-{name}": text for index, row in enumerate(rows) for name, text in row.items()}


def test_columns_of_a_group_are_written_and_kept_by_their_key(client, manager):
    section = SectionFactory()
    data = {"kind": "group", "label": "Vos partenaires", "visibility": "public", "key": "", "minimum": "1", "maximum": "5"}
    name, role = {"label": " Nom ", "kind": "short_text", "required": "on"}, {"label": "Rôle", "kind": "single_choice", "choices": "A ; B"}
    client.post(reverse("admin:calls_question_add", args=[section.pk]), {**data, **parts_sent(name, {"label": ""}, role)})
    question = Question.objects.get()
    assert list(question.parts.values_list("key", "label", "kind", "required", "choices")) == [
        ("nom", "Nom", "short_text", True, []),
        ("role", "Rôle", "single_choice", False, ["A", "B"]),
    ]

    url = reverse("admin:calls_question_edit", args=[question.pk])
    assert 'value="A; B"' in client.get(url).content.decode()
    changed = parts_sent({"key": "role", "label": "Fonction", "kind": "autre"}, {"key": "inconnue", "label": "Rôle", "kind": "partner"})
    client.post(url, {**data, "key": question.key, **changed})

    assert list(question.parts.values_list("key", "label", "kind")) == [("role", "Fonction", "short_text"), ("role-2", "Rôle", "partner")]


@pytest.mark.parametrize(
    ("kind", "changes", "field", "sentence"),
    [
        ("group", parts_sent({"label": "", "choices": "A"}), "parts", "Rang 1 : donnez un libellé."),
        ("group", parts_sent({"label": "a" * 151}), "parts", "Un libellé compte au plus 150 caractères"),
        ("group", parts_sent({"label": "Nom"}, {"label": "nom"}), "parts", "« nom » figure deux fois."),
        ("group", parts_sent({"label": "Rôle", "kind": "single_choice", "choices": "A"}), "parts", "écrivez au moins deux choix"),
        ("group", parts_sent({"label": "Rôle", "kind": "single_choice", "choices": f"A;{'b' * 101}"}), "parts", "30 choix au plus"),
        (
            "group",
            parts_sent(*({"label": f"C{rank}"} for rank in range(13))),
            "parts",
            "Ce tableau compte 13 lignes ; la limite est de 12.",
        ),
        ("group", {"maximum": "31"}, "maximum", "Un groupe compte de 0 à 30 lignes."),
        ("group", {"minimum": "1,5"}, "maximum", "Un groupe compte de 0 à 30 lignes."),
        ("budget", parts_sent({"label": "Achats", "side": "ailleurs"}), "parts", "« Achats » : choisissez charges ou ressources."),
        ("years", {"minimum": "2023"}, "maximum", "Indiquez la première et la dernière année"),
        ("years", {"minimum": "23", "maximum": "25"}, "maximum", "Indiquez la première et la dernière année"),
        ("years", {"minimum": "2000", "maximum": "2010"}, "maximum", "Un tableau compte au plus 10 années."),
    ],
)
def test_table_that_cannot_be_gets_a_sentence(client, manager, kind, changes, field, sentence):
    data = {"kind": kind, "label": "Votre tableau", "visibility": "public", "key": "", **changes}

    response = client.post(reverse("admin:calls_question_add", args=[SectionFactory().pk]), data)

    assert list(response.context["form"].errors) == [field]
    assert sentence in response.context["form"].errors[field][0]
    assert not Question.objects.exists()


def test_lines_of_a_budget_have_their_side(client, manager):
    data = {"kind": "budget", "label": "Votre budget", "visibility": "public", "key": "", "several": "on"}
    lines = parts_sent({"label": "Achats", "side": "charges"}, {"label": "Dons", "side": "ressources", "required": "on"})

    client.post(reverse("admin:calls_question_add", args=[SectionFactory().pk]), {**data, **lines})

    assert list(Question.objects.get().parts.values_list("key", "kind", "side", "required")) == [
        ("achats", "amount", "charges", False),
        ("dons", "amount", "ressources", True),
    ]


def test_published_table_shows_its_lines_and_takes_nothing(client, manager):
    question = QuestionFactory(section=SectionFactory(round=RoundFactory(open=True)), years=True)

    page = client.get(reverse("admin:calls_question_edit", args=[question.pk])).content.decode()

    assert '<fieldset class="ac-parts" disabled>' in page
    assert 'value="Produits"' in page


@pytest.mark.parametrize("kind", ["group", "budget", "years", "email", "phone", "url", "partner"])
def test_preview_shows_each_kind(client, manager, kind):
    question = QuestionFactory(**{kind: True})

    page = client.get(reverse("admin:calls_form_preview", args=[question.round.pk])).content.decode()

    assert f'id="q-{question.key}' in page


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
