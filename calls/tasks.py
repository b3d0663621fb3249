"""Periodic work of `calls`."""

from celery import shared_task

from calls.models import EliminationList, Export


@shared_task
def send_closing_reminders() -> None:
    """Owe the reminders of rounds that close soon."""
    from calls.actions.reminder import owe_reminders

    owe_reminders()


@shared_task
def tend_idle_drafts() -> None:
    """Announce the erasure of drafts that nobody touches, and erase those whose day has come."""
    from calls.actions.retention import tend_idle_drafts as tend

    tend()


@shared_task
def announce(announcement_id: int) -> None:
    """Write the messages of one announcement, if some are left."""
    from calls.actions import announcement as actions

    actions.announce(announcement_id)


@shared_task
def sweep_announcements() -> None:
    """Go on with the announcements that a lost broker or a dead worker left."""
    from calls.actions.announcement import sweep_announcements as sweep

    sweep()


@shared_task
def write_export(export_id: int) -> None:
    """Write one export, if it still waits."""
    from calls.actions import export as actions

    actions.write_export(Export.objects.get(pk=export_id))


@shared_task
def sweep_exports() -> None:
    """Write the exports that a lost broker or a dead worker left."""
    from calls.actions.export import sweep_exports as sweep

    sweep()


@shared_task
def purge_exports() -> None:
    """Erase the files of exports that are a week old."""
    from calls.actions.export import purge_exports as purge

    purge()


@shared_task
def check_attachment(attachment_id: int) -> None:
    """Look for viruses in one file, if it still waits for it."""
    from calls.actions import attachment_check as actions

    actions.check_attachment(attachment_id)


@shared_task
def sweep_attachments() -> None:
    """Check the files that a lost broker, a dead worker or an antivirus that was away left."""
    from calls.actions.attachment_check import sweep_attachments as sweep

    sweep()


@shared_task
def erase_attachments() -> None:
    """Erase the files that nothing needs any more."""
    from calls.actions.attachment_check import erase_attachments as erase

    erase()


@shared_task
def write_receipt_pdf(receipt_id: int) -> None:
    """Set the PDF of one receipt, if it still waits."""
    from calls.actions import receipt as actions

    actions.write_receipt_pdf(receipt_id)


@shared_task
def sweep_receipts() -> None:
    """Set the PDFs of receipts that a lost broker or a dead worker left."""
    from calls.actions.receipt import sweep_receipts as sweep

    sweep()


@shared_task
def prepare_eliminations() -> None:
    """Once a month, list the deposited dossiers whose time has come; nothing is eliminated."""
    from calls.actions.elimination import prepare_monthly

    prepare_monthly()


@shared_task
def run_elimination(elimination_id: int) -> None:
    """Carry out one elimination that a person ordered."""
    from calls.actions import elimination as actions

    actions.run_elimination(EliminationList.objects.get(pk=elimination_id))


@shared_task
def sweep_eliminations() -> None:
    """Go on with the ordered eliminations that a lost broker or a dead worker left."""
    from calls.actions.elimination import sweep_eliminations as sweep

    sweep()
