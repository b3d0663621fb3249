"""The dry run: each thing that is missing is said once, with the page where it is mended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve

from calls.definition import FormDefinition, define, read_definition
from calls.enums import DeclarationKind, QuestionKind
from calls.form_templates import starting_notices
from calls.models import Question
from calls.queries.dry_run import blocking, dry_run
from kit import clock
from tests.factories.calls import CallFactory, ChoiceFactory, DeclarationFactory, QuestionFactory, RoundFactory, SectionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon():
    with clock.standing_at(NOW):
        yield


def stops(round_):
    return [remark.sentence for remark in blocking(dry_run(round_))]


def advice(round_):
    return [remark.sentence for remark in dry_run(round_) if not remark.blocking]


def test_complete_round_has_nothing_to_mend():
    assert dry_run(RoundFactory(complete=True)) == []


def test_missing_contact_is_one_sentence():
    round_ = RoundFactory(complete=True, call=CallFactory(without_contact=True))

    assert stops(round_) == [
        "Service instructeur : il manque son nom, son adresse postale, son courriel et son téléphone. L’accusé de réception doit les indiquer."
    ]


@pytest.mark.parametrize("field", ["service_name", "service_address", "service_email", "service_phone"])
def test_each_part_of_the_contact_stops(field):
    assert len(stops(RoundFactory(complete=True, call=CallFactory(**{field: ""})))) == 1


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("appeal_notice", "les voies et délais de recours"),
        ("completeness_notice", "ce qui se passe s’il manque des pièces"),
        ("privacy_notice", "la protection des données personnelles"),
    ],
)
def test_each_notice_stops(field, words):
    assert stops(RoundFactory(complete=True, **{field: " "})) == [f"Mention légale absente : {words}."]


ACCEPTED = "Sans réponse dans les deux mois, votre demande est considérée comme acceptée. Vous pouvez en demander une attestation."
REJECTED = "Sans réponse dans les deux mois, votre demande est considérée comme rejetée. Le tribunal peut être saisi dans les deux mois."


@pytest.mark.parametrize(
    ("regime", "appeal", "completeness", "said"),
    [
        ("rejet", REJECTED, "Le délai au terme duquel le silence vaut rejet est suspendu.", []),
        ("rejet", ACCEPTED + " Tribunal, deux mois.", "Envoyez-les.", ["recours disent le contraire"]),
        ("rejet", "Vous pouvez contester la décision.", "Envoyez-les.", ["nommer le tribunal"]),
        ("rejet", "Vous pouvez saisir le tribunal.", "Envoyez-les.", ["nommer le tribunal"]),
        ("acceptation", ACCEPTED, "Le délai part du dossier complet.", []),
        ("acceptation", REJECTED, "Envoyez-les.", ["recours disent le contraire", "attestation"]),
        ("acceptation", "Sans réponse, c’est oui.", "Envoyez-les.", ["attestation"]),
        (
            "acceptation",
            ACCEPTED,
            "La durée au terme de laquelle le silence vaut rejet est suspendue.",
            ["pièces manquantes dit le contraire"],
        ),
    ],
)
def test_notices_fit_what_silence_means(regime, appeal, completeness, said):
    round_ = RoundFactory(complete=True, implicit_decision=regime, appeal_notice=appeal, completeness_notice=completeness)

    found = stops(round_)

    assert len(found) == len(said)
    assert all(words in sentence for words, sentence in zip(said, found, strict=True))


@pytest.mark.parametrize(("regime", "appeal"), [("rejet", REJECTED), ("acceptation", ACCEPTED)])
def test_delay_of_silence_is_the_one_that_notices_say(regime, appeal):
    round_ = RoundFactory(
        complete=True,
        implicit_decision=regime,
        silence_months=4,
        appeal_notice=appeal,
        completeness_notice="Si le service ne répond pas dans les 3 mois, écrivez-lui.",
    )

    same = "Indiquez partout le même délai."
    assert stops(round_) == [
        f"Le délai du silence est de 4\u00a0mois, mais les voies et délais de recours annoncent 2\u00a0mois sans réponse. {same}",
        f"Le délai du silence est de 4\u00a0mois, mais la mention sur les pièces manquantes annonce 3\u00a0mois sans réponse. {same}",
    ]


@pytest.mark.parametrize(("regime", "appeal"), [("rejet", REJECTED), ("acceptation", ACCEPTED)])
def test_delay_of_silence_that_agrees_does_not_stop(regime, appeal):
    notice = appeal.replace("deux mois, votre", "quatre mois, votre")

    assert stops(RoundFactory(complete=True, implicit_decision=regime, silence_months=4, appeal_notice=notice)) == []


def test_starting_notices_fit_rejection_and_not_acceptance():
    notices = starting_notices().notices

    assert stops(RoundFactory(complete=True, **notices)) == []
    assert len(stops(RoundFactory(complete=True, implicit_decision="acceptation", **notices))) == 3


def test_closing_that_is_past_stops():
    round_ = RoundFactory(complete=True, opens_at=NOW - timedelta(days=9), closes_at=NOW)

    assert stops(round_) == ["La clôture est passée : lundi 1er\u00a0mars 2027 à 10\u00a0h\u00a000 (heure de Paris)."]


def test_closing_before_opening_stops():
    round_ = RoundFactory(complete=True)
    round_.closes_at = round_.opens_at

    assert stops(round_) == ["La clôture précède l’ouverture."]


def test_no_closing_and_past_opening_are_advice():
    round_ = RoundFactory(complete=True, opens_at=NOW, closes_at=None)

    assert stops(round_) == []
    assert advice(round_) == [
        "Aucune clôture : l’appel restera ouvert sans limite.",
        "L’ouverture est passée : la session sera ouverte dès sa publication.",
    ]


def test_no_places_stop():
    assert stops(RoundFactory(complete=True, places_min=None, places_max=None)) == ["Le nombre de lauréats prévu n’est pas indiqué."]


def test_one_bound_of_places_is_enough():
    assert stops(RoundFactory(complete=True, places_min=None)) == []


def test_places_in_disorder_stop():
    round_ = RoundFactory(complete=True)
    round_.places_max = 1

    assert stops(round_) == ["Le nombre maximal de lauréats est inférieur au nombre minimal."]


@pytest.mark.parametrize("fields", [{"kind": DeclarationKind.OTHER}, {"required": False}, {"families": ["association"]}])
def test_sworn_declaration_asked_of_everyone_is_needed(fields):
    round_ = RoundFactory()
    QuestionFactory(section=SectionFactory(round=round_))
    DeclarationFactory(round=round_, **fields)

    assert stops(round_) == ["Aucune déclaration sur l’honneur n’est demandée à tous ceux qui déposent."]


def test_declaration_without_text_stops():
    round_ = RoundFactory(complete=True)
    DeclarationFactory(round=round_, text="")

    assert stops(round_) == ["Une déclaration n’a pas de texte."]


def test_form_without_question_stops():
    round_ = RoundFactory()
    DeclarationFactory(round=round_)

    assert stops(round_) == ["Le formulaire n’a aucune question."]


def test_empty_section_stops():
    round_ = RoundFactory(complete=True)
    SectionFactory(round=round_, title="Vide")

    assert stops(round_) == ["La section « Vide » n’a aucune question."]


@pytest.mark.parametrize("kind", [QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE])
def test_too_few_choices_stop(kind):
    round_ = RoundFactory(complete=True)
    QuestionFactory(section=round_.sections.get(), kind=kind, label="Quoi\u00a0?", choices=["Seul"])

    assert stops(round_) == ["« Quoi\u00a0? » : il faut au moins deux choix."]


def test_same_label_twice_stops():
    round_ = RoundFactory(complete=True)
    question = QuestionFactory(section=round_.sections.get(), single_choice=True, label="Quoi\u00a0?", choices=["Oui", "oui"])

    assert stops(round_) == ["« Quoi\u00a0? » : deux choix ont le même libellé."]
    assert question.choices.count() == 2


def test_bounds_in_disorder_and_empty_word_limit_stop(monkeypatch):
    round_ = RoundFactory(complete=True)
    QuestionFactory(section=round_.sections.get(), label="Combien\u00a0?", number=True, max_words=0)
    disordered = Question(
        round=round_,
        section=round_.sections.get(),
        key="k",
        kind=QuestionKind.NUMBER,
        label="Entre\u00a0?",
        minimum=5,
        maximum=1,
        position=99,
    )
    monkeypatch.setattr("calls.queries.dry_run.read_definition", lambda each: _with(each, disordered))

    assert stops(round_) == [
        "« Combien\u00a0? » : la limite de mots doit être d’au moins un mot.",
        "« Entre\u00a0? » : « au plus » est inférieur à « au moins ».",
    ]


def _with(round_, question):
    """The round's form with one more question, that the table itself would refuse."""
    (section,) = read_definition(round_).sections
    extra = replace(define(question, ()), key=section.questions[-1].key)
    return FormDefinition((replace(section, questions=(*section.questions, extra)),))


