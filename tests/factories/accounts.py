"""Accounts for tests."""

from typing import Any

import factory.django
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group as DjangoGroup
from factory.declarations import Sequence, Trait
from factory.helpers import post_generation

from accounts.enums import Group
from accounts.models import User

PASSWORD = "une phrase assez longue"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """`password="…"` gives one (none is usable otherwise); `verified=True` lets the account sign in through the pages."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        staff = Trait(is_staff=True)

    email = Sequence(lambda n: f"personne{n}@exemple.fr")
    first_name = "Camille"
    last_name = Sequence(lambda n: f"Martin {n}")

    @post_generation
    def group(self: Any, create: bool, value: Group | None, **kwargs):
        if value:
            self.groups.add(DjangoGroup.objects.get_or_create(name=value)[0])

    @post_generation
    def password(self: Any, create: bool, value: str | None, **kwargs):
        if value:
            self.set_password(value)
            self.save(update_fields=["password"])

    @post_generation
    def verified(self: Any, create: bool, value: bool | None, **kwargs):
        if value:
            EmailAddress.objects.create(user=self, email=self.email.lower(), primary=True, verified=True)
