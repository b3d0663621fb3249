"""Files given in answer to questions."""

import calls.models.attachment
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import kit.clock
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0019_add_eliminations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='part',
            name='kind',
            field=models.CharField(choices=[('short_text', 'Texte court'), ('long_text', 'Texte long'), ('number', 'Nombre'), ('amount', 'Montant en euros'), ('date', 'Date'), ('yes_no', 'Oui ou non'), ('single_choice', 'Un choix dans une liste'), ('multiple_choice', 'Plusieurs choix dans une liste'), ('commune', 'Commune'), ('epci', 'Intercommunalité (EPCI)'), ('departement', 'Département'), ('email', 'Adresse électronique'), ('phone', 'Téléphone'), ('url', 'Adresse d’un site'), ('partner', 'Organisation partenaire (SIRET)'), ('group', 'Groupe de colonnes qui se répète'), ('budget', 'Budget équilibré (charges et ressources)'), ('years', 'Tableau d’années'), ('files', 'Un ou plusieurs fichiers')], default='short_text', max_length=20, verbose_name='type de réponse'),
        ),
        migrations.AlterField(
            model_name='question',
            name='kind',
            field=models.CharField(choices=[('short_text', 'Texte court'), ('long_text', 'Texte long'), ('number', 'Nombre'), ('amount', 'Montant en euros'), ('date', 'Date'), ('yes_no', 'Oui ou non'), ('single_choice', 'Un choix dans une liste'), ('multiple_choice', 'Plusieurs choix dans une liste'), ('commune', 'Commune'), ('epci', 'Intercommunalité (EPCI)'), ('departement', 'Département'), ('email', 'Adresse électronique'), ('phone', 'Téléphone'), ('url', 'Adresse d’un site'), ('partner', 'Organisation partenaire (SIRET)'), ('group', 'Groupe de colonnes qui se répète'), ('budget', 'Budget équilibré (charges et ressources)'), ('years', 'Tableau d’années'), ('files', 'Un ou plusieurs fichiers')], default='short_text', max_length=20, verbose_name='type de réponse'),
        ),
        migrations.AddField(
            model_name='question',
            name='file_families',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('documents', 'Documents (PDF, DOCX, ODT)'), ('tableurs', 'Tableurs (XLSX, ODS)'), ('images', 'Images (JPEG, PNG)')], max_length=20), blank=True, default=list, size=None, verbose_name='formats acceptés'),
        ),
        migrations.AddField(
            model_name='question',
            name='largest_mb',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(50)], verbose_name='taille d’un fichier, au plus'),
        ),
        migrations.AddField(
            model_name='question',
            name='most_files',
            field=models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='nombre de fichiers, au plus'),
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('question_key', models.SlugField(editable=False, max_length=60, verbose_name='question')),
                ('client_key', models.CharField(editable=False, max_length=64, verbose_name='clé de l’envoi')),
                ('name', models.CharField(editable=False, max_length=200, verbose_name='nom')),
                ('size', models.PositiveBigIntegerField(editable=False, verbose_name='taille')),
                ('received', models.PositiveBigIntegerField(default=0, editable=False, verbose_name='octets reçus')),
                ('state', models.CharField(choices=[('receiving', 'Envoi en cours'), ('checking', 'Recherche de virus en cours'), ('ready', 'Prêt'), ('infected', 'Infecté'), ('refused', 'Refusé')], default='receiving', editable=False, max_length=12, verbose_name='état')),
                ('problem', models.CharField(blank=True, editable=False, max_length=300, verbose_name='ce qui ne va pas')),
                ('file', models.FileField(blank=True, default='', editable=False, max_length=200, upload_to=calls.models.attachment.attachment_path, verbose_name='fichier')),
                ('content_type', models.CharField(blank=True, editable=False, max_length=100, verbose_name='type')),
                ('sha256', models.CharField(blank=True, editable=False, max_length=64, verbose_name='empreinte SHA-256')),
                ('is_rewritten', models.BooleanField(default=False, editable=False, verbose_name='métadonnées retirées')),
                ('begun_at', models.DateTimeField(default=kit.clock.now, editable=False, verbose_name='commencé le')),
                ('touched_at', models.DateTimeField(default=kit.clock.now, editable=False, verbose_name='dernier morceau reçu le')),
                ('received_at', models.DateTimeField(editable=False, null=True, verbose_name='reçu le')),
                ('removed_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('checked_at', models.DateTimeField(editable=False, null=True, verbose_name='recherche de virus faite le')),
                ('antivirus', models.CharField(blank=True, editable=False, max_length=100, verbose_name='antivirus')),
                ('check_attempts', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='tentatives de recherche de virus')),
                ('check_retry_at', models.DateTimeField(editable=False, null=True, verbose_name='à reprendre le')),
                ('application', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attachments', to='calls.application', verbose_name='dossier')),
                ('uploaded_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='donné par')),
            ],
            options={
                'verbose_name': 'fichier d’un dossier',
                'verbose_name_plural': 'fichiers des dossiers',
                'ordering': ('begun_at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='AttachmentTransition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='transition')),
                ('from_state', models.CharField(max_length=40, verbose_name='de')),
                ('to_state', models.CharField(max_length=40, verbose_name='vers')),
                ('why', models.TextField(blank=True, verbose_name='motif')),
                ('at', models.DateTimeField(default=kit.clock.now, verbose_name='le')),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='auteur')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transitions', to='calls.attachment')),
            ],
            options={
                'verbose_name': 'transition de fichier',
                'verbose_name_plural': 'transitions de fichier',
                'ordering': ('at', 'pk'),
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('state', 'checking')), fields=['check_retry_at'], name='attachment_unchecked'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('state', 'receiving')), fields=['touched_at'], name='attachment_receiving'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None), models.Q(('state', 'refused'), _negated=True)), fields=('application', 'question_key', 'client_key'), name='attachment_given_once'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ('receiving', 'refused')), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='attachment_whole_has_digest', violation_error_message='Un fichier reçu porte son empreinte.'),
        ),
    ]
