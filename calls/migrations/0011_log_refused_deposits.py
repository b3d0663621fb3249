"""The trace of presses on « Déposer » that were refused."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0010_seal_receipts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DepositRefusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('arrived_at', models.DateTimeField(verbose_name='arrivé le')),
                ('why', models.TextField(verbose_name='motif')),
                ('missing', models.JSONField(default=list, verbose_name='ce qui manquait')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deposit_refusals', to='calls.application', verbose_name='dossier')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='par')),
            ],
            options={
                'verbose_name': 'dépôt refusé',
                'verbose_name_plural': 'dépôts refusés',
                'ordering': ('arrived_at', 'pk'),
            },
        ),
    ]
