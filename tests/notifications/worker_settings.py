"""What a real worker of the tests uses: the test's database, its broker and its mail server."""

import json
import os

from frenchimpact.settings.test import *  # noqa: F403 - settings modules extend each other
from frenchimpact.settings.test import CELERY_BROKER_TRANSPORT_OPTIONS, DATABASES

DATABASES["default"].update(json.loads(os.environ["WORKER_DATABASE"]))
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 5, "unacked_restore_interval": 1}
CELERY_BEAT_SCHEDULE = {"sweep": {"task": "notifications.tasks.sweep_messages", "schedule": 1.0}}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ["WORKER_SMTP_PORT"])
