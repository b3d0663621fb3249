"""Conditions on the pages: those where an applicant answers, those where staff write and read."""

import json

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.blank_form import _data
from calls.content import CONTENT_VERSION
from calls.documents import application_words
from calls.models import Answer, Deposit, EligibilityRule, Question
from calls.pages import application_page
from calls.queries.application import sheet_of
from calls.queries.dossier import read_deposit
from kit.canonical import versioned
from tests.calls.cast import Story, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import EligibilityRuleFactory, QuestionFactory, RoundFactory, SectionFactory, condition
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db
YES = condition(["note", "contains", "oui"])


@pytest.fixture
def story() -> Story:
    """After `need` and `note`: `detail`, asked and required if the note says oui; then a section shown under the same condition, and a last one."""
    story = tell_story(verified=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="detail", label="Quel détail ?", shown_if=YES, position=30_090)
    more = SectionFactory(round=story.round, key="suite", title="La suite", shown_if=YES, position=30_090)
    QuestionFactory(section=more, key="more", label="Et ensuite ?", position=30_091)
    last = SectionFactory(round=story.round, key="fin", title="La fin", position=30_091)
    QuestionFactory(section=last, key="end", label="Pour finir ?", required=False, required_if=YES, position=30_092)
    EligibilityRuleFactory(question=story.round.questions.get(key="note"), condition=YES, sentence="Dire oui dans la note.")
    return story


def section_url(application, key: str) -> str:
    return reverse("calls:application_section", args=[application.uuid, key])


def page_of(application, user):
    return application_page(application, sheet_of(application), user)


def test_what_does_not_concern_a_dossier_is_neither_missing_nor_read_nor_counted(story):
    application = story.start()
    story.save(application, need="Un besoin.", detail="Un détail gardé.")

    page = page_of(application, story.carrier)

    assert [(section.title, section.required, section.is_complete) for section in page.sections] == [
        ("Le projet", 1, True),
        ("La fin", 0, True),
    ]
    assert [answer.label for section in page.read_again for answer in section.answers] == [
        "À quel besoin répondez-vous\u00a0?",
        "Autre chose\u00a0?",
        "Pour finir\u00a0?",
    ]
    assert [section["title"] for section in application_words(application, page.sheet)["sections"]] == ["Le projet", "La fin"]


def test_what_concerns_it_again_comes_back_with_its_text(story):
    application = story.start()
    story.save(application, need="Un besoin.", detail="Un détail gardé.", note="Oui, plusieurs.")

    sheet = sheet_of(application)

    assert sheet.said(sheet.definition.by_key["detail"]) == "Un détail gardé."
    assert [(missing.key, missing.problem) for missing in sheet.missing] == [("more", "à compléter."), ("end", "à compléter.")]


def test_a_deposit_lacks_what_is_hidden_and_holds_the_rules(story):
    application = story.start()
    story.save(application, need="Un besoin.", note="Non.", detail="Un détail gardé.", more="Plus tard.")

    deposit = story.deposit(application)

    content = json.loads(deposit.content)["content"]
    assert {section["key"]: [answer["key"] for answer in section["answers"]] for section in content["sections"]} == {
        "projet": ["need", "note"],
        "fin": [],
    }
    assert [(rule["sentence"], rule["outcome"]) for rule in content["rules"]] == [("Dire oui dans la note.", "not_met")]
    assert (deposit.content_version, CONTENT_VERSION) == (2, 2)
    assert Answer.objects.get(application=application, question_key="detail").value == "Un détail gardé."


@pytest.mark.parametrize(
    ("typed", "label"),
    [({"note": "Oui."}, "Remplie"), ({"note": "Non."}, "Non remplie"), ({}, "Ne peut pas être vérifiée : réponse absente")],
)
def test_staff_read_the_computed_answer_beside_the_finding(client, story, typed, label):
    application = story.start()
    story.save(application, need="Un besoin.", detail="Un détail.", more="Plus.", end="Fin.", **typed)
    story.deposit(application)
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))

    page = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()

    assert "Calculé d’après les réponses déposées" in page
    assert f"Dire oui dans la note. <strong>{label}.</strong>" in page
    assert "Pas encore examiné" in page


