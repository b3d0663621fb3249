"""« Puis-je candidater ? »: the few questions that the rules of a round look at, asked alone. Pure."""

from dataclasses import replace

from calls.conditions.operators import OPERATORS
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition

KEY = "eligibilite"
TITLE = "Puis-je candidater ?"


def check_of(definition: FormDefinition) -> FormDefinition | None:
    """The form's questions that its rules look at, and those on which these depend, as one section with the same rules; None without any.

    A question of a kind that no comparison reads (a file, a table) is left to the dossier: the rule stays unknown.
    """
    asked = {question.key: _on_its_own(section, question) for section in definition.sections for question in section.questions}
    wanted: set[str] = set()
    waiting = [key for rule in definition.rules for key in rule.condition.names]
    while waiting:
        key = waiting.pop()
        if key in wanted or key not in asked or asked[key].kind not in OPERATORS:
            continue
        wanted.add(key)
        condition = asked[key].shown_if
        waiting += condition.names if condition else ()
    questions = tuple(replace(question, required=True, required_if=None) for key, question in asked.items() if key in wanted)
    return FormDefinition((SectionDefinition(KEY, TITLE, "", questions),), definition.rules) if questions else None


def _on_its_own(section: SectionDefinition, question: QuestionDefinition) -> QuestionDefinition:
    """The question outside its section, whose condition it takes where it has none."""
    return question if question.shown_if else replace(question, shown_if=section.shown_if)
