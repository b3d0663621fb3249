"""Notices for tests."""

import factory

from portal.models import SiteNotice


class SiteNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SiteNotice

    message = factory.Sequence(lambda n: f"Incident n° {n} : le dépôt est ralenti.")
    level = "warning"
