"""The edition of a call's public page: PostgreSQL raises it whenever a row that the page shows is written, whoever writes."""

from django.db import migrations, models

SHOWN = {
    "calls_round": "call_id",
    "calls_calldocument": "call_id",
    "calls_enquiry": "call_id",
    "calls_call_themes": "call_id",
    "calls_extension": "round_id",
}
# A round's counter moves at each deposit and is not shown.
ROUND_COLUMNS = "name, code, opens_at, closes_at, places_min, places_max, state"


def _triggers() -> str:
    made = []
    for table, column in SHOWN.items():
        update = f"UPDATE OF {ROUND_COLUMNS}" if table == "calls_round" else "UPDATE"
        for event, row in ((f"INSERT OR {update}", "new"), ("DELETE", "old")):
            call = f"{row}.call_id" if column == "call_id" else f"(SELECT call_id FROM calls_round WHERE id = {row}.round_id)"
            name = f"{table}_{'written' if row == 'new' else 'deleted'}"
            made.append(f"""
                CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE calls_call SET edition = edition + 1 WHERE id = {call};
                    RETURN NULL;
                END $$;
                CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}();
            """)
    return "".join(made)


def _no_triggers() -> str:
    return "".join(
        f"DROP TRIGGER {table}_{what} ON {table}; DROP FUNCTION {table}_{what}();" for table in SHOWN for what in ("written", "deleted")
    )


class Migration(migrations.Migration):
    dependencies = [("calls", "0002_add_deposit_trigger")]
    operations = [
        migrations.AddField(
            model_name="call",
            name="edition",
            field=models.PositiveIntegerField(default=1, editable=False, verbose_name="édition de la page"),
        ),
        migrations.RunSQL(
            sql=f"""
                CREATE FUNCTION calls_call_changed() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    NEW.edition := OLD.edition + 1;
                    RETURN NEW;
                END $$;
                CREATE TRIGGER calls_call_changed BEFORE UPDATE ON calls_call FOR EACH ROW EXECUTE FUNCTION calls_call_changed();
                {_triggers()}
            """,
            reverse_sql=f"{_no_triggers()} DROP TRIGGER calls_call_changed ON calls_call; DROP FUNCTION calls_call_changed();",
        ),
    ]
