"""What the tests use: the same engine, no network, nothing kept."""

import dj_database_url

from frenchimpact.settings.base import *  # noqa: F403 - settings modules extend each other
from frenchimpact.settings.base import PROCESS_CACHE, VAR_DIR, env
from kit.services import addresses

SECRET_KEY = "tests-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: S105 - a test key opens nothing
SEAL_KEY = "dGVzdHMtb25seS1ub3QtYS1zZWNyZXQtMDEyMzQ1Njc="
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
SITE_URL = "http://testserver"
DEMONSTRATION = False
REQUIRE_SECOND_FACTOR = False
SITE_NOTICE_CACHE_SECONDS = 0  # a cache would make the number of queries depend on the order of the tests
COMPANY_REGISTER_URL = ""
PROCONNECT_ISSUER = ""
CLAMD_URL = ""
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True

DATABASES = {"default": dj_database_url.parse(env.text("DATABASE_URL", addresses.database_url(VAR_DIR / "tests")))}
REDIS_URL = env.text("REDIS_URL", addresses.redis_url(VAR_DIR / "tests"))
CELERY_BROKER_URL = addresses.broker_url(REDIS_URL)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "process": PROCESS_CACHE}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = VAR_DIR / "tests" / "files"
