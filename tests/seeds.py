"""What migrations sow (groups, themes, content types…), kept as rows so that a test which empties the tables leaves them behind it."""

import time

from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection, transaction

Rows = dict[str, bytes]
TURNS = 4


def take() -> Rows:
    """The rows of every table that is not empty; Django's `serialized_rollback` would give content types other keys after a flush."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return {table: rows for table in tables if (rows := _copy_out(table))}


def put_back(sown: Rows) -> None:
    """Empty every table, then put these rows back; foreign keys are checked at the end of the transaction."""
    _empty()
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in sown.items():
            with cursor.copy(f"COPY {connection.ops.quote_name(table)} FROM STDIN") as copy:
                copy.write(rows)
    ContentType.objects.clear_cache()


def _empty() -> None:
    """A page that a browser asked before it was closed may still be read by the live server: PostgreSQL then cuts one of the two short."""
    for turn in range(TURNS):
        try:
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
        except CommandError:
            if turn == TURNS - 1:
                raise
            time.sleep(0.5)
        else:
            return


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {connection.ops.quote_name(table)} TO STDOUT") as copy:
        return b"".join(copy)
