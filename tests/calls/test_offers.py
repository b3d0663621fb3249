"""« Tell us once »: what was said already is offered beside an empty field, with its date and origin, and never filled in by itself."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from calls.actions.application import start_application
from calls.definition import definition_of
from calls.models import Answer
from calls.queries.application import seen_by
from calls.queries.offers import offers_for
from community.enums import EssEvidence, LegalFamily
from kit import clock
from projects.models import Project
from tests.calls.cast import join, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import GuestFactory, QuestionFactory, RoundFactory, SectionFactory
from tests.factories.territories import AreaFactory

pytestmark = pytest.mark.django_db

MARCH = datetime(2025, 3, 12, 10, tzinfo=UTC)


@pytest.fixture
def story():
    return tell_story(verified=True, code="PIO25")


def another(story, person=None):
    """A dossier of another project of the same organisation."""
    person = person or story.carrier
    project = Project.objects.create(organisation=story.organisation, name="Autre projet", summary="…", created_by=person)
    return start_application(story.round, story.organisation, project, by=person, arrived_at=clock.now())[0]


def offered(application, person, *keys):
    """What is offered for the questions, as (origin, words)."""
    definition = definition_of(application.round)
    seen = seen_by(person, type(application).objects.select_related("round").filter(pk=application.pk))
    found = offers_for(seen, [definition.by_key[key] for key in keys], person)
    return {key: [(offer.origin, offer.said) for offer in offers] for key, offers in found.by_key.items()}


def test_an_earlier_answer_is_offered_with_its_date_and_dossier(story):
    earlier = story.start()
    story.save(earlier, need="Un besoin.")
    Answer.objects.update(at=MARCH)
    story.deposit(earlier)

    assert offered(another(story), story.carrier, "need", "note") == {
        "need": [("Votre réponse du 12\u00a0mars 2025 (dossier PIO25-0001)", "Un besoin.")]
    }


def test_a_colleague_s_draft_is_offered_under_their_name(story):
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)
    story.save(story.start(), by=ali, need="Un besoin.")
    Answer.objects.update(at=MARCH)

    assert offered(another(story), story.carrier, "need") == {
        "need": [("Réponse de Ali Ba du 12\u00a0mars 2025 (brouillon « Jardins partagés »)", "Un besoin.")]
    }
    ali.delete()
    assert offered(another(story), story.carrier, "need")["need"][0][0].startswith("Réponse du 12")


def test_what_was_deposited_comes_first_then_the_latest(story):
    first, second, third = story.start(), another(story), another(story)
    story.save(first, need="Déposé.")
    story.deposit(first)
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        story.save(second, need="Plus récent.", note="Ancienne.")
    with clock.standing_at(clock.now() + timedelta(minutes=9)):
        story.save(third, note="Récente.")

    found = offered(another(story), story.carrier, "need", "note")

    assert [said for _, said in (*found["need"], *found["note"])] == ["Déposé.", "Récente."]


def test_what_one_does_not_see_is_not_offered(story):
    declared = UserFactory()
    join(declared, story.organisation)
    story.save(story.start(), need="Un besoin.")

    assert offered(another(story, declared), declared, "need") == {}


def test_another_organisation_s_answers_are_not_offered(story):
    """Not even those of another one for which one writes too."""
    story.save(story.start(), need="Un besoin.")
    story.organisation = make_organisation(name="Une autre")
    join(story.carrier, story.organisation, verified=True)

    assert offered(another(story), story.carrier, "need") == {}


def test_what_cannot_be_read_under_the_question_is_not_offered(story):
    earlier = another(story)
    story.save(earlier, need="mot " * 400, note="Une note.")
    section = SectionFactory(round=RoundFactory(open=True, code="PIO27"))
    QuestionFactory(section=section, key="need", long_text=True)
    QuestionFactory(section=section, key="note", date=True)
    story.round = section.round

    assert offered(story.start(), story.carrier, "need", "note") == {}


@pytest.mark.parametrize(
    ("question", "fact", "said"),
    [
        ({"date": True, "known_as": "creation"}, {"creation_date": date(2014, 7, 31)}, "31\u00a0juillet 2014"),
        ({"date": True, "known_as": "creation"}, {}, None),
        ({"single_choice": True, "known_as": "famille", "choices": ["Coopérative", "Association"]}, {}, "Association"),
        ({"single_choice": True, "known_as": "famille", "choices": ["Coopérative"]}, {}, None),
        ({"single_choice": True, "known_as": "preuve_ess", "choices": ["Agrément ESUS en cours de validité"]}, {"ess_evidence": EssEvidence.ESUS}, "Agrément ESUS en cours de validité"),
        ({"single_choice": True, "known_as": "preuve_ess", "choices": ["Aucune pour le moment"]}, {"ess_evidence": EssEvidence.NONE}, None),
        ({"date": True, "known_as": "commune"}, {}, None),
    ],
)  # fmt: skip
def test_facts_of_the_organisation_are_offered(story, question, fact, said):
    QuestionFactory(section=story.round.sections.get(), key="fait", **question)
    for name, value in fact.items():
        setattr(story.organisation, name, value)
    story.organisation.save()

    assert offered(story.start(), story.carrier, "fait") == ({} if said is None else {"fait": [("Fiche de votre organisation", said)]})


def test_the_keys_of_the_starting_form_are_known(story):
    question = QuestionFactory(section=story.round.sections.get(), key="preuve-ess", single_choice=True, known_as="preuve_ess", choices=[])
    question.choices.create(key="mention-ess", label="La mention ESS au registre", position=0)
    story.organisation.ess_evidence = EssEvidence.ESS_FLAG
    story.organisation.legal_family = LegalFamily.COMMERCIAL
    story.organisation.save()

    assert offered(story.start(), story.carrier, "preuve-ess")["preuve-ess"][0][1] == "La mention ESS au registre"


def test_the_seat_s_commune_is_offered_with_the_day_of_the_register(story):
    lyon = AreaFactory(kind="commune", name="Lyon")
    QuestionFactory(section=story.round.sections.get(), key="ou", commune=True, several=True, known_as="commune")
    story.organisation.commune, story.organisation.identity_checked_at = lyon, MARCH
    story.organisation.save()

    found = offered(story.start(), story.carrier, "ou")

    assert found["ou"] == [("Fiche de votre organisation, reprise du répertoire le 12\u00a0mars 2025", lyon.label)]


def test_an_answer_and_a_fact_that_say_the_same_are_one_offer(story):
    QuestionFactory(section=story.round.sections.get(), key="jour", date=True, known_as="creation")
    story.organisation.creation_date = date(2014, 7, 31)
    story.organisation.save()
    earlier = story.start()
    story.save(earlier, jour="31/07/2014")
    other = another(story)

    assert [origin[:13] for origin, _ in offered(other, story.carrier, "jour")["jour"]] == ["Votre réponse"]
    story.save(earlier, jour="01/08/2014")
    assert len(offered(other, story.carrier, "jour")["jour"]) == 2


# ── in the page


def address(application):
    return reverse("calls:application_section", args=[application.uuid, "projet"])


@pytest.fixture
def page(client, story):
    """An earlier answer, and the page of a new dossier for Claire."""
    story.save(story.start(), need="Un besoin.", note="Une note.")
    application = another(story)
    client.force_login(story.carrier)
    return application


def boxes(response):
    return {field.key: [box.offer.said for box in field.offers] for field in response.context["form"].fields if field.offers}


def test_the_page_offers_beside_empty_fields_alone(client, story, page):
    assert boxes(client.get(address(page))) == {"need": ["Un besoin."], "note": ["Une note."]}
    story.save(page, need="Autre chose.")

    shown = client.get(address(page))

    assert boxes(shown) == {"note": ["Une note."]}
    assert 'value="note:reponse"' in shown.content.decode()
    assert "Un besoin." not in shown.content.decode()


def test_a_filled_section_costs_no_query_and_an_empty_one_two(client, story, page, django_assert_num_queries):
    client.get(address(page))
    with django_assert_num_queries(9):
        client.get(address(page))
    story.save(page, need="Autre chose.", note="Autre note.")
    with django_assert_num_queries(7):
        client.get(address(page))


def test_taking_an_offer_up_without_script_saves_it_and_comes_back_to_the_field(client, story, page):
    sent = {"q-need": "", "q-need-version": "0", "q-note": "Ma note.", "q-note-version": "0", "take": "need:reponse"}

    response = client.post(address(page), sent)

    assert response["Location"] == f"{address(page)}#q-need"
    assert dict(page.answers.values_list("question_key", "typed")) == {"need": "Un besoin.", "note": "Ma note."}


def test_what_was_typed_in_the_field_goes_before_the_offer(client, story, page):
    client.post(address(page), {"q-need": "Tapé.", "q-need-version": "0", "take": "need:reponse"})

    assert page.answers.get().typed == "Tapé."


def test_an_offer_does_not_replace_what_came_meanwhile(client, story, page):
    story.save(page, need="Venu entre-temps.")

    response = client.post(address(page), {"q-need": "", "q-need-version": "0", "q-need-base": "", "take": "need:reponse"})

    assert response.status_code == 409
    assert page.answers.get().typed == "Venu entre-temps."
    assert "Un besoin." in response.content.decode()


@pytest.mark.parametrize("take", ["need:fiche", "need", "inconnue:reponse", ":", "need:reponse:x"])
def test_what_names_no_offer_takes_nothing(client, story, page, take):
    response = client.post(address(page), {"q-need": "", "q-need-version": "0", "take": take})

    assert response.status_code == 302
    assert not page.answers.exists()


def test_guests_are_offered_nothing(client, story, page):
    guest = GuestFactory(application=page, accepted=True).user
    client.force_login(guest)

    assert boxes(client.get(address(page))) == {}
    client.post(address(page), {"q-need": "", "q-need-version": "0", "take": "need:reponse"})
    assert not page.answers.exists()


def test_the_script_is_told_how_to_fill_the_field(client, story):
    lyon = AreaFactory(kind="commune", name="Lyon")
    section = story.round.sections.get()
    QuestionFactory(section=section, key="ou", commune=True, known_as="commune")
    QuestionFactory(section=section, key="partout", commune=True, several=True, known_as="commune")
    story.organisation.commune = lyon
    story.organisation.save()
    client.force_login(story.carrier)

    fields = {field.key: field for field in client.get(address(story.start())).context["form"].fields}

    areas = [{"value": lyon.key, "label": lyon.label, "detail": ""}]
    assert json.loads(fields["ou"].offers[0].copy) == {"pairs": [["q-ou", lyon.key]], "areas": areas, "text": lyon.label}
    assert json.loads(fields["partout"].offers[0].copy) == {"pairs": [["q-partout", lyon.key]], "areas": areas, "text": ""}


def test_the_script_is_told_the_cells_of_a_table(client, story):
    QuestionFactory(section=story.round.sections.get(), key="group", group=True, required=False, maximum=3)
    story.save(story.start(), group="0.nom=Mairie = ville")
    client.force_login(story.carrier)

    fields = {field.key: field for field in client.get(address(another(story))).context["form"].fields}

    assert json.loads(fields["group"].offers[0].copy)["pairs"] == [["q-group", "1"], ["q-group.0.nom", "Mairie = ville"]]
