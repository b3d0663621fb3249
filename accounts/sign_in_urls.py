"""French addresses of allauth's pages, each under the name that allauth reverses; a test tells when allauth has a page more or less."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from accounts.limits import counting_new_codes
from accounts.proconnect_session import leaving_proconnect_too

urlpatterns = [
    path("inscription/", account.signup, name="account_signup"),
    path("connexion/", account.login, name="account_login"),
    path("connexion/code/", account.request_login_code, name="account_request_login_code"),
    path("connexion/code/saisir/", account.confirm_login_code, name="account_confirm_login_code"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/second-facteur/", factor.authenticate, name="mfa_authenticate"),
    path("deconnexion/", leaving_proconnect_too(account.logout), name="account_logout"),
    path("desactive/", account.account_inactive, name="account_inactive"),
    path("adresse/", account.email, name="account_email"),
    path("adresse/verifier/", counting_new_codes(account.email_verification_sent), name="account_email_verification_sent"),
    path("confirmer/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmer/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("confirmer/second-facteur/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("mot-de-passe/changer/", account.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", account.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", account.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", account.password_reset_done, name="account_reset_password_done"),
    path("mot-de-passe/oublie/change/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^mot-de-passe/oublie/lien/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second-facteur/", factor.index, name="mfa_index"),
    path("second-facteur/application/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-facteur/application/desactiver/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-facteur/codes-de-secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-facteur/codes-de-secours/renouveler/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-facteur/codes-de-secours/telecharger/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("second-facteur/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("second-facteur/cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-facteur/cles/<int:pk>/renommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-facteur/cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("sessions/", sessions.list_usersessions, name="usersessions_list"),
]