def test_long_text_without_limit_is_advice():
    round_ = RoundFactory(complete=True)
    QuestionFactory(section=round_.sections.get(), kind=QuestionKind.LONG_TEXT, label="Racontez.")

    assert advice(round_) == ["« Racontez. » : sans limite de mots, les réponses seront difficiles à comparer."]


def test_very_long_form_is_advice():
    round_ = RoundFactory(complete=True)
    QuestionFactory.create_batch(60, section=round_.sections.get())

    assert advice(round_) == ["Le formulaire compte 61\u00a0questions : chacune a-t-elle une suite dans l’instruction ?"]


def test_missing_texts_are_advice_and_come_last():
    round_ = RoundFactory(call=CallFactory(presentation="", rules="", selection="", benefits=""))

    remarks = dry_run(round_)

    assert [remark.blocking for remark in remarks] == [True, True, False, False, False, False]


def test_every_remark_leads_to_a_page_of_the_admin():
    round_ = RoundFactory(
        call=CallFactory(without_contact=True, presentation=""),
        appeal_notice="",
        places_min=None,
        places_max=None,
        opens_at=NOW,
        closes_at=None,
    )
    section = SectionFactory(round=round_)
    ChoiceFactory(question=QuestionFactory(section=section, single_choice=True, choices=[]))
    SectionFactory(round=round_)

    pages = {resolve(remark.url.partition("#")[0]).url_name for remark in dry_run(round_)}

    assert pages == {"calls_call_edit", "calls_round_edit", "calls_declaration_list", "calls_question_edit", "calls_section_edit"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"group": True, "parts": []}, "il faut au moins une colonne ou une ligne."),
        (
            {"budget": True, "several": False, "parts": [{"key": "a", "kind": "amount", "side": "charges"}]},
            "il faut au moins une ligne de charges et",
        ),
        ({"years": True, "minimum": None}, "il faut une première et une dernière année."),
    ],
)
def test_table_that_nobody_could_fill_stops_the_publication(fields, problem):
    round_ = RoundFactory(complete=True)
    QuestionFactory(section=round_.sections.get(), label="Quoi\u00a0?", **fields)

    assert next(one for one in stops(round_) if "Quoi" in one).startswith(f"« Quoi\u00a0? » : {problem}")


def test_tables_that_can_be_filled_stop_nothing():
    round_ = RoundFactory(complete=True)
    for kind in ("group", "budget", "years"):
        QuestionFactory(section=round_.sections.get(), **{kind: True})

    assert stops(round_) == []
