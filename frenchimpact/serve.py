"""Runs gunicorn or Celery for `make run`: loads the code at once, then waits until the database is ready.

`python -m frenchimpact.serve gunicorn|celery WORDS…`; started by `frenchimpact.run` alone, which lets it go.
"""

import os
import runpy
import sys
from importlib import import_module

import django

from kit.services.processes import wait_for_leave

# What each would import later, when somebody already waits for a page.
LOADED = {
    "gunicorn": ("gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "frenchimpact.urls", "frenchimpact.wsgi"),
    "celery": ("celery.bin.celery", "celery.apps.worker", "frenchimpact.celery"),
}


def main(program: str, *words: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frenchimpact.settings.local")
    django.setup()
    for name in LOADED[program]:
        import_module(name)
    if program == "celery":
        import_module("frenchimpact.celery").app.loader.import_default_modules()
    wait_for_leave()
    sys.argv = [program, *words]
    runpy.run_module(program, run_name="__main__")


if __name__ == "__main__":
    main(*sys.argv[1:])
