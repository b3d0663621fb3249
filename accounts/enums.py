"""Closed lists about a person."""

from django.db import models


class TimeZone(models.TextChoices):
    """The legal times of the French territories (IANA names)."""

    PARIS = "Europe/Paris", "Hexagone et Corse (Paris)"
    GUADELOUPE = "America/Guadeloupe", "Guadeloupe, Saint-Martin, Saint-Barthélemy"
    MARTINIQUE = "America/Martinique", "Martinique"
    GUYANE = "America/Cayenne", "Guyane"
    REUNION = "Indian/Reunion", "La Réunion"
    MAYOTTE = "Indian/Mayotte", "Mayotte"
    MIQUELON = "America/Miquelon", "Saint-Pierre-et-Miquelon"
    NOUMEA = "Pacific/Noumea", "Nouvelle-Calédonie"
    TAHITI = "Pacific/Tahiti", "Polynésie française (Tahiti)"
    MARQUISES = "Pacific/Marquesas", "Polynésie française (Marquises)"
    GAMBIER = "Pacific/Gambier", "Polynésie française (Gambier)"
    WALLIS = "Pacific/Wallis", "Wallis-et-Futuna"


class Group(models.TextChoices):
    """The groups of staff, seeded by a migration; the value is the name of Django's group."""

    ADMINISTRATOR = "administrateur", "Administration de la plateforme"
    CALL_MANAGER = "responsable d’appel", "Responsable d’appel"
    REVIEWER = "instructeur", "Instruction des dossiers"
    AUDITOR = "auditeur", "Audit"
