"""Who follows dossiers, as staff type it: a name, an e-mail, or one of the buttons."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from accounts.permissions import reviews
from calls.forms.fields import LineField
from calls.queries.colleagues import Colleague, colleagues, people_named
from kit import french

ME, NOBODY = "moi", "personne"
MOST_NAMED = 8


class FollowerForm(forms.Form):
    """`suivi` holds what was typed; `geste`, the button that spared typing: me, nobody, or the key of a person proposed."""

    suivi = LineField(label="Confier à", required=False, max_length=300)
    geste = forms.CharField(required=False)

    mark_optional = False

    def __init__(self, *args: Any, by: User, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.people = by, people
        self.proposed: list[Colleague] = []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "suivi" not in self.errors:
            cleaned["follower"] = self._follower(cleaned.get("geste", ""), cleaned["suivi"])
        return cleaned

    def _follower(self, button: str, text: str) -> User | None:
        if button == NOBODY:
            return None
        if button == ME and reviews(self.by):
            return self.by
        found = [person for person in self.people if str(person.pk) == button] or people_named(text, self.people)
        if len(found) == 1:
            return found[0]
        self.proposed = [each for each in colleagues(self.people) if each.pk in {person.pk for person in found}][:MOST_NAMED]
        self.add_error("suivi", _question(text, len(found)))
        return None


def _question(text: str, found: int) -> str:
    if not text:
        return "Écrivez le nom ou le courriel de la personne qui suivra."
    if found:
        return (
            f"{french.counted(found, 'personne correspond', 'personnes correspondent')} à « {text} » : choisissez, ou écrivez son courriel."
        )
    return f"Aucun agent qui instruit ne répond à « {text} » : vérifiez l’orthographe, ou écrivez son courriel."