def test_a_deposit_of_the_first_schema_is_still_read(story):
    deposit = Deposit.objects.get(application=story_deposited(story))
    content = json.loads(deposit.content)["content"]
    del content["rules"]

    view = read_deposit(Deposit(content=versioned("frenchimpact.deposit", 1, content).decode()))

    assert view.rules == ()
    assert view.sections[0].answers[0].key == "need"


def story_deposited(story: Story):
    application = story.start()
    story.save(application, need="Un besoin.", note="Non.")
    story.deposit(application)
    return application


@pytest.mark.parametrize("name", ["application_detail", "application_deposit"])
def test_who_applies_reads_what_the_answers_say_of_the_rules(client, story, name):
    application = story.start()
    client.force_login(story.carrier)
    url = reverse(f"calls:{name}", args=[application.uuid])

    before = client.get(url).content.decode()
    story.save(application, note="Oui.")
    after = client.get(url).content.decode()

    assert "Dire oui dans la note." in before
    assert ("Ne peut pas encore être vérifiée" in before, "Remplie" in after) == (True, True)
    assert "La suite" not in before
    assert "La suite" in after


def test_a_section_that_does_not_concern_the_dossier_says_why(client, story):
    application = story.start()
    client.force_login(story.carrier)

    answer = client.get(section_url(application, "suite"), follow=True)

    assert answer.redirect_chain == [(reverse("calls:application_detail", args=[application.uuid]), 302)]
    said = (
        "La section « La suite » ne concerne pas ce dossier, d’après ses réponses actuelles : elle est à remplir seulement si la réponse à"
    )
    assert said in answer.content.decode()


def test_a_section_with_nothing_left_to_ask_is_passed_over_too(client):
    story = tell_story(verified=True)
    section = SectionFactory(round=story.round, key="vide", title="Rien", position=30_090)
    QuestionFactory(section=section, key="one", shown_if=YES)
    application = story.start()
    client.force_login(story.carrier)

    answer = client.get(section_url(application, "vide"), follow=True)

    assert "La section « Rien » ne concerne pas ce dossier, d’après ses réponses actuelles." in answer.content.decode()


def test_next_and_previous_pass_over_what_is_hidden(client, story):
    application = story.start()
    client.force_login(story.carrier)

    def go(key: str, way: str) -> str:
        return client.post(section_url(application, key), {"go": way})["Location"]

    assert go("projet", "next") == section_url(application, "fin")
    assert go("fin", "previous") == section_url(application, "projet")
    story.save(application, note="Oui.")
    assert go("projet", "next") == section_url(application, "suite")
    assert go("fin", "previous") == section_url(application, "suite")
    menu = client.get(section_url(application, "fin")).content.decode()
    assert "Section 3 sur 3" in menu


def test_a_hidden_question_is_on_the_page_and_keeps_its_text(client, story):
    application = story.start()
    story.save(application, detail="Un détail gardé.", note="Non.")
    client.force_login(story.carrier)

    page = client.get(section_url(application, "projet")).content.decode()

    assert 'data-question="q-detail" hidden>' in " ".join(page.split())
    assert "À remplir seulement si la réponse à «\u00a0Autre chose\u00a0?\u00a0» contient «\u00a0oui\u00a0»." in page
    assert '"shown_if": {"mode": "all", "rows": [{"question": "note", "operator": "contains", "value": "oui"}]}' in page
    client.post(section_url(application, "projet"), {"go": "stay", "q-detail": "Un autre.", "q-detail-version": "1"})
    assert Answer.objects.get(application=application, question_key="detail").value == "Un autre."


