"""What a browser may send to the portal."""

from django import forms


class MailboxSearchForm(forms.Form):
    """Search in the demonstration's mailbox; bad input finds everything, and says so."""

    adresse = forms.CharField(label="Adresse du destinataire", required=False, max_length=254)
    page = forms.IntegerField(required=False, min_value=1, max_value=10_000, widget=forms.HiddenInput)

    mark_optional = False

    @property
    def address(self) -> str:
        self.full_clean()
        text: str = self.cleaned_data.get("adresse", "")
        return text

    @property
    def page_number(self) -> int:
        self.full_clean()
        return self.cleaned_data.get("page") or 1
