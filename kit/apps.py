"""The application's registration: the kit has templates tags and commands, no table."""

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kit"
