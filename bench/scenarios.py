"""What is measured: each scenario names a page (or a save), its limit as a ratio to its reference, and prepares what it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Request:
    """One request to repeat, signed in as `user` (None is a visitor)."""

    path: str
    user: User | None = None
    method: str = "GET"
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """`prepare` makes its data in the scratch database and returns the request to repeat."""

    name: str
    limit: float
    unit: str
    prepare: Callable[[], Request]


SCENARIOS: list[Scenario] = []


def scenario(name: str, *, limit: float, unit: str = "page") -> Callable[[Callable[[], Request]], Callable[[], Request]]:
    """Register a function that prepares a request; `unit` is the reference, *page* or *save*."""

    def register(prepare: Callable[[], Request]) -> Callable[[], Request]:
        SCENARIOS.append(Scenario(name, limit, unit, prepare))
        return prepare

    return register


def someone() -> User:
    """The signed-in person of the references."""
    found = User.objects.filter(email="mesure@exemple.fr").first()
    return found or User.objects.create_user("mesure@exemple.fr", first_name="Camille", last_name="Martin")


@scenario("home page", limit=1.5)
def home() -> Request:
    return Request("/", someone())
