"""What an answer said before it was written over, kept by PostgreSQL: the autosave pays one comparison, and nothing forgets it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


KEEP = """
    CREATE FUNCTION calls_keep_answer_version() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.by_id IS NOT DISTINCT FROM NEW.by_id
            AND floor(extract(epoch FROM OLD.at) / 600) = floor(extract(epoch FROM NEW.at) / 600)
            AND NOT (length(OLD.typed::text) > 40 AND length(NEW.typed::text) * 2 < length(OLD.typed::text))
            AND NOT EXISTS (SELECT FROM calls_deposit WHERE application_id = OLD.application_id AND recorded_at >= OLD.at)
        THEN
            RETURN NULL;
        END IF;
        INSERT INTO calls_answerversion (application_id, question_key, "row", version, typed, by_id, at)
        VALUES (OLD.application_id, OLD.question_key, OLD."row", OLD.version, OLD.typed, OLD.by_id, OLD.at)
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$;
    CREATE TRIGGER calls_keep_answer_version AFTER UPDATE OF typed ON calls_answer
        FOR EACH ROW WHEN (OLD.typed IS DISTINCT FROM NEW.typed) EXECUTE FUNCTION calls_keep_answer_version();
"""
FORGET = """
    DROP TRIGGER calls_keep_answer_version ON calls_answer;
    DROP FUNCTION calls_keep_answer_version();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0015_add_conditions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AnswerVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question_key', models.SlugField(max_length=60, verbose_name='question')),
                ('row', models.PositiveSmallIntegerField(default=0, verbose_name='ligne')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('typed', models.JSONField(verbose_name='saisie')),
                ('at', models.DateTimeField(verbose_name='le')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answer_versions', to='calls.application', verbose_name='dossier')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'version de réponse',
                'verbose_name_plural': 'versions de réponses',
                'ordering': ('-at', '-pk'),
                'indexes': [models.Index(fields=['application', '-at'], name='answer_version_latest')],
                'constraints': [models.UniqueConstraint(fields=('application', 'question_key', 'row', 'version'), name='answer_version_unique')],
            },
        ),
        migrations.RunSQL(sql=KEEP, reverse_sql=FORGET),
    ]
