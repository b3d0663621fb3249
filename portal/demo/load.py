"""Load the demonstration once, and empty it: it never touches a database that holds anything else."""

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from calls.actions.elimination import prepare_elimination
from calls.models import Call
from community.models import Organisation
from portal.demo.past import fill_round
from portal.demo.people import make_accounts
from portal.demo.rounds import amend_round, ask_and_answer, make_coming_call, make_pionnier_call
from portal.demo.today import play_today
from portal.models import DemonstrationLoad
from territories.models import Area

EMPTIED_APPS = (
    "accounts",
    "account",
    "mfa",
    "usersessions",
    "sessions",
    "admin",
    "community",
    "projects",
    "calls",
    "notifications",
    "portal",
)
KEPT_MODELS = {"projects.Theme"}


class ForeignData(Exception):
    """The database holds something that the demonstration did not write."""


@transaction.atomic
def load_demonstration() -> bool:
    """Write the demonstration; False when it is there already. Raises `ForeignData` when the database holds anything else."""
    if not settings.DEMONSTRATION:
        raise ForeignData("Le mode démonstration est coupé : rien n’est chargé.")
    if DemonstrationLoad.objects.exists():
        return False
    if User.objects.exists() or Call.objects.exists() or Organisation.objects.exists():
        raise ForeignData("Cette base contient déjà des données : la démonstration n’y est pas chargée.")
    if not Area.objects.exists():
        raise ForeignData("Les territoires manquent : lancez d’abord « manage.py load_territories ».")
    people = make_accounts()
    call, first, now = make_pionnier_call(people["agent.appel"])
    fill_round(first, people["agente.instruction"], people["agent.appel"])
    play_today(now, people)
    amend_round(now, people["agent.appel"])
    make_coming_call(people["agent.appel"])
    ask_and_answer(call, people["claire.porteuse"], people["agent.appel"])
    prepare_elimination(by=people["agent.appel"])
    DemonstrationLoad.objects.create()
    return True


@transaction.atomic
def empty_demonstration() -> None:
    """Delete everything but reference data, in a database that holds the demonstration. Raises `ForeignData` otherwise."""
    if not settings.DEMONSTRATION or not DemonstrationLoad.objects.exists():
        raise ForeignData("Cette base n’est pas celle de la démonstration : rien n’est effacé.")
    tables = [
        connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented API
        for label in EMPTIED_APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.label not in KEPT_MODELS and model._meta.managed  # noqa: SLF001 - Django's documented API
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
