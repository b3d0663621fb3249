"""The columns of a repeated group, the lines of a budget or of a table of years, as staff write them: one row each, empty rows ignored."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from calls.enums import BudgetSide, QuestionKind
from calls.kinds import MOST_PARTS, PART_KINDS
from kit.plain_text import clean_line

BLANK_ROWS = 3
LONGEST_TYPED = 20_000
LONGEST_LABEL, LONGEST_CHOICE, MOST_CHOICES = 150, 100, 30
TEXTS = ("key", "label", "kind", "side", "choices")
BETWEEN = ";"


class PartsWidget(forms.Widget):
    """A table of small fields; `kind` is that of the question."""

    template_name = "admin/calls/parts.html"
    use_fieldset = True
    kind: str = QuestionKind.GROUP

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> list[dict[str, Any]]:  # noqa: ARG002 - Django's signature
        rows = []
        for index in range(MOST_PARTS + BLANK_ROWS):
            stem = f"{name}-{index}"
            row: dict[str, Any] = {text: str(data.get(f"{stem}-{text}", "")) for text in TEXTS}
            rows.append({**row, "required": f"{stem}-required" in data})
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:  # noqa: ARG002 - Django's signature
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        kinds = PART_KINDS[self.kind]
        filled = [row for row in value or [] if row["label"] or row["choices"]]
        empty = {"key": "", "label": "", "kind": kinds[0], "side": "", "required": False, "choices": ""}
        rows = [*filled, *[empty] * BLANK_ROWS][: max(len(filled), MOST_PARTS)]
        return {
            **super().get_context(name, value, attrs),
            "disabled": bool((attrs or {}).get("disabled")),
            "rows": [{**row, "stem": f"{name}-{index}", "rank": index + 1} for index, row in enumerate(rows)],
            "kinds": [(one.value, one.label) for one in kinds] if len(kinds) > 1 else [],
            "sides": BudgetSide.choices if self.kind == QuestionKind.BUDGET else [],
            "has_choices": QuestionKind.SINGLE_CHOICE in kinds,
            "noun": "Colonne" if self.kind == QuestionKind.GROUP else "Ligne",
        }


class PartsField(forms.Field):
    """Rows of a table's definition, as `calls.actions.form` takes them."""

    widget = PartsWidget
    kind: str = QuestionKind.GROUP

    def of_kind(self, kind: str) -> None:
        """Ask what a question of this kind needs."""
        self.widget.kind = self.kind = kind

    def clean(self, value: Any) -> list[dict[str, Any]]:
        kinds = PART_KINDS[self.kind]
        rows = [
            _clean_row(row, kinds, rank) for rank, row in enumerate(value or [], start=1) if row["label"].strip() or row["choices"].strip()
        ]
        if len(rows) > MOST_PARTS:
            raise ValidationError(f"Ce tableau compte {len(rows)} lignes ; la limite est de {MOST_PARTS}.")
        seen: set[tuple[str, str]] = set()
        for row in rows:
            if (row["side"], row["label"].casefold()) in seen:
                raise ValidationError(f"« {row['label']} » figure deux fois.")
            seen.add((row["side"], row["label"].casefold()))
            if self.kind == QuestionKind.BUDGET and not row["side"]:
                raise ValidationError(f"« {row['label']} » : choisissez charges ou ressources.")
        return rows


def _clean_row(row: Mapping[str, Any], kinds: tuple[QuestionKind, ...], rank: int) -> dict[str, Any]:
    label = clean_line(row["label"], limit=LONGEST_TYPED)
    if not label:
        raise ValidationError(f"Rang {rank} : donnez un libellé.")
    if len(label) > LONGEST_LABEL:
        raise ValidationError(f"Un libellé compte au plus {LONGEST_LABEL} caractères : « {label[:40]}… » est trop long.")
    kind = row["kind"] if row["kind"] in kinds else kinds[0].value
    choices = _choices(row["choices"], label) if kind == QuestionKind.SINGLE_CHOICE else []
    side = row["side"] if row["side"] in BudgetSide.values and kinds == PART_KINDS[QuestionKind.BUDGET] else ""
    return {"key": row["key"][:60], "label": label, "kind": str(kind), "side": side, "required": row["required"], "choices": choices}


def _choices(text: str, label: str) -> list[str]:
    choices = [choice for part in text[:LONGEST_TYPED].split(BETWEEN) if (choice := clean_line(part, limit=LONGEST_TYPED))]
    if len(set(choices)) < 2 or len(set(choices)) < len(choices):  # noqa: PLR2004 - a choice is between two
        raise ValidationError(f"« {label} » : écrivez au moins deux choix différents, séparés par des points-virgules.")
    if len(choices) > MOST_CHOICES or max(map(len, choices)) > LONGEST_CHOICE:
        raise ValidationError(f"« {label} » : {MOST_CHOICES} choix au plus, de {LONGEST_CHOICE} caractères au plus.")
    return choices
