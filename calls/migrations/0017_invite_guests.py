"""Who is invited to one dossier; PostgreSQL repeats it on the dossier, so that whoever is not invited is asked nothing more."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import kit.clock
import uuid
from django.conf import settings
from django.db import migrations, models


REPEAT = """
    CREATE FUNCTION calls_repeat_guests() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        dossier bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.application_id ELSE NEW.application_id END;
    BEGIN
        UPDATE calls_application SET
            guests = ARRAY(SELECT DISTINCT user_id FROM calls_guest
                WHERE application_id = dossier AND user_id IS NOT NULL AND revoked_at IS NULL),
            guest_editors = ARRAY(SELECT DISTINCT user_id FROM calls_guest
                WHERE application_id = dossier AND user_id IS NOT NULL AND revoked_at IS NULL AND access = 'ecriture')
        WHERE id = dossier;
        RETURN NULL;
    END $$;
    CREATE TRIGGER calls_repeat_guests AFTER INSERT OR DELETE OR UPDATE OF user_id, revoked_at, access ON calls_guest
        FOR EACH ROW EXECUTE FUNCTION calls_repeat_guests();
"""
STOP = """
    DROP TRIGGER calls_repeat_guests ON calls_guest;
    DROP FUNCTION calls_repeat_guests();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0016_keep_answer_versions'),
        ('community', '0003_reword_dispute'),
        ('projects', '0002_seed_themes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('token_digest', models.CharField(editable=False, max_length=64, unique=True, verbose_name='empreinte du lien')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('access', models.CharField(choices=[('lecture', 'Lire'), ('ecriture', 'Lire et modifier les réponses')], default='ecriture', max_length=10, verbose_name='accès')),
                ('invited_at', models.DateTimeField(default=kit.clock.now, verbose_name='envoyée le')),
                ('expires_at', models.DateTimeField(verbose_name='expire le')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='acceptée le')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
            ],
            options={
                'verbose_name': 'personne invitée',
                'verbose_name_plural': 'personnes invitées',
                'ordering': ('-invited_at', '-pk'),
            },
        ),
        migrations.AddField(
            model_name='application',
            name='guest_editors',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None, verbose_name='dont celles qui modifient'),
        ),
        migrations.AddField(
            model_name='application',
            name='guests',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None, verbose_name='personnes invitées'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=django.contrib.postgres.indexes.GinIndex(fields=['guests'], name='application_guests'),
        ),
        migrations.AddField(
            model_name='guest',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='guest_places', to='calls.application', verbose_name='dossier'),
        ),
        migrations.AddField(
            model_name='guest',
            name='invited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invité par'),
        ),
        migrations.AddField(
            model_name='guest',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='compte'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('user__isnull', True)), models.Q(('accepted_at__isnull', False), ('user__isnull', False)), _connector='OR'), name='guest_accepted_by_someone', violation_error_message='Une invitation acceptée porte sa date et le compte qui l’a acceptée.'),
        ),
        migrations.RunSQL(sql=REPEAT, reverse_sql=STOP),
    ]
