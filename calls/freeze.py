"""The freeze: once a round is published its form, dates and notices hold, and its call's texts with them."""

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import manages_calls
from calls.enums import RoundState
from calls.models import Call, Round
from calls.queries.call import is_frozen
from kit.workflow import RefusedTransition


class FrozenRound(RefusedTransition):
    """The round is published or cancelled: what applicants answer to no longer changes."""


class FrozenCall(RefusedTransition):
    """A round of the call is published and not closed: its texts are what people are applying under."""


def lock_draft(round: Round, *, by: User) -> Round:
    """The round, locked until the end of the transaction, in preparation; refuses any other, and who does not manage calls."""
    locked = lock_round(round, by=by)
    if locked.state != RoundState.DRAFT:
        raise FrozenRound(
            f"« {locked.name} » n’est plus en préparation : son formulaire, ses dates et ses mentions ne changent plus. "
            "Pour corriger un texte ou assouplir une règle, préparez un avenant ; pour le reste, dupliquez-la dans une nouvelle session."
        )
    return locked


def lock_round(round: Round, *, by: User) -> Round:
    """The round, locked; whatever waits behind (publication, another change of the form) sees what this one does."""
    require_manager(by)
    return Round.objects.select_for_update(of=("self",)).get(pk=round.pk)


def lock_call(call: Call, *, by: User) -> Call:
    """The call, locked, with no published round coming or open."""
    require_manager(by)
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    if is_frozen(locked):
        raise FrozenCall(
            "Une session de cet appel est publiée : ses textes ne changent plus avant la clôture. "
            "Pour préciser un point, publiez une question et sa réponse, ou ajoutez un document."
        )
    return locked


def require_manager(by: User) -> None:
    if not manages_calls(by):
        raise PermissionDenied
