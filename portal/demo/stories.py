"""Fictional dossiers drawn from a few stories: names, places, figures and texts, the same for the same seed."""

import random
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from calls.content import Signatory
from calls.definition import COMPOSITE_KINDS, FormDefinition, QuestionDefinition
from calls.enums import BudgetSide, Capacity, QuestionKind
from calls.grid import years_of
from territories.models import Area

ADJECTIVES = (
    ("Solidaire", "Solidaire"),
    ("Ouvert", "Ouverte"),
    ("Partagé", "Partagée"),
    ("Vivant", "Vivante"),
    ("Commun", "Commune"),
    ("Nouveau", "Nouvelle"),
    ("Fertile", "Fertile"),
    ("Joyeux", "Joyeuse"),
    ("Utile", "Utile"),
    ("Patient", "Patiente"),
)
"""Each as it agrees with a masculine noun, and with a feminine one."""
DAYS_BEFORE = {"creation": (1000, 6000), "exercice-n1": (90, 600)}
"""How long ago some dates are; most dossiers are of an age that the rules of eligibility ask."""
STORY_PARTS = {  # by the key of the question
    "besoin-social": "need",
    "innovation": "novelty",
    "modele-economique": "model",
    "plan-developpement": "plan",
    "resume-public": "summary",
}
FIRST_YEAR, LAST_YEAR = 2008, 2016


@dataclass(frozen=True, slots=True)
class Story:
    """One of the stories of `texts.toml`."""

    name: str
    project: str
    theme: str
    summary: str
    need: str
    novelty: str
    model: str
    plan: str
    unit: str


@cache
def texts() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))


@cache
def stories() -> tuple[Story, ...]:
    return tuple(Story(**row) for row in texts()["story"])


def signatory_of(dice: random.Random) -> Signatory:
    """Someone who may sign, under a name that cannot be taken for anybody’s."""
    pools = texts()["signatories"]
    name = f"{dice.choice(pools['first_names'])} {dice.choice(pools['last_names'])}"
    return Signatory(name, dice.choice(pools["functions"]), Capacity.LEGAL_REPRESENTATIVE)


def name_of(story: Story, place: str, dice: random.Random) -> str:
    masculine, feminine = dice.choice(ADJECTIVES)
    return story.name.format(place=place, masculine=masculine, feminine=feminine)