def test_who_only_reads_sees_what_concerns_the_dossier(client, story):
    application = story.start()
    story.save(application, detail="Un détail gardé.")
    type(story.round).objects.filter(pk=story.round.pk).update(opens_at="2019-12-01T00:00:00Z", closes_at="2020-01-01T00:00:00Z")
    client.force_login(story.carrier)

    page = client.get(section_url(application, "projet")).content.decode()

    assert "Un détail gardé." not in page
    assert "json" not in page.partition('id="conditions"')[2]


def test_a_form_without_conditions_sends_none(client):
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)

    assert 'id="conditions"' not in client.get(section_url(application, "projet")).content.decode()


@pytest.mark.parametrize("conditional", [False, True])
def test_conditions_cost_the_section_no_query(client, django_assert_num_queries, conditional):
    story = tell_story(verified=True)
    QuestionFactory(section=story.round.sections.get(), shown_if=YES if conditional else None, position=30_090)
    application = story.start()
    story.save(application, note="Oui.")
    client.force_login(story.carrier)
    client.get(section_url(application, "projet"))

    with django_assert_num_queries(9):
        client.get(section_url(application, "projet"))


def test_required_by_a_condition_is_said_on_the_page(client, story):
    application = story.start()
    client.force_login(story.carrier)

    before = client.get(section_url(application, "fin")).content.decode()
    story.save(application, note="Oui.")
    after = client.get(section_url(application, "fin")).content.decode()

    assert "Obligatoire si la réponse à" in before
    assert '<span class="site-optional">(facultatif)</span>' in before
    assert '<span class="site-optional" hidden>(facultatif)</span>' in after


def test_where_an_area_lies_counts(client):
    areas = load_few_areas()
    story = tell_story(verified=True)
    section = story.round.sections.get()
    QuestionFactory(section=section, key="where", label="Où ?", commune=True, position=30_080)
    QuestionFactory(section=section, key="paris", shown_if=condition(["where", "in_area", areas["region:11"].key]), position=30_081)
    application = story.start()
    client.force_login(story.carrier)
    url = reverse("calls:answer_save", args=[application.uuid, "projet"])

    said = client.post(url, {"q-where": "Paris", "q-where-version": "0"}).json()

    assert said["within"] == {"commune:75056": ["commune:75056", "departement:75", "region:11"]}
    assert sheet_of(application).scope.hidden == frozenset()


# ── staff


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def drafted():
    """A form in preparation: questions of every kind that a condition may look at, then `last`."""
    section = SectionFactory(round=RoundFactory(), key="projet", title="Le projet")
    for position, (key, kind) in enumerate(
        {
            "texte": "long_text",
            "nombre": "number",
            "montant": "amount",
            "date": "date",
            "statut": "single_choice",
            "publics": "multiple_choice",
            "lieu": "commune",
            "bool": "yes_no",
        }.items()
    ):
        QuestionFactory(section=section, key=key, label=f"{key.capitalize()} ?", position=position, **{kind: True})
    return QuestionFactory(section=section, key="last", label="Enfin ?", required=False, position=30_050)


def sent(*rows, mode="all", **more):
    lines = {
        f"{name}_{rank}": value for rank, row in enumerate(rows) for name, value in zip(("question", "operator", "value"), row, strict=True)
    }
    return {"rows": str(max(3, len(rows))), "mode": mode, **lines, **more}


