"""The accounts of the demonstration and their organisations."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group as DjangoGroup

from accounts.enums import Group
from accounts.models import User

NAMES = {
    "claire.porteuse": ("Claire", "Porteuse"),
    "karim.membre": ("Karim", "Benali"),
    "sophie.structure": ("Sophie", "Marchand"),
    "agent.appel": ("Antoine", "Lefèvre"),
    "agente.instruction": ("Inès", "Roux"),
    "auditeur": ("Hugo", "Petit"),
    "admin": ("Nadia", "Colin"),
}
GROUPS = {
    "agent.appel": Group.CALL_MANAGER,
    "agente.instruction": Group.REVIEWER,
    "auditeur": Group.AUDITOR,
    "admin": Group.ADMINISTRATOR,
}


def make_accounts() -> dict[str, User]:
    """The accounts that the sign-in page lists, by the part of their address before the at sign."""
    groups = {group.name: group for group in DjangoGroup.objects.all()}
    passwords: dict[str, str] = {}
    people: dict[str, User] = {}
    for account in settings.DEMONSTRATION_ACCOUNTS:
        login = account["email"].partition("@")[0]
        first_name, last_name = NAMES[login]
        password = account["password"]
        if password not in passwords:
            passwords[password] = make_password(password)
        person = User.objects.create(
            email=account["email"],
            first_name=first_name,
            last_name=last_name,
            password=passwords[password],
            is_staff=login in GROUPS,
        )
        if login in GROUPS:
            person.groups.add(groups[GROUPS[login]])
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        people[login] = person
    return people
