"""The application's registration."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "Annonces"

    def ready(self) -> None:
        import portal.checks  # noqa: F401, PLC0415 - registers the checks, once the settings are read
