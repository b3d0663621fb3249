"""Template tags behind `templates/components/`: what a form control needs to be labelled, described and reached from the error summary."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms import BaseForm, BoundField
from django.forms.formsets import BaseFormSet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

ASKS_AGAIN = "adding"
"""The code of an « error » that is none: without JavaScript, a button inside a field shows the page again with one more line."""


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary: the field it leads to (none for the whole form) and its sentence."""

    target: str
    label: str
    message: str


@register.filter
def control_kind(field: BoundField) -> str:
    """Which markup draws `field`: checkbox, choices, group, file, select or input."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect):  # and CheckboxSelectMultiple, which extends it
        return "choices"
    if field.use_fieldset:
        return "group"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "select" if isinstance(widget, forms.Select) else "input"


@register.filter
def choice_kind(field: BoundField) -> str:
    """The DSFR group of a list of choices: checkbox or radio."""
    return "checkbox" if isinstance(field.field.widget, forms.CheckboxSelectMultiple) else "radio"


@register.filter
def is_optional(field: BoundField) -> bool:
    """Whether to say « facultatif »; a form where nothing is required says `mark_optional = False`."""
    return not field.field.required and getattr(field.form, "mark_optional", True)


@register.filter
def optional_word(field: BoundField) -> str:
    """What to say of a field that may be left empty: « facultatif », or what the form knows better (`optional_words`, by field)."""
    words: dict[str, str] = getattr(field.form, "optional_words", {})
    return words.get(field.name, "facultatif")


@register.filter
def described_by(field: BoundField) -> str:
    """The ids of the field's hint and errors, after what its widget already names."""
    ids = [field.field.widget.attrs.get("aria-describedby", "")]
    if field.auto_id and field.help_text:
        ids.append(f"{field.auto_id}_helptext")
    if field.auto_id and field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(filter(None, ids))


@register.filter
def control(field: BoundField) -> SafeString:
    """The input itself, with the DSFR class of its kind and its description."""
    css = {"file": "fr-upload", "select": "fr-select", "checkbox": ""}.get(control_kind(field), "fr-input")
    if isinstance(field.field.widget, forms.SelectDateWidget):
        css = "fr-select"
    attrs: dict[str, str | bool] = {}
    classes = " ".join(filter(None, (css, field.field.widget.attrs.get("class", ""), f"{css}--error" if css and field.errors else "")))
    if classes:
        attrs["class"] = classes
    if isinstance(field.field.widget, forms.MultiWidget | forms.SelectDateWidget):
        attrs["aria-label"] = str(field.label)  # Django gives the parts of these no label of their own
    if (ids := described_by(field)) and not field.use_fieldset:
        attrs["aria-describedby"] = ids
    return field.as_widget(attrs=attrs)


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> SafeString:
    """The `<option>`s of a select. A loop of the template takes five times as long, which counts with a hundred départements."""
    rows = ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag
def error_links(form: BaseForm | BaseFormSet[Any]) -> list[ErrorLink]:
    """Every error of a form or a formset, in the order of its fields, with where to go to correct it.

    A field is named by its label, or by what the form gives for it (`short_labels`, by field) when its label is a whole text.
    """
    return list(_errors_of(form))


def _errors_of(form: BaseForm | BaseFormSet[Any]) -> Iterator[ErrorLink]:
    if isinstance(form, BaseFormSet):
        for message in form.non_form_errors():
            yield ErrorLink("", "", str(message))
        for each in form.forms:
            yield from _errors_of(each)
        return
    for message in form.non_field_errors():
        yield ErrorLink("", "", str(message))
    short_labels: dict[str, str] = getattr(form, "short_labels", {})
    for field in form:
        target = "" if field.is_hidden else _anchor(field)
        label = "" if field.is_hidden else short_labels.get(field.name, str(field.label))
        for error in field.errors.as_data():
            if error.code != ASKS_AGAIN:
                yield from (ErrorLink(target, label, str(message)) for message in error.messages)


def _anchor(field: BoundField) -> str:
    """The id that a link reaches: the control, the first choice of a list, or the group."""
    kind = control_kind(field)
    if kind == "choices":
        return next((str(option.id_for_label) for option in field.subwidgets), f"{field.auto_id}_group")
    return f"{field.auto_id}_group" if kind == "group" else field.id_for_label
