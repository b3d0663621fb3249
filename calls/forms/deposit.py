"""What is asked at the moment of depositing: who signs, in what capacity, which declarations."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from accounts.models import User
from calls.actions.deposit import DepositRequest
from calls.content import Signatory
from calls.enums import Capacity
from calls.forms.fields import LineField
from calls.models import Application, Declaration
from calls.permissions import writes_as_member
from kit import clock

LONGEST_TRY = timedelta(days=1)


class DepositForm(forms.Form):
    """Capacity and declarations; `idempotency_key` makes a repeated press the same deposit."""

    signatory_name = LineField(label="Nom et prénom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    signatory_function = LineField(
        label="Fonction dans l’organisation", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "organization-title"})
    )
    capacity = forms.ChoiceField(label="Vous déposez en qualité de", choices=Capacity.choices, widget=forms.RadioSelect)
    delegation = LineField(
        label="Délégation ou mandat",
        required=False,
        max_length=250,
        help_text="Si vous n’êtes pas le représentant légal : qui vous a donné délégation, et à quelle date.",
    )
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, application: Application, declarations: list[Declaration], by: User) -> None:
        is_member = writes_as_member(by, application)
        initial = {"signatory_name": f"{by.first_name} {by.last_name}".strip(), "idempotency_key": uuid4()}
        super().__init__(data, initial=initial if is_member else {**initial, "capacity": Capacity.AGENT})
        self.fields["capacity"].choices = [pair for pair in Capacity.choices if (pair[0] == Capacity.AGENT) != is_member]  # type: ignore[attr-defined] # a ChoiceField
        self.short_labels = {f"declaration-{item.pk}": item.get_kind_display() for item in declarations}
        for item in declarations:
            self.fields[f"declaration-{item.pk}"] = forms.BooleanField(
                label=item.text,
                required=item.required,
                help_text=item.source,
                error_messages={"required": "Cochez la case pour faire cette déclaration."},
            )

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("capacity") not in {None, Capacity.LEGAL_REPRESENTATIVE} and not cleaned.get("delegation"):
            self.add_error("delegation", "Indiquez qui vous a donné délégation ou mandat, et à quelle date.")
        return cleaned

    @property
    def tried_since(self) -> datetime | None:
        """Since when the page says that it has been trying (see static/js/deposit.js): none, or an instant of the last day that makes sense."""
        try:
            said = parse_datetime(self.data.get("tried_since", ""))
        except ValueError:
            return None
        now = clock.now()
        return said if said is not None and is_aware(said) and now - LONGEST_TRY <= said <= now else None

    def short_label(self, name: str) -> str:
        """How a field is named in a list."""
        return self.short_labels.get(name) or str(self.fields[name].label)

    def to_request(self) -> DepositRequest:
        """What the action takes; only once the form is valid."""
        data = self.cleaned_data
        key: UUID = data["idempotency_key"]
        made = {int(name.removeprefix("declaration-")) for name, value in data.items() if name.startswith("declaration-") and value}
        signatory = Signatory(data["signatory_name"], data["signatory_function"], Capacity(data["capacity"]), data["delegation"])
        return DepositRequest(key, signatory, frozenset(made))
