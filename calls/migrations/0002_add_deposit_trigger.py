"""A deposit never changes: PostgreSQL refuses it whoever asks. Only the link to a deleted account may become empty."""

from django.db import migrations

FROZEN = (
    "application_id, sequence, idempotency_key, revision, arrived_at, recorded_at, capacity, signatory_name, signatory_function, "
    "content_version, content, content_sha256, organisation_name, project_name, legal_family, theme_codes, departement_codes, region_codes"
)


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=f"""
                CREATE FUNCTION calls_refuse_deposit_change() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'a deposit is never changed' USING ERRCODE = 'restrict_violation';
                END $$;
                CREATE TRIGGER calls_deposit_is_frozen BEFORE UPDATE OF {FROZEN} ON calls_deposit
                    FOR EACH ROW EXECUTE FUNCTION calls_refuse_deposit_change();
            """,
            reverse_sql="""
                DROP TRIGGER calls_deposit_is_frozen ON calls_deposit;
                DROP FUNCTION calls_refuse_deposit_change();
            """,
        )
    ]
