"""What a browser may send to the portal."""

from django import forms


class MailboxSearchForm(forms.Form):
    """Search in the demonstration's mailbox; an input that cannot be an address is refused with a sentence, and nothing is filtered."""

    adresse = forms.CharField(label="Adresse du destinataire", required=False, max_length=254)

    mark_optional = False

    @property
    def email(self) -> str:
        """What to look for; empty when the search is empty or refused."""
        text: str = self.cleaned_data["adresse"] if self.is_valid() else ""
        return text
