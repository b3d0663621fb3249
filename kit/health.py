"""What a supervisor or a load balancer asks: is this process alive, and is it ready to serve?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis
from redis.exceptions import RedisError

PATIENCE = 2.0

_migrated: set[str] = set()


@login_not_required
@never_cache
@require_safe
def alive(_request: HttpRequest) -> JsonResponse:
    """The process answers. It asks nothing of anyone: a supervisor that restarts on failure must not restart for a lost database."""
    return JsonResponse({"etat": "vivant"})


@login_not_required
@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """The database answers and holds every migration; else 503.

    The broker is told but does not decide: what is owed waits in the database, and the site serves without it. A balancer that took
    every server away for a lost Redis would make an outage of a delay.
    """
    database = database_answers()
    migrated = database and migrations_applied()
    facts = {"base_de_donnees": database, "migrations": migrated, "file_de_taches": broker_answers()}
    return JsonResponse({"etat": "pret" if migrated else "indisponible", **facts}, status=200 if migrated else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def migrations_applied() -> bool:
    """Whether the database has every migration of the code; once true it stays so for this process, which is not asked to read them again."""
    name = str(connection.settings_dict["NAME"])
    if name not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.add(name)
    return True


def broker_answers() -> bool:
    client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()
