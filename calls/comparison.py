"""Two deposits of a dossier side by side, or a deposit and the dossier as it is now, for its own people."""

import json
from dataclasses import dataclass, replace

from calls.content import CONTENT_KIND, CONTENT_VERSION, Signatory, deposit_content
from calls.differences import Difference, differences
from calls.enums import Capacity
from calls.models import Application, Deposit
from calls.queries.application import sheet_of
from calls.queries.dossier import DepositView, deposit_of, deposits_of, read_content, read_deposit
from kit import clock
from kit.canonical import versioned

NOW = "maintenant"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the page is handed; without `after`, the later side is the dossier as it is now."""

    deposits: list[Deposit]
    before: Deposit
    after: Deposit | None
    differences: list[Difference]

    @property
    def changed_since(self) -> bool:
        """Whether the dossier as it is now may be chosen."""
        return self.after is None or self.deposits[0].application.changed_since_deposit


def compared(application: Application, old: str, new: str) -> Comparison | None:
    """The deposit called `old` and that called `new` (or « maintenant »), by their rank; None where there is nothing to compare.

    Without names: what changed since the last deposit if something did, else the two last deposits.
    """
    deposits = deposits_of(application)
    known = {str(deposit.sequence): deposit for deposit in deposits}
    if not deposits:
        return None
    for deposit in deposits:
        deposit.application = application
    to_now = new == NOW or (new not in known and (application.changed_since_deposit or len(deposits) == 1))
    last = known.get(new, deposits[0])
    before = known.get(old) or (deposits[0] if to_now else known[str(max(1, last.sequence - 1))])
    earlier = _view(application, before)
    later = as_it_is(application, earlier) if to_now else _view(application, last)
    return Comparison(deposits, before, None if to_now else last, differences(earlier, later))


def as_it_is(application: Application, deposited: DepositView) -> DepositView:
    """What the dossier would say if it were deposited now, under the same signature."""
    content = deposit_content(
        application,
        sheet_of(application),
        number=application.number,
        sequence=0,
        arrived_at=clock.now(),
        signatory=Signatory("", "", Capacity.LEGAL_REPRESENTATIVE),
        declarations=[],
    )
    plain = json.loads(versioned(CONTENT_KIND, CONTENT_VERSION, content))["content"]
    return replace(read_content(deposited.deposit, plain), signatory=deposited.signatory, declarations=deposited.declarations)


def _view(application: Application, deposit: Deposit) -> DepositView:
    found = deposit_of(application, deposit.sequence)
    return read_deposit(found or deposit)
