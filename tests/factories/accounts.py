"""Accounts for tests."""

import factory
from django.contrib.auth.models import Group as DjangoGroup

from accounts.enums import Group
from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = factory.Trait(is_staff=True)

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Martin {n}")

    @factory.post_generation
    def group(self, create: bool, value: Group | None, **kwargs):
        if value:
            self.groups.add(DjangoGroup.objects.get_or_create(name=value)[0])