def condition_url(question: Question, purpose: str = "affichage") -> str:
    return reverse("admin:calls_question_condition", args=[question.pk, purpose])


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        (("texte", "contains", "crèche"), "crèche"),
        (("nombre", "greater", "1 234 salariés"), "1234"),
        (("montant", "at_least", "500 000 €"), "500000"),
        (("date", "less", "26 février 2018"), "2018-02-26"),
        (("statut", "equals", "second"), "choix-2"),
        (("statut", "one_of", "Premier ; second;"), ["choix-1", "choix-2"]),
        (("publics", "contains", "choix-1"), "choix-1"),
        (("lieu", "in_area", "Auvergne-Rhône-Alpes"), "region:84"),
        (("lieu", "in_area", "Paris, département"), "departement:75"),
        (("bool", "equals", "OUI"), True),
        (("texte", "answered", ""), None),
    ],
)
def test_a_condition_is_written_as_people_say_it(client, manager, drafted, row, kept):
    load_few_areas()

    answer = client.post(condition_url(drafted), sent(row))

    drafted.refresh_from_db()
    assert answer["Location"] == reverse("admin:calls_question_edit", args=[drafted.pk])
    assert drafted.shown_if["rows"] == [{"question": row[0], "operator": row[1], "value": kept}]
    page = client.get(condition_url(drafted))
    assert page.context["form"]["question_0"].value() == row[0]
    again = client.post(condition_url(drafted), sent((row[0], row[1], page.context["form"]["value_0"].value() or "")))
    assert again.status_code == 302
    drafted.refresh_from_db()
    assert drafted.shown_if["rows"][0]["value"] == kept


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("texte", "contains", ""), "Écrivez la valeur à laquelle comparer la réponse."),
        (("texte", "contains", "!!"), "La valeur « !! » ne va pas avec"),
        (("texte", "greater", "5"), "la comparaison est"),
        (("nombre", "greater", "beaucoup"), "Saisissez un nombre en chiffres"),
        (("date", "less", "31/02/2018"), "Cette date n’existe pas"),
        (("statut", "equals", "SCIC"), "Écrivez l’un des choix de la question"),
        (("lieu", "in_area", "Atlantide"), "ne désigne pas un territoire précis"),
        (("lieu", "in_area", "Saint-Denis"), "Vouliez-vous dire"),
        (("bool", "equals", "peut-être"), "Écrivez « Oui » ou « Non »."),
        (("", "equals", "Oui"), "Choisissez la question que cette valeur concerne."),
        (("last", "answered", ""), "Sélectionnez un choix valide"),
    ],
)
def test_what_a_condition_cannot_be_is_said_and_kept(client, manager, drafted, row, said):
    load_few_areas()

    page = client.post(condition_url(drafted), sent(row)).content.decode()

    assert said in page.replace("&#x27;", "’")
    assert row[2] in page
    drafted.refresh_from_db()
    assert drafted.shown_if is None


def test_a_condition_that_contradicts_itself_is_refused_in_its_page(client, manager, drafted):
    page = client.post(condition_url(drafted), sent(("bool", "equals", "oui"), ("bool", "equals", "non"))).content.decode()

    assert "elle ne peut jamais être remplie" in page


def test_lines_are_added_without_losing_what_was_typed(client, manager, drafted):
    page = client.post(condition_url(drafted), sent(("nombre", "greater", "beaucoup"), more="1"))

    form = page.context["form"]
    assert (form.count, form["value_0"].value(), form.is_bound) == (5, "beaucoup", False)
    assert client.post(condition_url(drafted), {"rows": "8", "more": "1"}).context["form"].count == 8


def test_a_condition_is_taken_away(client, manager, drafted):
    client.post(condition_url(drafted, "obligation"), sent(("bool", "equals", "oui")))
    drafted.refresh_from_db()
    assert drafted.required_if is not None

    client.post(condition_url(drafted, "obligation"), {"remove": "1"})

    drafted.refresh_from_db()
    assert drafted.required_if is None


def test_a_section_has_its_condition(client, manager, drafted):
    more = SectionFactory(round=drafted.round, key="suite", title="La suite", position=30_099)
    url = reverse("admin:calls_section_condition", args=[more.pk])

    assert client.post(url, sent(("bool", "equals", "oui")))["Location"] == reverse("admin:calls_section_edit", args=[more.pk])

    more.refresh_from_db()
    assert more.shown_if["mode"] == "all"
    outline = client.get(reverse("admin:calls_form_outline", args=[drafted.round_id])).content.decode()
    assert "Montrée si la réponse à «\u00a0Bool\u00a0?\u00a0» est «\u00a0Oui\u00a0»." in outline


