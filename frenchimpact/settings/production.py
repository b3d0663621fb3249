"""What a server uses: everything that differs from one installation to another comes from the environment (docs/deployment.md)."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import sentry_sdk
from botocore.config import Config
from django.core.exceptions import ImproperlyConfigured
from pythonjsonlogger.core import RESERVED_ATTRS

from frenchimpact.settings.base import *  # noqa: F403 - settings modules extend each other
from frenchimpact.settings.base import MIDDLEWARE, PROCESS_CACHE, PROCONNECT_ISSUER, SILENCED_SYSTEM_CHECKS, VAR_DIR, env
from kit.seals import PrivateKey
from kit.services import addresses

DEBUG = False
if env.flag("DEMONSTRATION", default=False):
    raise ImproperlyConfigured("DEMONSTRATION is refused by the production settings: use frenchimpact.settings.local for a demonstration.")
DEMONSTRATION = False

SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:  # noqa: PLR2004 - what `check --deploy` asks for
    raise ImproperlyConfigured("SECRET_KEY must be at least 50 random characters.")

# Absent, receipts wait for their seal and `check --deploy` says so; malformed, nothing starts.
SEAL_KEY = env.text("SEAL_KEY", "")
if SEAL_KEY:
    try:
        PrivateKey(SEAL_KEY)
    except ValueError as fault:
        raise ImproperlyConfigured(f"SEAL_KEY cannot be read. {fault}") from None

SITE_URL = env.text("SITE_URL").rstrip("/")
if not re.fullmatch(r"https://[^/]+", SITE_URL):
    raise ImproperlyConfigured("SITE_URL must be the https address of the site without a path, such as https://frenchimpact.example.")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(SITE_URL).hostname)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

if PROCONNECT_ISSUER and not PROCONNECT_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("PROCONNECT_ISSUER must be an https address, such as https://auth.example/api/v2.")

# Behind a proxy that rewrites these headers: without this flag they are not believed.
TRUST_PROXY = env.flag("TRUST_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUST_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 1 if TRUST_PROXY else 0)
if (ALLAUTH_TRUSTED_PROXY_COUNT > 0) != TRUST_PROXY or ALLAUTH_TRUSTED_PROXY_COUNT < 0:
    raise ImproperlyConfigured("TRUSTED_PROXY_COUNT counts the proxies that TRUST_PROXY=1 trusts: at least 1 with it, 0 without it.")
ARRIVAL_HEADER = env.text("ARRIVAL_HEADER", "")
if ARRIVAL_HEADER and not TRUST_PROXY:
    raise ImproperlyConfigured("ARRIVAL_HEADER is believed only with TRUST_PROXY=1: anyone could otherwise set the time of a deposit.")

SECURE_SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^sante/"]  # probes ask in plain HTTP from inside
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", default=True)
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SILENCED_SYSTEM_CHECKS = [
    *SILENCED_SYSTEM_CHECKS,
    "security.W021",  # the browsers' preload list is the choice of who owns the whole domain
]

# PostgreSQL: connections are kept by each thread, or by a pool in each process (never both); PgBouncer shares them between processes.
DATABASE_POOL = env.flag("DATABASE_POOL", default=False)
PGBOUNCER = env.flag("PGBOUNCER", default=False)
_database: Any = dj_database_url.parse(env.text("DATABASE_URL"), conn_health_checks=not DATABASE_POOL)
_database.setdefault("OPTIONS", {})
_database["CONN_MAX_AGE"] = 0 if DATABASE_POOL else env.number("DATABASE_CONN_MAX_AGE", 600)
_database["DISABLE_SERVER_SIDE_CURSORS"] = PGBOUNCER
if DATABASE_POOL:
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": env.number("DATABASE_POOL_SIZE", 8), "timeout": 10}
if not PGBOUNCER:
    # a runaway query or a forgotten transaction ends by itself; PgBouncer refuses these at connection: set them on the role
    _database["OPTIONS"]["options"] = (
        f"-c statement_timeout={env.number('DATABASE_STATEMENT_TIMEOUT', 60_000)}"
        f" -c lock_timeout={env.number('DATABASE_LOCK_TIMEOUT', 10_000)}"
        " -c idle_in_transaction_session_timeout=60000"
    )
DATABASES = {"default": _database}

REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = addresses.broker_url(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CACHES = {
    "default": {
        "BACKEND": "kit.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "frenchimpact",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
    "process": PROCESS_CACHE,
}

# Files: a private S3 bucket when one is named, else a folder that every web and worker process shares.
S3_BUCKET = env.text("S3_BUCKET", "")
MEDIA_ROOT = Path(env.text("FILES_DIR", str(VAR_DIR / "files")))
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static")))
_files: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
if S3_BUCKET:
    _files = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.text("S3_ENDPOINT_URL", "") or None,
            "region_name": env.text("S3_REGION", "") or None,
            "access_key": env.text("S3_ACCESS_KEY"),
            "secret_key": env.text("S3_SECRET_KEY"),
            "location": env.text("S3_PREFIX", ""),
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
            "querystring_expire": 300,
            # several S3 services refuse the checksums that boto3 now adds by itself
            "client_config": Config(
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                signature_version="s3v4",
                s3={"addressing_style": env.one_of("S3_ADDRESSING", ("auto", "path", "virtual"), "auto")},
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 3, "mode": "standard"},
            ),
        },
    }
STORAGES = {
    "default": _files,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("SMTP_HOST")
EMAIL_PORT = env.number("SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
_smtp_security = env.one_of("SMTP_SECURITY", ("starttls", "tls", "none"), "starttls")
EMAIL_USE_TLS = _smtp_security == "starttls"
EMAIL_USE_SSL = _smtp_security == "tls"
EMAIL_TIMEOUT = env.number("SMTP_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

MIDDLEWARE = [MIDDLEWARE[0], "kit.logs.RequestLogMiddleware", *MIDDLEWARE[1:]]
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "kit.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"levelname": "level", "name": "logger"},
            "timestamp": "at",
            # Django adds the request, whose text holds the query string: what someone searched
            "reserved_attrs": [*RESERVED_ATTRS, "request"],
            "json_ensure_ascii": False,
        }
    },
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "json", "filters": ["request_id"]}
    },
    "root": {"handlers": ["stdout"], "level": env.one_of("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}

SENTRY_DSN = env.text("SENTRY_DSN", "")
if SENTRY_DSN:
    # what people typed stays here: neither local variables nor bodies nor persons are sent
    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=env.text("SENTRY_ENVIRONMENT", "production"),
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )
