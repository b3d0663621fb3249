"""An announcement's failures are counted in its row, with their log; what was finished is « done », and the rest stays due."""

import django.contrib.postgres.fields
import django.db.models.deletion
import kit.clock
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0007_share_what_verified_members_started'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnouncementTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='transition')),
                ('from_state', models.CharField(max_length=40, verbose_name='de')),
                ('to_state', models.CharField(max_length=40, verbose_name='vers')),
                ('why', models.TextField(blank=True, verbose_name='motif')),
                ('at', models.DateTimeField(default=kit.clock.now, verbose_name='le')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='calls.announcement', verbose_name='annonce')),
            ],
            options={
                'verbose_name': 'changement d’état',
                'verbose_name_plural': 'changements d’état',
                'ordering': ('at', 'pk'),
                'abstract': False,
            },
        ),
        migrations.AlterModelOptions(
            name='announcement',
            options={'ordering': ('-owed_at', '-pk'), 'verbose_name': 'annonce aux candidats', 'verbose_name_plural': 'annonces aux candidats'},
        ),
        migrations.RemoveIndex(
            model_name='announcement',
            name='announcement_unfinished',
        ),
        migrations.AddField(
            model_name='announcement',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='Depuis le dernier lot de candidats prévenus.', verbose_name='tentatives'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='failed_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='dernier échec le'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='last_error',
            field=models.TextField(blank=True, editable=False, verbose_name='dernière erreur'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='missed',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None, verbose_name='comptes passés'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='next_attempt_at',
            field=models.DateTimeField(default=kit.clock.now, editable=False, verbose_name='prochaine tentative'),
        ),
        migrations.AddField(
            model_name='announcement',
            name='state',
            field=models.CharField(choices=[('due', 'À écrire'), ('done', 'Terminée'), ('failed', 'En échec')], default='due', editable=False, max_length=10, verbose_name='état'),
        ),
        migrations.RunSQL(
            sql="UPDATE calls_announcement SET state = 'done' WHERE finished_at IS NOT NULL",
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AddIndex(
            model_name='announcement',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['next_attempt_at', 'id'], name='announcement_due'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state', 'done')), models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='announcement_finished_at_iff_done', violation_error_message='Une annonce terminée porte sa date de fin, les autres n’en ont pas.'),
        ),
        migrations.AddConstraint(
            model_name='announcement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(models.Q(('last_error', ''), _negated=True), ('failed_at__isnull', False)), _connector='OR'), name='announcement_failed_has_error', violation_error_message='Une annonce en échec porte sa dernière erreur et sa date.'),
        ),
    ]
