"""Seeds the themes: fourteen fields and six transversal ones, by stable codes."""

from django.db import migrations

THEMES = [
    ("emploi-insertion", "Emploi, insertion par l’activité économique"),
    ("education", "Éducation, réussite éducative, formation"),
    ("sante-autonomie", "Santé, bien-être, sport-santé"),
    ("grand-age-handicap", "Vieillissement, handicap, aidants"),
    ("petite-enfance-famille", "Petite enfance, famille"),
    ("logement-habitat", "Logement, habitat, hébergement"),
    ("alimentation-agriculture", "Alimentation et agriculture durables"),
    ("economie-circulaire", "Économie circulaire, réemploi, lutte contre le gaspillage"),
    ("energie-climat", "Énergie, climat, rénovation"),
    ("mobilite", "Mobilités"),
    ("numerique", "Inclusion et communs numériques"),
    ("culture-medias", "Culture, médias, patrimoine"),
    ("lien-social-citoyennete", "Lien social, citoyenneté, accès aux droits"),
    ("territoires-services", "Tiers-lieux, services de proximité, ruralités"),
]
TRANSVERSAL = [
    ("egalite-femmes-hommes", "Égalité femmes-hommes"),
    ("lutte-pauvrete", "Lutte contre la pauvreté"),
    ("migrants", "Accueil et intégration des migrants"),
    ("finance-solidaire", "Finance solidaire"),
    ("biodiversite", "Biodiversité"),
    ("eau", "Eau"),
]


def seed(apps, schema_editor):
    Theme = apps.get_model("projects", "Theme")
    rows = [(code, name, False) for code, name in THEMES] + [(code, name, True) for code, name in TRANSVERSAL]
    for position, (code, name, transversal) in enumerate(rows, start=1):
        Theme.objects.get_or_create(code=code, defaults={"name": name, "transversal": transversal, "position": position * 10})


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop, elidable=False)]
