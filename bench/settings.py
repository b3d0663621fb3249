"""Settings of the measures: the site as in production, its references beside it, on loopback without TLS."""

from frenchimpact.settings.local import *  # noqa: F403 - settings modules extend each other
from frenchimpact.settings.local import MIDDLEWARE

DEBUG = False
DEMONSTRATION = False
REQUIRE_SECOND_FACTOR = False
ROOT_URLCONF = "bench.urls"
MIDDLEWARE = [*MIDDLEWARE, "bench.references.QueryCountMiddleware"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
