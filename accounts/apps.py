"""The application's registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - allauth's modules load once the apps are ready

        from accounts.second_factor import record_new_factor  # noqa: PLC0415 - reads models

        authenticator_added.connect(record_new_factor, dispatch_uid="accounts.record_new_factor")
