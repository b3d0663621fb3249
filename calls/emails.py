"""Messages of `calls`, rendered when they are owed."""

from datetime import datetime

from django.urls import reverse

from accounts.models import User
from calls.models import Application, Receipt
from kit import french
from notifications.actions import Rendering
from notifications.rendering import render


def deposit_received(receipt: Receipt, reader: User) -> Rendering:
    """The receipt, to whoever wrote in the dossier."""
    application = receipt.deposit.application
    return render(
        "deposit_received",
        "calls/emails/deposit_received_for_writer",
        {"receipt": receipt, "content": receipt.content, "reader": reader, "received_at": receipt.deposit.arrived_at},
        url=reverse("calls:receipt_detail", args=[receipt.uuid]),
        digest=f"Votre dossier {application.number} a été déposé le {french.instant(receipt.deposit.arrived_at, reader.time_zone)}.",
    )


def closing_soon(application: Application, closes_at: datetime, reader: User) -> Rendering:
    """A reminder that a draft, or changes since the deposit, will not count unless they are deposited before the closing."""
    changed = application.changed_since_deposit
    return render(
        "closing_soon",
        "calls/emails/closing_soon_for_writer",
        {"application": application, "closes_at": closes_at, "reader": reader, "changed": changed},
        url=reverse("calls:application_detail", args=[application.uuid]),
        digest=f"« {application.project} » : à déposer avant le {french.instant(closes_at, reader.time_zone)}.",
    )
