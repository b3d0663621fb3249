"""The browser's mirror of conditions and the server agree: the same generated forms and answers, read and judged by both."""

import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from calls.conditions.evaluation import scope_of
from calls.conditions.mirror import mirror_of
from calls.conditions.model import Condition, Row
from calls.conditions.operators import operators_of
from calls.definition import ChoiceDefinition, FormDefinition, QuestionDefinition, SectionDefinition
from calls.enums import Mode, Operator, QuestionKind, Visibility
from calls.reading import latest_year, read_answer, today

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CASES = 300
KEYS = ("a", "b", "c", "d", "e", "f", "g", "h")
CHOICES = tuple(ChoiceDefinition(key, key.upper()) for key in ("un", "deux", "trois"))
WITHIN = {
    "commune:69123": frozenset({"commune:69123", "epci:200046977", "departement:69", "region:84"}),
    "commune:42218": frozenset({"commune:42218", "departement:42", "region:84"}),
    "departement:69": frozenset({"departement:69", "region:84"}),
    "departement:75": frozenset({"departement:75", "region:11"}),
}
LABELS = {key: key for key in WITHIN}
NUMBERS = (
    "0",
    "-0",
    "5",
    "+5",
    "500 000",
    "500000,00",
    "500 000,01 €",
    "12 500,50 €",
    "1.234",
    "1.234,56",
    "1,5",
    "-3",
    "\u22123,10",
    "12 €",
    "5 ETP",
)
DAYS = (
    "26/02/2018",
    "26.02.2018",
    "26 février 2018",
    "1er mars 2018",
    "2018-02-26",
    "29/02/2017",
    "29 fevrier 2016",
    "1/1/1700",
    "31/12/9999",
    "26/02",
)
PROSE = (
    "",
    " ",
    "Crèche",
    "CRECHE d’été",
    "l’œuvre",
    "un deux trois",
    "un\u00a0deux",
    "10 000 personnes",
    "a\u200bb",
    "!!!",
    "à\tb\r\nc",
    "Straße",
    "x" * 1001,
)
ODD = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "Cf", "Cc", "Sc"], max_codepoint=0x17F), max_size=12)
AREAS = (QuestionKind.COMMUNE, QuestionKind.DEPARTEMENT)


def places_of(kind: QuestionKind) -> list[str]:
    return [place for place in WITHIN if place.startswith(kind.value)]


def texts_for(question: QuestionDefinition) -> st.SearchStrategy[list[str]]:  # noqa: PLR0911 - one line a kind
    match question.kind:
        case QuestionKind.MULTIPLE_CHOICE:
            return st.lists(st.sampled_from(["un", "deux", "trois", "quatre", ""]), max_size=3)
        case kind if kind in AREAS:
            return st.lists(st.sampled_from(places_of(kind)), max_size=2)
        case QuestionKind.SINGLE_CHOICE:
            return st.lists(st.sampled_from(["un", "deux", "quatre", ""]), max_size=1)
        case QuestionKind.YES_NO:
            return st.lists(st.sampled_from(["oui", "non", "peut-être"]), max_size=1)
        case QuestionKind.DATE:
            return (st.sampled_from(DAYS) | st.dates().map(lambda day: day.strftime("%d/%m/%Y")) | ODD).map(lambda text: [text])
        case QuestionKind.NUMBER | QuestionKind.AMOUNT:
            number = st.decimals(-(10**16), 10**16, places=2).map(str)
            return (st.sampled_from(NUMBERS) | number | ODD).map(lambda text: [text])
        case _:
            return (st.sampled_from(PROSE) | ODD).map(lambda text: [text])


def value_for(draw: st.DrawFn, question: QuestionDefinition, operator: Operator):  # noqa: PLR0911 - one line a kind
    if operator in {Operator.ANSWERED, Operator.NOT_ANSWERED}:
        return None
    if operator in {Operator.IN_AREA, Operator.NOT_IN_AREA}:
        return draw(st.sampled_from(["region:84", "departement:69", "epci:200046977", *places_of(question.kind)]))
    match question.kind:
        case QuestionKind.YES_NO:
            return draw(st.booleans())
        case QuestionKind.DATE:
            return draw(st.sampled_from(["2018-02-26", "2016-02-29"]) | st.dates().map(lambda day: day.isoformat()))
        case QuestionKind.NUMBER | QuestionKind.AMOUNT:
            return draw(st.sampled_from(["0", "5", "500000.00", "500000", "12500.50", "-3"]))
        case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
            keys = st.sampled_from(["un", "deux", "trois"])
            return tuple(draw(st.lists(keys, min_size=1, max_size=2))) if operator == Operator.ONE_OF else draw(keys)
        case _:
            return draw(st.sampled_from(["creche", "Deux", "œuvre", "d'été", "10000", "strasse"]))


