"""What every environment shares; nothing here reads a secret."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from frenchimpact.settings.env import Env

django_stubs_ext.monkeypatch()

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))

DEBUG = False
ALLOWED_HOSTS: list[str] = []
ROOT_URLCONF = "frenchimpact.urls"
WSGI_APPLICATION = "frenchimpact.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "portal",
    "calls",
    "projects",
    "community",
    "notifications",
    "accounts",
    "territories",
    "kit",
    "frenchimpact.administration.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "dsfr",
    "widget_tweaks",
]

MIDDLEWARE = [
    "kit.arrival.ArrivalMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kit.workflow.RefusedTransitionMiddleware",
]

# What each process keeps for a minute without asking Redis: places, which change once a year, and the public part of a call's page, whose
# key says its edition.
PROCESS_CACHE = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "process",
    "TIMEOUT": 60,
    "OPTIONS": {"MAX_ENTRIES": 2000},
}

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "portal.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:dashboard"
LOGOUT_REDIRECT_URL = "portal:home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sign-in (django-allauth). Why these choices: docs/decisions/0020-sign-in-limits.md and accounts/README.md.
ACCOUNT_ADAPTER = "notifications.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.sign_up.SignUpFields"
ACCOUNT_FORMS = {
    "signup": "accounts.forms.sign_in.SignUpForm",
    "login": "accounts.forms.sign_in.SignInForm",
    "request_login_code": "accounts.forms.sign_in.AskCodeForm",
    "reset_password": "accounts.forms.sign_in.AskResetForm",
    "confirm_login_code": "accounts.forms.sign_in.EnterLoginCodeForm",
    "confirm_email_verification_code": "accounts.forms.sign_in.EnterVerificationCodeForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "accounts.forms.sign_in.SetPasswordForm",
    "reauthenticate": "accounts.forms.sign_in.ConfirmPasswordForm",
    "add_email": "accounts.forms.sign_in.ChangeEmailForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60  # public mail relays may hold a first message for a quarter of an hour
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = 3
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "signup": "",
    "reset_password": "",
    "reset_password_from_key": "",
    "request_login_code": "",
    "login_failed": "5/m/key,10/10m/key,20/h/key",
    "mail_asked": "3/m/key,10/h/key",
    "proconnect": "10/m/key,60/h/key",
    "receipt_checked": "10/m/key,30/h/key",
    "confirm_email": "",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0
MFA_ADAPTER = "accounts.mfa_adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second_factor.EnterFactorForm",
    "reauthenticate": "accounts.forms.second_factor.ConfirmFactorForm",
    "activate_totp": "accounts.forms.second_factor.ActivateTotpForm",
    "add_webauthn": "accounts.forms.second_factor.AddKeyForm",
    "edit_webauthn": "accounts.forms.second_factor.RenameKeyForm",
    "authenticate_webauthn": "accounts.forms.second_factor.EnterKeyForm",
    "reauthenticate_webauthn": "accounts.forms.second_factor.ConfirmKeyForm",
    "login_webauthn": "accounts.forms.second_factor.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "French Impact"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": ""}
# ProConnect (accounts/proconnect.py): absent unless its issuer is named, such as https://HOST/api/v2.
PROCONNECT_ISSUER = env.text("PROCONNECT_ISSUER", "").rstrip("/")
PROCONNECT_CLIENT_ID = env.text("PROCONNECT_CLIENT_ID", "")
PROCONNECT_CLIENT_SECRET = env.text("PROCONNECT_CLIENT_SECRET", "")
PROCONNECT_ACR_VALUES = env.text("PROCONNECT_ACR_VALUES", "eidas1")
if PROCONNECT_ISSUER and not (PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET):
    raise ImproperlyConfigured("PROCONNECT_ISSUER asks for PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET.")

SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the box « Rester connecté » asks for more

# Upper apps hook here by dotted path, because `accounts` may not import them: see accounts/queries.py.
ACCOUNT_DELETION_OBSTACLES: list[str] = ["community.queries.deletion_obstacles"]
ACCOUNT_DATA_SOURCES: list[str] = [
    "community.queries.personal_data",
    "projects.queries.personal_data",
    "calls.queries.personal.personal_data",
    "notifications.queries.personal_data",
]
# Told of the SIRET that ProConnect vouches for at each sign-in.
ACCOUNT_SIRET_WITNESSES: list[str] = ["community.actions.verify_places_by_siret"]
DEMONSTRATION_ACCOUNTS: list[dict[str, str]] = []
DEMONSTRATION_PASSWORD = ""

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = False  # a number for people goes through `french.number`; the key 1029 of a row must not become « 1 029 »

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "files"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CLAMD_URL = env.text("CLAMD_URL", "")  # unix:///run/clamav/clamd.ctl or tcp://host:3310; none, and files are not looked at for viruses
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "calls-closing-reminders": {"task": "calls.tasks.send_closing_reminders", "schedule": 300.0},
    "calls-idle-drafts": {"task": "calls.tasks.tend_idle_drafts", "schedule": 3600.0},
    "calls-announcements-sweep": {"task": "calls.tasks.sweep_announcements", "schedule": 60.0},
    "calls-exports-sweep": {"task": "calls.tasks.sweep_exports", "schedule": 60.0},
    "calls-receipts-sweep": {"task": "calls.tasks.sweep_receipts", "schedule": 60.0},
    "calls-attachments-sweep": {"task": "calls.tasks.sweep_attachments", "schedule": 60.0},
    "calls-attachments-erasure": {"task": "calls.tasks.erase_attachments", "schedule": 3600.0},
    "calls-exports-purge": {"task": "calls.tasks.purge_exports", "schedule": 3600.0},
    "calls-eliminations-prepare": {"task": "calls.tasks.prepare_eliminations", "schedule": 86400.0},
    "calls-eliminations-sweep": {"task": "calls.tasks.sweep_eliminations", "schedule": 300.0},
    "notifications-digests": {"task": "notifications.tasks.send_digests", "schedule": 300.0},
    "notifications-sweep": {"task": "notifications.tasks.sweep_messages", "schedule": 60.0},
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}

DSFR_CONTENT_IS_SAFE = False
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_MARK_OPTIONAL_FIELDS = True

# What the platform is, and who publishes it: shown in the header, the footer and the legal pages.
SITE_NAME = "French Impact"
SITE_BRAND = env.one_of("SITE_BRAND", ("neutre", "etat"), "neutre")
SITE_URL = "http://localhost:8000"
DEMONSTRATION = False
ARRIVAL_HEADER = ""
REQUIRE_SECOND_FACTOR = True
SITE_NOTICE_CACHE_SECONDS = 10  # how long a process may go on showing an old incident banner

# Who answers for the site (article 6 of the law of 21 June 2004): each is a text, empty when not yet known.
LEGAL_PUBLISHER = env.text("LEGAL_PUBLISHER", "")
LEGAL_PUBLISHER_ADDRESS = env.text("LEGAL_PUBLISHER_ADDRESS", "")
LEGAL_DIRECTOR = env.text("LEGAL_DIRECTOR", "")
LEGAL_HOST = env.text("LEGAL_HOST", "")
LEGAL_HOST_ADDRESS = env.text("LEGAL_HOST_ADDRESS", "")
LEGAL_HOST_PHONE = env.text("LEGAL_HOST_PHONE", "")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "contact@frenchimpact.example")
DPO_EMAIL = env.text("DPO_EMAIL", "dpo@frenchimpact.example")
SECURITY_EMAIL = env.text("SECURITY_EMAIL", "securite@frenchimpact.example")

# The key that seals receipts (kit/seals.py): the private half itself, or, on one's own machine, a file that is made at first use.
SEAL_KEY = ""
SEAL_KEY_FILE: Path | None = None

# The State's company register; an empty address switches it off, a file of committed answers stands in for it in demonstration mode.
COMPANY_REGISTER_URL = env.text("COMPANY_REGISTER_URL", "https://recherche-entreprises.api.gouv.fr/search")
COMPANY_REGISTER_FIXTURES: Path | None = None

DEFAULT_FROM_EMAIL = "French Impact <ne-pas-repondre@frenchimpact.example>"
EMAIL_SUBJECT_PREFIX = ""
EMAIL_TIMEOUT = 20

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail is unique without regard to case, by a constraint on Lower(email)
]
