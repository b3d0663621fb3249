"""What `make run` uses: demonstration mode, embedded services when no address is given."""

import dj_database_url

from frenchimpact.settings.base import *  # noqa: F403 - settings modules extend each other
from frenchimpact.settings.base import BASE_DIR, PROCESS_CACHE, VAR_DIR, env
from kit.services import addresses

PORT = env.number("PORT", 8000)
DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY", "local-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
SITE_URL = f"http://localhost:{PORT}"
DEMONSTRATION = env.flag("DEMONSTRATION", default=True)
REQUIRE_SECOND_FACTOR = not DEMONSTRATION
COMPANY_REGISTER_FIXTURES = BASE_DIR / "community" / "data" / "demonstration_register.json" if DEMONSTRATION else None
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMONSTRATION or DEBUG  # http://localhost
DEMONSTRATION_PASSWORD = "french-impact-2018!"  # noqa: S105 - printed on the demonstration's sign-in page
DEMONSTRATION_ACCOUNTS = [
    {"email": email, "password": DEMONSTRATION_PASSWORD, "who": who}
    for email, who in (
        ("claire.porteuse@demo.example", "Claire dirige une association qui répond à l’appel"),
        ("karim.membre@demo.example", "Karim est membre de la même association"),
        ("sophie.structure@demo.example", "Sophie travaille dans une structure d’accompagnement"),
        ("agent.appel@demo.example", "Responsable d’appel : prépare et publie les appels"),
        ("agente.instruction@demo.example", "Instructrice : examine les dossiers"),
        ("auditeur@demo.example", "Auditeur : lit les dossiers déposés"),
        ("admin@demo.example", "Administratrice de la plateforme"),
    )
    if DEMONSTRATION
]

DATABASES = {
    "default": dj_database_url.parse(
        env.text("DATABASE_URL", addresses.database_url(VAR_DIR)),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
REDIS_URL = env.text("REDIS_URL", addresses.redis_url(VAR_DIR))
CELERY_BROKER_URL = addresses.broker_url(REDIS_URL)
CACHES = {"default": {"BACKEND": "kit.cache.ForgivingRedisCache", "LOCATION": REDIS_URL}, "process": PROCESS_CACHE}

SEAL_KEY = env.text("SEAL_KEY", "")
SEAL_KEY_FILE = VAR_DIR / "seal.key"

WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend" if DEMONSTRATION else "django.core.mail.backends.smtp.EmailBackend"
