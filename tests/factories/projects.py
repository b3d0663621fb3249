"""Projects and themes for tests."""

import factory

from community.enums import IdentifierKind, LegalFamily
from community.models import Organisation
from projects.models import Project, Theme


def organisation_being_created(name: str = "Association en création") -> Organisation:
    """An organisation that needs no number."""
    return Organisation.objects.create(
        identifier_kind=IdentifierKind.PENDING, name=name, search_name=name.lower(), legal_family=LegalFamily.ASSOCIATION
    )


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.Sequence(lambda n: f"Thème {n}")
    position = factory.Sequence(lambda n: n)


class ProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Project

    organisation = factory.LazyFunction(organisation_being_created)
    name = factory.Sequence(lambda n: f"Projet {n}")
    summary = "Une épicerie solidaire itinérante pour les villages sans commerce."
