"""Wires the apps together: settings, urls, Celery, WSGI."""

from frenchimpact.celery import app as celery_app

__all__ = ["celery_app"]
