"""Who is meant by a name or an e-mail that someone of staff types, among those who may follow a dossier."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from kit.search_key import search_key


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone to choose: what is written in the field to name them and nobody else, and their e-mail."""

    pk: int
    name: str
    email: str


def colleagues(people: Iterable[User]) -> list[Colleague]:
    """`people` as a field offers them: by name, and by e-mail too when several have the same name."""
    everyone = list(people)
    bearers = Counter(search_key(str(person)) for person in everyone)
    return [
        Colleague(person.pk, str(person) if bearers[search_key(str(person))] == 1 else f"{person} ({person.email})", person.email)
        for person in everyone
    ]


def people_named(text: str, people: Iterable[User]) -> list[User]:
    """Those of `people` whom `text` names: by e-mail, by full name, else by every word of it; none for an empty text."""
    everyone = list(people)
    wanted = search_key(text)
    exact = [person for person in everyone if person.email.casefold() == text.strip().casefold()]
    whole = [person for person in everyone if wanted in {search_key(str(person)), search_key(f"{person} ({person.email})")}]
    partly = [person for person in everyone if wanted and all(word in search_key(str(person), person.email) for word in wanted.split())]
    return exact or whole or partly
