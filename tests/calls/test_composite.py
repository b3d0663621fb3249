"""Answers that are tables: read cell by cell, kept whole, said in lines and in rows."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from calls.composite import blank_line, with_blanks
from calls.definition import ChoiceDefinition, QuestionDefinition
from calls.enums import QuestionKind, Visibility
from calls.grid import Rows
from calls.reading import partner_references, read_answer, say_typed, say_value, table_of

NBSP, NARROW = "\u00a0", "\u202f"
NAMES = {"siret:55208131766522": "EDF"}


def question(kind, **changes) -> QuestionDefinition:
    base = {
        "key": "q",
        "kind": kind,
        "label": "Question",
        "help_text": "",
        "required": True,
        "visibility": Visibility.PUBLIC,
        "max_words": None,
        "minimum": None,
        "maximum": None,
        "whole": False,
        "unit": "",
        "several": False,
        "choices": (),
    }
    return QuestionDefinition(**{**base, **changes})


def cell(key, label, kind=QuestionKind.AMOUNT, **changes):
    return question(kind, **{"key": key, "label": label, "required": False, **changes})


GROUP = question(
    QuestionKind.GROUP,
    maximum=Decimal(3),
    parts=(
        cell("nom", "Nom", QuestionKind.SHORT_TEXT, required=True),
        cell("siret", "SIRET", QuestionKind.PARTNER),
        cell(
            "role", "Rôle", QuestionKind.SINGLE_CHOICE, choices=(ChoiceDefinition("Payeur", "Payeur"), ChoiceDefinition("Autre", "Autre"))
        ),
        cell("oui", "Signé", QuestionKind.YES_NO),
    ),
)
BUDGET = question(
    QuestionKind.BUDGET,
    several=True,
    parts=(
        cell("achats", "Achats", side="charges", minimum=Decimal(0)),
        cell("salaires", "Salaires", side="charges", minimum=Decimal(0), required=True),
        cell("subvention", "Subvention", side="ressources", minimum=Decimal(0)),
    ),
)
YEARS = question(
    QuestionKind.YEARS,
    minimum=Decimal(2023),
    maximum=Decimal(2025),
    parts=(cell("produits", "Produits", required=True), cell("salaries", "Salariés", QuestionKind.NUMBER)),
)


def read(asked, *texts):
    return read_answer(asked, texts, NAMES)


def test_group_is_read_row_by_row_and_its_rows_numbered_anew():
    reading = read(GROUP, "7.nom=Mairie", "3.nom= EDF ", "3.siret=552 081 317 66522", "3.oui=oui", "5.nom=\u200b")

    assert reading.typed == ["0.nom=EDF", "0.siret=552 081 317 66522", "0.oui=oui", "1.nom=Mairie"]
    assert reading.value == [{"nom": "EDF", "siret": "55208131766522", "oui": True}, {"nom": "Mairie"}]
    siret = f"552{NBSP}081{NBSP}317{NBSP}66522 – EDF"
    assert say_value(GROUP, reading.value, NAMES) == f"Nom : EDF ; SIRET : {siret} ; Signé : Oui\nNom : Mairie"
    assert table_of(GROUP, reading.typed, NAMES).rows() == Rows(
        ("Nom", "SIRET", "Rôle", "Signé"), (("EDF", siret, "", "Oui"), ("Mairie", "", "", ""))
    )


def test_bad_cell_is_kept_with_its_sentence_at_its_place():
    reading = read(GROUP, "0.nom=EDF", "0.siret=12", "1.siret=552 081 317 66522", "1.role=Payeuse")
    grid = table_of(GROUP, reading.typed, NAMES)

    assert reading.value is None
    assert reading.typed == ["0.nom=EDF", "0.siret=12", "1.siret=552 081 317 66522", "1.role=Payeuse"]
    assert grid.problems == (
        ("0.siret", "Ligne 1, SIRET : Un SIRET compte 14 chiffres ; vous en avez saisi 2."),
        ("1.role", "Ligne 2, Rôle : Choisissez une réponse dans la liste."),
        ("", "Ligne 2 : complétez « Nom »."),
    )
    assert reading.problem == f"{grid.problems[0][1]} Et 2{NBSP}autres points à corriger dans ce tableau."


@pytest.mark.parametrize(
    ("least", "count", "problem"),
    [
        (None, 3, ""),
        (None, 4, f"Ce tableau compte 4{NBSP}lignes ; la limite est de 3."),
        (2, 1, f"Remplissez au moins 2{NBSP}lignes."),
        (2, 2, ""),
    ],
)
def test_rows_of_a_group_are_counted(least, count, problem):
    asked = question(QuestionKind.GROUP, minimum=least and Decimal(least), maximum=Decimal(3), parts=GROUP.parts)

    reading = read(asked, *(f"{row}.nom=N" for row in range(count)))

    assert len(reading.typed) == count
    assert reading.problem == problem


def test_budget_that_balances_has_totals():
    reading = read(BUDGET, "achats=1 000", "salaires=500,50", "subvention=1 400", "ressources.4.label=Dons", "ressources.4.amount=100,5")

    assert reading.typed == ["achats=1 000", "salaires=500,50", "subvention=1 400", "ressources.0.label=Dons", "ressources.0.amount=100,5"]
    assert reading.value == {
        "charges": {
            "lines": [
                {"label": "Achats", "amount": "1000.00", "key": "achats"},
                {"label": "Salaires", "amount": "500.50", "key": "salaires"},
            ],
            "total": "1500.50",
        },
        "ressources": {
            "lines": [
                {"label": "Subvention", "amount": "1400.00", "key": "subvention"},
                {"label": "Dons", "amount": "100.50", "key": ""},
            ],
            "total": "1500.50",
        },
    }
    assert table_of(BUDGET, reading.typed, {}).balance == f"Le budget est équilibré : 1{NARROW}500,50{NBSP}€."
    assert say_value(BUDGET, reading.value, {}).splitlines() == [
        "Charges",
        f"Achats : 1{NARROW}000{NBSP}€",
        f"Salaires : 500,50{NBSP}€",
        f"Total des charges : 1{NARROW}500,50{NBSP}€",
        "Ressources",
        f"Subvention : 1{NARROW}400{NBSP}€",
        f"Dons : 100,50{NBSP}€",
        f"Total des ressources : 1{NARROW}500,50{NBSP}€",
    ]
    rows = table_of(BUDGET, reading.typed, {}).rows()
    assert [row[0] for rank, row in enumerate(rows.rows) if rank in rows.strong] == [
        "Charges",
        "Total des charges",
        "Ressources",
        "Total des ressources",
    ]
    assert Rows.from_plain(rows.as_plain()) == rows


@pytest.mark.parametrize(
    ("texts", "problem"),
    [
        (["salaires=10", "subvention=8"], f"Les charges (10{NBSP}€) et les ressources (8{NBSP}€) diffèrent de 2{NBSP}€."),
        (["salaires=0", "subvention=8"], f"Les charges (0{NBSP}€) et les ressources (8{NBSP}€) diffèrent de 8{NBSP}€."),
        (["achats=8", "subvention=8"], "Salaires : saisissez un montant (0 s’il n’y en a pas)."),
        (["salaires=dix", "subvention=8"], "Salaires : Saisissez un nombre en chiffres, par exemple 1 234,56."),
        (["salaires=-1", "subvention=8"], f"Salaires : Saisissez au moins 0{NBSP}€."),
        (["salaires=8", "ressources.0.label=Dons"], "Dons : complétez « Montant »."),
        (["salaires=8", "ressources.0.amount=8"], "Autre ligne 1 : complétez « Poste »."),
    ],
)
def test_budget_says_what_is_wrong(texts, problem):
    reading = read(BUDGET, *texts)

    assert (reading.typed, reading.value) == (texts, None)
    assert reading.problem.startswith(problem)


def test_own_lines_only_where_a_budget_takes_them():
    closed = question(QuestionKind.BUDGET, parts=BUDGET.parts)
    many = [text for index in range(11) for text in (f"charges.{index}.label=L{index}", f"charges.{index}.amount=0")]

    assert read(closed, "charges.0.label=Divers", "salaires=0").typed == ["salaires=0"]
    assert read(BUDGET, "salaires=0", *many).problem == f"Charges : ajoutez au plus 10{NBSP}lignes."


def test_years_are_read_line_by_line():
    reading = read(
        YEARS, "produits.2023=10", "produits.2024=-20", "produits.2025=30", "salaries.2025=2,5", "produits.2026=1", "autre.2023=1"
    )

    assert reading.typed == ["produits.2023=10", "produits.2024=-20", "produits.2025=30", "salaries.2025=2,5"]
    assert reading.value == {"produits": {"2023": "10.00", "2024": "-20.00", "2025": "30.00"}, "salaries": {"2025": "2.5"}}
    assert say_value(YEARS, reading.value, {}) == (
        f"Produits – 2023 : 10{NBSP}€ ; 2024 : \u221220{NBSP}€ ; 2025 : 30{NBSP}€\nSalariés – 2025 : 2,5"
    )
    assert table_of(YEARS, reading.typed, {}).rows().headers == ("", "2023", "2024", "2025")


def test_required_line_wants_every_year():
    assert read(YEARS, "produits.2023=10", "salaries.2023=1").problem == "Produits : complétez « 2024 » et « 2025 »."
    assert say_typed(YEARS, ["salaries.2023=1"], {}) == "Produits – rien\nSalariés – 2023 : 1"


def test_table_of_years_without_bounds_asks_nothing():
    assert read(question(QuestionKind.YEARS, parts=YEARS.parts), "produits.2023=10").typed == []


@pytest.mark.parametrize("asked", [GROUP, BUDGET, YEARS], ids=["group", "budget", "years"])
@pytest.mark.parametrize(
    "text",
    [
        *("=", "0.nom", "0.=a", ".nom=a", "00.nom=a", "-1.nom=a", "²ee.nom=a", "1000.nom=a", "9" * 5000 + ".nom=a", "charges..label=a", ""),
        *("charges.0.autre=a", "charges.x.label=a", "autres.0.label=a", "produits.=1", "produits.1e3=1", "__proto__.nom=a", "0.nom.nom=a"),
    ],
)
def test_crafted_address_is_left_out(asked, text):
    assert read(asked, text) == read(asked)


def test_a_megabyte_in_a_cell_is_not_stored_and_a_long_one_is_kept_with_a_sentence():
    assert not read(GROUP, f"0.nom={'a' * 1_000_000}").is_storable
    long = read(GROUP, f"0.nom={'a' * 2_000}")
    assert long.is_storable
    assert long.typed == [f"0.nom={'a' * 2_000}"]
    assert "la limite est de" in long.problem


def test_hidden_signs_go_and_the_sign_that_parts_address_and_words_may_stand_in_them():
    assert read(GROUP, "0.nom=a\x00=\u202eb = c").typed == ["0.nom=a=b = c"]


def test_blank_lines_stand_where_the_table_may_grow():
    def names(asked, *texts):
        return [[line.name for line in block.lines] for block in with_blanks(table_of(asked, texts, {})).blocks]

    assert names(GROUP) == [["Ligne 1"]]
    assert names(GROUP, "0.nom=a") == [["Ligne 1", "Ligne 2"]]
    assert names(GROUP, "0.nom=a", "1.nom=b", "2.nom=c") == [["Ligne 1", "Ligne 2", "Ligne 3"]]
    assert names(question(QuestionKind.GROUP, minimum=Decimal(2), parts=GROUP.parts)) == [["Ligne 1", "Ligne 2"]]
    assert names(BUDGET, "charges.0.label=Divers") == [["Achats", "Salaires", "Divers", "Autre ligne"], ["Subvention", "Autre ligne"]]
    assert names(YEARS) == [["Produits", "Salariés"]]
    assert blank_line(GROUP, table_of(GROUP, (), {}).blocks[0], "n").cells[0].address == "n.nom"


def test_partners_are_found_in_cells_and_alone():
    texts = ["0.siret=552 081 317 66522", "356.000.000.49837", "0.nom=12", "a" * 100]

    assert partner_references(texts) == {"siret:55208131766522", "siret:35600000049837"}


ADDRESSES = st.sampled_from(
    [
        "0.nom",
        "1.nom",
        "1.siret",
        "2.role",
        "7.oui",
        "achats",
        "salaires",
        "subvention",
        "charges.0.label",
        "charges.0.amount",
        "ressources.3.label",
        "ressources.3.amount",
        "produits.2023",
        "produits.2025",
        "salaries.2024",
        "produits.1999",
        "0",
        "x.y.z",
    ]
)
WORDS = st.text(max_size=12) | st.sampled_from(["1 000", "12,5", "0", "abc", "552 081 317 66522", "Payeur", "oui", "=", "1.234", "-3"])
TEXTS = st.lists(st.builds("{}={}".format, ADDRESSES, WORDS) | st.text(max_size=20), max_size=14)


@given(st.sampled_from([GROUP, BUDGET, YEARS]), TEXTS)
def test_reading_a_table_never_raises_and_what_is_kept_reads_the_same(asked, texts):
    first = read_answer(asked, texts, NAMES)

    assert read_answer(asked, first.typed, NAMES) == first
    assert bool(first.typed) == (first.value is not None or bool(first.problem))
    assert not (first.value is not None and first.problem)
    assert "\x00" not in "".join(first.typed)


@given(st.sampled_from([GROUP, BUDGET, YEARS]), TEXTS)
def test_a_value_says_what_was_typed(asked, texts):
    reading = read_answer(asked, texts, NAMES)

    said = say_typed(asked, reading.typed, NAMES)
    assert bool(said) == bool(reading.typed)
    if reading.value is not None:
        assert say_value(asked, reading.value, NAMES) == said
    rows = table_of(asked, reading.typed, NAMES).rows()
    assert {len(row) for row in rows.rows} <= {len(rows.headers)}
