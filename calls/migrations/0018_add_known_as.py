"""Which fact known of an organisation may be offered as the answer of a question."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calls', '0017_invite_guests'),
    ]

    operations = [
        migrations.AddField(
            model_name='question',
            name='known_as',
            field=models.CharField(blank=True, choices=[('creation', 'Date de création de l’organisation'), ('preuve_ess', 'Ce qui atteste son appartenance à l’ESS'), ('famille', 'Famille juridique'), ('commune', 'Commune du siège')], default='', help_text='Ce que la fiche de l’organisation en dit est proposé, jamais rempli d’office.', max_length=12, verbose_name='déjà connu'),
        ),
    ]
