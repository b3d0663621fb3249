"""The WSGI application served by gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frenchimpact.settings.production")

application = get_wsgi_application()

# after the settings are loaded
from kit.broker import warm_up  # noqa: E402 - apps are imported once Django is set up

warm_up()