class Writer:
    """Writes the answers of one dossier, as a person would type them."""

    def __init__(self, story: Story, home: Area, neighbours: list[Area], dice: random.Random, on: date) -> None:
        self.story, self.home, self.neighbours, self.dice, self.on = story, home, neighbours, dice, on
        self.income = dice.randrange(520_000, 4_800_000, 1_000)

    def answers(self, definition: FormDefinition, *, optional: float = 0.7) -> dict[str, list[str]]:
        """Texts by question key; an optional question is answered with the probability `optional`."""
        return {
            question.key: self._answer(question)
            for question in definition.questions()
            if not question.is_files and (question.required or self.dice.random() < optional)
        }

    def _answer(self, question: QuestionDefinition) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one line a kind reads as the table that it is
        match question.kind:
            case QuestionKind.SINGLE_CHOICE:
                return [self.dice.choice(question.choices).key]
            case QuestionKind.MULTIPLE_CHOICE:
                return [choice.key for choice in self.dice.sample(question.choices, k=min(2, len(question.choices)))]
            case QuestionKind.YES_NO:
                return [self.dice.choice(["oui", "non"])]
            case QuestionKind.DATE:
                return [(self.on - timedelta(days=self.dice.randrange(*DAYS_BEFORE.get(question.key, (400, 3000))))).strftime("%d/%m/%Y")]
            case QuestionKind.AMOUNT:
                return [str(self._amount(question.key))]
            case QuestionKind.NUMBER:
                return [str(self._number(question))]
            case QuestionKind.COMMUNE:
                return [self.home.key]
            case QuestionKind.DEPARTEMENT:
                some = self.dice.sample(self.neighbours, k=min(3, len(self.neighbours))) if question.several else self.neighbours[:1]
                return [area.key for area in some]
            case QuestionKind.EPCI:
                return [self.home.epci.key] if self.home.epci else []
            case QuestionKind.SHORT_TEXT:
                return [self._line(question.key)]
            case QuestionKind.EMAIL:
                return [f"contact{self.dice.randrange(10, 100)}@demo.example"]
            case QuestionKind.PHONE:
                return [f"01 99 00 {self.dice.randrange(10, 100)} {self.dice.randrange(10, 100)}"]
            case QuestionKind.URL:
                return [f"https://projet-{self.dice.randrange(100, 1000)}.demo.example"]
            case kind if kind in COMPOSITE_KINDS:
                return self._cells(question)
            case _:
                return [self._text(question)]

    def _cells(self, question: QuestionDefinition) -> list[str]:
        """The cells of a table: accounts that grow, a budget that balances, two or three partners."""
        if question.kind == QuestionKind.YEARS:
            return [
                f"{part.key}.{year}={self._in_year(part, age)}"
                for part in question.parts
                for age, year in enumerate(reversed(years_of(question)))
            ]
        if question.kind == QuestionKind.BUDGET:
            sides = [[part.key for part in question.parts if part.side == side] for side in BudgetSide]
            shares = [self.dice.randrange(20_000, 300_000, 5_000) for _ in range(max(map(len, sides)))]
            return [
                f"{key}={amount}"
                for keys in sides
                for key, amount in zip(keys, [*shares[: len(keys) - 1], sum(shares[len(keys) - 1 :])], strict=True)
            ]
        partners = self.dice.sample(texts()["partners"], k=self.dice.randint(2, 3))
        return [
            f"{row}.{part.key}={partner[part.key] if part.key in partner else self._cell(part)}"
            for row, partner in enumerate(partners)
            for part in question.parts
        ]

    def _in_year(self, part: QuestionDefinition, age: int) -> int:
        if part.kind == QuestionKind.NUMBER:
            return max(2, 24 - 4 * age)
        return self.dice.randrange(-40_000, 120_000, 500) if part.key == "resultat" else self.income - 90_000 * age

    def _cell(self, part: QuestionDefinition) -> str:
        return self.dice.choice(part.choices).key if part.choices else str(self.dice.randrange(2_000, 40_000, 500))

    def _amount(self, key: str) -> int:
        if key == "budget-exercice":
            return self.income
        return self.dice.randrange(60_000, 900_000, 5_000)

    def _number(self, question: QuestionDefinition) -> int:
        top = 100 if question.maximum == 100 else 40 if "salarie" in question.key else 4_000  # noqa: PLR2004 - a percentage
        return self.dice.randrange(max(1, int(question.minimum or 1)), max(2, min(top, int(question.maximum or top))))

    def _line(self, key: str) -> str:
        if key in texts()["lines"]:
            line: str = self.dice.choice(texts()["lines"][key])
            return line
        return self.story.unit.capitalize() if "indicateur" in key else self.story.project

    def _text(self, question: QuestionDefinition) -> str:
        """The story’s words where it has some, then sentences with figures of their own, within the limit of words."""
        pool = texts()["sentences"].get(question.key, texts()["sentences"]["autre"])
        own = [getattr(self.story, STORY_PARTS[question.key])] if question.key in STORY_PARTS else []
        text = " ".join([*own, *(self._sentence(pattern) for pattern in self.dice.sample(pool, k=2))])
        return text if question.max_words is None else " ".join(text.split(" ")[: question.max_words])

    def _sentence(self, pattern: str) -> str:
        dice = self.dice
        return pattern.format(n=dice.randint(3, 24), year=dice.randint(FIRST_YEAR, LAST_YEAR), percent=dice.randint(12, 86))
