"""Who may speak on the whole site."""

from accounts.permissions import Person, manages_calls


def sets_notices(user: Person) -> bool:
    """Administrators and call managers."""
    return manages_calls(user)
