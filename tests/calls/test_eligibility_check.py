"""« Puis-je candidater ? »: which questions it asks, what it says, and how its answers begin a dossier."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.definition import definition_of
from calls.eligibility import check_of
from calls.enums import RuleOutcome
from calls.forms.eligibility import kept_check
from calls.models import Answer, Application
from kit import clock, french
from tests.calls.cast import Story, tell_story
from tests.factories.calls import EligibilityRuleFactory, QuestionFactory, RoundFactory, SectionFactory, condition

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    """Two rules: an enterprise of the ESS (by its form, or by an approval asked of companies alone), and a budget above 500,000 €."""
    story = tell_story()
    section = SectionFactory(round=story.round, key="structure", title="La structure", position=30_000)
    QuestionFactory(
        section=section, key="esus", label="Agrément ESUS\u00a0?", yes_no=True, shown_if=condition(["societe", "equals", True]), position=51
    )
    first = story.round.sections.get(key="projet")
    QuestionFactory(section=first, key="societe", label="Êtes-vous une société\u00a0?", yes_no=True, position=40)
    QuestionFactory(section=section, key="budget", label="Budget\u00a0?", amount=True, required=False, position=52)
    either = condition(["societe", "equals", False], ["esus", "equals", True], mode="any")
    EligibilityRuleFactory(round=story.round, condition=either, sentence="Faire partie de l’ESS.", key="ess")
    EligibilityRuleFactory(
        round=story.round, condition=condition(["budget", "greater", "500000"]), sentence="Dépasser 500 000 €.", key="budget"
    )
    return story


def address(story) -> str:
    return reverse("calls:eligibility_check", args=[story.round.call.slug, story.round.code])


def send(client, story, **typed):
    data = {f"q-{key}": text for key, text in typed.items()} | {f"q-{key}-version": "0" for key in ("societe", "esus", "budget")}
    return client.post(address(story), data, follow=True).content.decode()


def check(client, story):
    return kept_check(check_of(definition_of(story.round)), client.session, story.round)


def test_it_asks_what_rules_look_at_and_what_that_depends_on(story):
    (section,) = check_of(definition_of(story.round)).sections

    assert [question.key for question in section.questions] == ["societe", "esus", "budget"]
    assert all(question.required for question in section.questions)


def test_question_of_a_conditional_section_takes_its_condition():
    story = tell_story()
    QuestionFactory(section=story.round.sections.get(), key="societe", yes_no=True, position=40)
    later = SectionFactory(round=story.round, key="suite", shown_if=condition(["societe", "equals", True]), position=30_000)
    QuestionFactory(section=later, key="esus", yes_no=True, position=51)
    EligibilityRuleFactory(round=story.round, condition=condition(["esus", "equals", True]))

    (section,) = check_of(definition_of(story.round)).sections

    assert [(question.key, question.shown_if is not None) for question in section.questions] == [("societe", False), ("esus", True)]


def test_round_without_rules_has_no_check(client):
    story = tell_story()

    assert check_of(definition_of(story.round)) is None
    assert client.get(address(story)).status_code == 404
    assert "Puis-je candidater" not in client.get(reverse("calls:call_detail", args=[story.round.call.slug])).content.decode()


def test_anyone_asks_from_the_page_of_the_call(client, story):
    page = client.get(reverse("calls:call_detail", args=[story.round.call.slug])).content.decode()
    assert address(story) in page

    shown = client.get(address(story)).content.decode()

    assert french.counted(3, "question") in shown
    assert 'id="resultat"' not in shown


def test_a_closed_round_no_longer_sends_to_its_check(client, story):
    with clock.standing_at(story.round.closes_at + timedelta(days=1)):
        page = client.get(reverse("calls:call_detail", args=[story.round.call.slug])).content.decode()

    assert address(story) not in page


@pytest.mark.parametrize(
    ("typed", "said", "outcome"),
    [
        ({"societe": "non", "budget": "650 000"}, "Oui, d’après vos réponses", RuleOutcome.MET),
        ({"societe": "oui", "esus": "oui", "budget": "500 000,01"}, "Oui, d’après vos réponses", RuleOutcome.MET),
        ({"societe": "oui", "esus": "non", "budget": "650000"}, "Une règle au moins n’est pas remplie", RuleOutcome.NOT_MET),
        ({"societe": "non", "budget": "500 000"}, "Une règle au moins n’est pas remplie", RuleOutcome.NOT_MET),
        ({"societe": "oui", "budget": "650000"}, "Il manque des réponses", RuleOutcome.UNKNOWN),
        ({"societe": "non", "budget": "beaucoup"}, "Il manque des réponses", RuleOutcome.UNKNOWN),
    ],
)
def test_answers_are_held_against_each_rule(client, story, typed, said, outcome):
    page = send(client, story, **typed)

    assert said in page
    assert check(client, story).outcome == outcome
    assert page.count('class="fr-badge') >= 2


def test_what_cannot_be_read_stays_with_its_sentence(client, story):
    page = send(client, story, societe="peut-être", budget="<script>alert(1)</script>")

    assert "Choisissez « Oui » ou « Non »." in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_far_too_long_text_is_not_kept(client, story):
    send(client, story, budget="9" * 200_001)

    assert not check(client, story).is_begun


def start(client, story):
    client.force_login(story.carrier)
    start_url = reverse("calls:application_start", args=[story.round.call.slug, story.round.code])
    offered = client.get(start_url).content.decode()
    return offered, client.post(start_url, {"project": story.project.uuid}, follow=True).content.decode()


def test_answers_given_before_signing_in_begin_the_dossier_once(client, story):
    send(client, story, societe="non", budget="650 000 €")

    offered, page = start(client, story)

    assert french.counted(2, "réponse donnée", "réponses données") in offered
    assert "sont dans le dossier" in page
    application = Application.objects.get()
    assert dict(Answer.objects.filter(application=application).values_list("question_key", "value")) == {
        "societe": False,
        "budget": "650000.00",
    }
    assert not check(client, story).is_begun


def test_dossier_that_exists_keeps_its_answers(client, story):
    application = story.start()
    story.save(application, budget="1")
    send(client, story, budget="650000")

    _, page = start(client, story)

    assert "Un dossier existe déjà" in page
    assert Answer.objects.get(application=application, question_key="budget").typed == "1"


def test_each_round_keeps_its_own_answers(client, story):
    send(client, story, budget="650000")

    elsewhere = RoundFactory(open=True)

    assert kept_check(check_of(definition_of(story.round)), client.session, elsewhere).answers.readings == {}
