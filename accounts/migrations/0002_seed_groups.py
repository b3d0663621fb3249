"""The four groups of staff; their names are the values of accounts.enums.Group, copied because a migration imports no app code."""

from django.db import migrations

NAMES = ("administrateur", "responsable d’appel", "instructeur", "auditeur")


def seed_groups(apps, schema_editor):
    group_model = apps.get_model("auth", "Group")
    for name in NAMES:
        group_model.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunPython(seed_groups, migrations.RunPython.noop)]