@st.composite
def conditions(draw: st.DrawFn, before: list[QuestionDefinition]) -> Condition:
    rows = []
    for question in draw(st.lists(st.sampled_from(before), min_size=1, max_size=3)):
        operator = draw(st.sampled_from(operators_of(question.kind)))
        rows.append(Row(question.key, operator, value_for(draw, question, operator)))
    return Condition(draw(st.sampled_from(Mode)), tuple(rows))


@st.composite
def cases(draw: st.DrawFn):
    """A form of two sections, and what is typed in each question."""
    kinds = [kind for kind in QuestionKind if kind in set(NAMED_KINDS)]
    questions: list[QuestionDefinition] = []
    for key in KEYS:
        kind = draw(st.sampled_from(kinds))
        is_number = kind in {QuestionKind.NUMBER, QuestionKind.AMOUNT}
        questions.append(
            QuestionDefinition(
                key=key,
                kind=kind,
                label=key,
                help_text="",
                required=False,
                visibility=Visibility.PUBLIC,
                max_words=draw(st.sampled_from([None, 2])) if kind.value.endswith("text") else None,
                minimum=draw(st.sampled_from([None, Decimal(0), Decimal("0.50")])) if is_number else None,
                maximum=draw(st.sampled_from([None, Decimal(600_000)])) if is_number else None,
                whole=is_number and draw(st.booleans()),
                past=kind == QuestionKind.DATE and draw(st.booleans()),
                unit=draw(st.sampled_from(["", "ETP"])) if kind == QuestionKind.NUMBER else "",
                several=kind in AREAS and draw(st.booleans()),
                choices=CHOICES if kind.value.endswith("choice") else (),
                shown_if=draw(st.none() | conditions(questions)) if questions else None,
                required_if=draw(st.none() | conditions(questions)) if questions else None,
            )
        )
    cut = draw(st.integers(0, 3))
    sections = (SectionDefinition("avant", "", "", tuple(questions[:cut])), SectionDefinition("page", "", "", tuple(questions[cut:])))
    typed = {question.key: draw(texts_for(question)) for question in questions}
    return FormDefinition(sections), typed


NAMED_KINDS = (
    *(QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER, QuestionKind.AMOUNT, QuestionKind.DATE, QuestionKind.YES_NO),
    *(QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE, QuestionKind.COMMUNE, QuestionKind.DEPARTEMENT),
)


def expected_of(definition: FormDefinition, typed: dict[str, list[str]]):
    """What the server makes of it, and what it tells the page."""
    values = {key: read_answer(definition.by_key[key], texts, LABELS).value for key, texts in typed.items()}
    scope = scope_of(definition, values, WITHIN)
    section = definition.sections[1]
    shown = {key: value for key, value in values.items() if key not in scope.hidden}
    mirror = mirror_of(definition, section, shown, WITHIN, today=today(), latest_year=latest_year())
    here = [question.key for question in section.questions]
    return mirror, [key for key in here if key in scope.hidden], [key for key in here if key in scope.required]


def test_the_browser_and_the_server_agree(page, live_server):
    generated: list = []

    @settings(max_examples=CASES, phases=[Phase.generate], deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(cases())
    def collect(case):
        mirror, hidden, required = expected_of(*case)
        if mirror:
            generated.append((case[1], mirror, hidden, required))

    collect()
    page.goto("/")
    found = page.evaluate(
        """async (cases) => {
            const { evaluate } = await import("/static/js/condition-engine.js");
            return cases.map(([typed, form]) => evaluate(form, typed));
        }""",
        json.loads(json.dumps([[typed, mirror] for typed, mirror, *_ in generated])),
    )

    wrong = [
        (typed, mirror, hidden, required, answer)
        for (typed, mirror, hidden, required), answer in zip(generated, found, strict=True)
        if (answer["hidden"], answer["required"]) != (hidden, required)
    ]
    assert len(generated) > CASES / 2
    assert sum(bool(hidden) for _, _, hidden, _ in generated) > CASES / 5
    assert wrong[:1] == []
