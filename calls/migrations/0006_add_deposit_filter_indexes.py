"""What staff narrow the list of deposited dossiers by: family, place, theme."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0005_add_announcement'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='deposit',
            index=models.Index(fields=['legal_family'], name='deposit_by_family'),
        ),
        migrations.AddIndex(
            model_name='deposit',
            index=django.contrib.postgres.indexes.GinIndex(fields=['departement_codes'], name='deposit_by_departement'),
        ),
        migrations.AddIndex(
            model_name='deposit',
            index=django.contrib.postgres.indexes.GinIndex(fields=['region_codes'], name='deposit_by_region'),
        ),
        migrations.AddIndex(
            model_name='deposit',
            index=django.contrib.postgres.indexes.GinIndex(fields=['theme_codes'], name='deposit_by_theme'),
        ),
    ]
