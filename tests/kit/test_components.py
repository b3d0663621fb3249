"""The tags behind the components: kinds of control, descriptions, links of the error summary."""

import pytest
from django import forms

from kit.templatetags.components import (
    ASKS_AGAIN,
    ErrorLink,
    choice_kind,
    control,
    control_kind,
    described_by,
    error_links,
    is_optional,
    options,
)
from tests.portal.gallery import EverythingForm


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", "input"),
        ("summary", "input"),
        ("family", "select"),
        ("role", "choices"),
        ("themes", "choices"),
        ("sworn", "checkbox"),
        ("born", "input"),
        ("when", "group"),
        ("ends", "group"),
        ("piece", "file"),
    ],
)
def test_control_kind(name, kind):
    assert control_kind(EverythingForm()[name]) == kind


def test_choice_kind():
    assert choice_kind(EverythingForm()["role"]) == "radio"
    assert choice_kind(EverythingForm()["themes"]) == "checkbox"


def test_is_optional_unless_the_form_never_says_so():
    class Quiet(EverythingForm):
        mark_optional = False

    assert is_optional(EverythingForm()["summary"])
    assert not is_optional(EverythingForm()["name"])
    assert not is_optional(Quiet()["summary"])


@pytest.mark.parametrize(
    ("data", "name", "ids"),
    [
        (None, "name", "id_name_helptext"),
        ({}, "name", "id_name_helptext id_name_error"),
        (None, "family", ""),
        ({}, "family", "id_family_error"),
        ({}, "born", "elsewhere id_born_error"),
    ],
)
def test_described_by_names_hint_then_errors(data, name, ids):
    assert described_by(EverythingForm(data)[name]) == ids


def test_described_by_nothing_without_ids():
    assert described_by(EverythingForm({}, auto_id=False)["name"]) == ""


@pytest.mark.parametrize(
    ("data", "name", "classes"),
    [
        (None, "name", "fr-input"),
        ({}, "name", "fr-input fr-input--error"),
        (None, "born", "fr-input a-class"),
        ({}, "family", "fr-select fr-select--error"),
        (None, "ends", "fr-select"),
        (None, "piece", "fr-upload"),
    ],
)
def test_control_has_the_class_of_its_kind(data, name, classes):
    assert f'class="{classes}"' in control(EverythingForm(data)[name])


def test_control_is_described_once():
    html = control(EverythingForm({})["name"])

    assert html.count("aria-describedby") == 1
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_parts_of_a_control_are_named_after_it():
    assert control(EverythingForm()["when"]).count('aria-label="Rendez-vous"') == 2
    assert control(EverythingForm()["ends"]).count('aria-label="Fin"') == 3
    assert "aria-label" not in control(EverythingForm()["name"])


def test_checkbox_has_no_class():
    assert "class=" not in control(EverythingForm()["sworn"])


def test_options_are_escaped_and_one_is_chosen():
    drawn = options([("01", "Ain"), ("2A", "<Corse> & Sud")], "2A")

    assert drawn == '<option value="01">Ain</option><option value="2A" selected>&lt;Corse&gt; &amp; Sud</option>'


def test_error_links_lead_to_the_fields_in_order():
    links = error_links(EverythingForm({"name": "Ateliers", "family": "a", "themes": ["a"], "sworn": "on", "born": "01/02/2010"}))

    assert links == [
        ErrorLink("", "", "Le dossier est incomplet."),
        ErrorLink("", "", "Le formulaire a changé."),
        ErrorLink("id_role_0", "Rôle", "Ce champ est obligatoire."),
        ErrorLink("id_when_group", "Rendez-vous", "Ce champ est obligatoire."),
    ]


def test_error_links_of_choices_that_are_none_lead_to_the_group():
    class Empty(forms.Form):
        role = forms.ChoiceField(label="Rôle", choices=[], widget=forms.RadioSelect)

    assert error_links(Empty({})) == [ErrorLink("id_role_group", "Rôle", "Ce champ est obligatoire.")]


def test_error_link_of_a_field_labelled_by_a_whole_text_takes_its_short_label():
    class Sworn(forms.Form):
        sworn = forms.BooleanField(label="Je certifie sur l’honneur que… " * 9)
        short_labels = {"sworn": "Déclaration sur l’honneur"}

    assert error_links(Sworn({})) == [ErrorLink("id_sworn", "Déclaration sur l’honneur", "Ce champ est obligatoire.")]


def test_error_links_of_a_formset():
    class Line(forms.Form):
        label = forms.CharField(label="Libellé")

    lines = forms.formset_factory(Line, max_num=1, validate_max=True)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-label": "a", "form-1-label": "b"}
    too_many = lines(data)
    missing = lines({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-label": ""})

    assert [link.target for link in error_links(too_many)] == [""]
    assert error_links(missing) == [ErrorLink("id_form-0-label", "Libellé", "Ce champ est obligatoire.")]


def test_field_that_only_asks_again_is_no_error():
    class Adding(forms.Form):
        place = forms.CharField(label="Lieu")

        def clean_place(self) -> None:
            raise forms.ValidationError("Une ligne de plus.", code=ASKS_AGAIN)

    assert error_links(Adding({"place": "Le Mans"})) == []


def test_no_error_no_link():
    assert error_links(EverythingForm()) == []
