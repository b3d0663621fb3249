"""What the forms say: of one fault one sentence, in the house's words, and no line that begins with « : »."""

import re

import pytest
from django import forms as django_forms

from community import forms
from community.fields import AddressField, LineField, SiteField, TextField
from tests.community.typed import typed

ENDLESS = "a" * 1_000_000


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (LineField(max_length=60), ENDLESS, "Ce texte est trop long : 60 caractères au plus."),
        (TextField(max_length=1000), ENDLESS, "Ce texte est trop long : 1000 caractères au plus."),
        (SiteField(max_length=200, assume_scheme="https"), ENDLESS, "Ce texte est trop long : 200 caractères au plus."),
        (
            AddressField(max_length=254),
            ENDLESS,
            "Cette adresse est trop longue : 254 caractères au plus. Exemple : prenom.nom@exemple.fr.",
        ),
        (AddressField(max_length=254), "nina@", "Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr."),
    ],
)
def test_one_sentence_says_what_is_wrong(field, value, said):
    with pytest.raises(django_forms.ValidationError) as refused:
        field.clean(value)

    assert refused.value.messages == [said]


def test_an_address_is_cleaned_of_unseen_signs():
    assert AddressField().clean(" nina\x00@exemple.fr\u200b ") == "nina@exemple.fr"
    assert AddressField(required=False).clean("") == ""


@pytest.mark.parametrize("postcode", ["1", "12345678901", ENDLESS])
def test_a_postcode_is_refused_in_one_sentence(db, postcode):
    assert forms.OrganisationForm(typed(postcode=postcode)).errors["postcode"] == ["Un code postal compte 5 chiffres."]


@pytest.mark.parametrize(
    "form",
    [
        forms.IdentifierForm(),
        forms.OrganisationForm(),
        forms.DisputeForm(members=[]),
        forms.InvitationForm(),
        forms.MandateGiveForm(),
        forms.MandateAskForm(),
    ],
    ids=lambda form: type(form).__name__,
)
def test_no_line_of_a_label_or_of_a_hint_begins_with_its_punctuation(form):
    words = [text for field in form.fields.values() for text in (field.label, field.help_text)]

    assert [text for text in words if re.search(r" [:;?!»]|« ", text)] == []
    assert any("\u00a0" in text for text in words)


def test_the_form_of_a_cooperative_says_when_it_is_required(client, signed_in, paris):
    from tests.factories.accounts import UserFactory

    page = signed_in(UserFactory()).get("/organisations/saisir/identite/?kind=en_cours").content.decode()

    assert 'Pour une coopérative\u00a0: laquelle\u00a0?<span class="site-optional"> (obligatoire dans ce cas)</span>' in page
