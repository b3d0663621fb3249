"""Kinds of areas."""

from django.db import models


class AreaKind(models.TextChoices):
    """Levels of the official geographic code (COG) and the inter-communal bodies."""

    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    EPCI = "epci", "Intercommunalité"
    COMMUNE = "commune", "Commune"
    DISTRICT = "arrondissement", "Arrondissement municipal"
