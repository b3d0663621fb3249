"""When the erasure of an idle draft was announced."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0008_count_announcement_attempts'),
    ]

    operations = [
        migrations.AddField(
            model_name='application',
            name='idle_notice_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='effacement annoncé le'),
        ),
    ]
