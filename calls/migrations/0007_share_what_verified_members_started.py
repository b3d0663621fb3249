"""`is_shared` also says that a verified member started the dossier: PostgreSQL sets it on the day that its starter becomes one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0006_add_deposit_filter_indexes"), ("community", "0003_reword_dispute")]
    operations = [
        migrations.AlterField(
            model_name="application",
            name="is_shared",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Un membre vérifié l’a commencé ou y a écrit : le dossier reste à ses collègues vérifiés, même après son départ.",
                verbose_name="commun aux membres vérifiés",
            ),
        ),
        migrations.RunSQL(
            sql="""
                CREATE FUNCTION community_membership_verified() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    UPDATE calls_application SET is_shared = true
                    WHERE started_by_id = NEW.user_id AND organisation_id = NEW.organisation_id AND NOT is_shared;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER community_membership_verified AFTER INSERT OR UPDATE OF standing ON community_membership
                    FOR EACH ROW WHEN (NEW.standing = 'verifie') EXECUTE FUNCTION community_membership_verified();
                UPDATE calls_application SET is_shared = true FROM community_membership place
                WHERE place.standing = 'verifie' AND place.user_id = started_by_id
                    AND place.organisation_id = calls_application.organisation_id AND NOT is_shared;
            """,
            reverse_sql="""
                DROP TRIGGER community_membership_verified ON community_membership;
                DROP FUNCTION community_membership_verified();
            """,
        ),
    ]
