"""The blank form: every question with what is expected of its answer, set as a PDF whatever was typed."""

from decimal import Decimal
from unittest.mock import Mock

import pytest

from calls.blank_form import blank_form_pdf, expected
from calls.definition import define
from calls.enums import QuestionKind
from calls.models import Question
from tests.factories.calls import DeclarationFactory, QuestionFactory, RoundFactory, SectionFactory

NBSP = "\u00a0"
EXPECTED = [
    ({"kind": QuestionKind.SHORT_TEXT}, ""),
    ({"kind": QuestionKind.LONG_TEXT, "max_words": 300}, f"300{NBSP}mots au plus"),
    ({"kind": QuestionKind.NUMBER, "unit": "ETP", "minimum": Decimal("0.00")}, "Nombre, en ETP, au moins 0"),
    ({"kind": QuestionKind.NUMBER, "whole": True, "maximum": Decimal("1000.00")}, "Nombre entier, au plus 1\u202f000"),
    ({"kind": QuestionKind.AMOUNT, "minimum": Decimal("10.00")}, f"Montant en euros, au moins 10{NBSP}€"),
    ({"kind": QuestionKind.DATE}, "Date (jour/mois/année)"),
    ({"kind": QuestionKind.YES_NO}, ""),
    ({"kind": QuestionKind.SINGLE_CHOICE}, "Une seule réponse"),
    ({"kind": QuestionKind.MULTIPLE_CHOICE}, "Plusieurs réponses possibles"),
    ({"kind": QuestionKind.COMMUNE, "several": True}, "Communes"),
    ({"kind": QuestionKind.EPCI}, "Intercommunalité"),
    ({"kind": QuestionKind.DEPARTEMENT, "several": True}, "Départements"),
    ({"kind": QuestionKind.DATE, "past": True}, "Date passée (jour/mois/année)"),
    ({"kind": QuestionKind.EMAIL}, "Adresse électronique"),
    ({"kind": QuestionKind.PHONE}, "Numéro de téléphone"),
    ({"kind": QuestionKind.URL}, "Adresse d’un site (https://…)"),
    ({"kind": QuestionKind.PARTNER}, "Numéro SIRET (14 chiffres)"),
    ({"kind": QuestionKind.GROUP, "minimum": Decimal(1), "maximum": Decimal(5)}, "Tableau de 5 lignes au plus"),
    ({"kind": QuestionKind.BUDGET}, "Budget en euros, dont les charges et les ressources sont égales"),
    ({"kind": QuestionKind.YEARS, "minimum": Decimal(2023), "maximum": Decimal(2025)}, "Tableau à remplir"),
]


@pytest.mark.parametrize(("fields", "words"), EXPECTED)
def test_expected_answer_in_words(fields, words):
    assert expected(define(Question(label="?", **fields), ())) == words


@pytest.mark.django_db
def test_form_of_every_kind_is_set():
    section = SectionFactory(introduction="Dites-le simplement.")
    for kind in QuestionKind.values:
        QuestionFactory(section=section, kind=kind, several=kind == QuestionKind.COMMUNE, help_text="Aide.", required=False)
    QuestionFactory(section=section, long_text=True, max_words=5000)
    DeclarationFactory(round=section.round, source="Article 1er")

    assert blank_form_pdf(section.round).startswith(b"%PDF")


@pytest.mark.django_db
def test_what_was_typed_is_never_read_as_source(settings):
    settings.DEMONSTRATION = True
    round_ = RoundFactory(permanent=True, name='#panic("non") ] } $ \\ `')
    QuestionFactory(section=SectionFactory(round=round_, title='"#include "x"'), label='*gras* #eval("1") 😀')

    assert blank_form_pdf(round_).startswith(b"%PDF")


@pytest.mark.django_db
@pytest.mark.parametrize(("trait", "made"), [("open", 1), ("permanent", 1), (None, 2)])
def test_form_that_is_frozen_is_set_once_a_day(monkeypatch, trait, made):
    sets = Mock(return_value=b"%PDF")
    monkeypatch.setattr("calls.blank_form.render_pdf", sets)
    round_ = RoundFactory(complete=True, **({trait: True} if trait else {}))

    found = [blank_form_pdf(round_), blank_form_pdf(round_)]

    assert found == [b"%PDF", b"%PDF"]
    assert sets.call_count == made


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("notice", "lines"), [("Un.\n\nLa [CNIL](https://www.cnil.fr).\n", ["Un.", "La CNIL (https://www.cnil.fr)."]), ("", [])]
)
def test_privacy_notice_is_handed_line_by_line(monkeypatch, notice, lines):
    sets = Mock(return_value=b"%PDF")
    monkeypatch.setattr("calls.blank_form.render_pdf", sets)

    blank_form_pdf(RoundFactory(privacy_notice=notice))

    assert sets.call_args.args[1]["privacy"] == lines