def test_a_rule_is_written_changed_and_deleted(client, manager, drafted):
    add, listing = (reverse(f"admin:calls_{name}", args=[drafted.round_id]) for name in ("rule_add", "rule_list"))

    client.post(add, sent(("montant", "greater", "500 000"), sentence="Dépasser 500 000 €."))
    rule = EligibilityRule.objects.get()
    client.post(reverse("admin:calls_rule_edit", args=[rule.pk]), sent(("montant", "greater", "600 000"), sentence="Dépasser 600 000 €."))

    page = client.get(listing).content.decode()
    assert "Dépasser 600 000 €." in page
    assert "Remplie si la réponse à «\u00a0Montant\u00a0?\u00a0» est supérieure à 600\u202f000\u00a0€." in page
    assert client.get(reverse("admin:calls_rule_edit", args=[rule.pk])).context["form"]["value_0"].value() == "600\u202f000\u00a0€"
    client.post(reverse("admin:calls_rule_delete", args=[rule.pk]))
    assert not EligibilityRule.objects.exists()


def test_a_rule_without_line_or_sentence_says_so(client, manager, drafted):
    url = reverse("admin:calls_rule_add", args=[drafted.round_id])

    page = client.post(url, sent(sentence="")).content.decode()
    other = client.post(url, sent(("montant", "greater", "peu"), sentence="Une règle.")).content.decode()

    assert "Écrivez la règle en une phrase." in page
    assert "Remplissez au moins une ligne" in page
    assert "Remplissez au moins une ligne" not in other


def test_pages_of_staff_say_conditions_in_words(client, manager, drafted):
    client.post(condition_url(drafted), sent(("bool", "equals", "oui")))
    client.post(condition_url(drafted, "obligation"), sent(("nombre", "answered", "")))

    words = "la réponse à «\u00a0Bool\u00a0?\u00a0» est «\u00a0Oui\u00a0»."
    edit, outline, preview = (
        client.get(url).content.decode()
        for url in (
            reverse("admin:calls_question_edit", args=[drafted.pk]),
            reverse("admin:calls_form_outline", args=[drafted.round_id]),
            reverse("admin:calls_form_preview", args=[drafted.round_id]),
        )
    )

    assert f"Posée seulement si {words}" in edit
    assert f"Posée si {words}" in outline
    assert f"Question posée seulement si {words}" in preview
    question = _data(drafted.round, "aujourd’hui")["sections"][0]["questions"][-1]
    assert question["only_if"] == f"À remplir seulement si {words}"
    assert question["required_if"] == "Obligatoire si la réponse à «\u00a0Nombre\u00a0?\u00a0» est donnée."


def test_a_move_that_breaks_a_condition_is_told_in_the_outline(client, manager, drafted):
    client.post(condition_url(drafted), sent(("bool", "equals", "oui")))

    client.post(reverse("admin:calls_question_move", args=[drafted.pk]), {"index": "0", "section": drafted.section_id})

    outline = client.get(reverse("admin:calls_form_outline", args=[drafted.round_id])).content.decode()
    assert "Des conditions sont à corriger avant de publier" in outline
    assert "qui vient après" in outline


def test_a_question_that_is_relied_on_says_so_when_deleted(client, manager, drafted):
    client.post(condition_url(drafted), sent(("bool", "equals", "oui")))
    relied = drafted.round.questions.get(key="bool")

    page = client.post(reverse("admin:calls_question_delete", args=[relied.pk]), follow=True).content.decode()

    assert "Suppression impossible : la condition d’affichage de la question «\u00a0Enfin\u00a0?\u00a0» y fait référence." in page
