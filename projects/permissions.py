"""Who may write projects, and which staff read them all."""

from accounts.models import User
from accounts.permissions import Person, is_administrator, reads_dossiers
from community.models import Organisation
from community.permissions import edits_for
from projects.models import Project


def creates_project(user: User, organisation: Organisation) -> bool:
    """Whoever writes in the organisation's name."""
    return edits_for(user, organisation)


def changes_project(user: User, project: Project) -> bool:
    """Whoever writes in the organisation's name and sees the project: who only declared themselves changes what they made."""
    return Project.objects.visible_to(user).filter(pk=project.pk).exists() and edits_for(user, project.organisation)


def reads_projects(user: Person) -> bool:
    """Staff who read dossiers."""
    return reads_dossiers(user)


def manages_themes(user: Person) -> bool:
    return is_administrator(user)
