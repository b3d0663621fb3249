"""What is measured: each scenario names a page (or a save), its limit as a ratio to its reference, and prepares what it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from bench import data


@dataclass(frozen=True, slots=True)
class Request:
    """One request to repeat, signed in as `user` (None is a visitor)."""

    path: str
    user: User | None = None
    method: str = "GET"
    data: dict[str, Any] = field(default_factory=dict)
    vary: Callable[[int], dict[str, Any]] | None = None
    """What the n-th request sends besides `data`."""
    before: Callable[[int], None] | None = None
    """What makes the n-th request meaningful (a change to deposit); outside the measured time."""


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


@scenario("call page", limit=1.5)
def call_page() -> Request:
    """As someone reads it who has no dossier yet."""
    return Request(f"/appels/{data.open_round(data.TWENTY).call.slug}/", data.newcomer())


@scenario("call page, with one's dossier", limit=2.5)
def call_page_with_dossier() -> Request:
    """As its applicant reads it: what one may see is asked of three tables more."""
    return Request(f"/appels/{data.dossier(someone()).round.call.slug}/", someone())


@scenario("section of 20 questions", limit=3)
def section_of_20() -> Request:
    return Request(f"/dossiers/{data.dossier(someone()).uuid}/sections/{data.TWENTY}/", someone())


@scenario("section of 60 questions", limit=6)
def section_of_60() -> Request:
    return Request(f"/dossiers/{data.dossier(someone(), data.SIXTY).uuid}/sections/{data.SIXTY}/", someone())


@scenario("section of 60 with 30 conditions", limit=6)
def section_of_60_conditional() -> Request:
    return Request(f"/dossiers/{data.dossier(someone(), data.CONDITIONAL).uuid}/sections/{data.CONDITIONAL}/", someone())


@scenario("saving a section of 20", limit=4, unit="save")
def save_section() -> Request:
    application = data.dossier(someone())
    path = f"/dossiers/{application.uuid}/sections/{data.TWENTY}/"
    return Request(path, someone(), "POST", {"go": "stay"}, vary=lambda turn: data.section_sent(application, turn))


@scenario("autosave of one field", limit=2.5, unit="save")
def autosave() -> Request:
    """What a page sends as a field is left: a text of a hundred words, changed at each turn."""
    application = data.dossier(data.typist())
    path = f"/dossiers/{application.uuid}/sections/{data.TWENTY}/saisie/"
    return Request(path, data.typist(), "POST", vary=data.field_sent)


@scenario("asking what others changed", limit=1.5, unit="save")
def changes() -> Request:
    """What an open page asks every few seconds: nothing changed."""
    application = data.dossier(data.author())
    application.refresh_from_db()
    return Request(f"/dossiers/{application.uuid}/sections/{data.TWENTY}/changements/?revision={application.revision}", data.author())


@scenario("deposit of 60 answers and 5 files", limit=10, unit="save")
def deposit() -> Request:
    application = data.dossier(someone(), data.SIXTY)
    path = f"/dossiers/{application.uuid}/deposer/"
    return Request(path, someone(), "POST", data.deposit_sent(application), vary=data.new_key, before=lambda _: data.change(application))


@scenario("own dossiers", limit=3)
def own_dossiers() -> Request:
    data.dossier(someone())
    return Request("/mes-dossiers/", someone())


@scenario("personal space", limit=3)
def dashboard() -> Request:
    data.dossier(someone())
    return Request("/mon-espace/", someone())


@scenario("staff list over 10,000", limit=6)
def staff_list() -> Request:
    data.ten_thousand_dossiers()
    return Request("/admin/calls/application/", data.reviewer())


@scenario("staff list, filtered", limit=6)
def staff_list_filtered() -> Request:
    data.ten_thousand_dossiers()
    return Request("/admin/calls/application/?session=TENK&famille=association&eligible=attente&tri=organisation", data.reviewer())


@scenario("staff list, searched", limit=6)
def staff_list_searched() -> Request:
    data.ten_thousand_dossiers()
    return Request("/admin/calls/application/?q=atelier+4321", data.reviewer())


@scenario("staff list, by place and theme", limit=6)
def staff_list_by_place() -> Request:
    data.ten_thousand_dossiers()
    return Request("/admin/calls/application/?session=TENK&departement=69&theme=energie-climat&recevable=oui", data.reviewer())


@scenario("dossier read whole", limit=6)
def dossier_read() -> Request:
    application = data.deposited_dossier(data.author())
    return Request(f"/admin/calls/application/{application.uuid}/", data.reviewer())
