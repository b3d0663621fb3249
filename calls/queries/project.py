"""Which projects staff read: those of deposited dossiers."""

from django.db.models import QuerySet

from accounts.models import User
from calls.models import Application
from projects.models import Project


def deposited_projects(user: User) -> QuerySet[Project]:
    """The projects of the dossiers that were deposited; one that only drafts speak of is, like them, its organisation's alone."""
    return Project.objects.filter(pk__in=Application.objects.deposited_for(user).values("project"))
