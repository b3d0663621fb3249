"""Messages of `calls`, rendered when they are owed."""

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from calls.models import Amendment, Application, Attachment, EliminationList, Enquiry, Export, Extension, Guest, Receipt, Round
from kit import french
from notifications.actions import Rendering
from notifications.enums import Topic
from notifications.rendering import render


def deposit_received(receipt: Receipt, reader: User) -> Rendering:
    """The receipt, to whoever wrote in the dossier."""
    application = receipt.deposit.application
    return render(
        "deposit_received",
        "calls/emails/deposit_received_for_writer",
        {
            "receipt": receipt,
            "content": receipt.content,
            "reader": reader,
            "received_at": receipt.deposit.arrived_at,
            "closes_at": application.closes_at,
            "verify_url": f"{settings.SITE_URL}{reverse('calls:receipt_verify')}",
        },
        url=reverse("calls:receipt_detail", args=[receipt.uuid]),
        digest=f"Votre dossier {application.number} a été déposé le {french.instant(receipt.deposit.arrived_at, reader.time_zone)}.",
    )


def application_withdrawn(application: Application, reader: User) -> Rendering:
    """That a dossier was withdrawn, to whoever wrote in it: nobody should learn it too late."""
    return render(
        "application_withdrawn",
        "calls/emails/application_withdrawn_for_writer",
        {"application": application, "closes_at": application.closes_at, "reader": reader},
        url=reverse("calls:application_detail", args=[application.uuid]),
        digest=f"Le dossier {application.number} a été retiré.",
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
    ).about(Topic.REMINDERS, useful_until=closes_at)


def draft_idle(application: Application, erased_on: date, reader: User) -> Rendering:
    """That a draft which nobody touches will be erased, and what to do to keep it."""
    return render(
        "draft_idle",
        "calls/emails/draft_idle_for_writer",
        {"application": application, "erased_on": erased_on, "open": application.accepts_deposits, "reader": reader},
        url=reverse("calls:application_detail", args=[application.uuid]),
        digest=f"« {application.project} » : brouillon effacé le {french.day(erased_on)} s’il ne change pas.",
    )


def draft_erased(application: Application, reader: User) -> Rendering:
    """That an idle draft was erased on the day that was announced."""
    return render(
        "draft_erased",
        "calls/emails/draft_erased_for_writer",
        {"application": application, "reader": reader},
        url=reverse("calls:call_detail", args=[application.round.call.slug]),
        digest=f"« {application.project} » : le brouillon est effacé.",
    )


def guest_invited(guest: Guest, token: str) -> Rendering:
    """The link to one dossier, to whoever is invited. Its application with what it names is needed."""
    return render(
        "guest_invited",
        "calls/emails/guest_invited_for_guest",
        {"guest": guest, "application": guest.application, "author": guest.invited_by},
        url=reverse("calls:guest_accept", args=[token]),
        digest=f"Une invitation à aider au dossier « {guest.application.project} » vous attend.",
        why="une personne vous invite à l’aider pour un dossier",
        carries_secret=True,
    )


def guest_accepted(guest: Guest, reader: User) -> Rendering:
    """That a guest came, to whoever invited them."""
    return render(
        "guest_accepted",
        "calls/emails/guest_accepted_for_author",
        {"guest": guest, "application": guest.application, "person": guest.user, "reader": reader},
        url=reverse("calls:guest_list", args=[guest.application.uuid]),
        digest=f"{guest.user} a accepté votre invitation au dossier « {guest.application.project} ».",
    )


def enquiry_answered(enquiry: Enquiry) -> Rendering:
    """The published answer, to whoever asked. Its call and asker are needed."""
    return render(
        "enquiry_answered",
        "calls/emails/enquiry_answered_for_asker",
        {"enquiry": enquiry},
        url=f"{reverse('calls:call_detail', args=[enquiry.call.slug])}#question-{enquiry.pk}",
        digest=f"« {enquiry.call} » : le service a répondu à votre question.",
        reply_to=enquiry.call.service_email,
        why="vous avez posé une question sur cet appel",
    ).about(Topic.ANSWERS)


def extension_granted(extension: Extension, reader: User) -> Rendering:
    """The later closing granted to a single dossier, to whoever started it."""
    closes_at = french.instant(extension.closes_at, reader.time_zone)
    return render(
        "extension_granted",
        "calls/emails/extension_granted_for_writer",
        {"extension": extension, "application": extension.application, "closes_at": closes_at},
        url=reverse("calls:application_detail", args=[extension.application.uuid]) if extension.application else "",
        digest=f"« {extension.application} » peut être déposé jusqu’au {closes_at}.",
    )


def elimination_done(elimination: EliminationList, gone: int, kept: int) -> Rendering:
    """The list is carried out, to the administrator who ordered it."""
    return render(
        "elimination_done",
        "calls/emails/elimination_done_for_administrator",
        {"elimination": elimination, "gone": gone, "kept": kept},
        url=reverse("admin:calls_eliminationlist_change", args=[elimination.pk]),
        digest=f"{elimination} : {french.counted(gone, 'dossier éliminé', 'dossiers éliminés')}.",
    )


def file_infected(attachment: Attachment, application: Application, reader: User) -> Rendering:
    """That a virus was found in a file of the dossier, and what to do, to whoever writes in it."""
    return render(
        "file_infected",
        "calls/emails/file_infected_for_writer",
        {"attachment": attachment, "application": application, "reader": reader},
        url=reverse("calls:application_detail", args=[application.uuid]),
        digest=f"« {application.project} » : un virus a été trouvé dans le fichier « {attachment.name} ».",
    )


def export_ready(export: Export) -> Rendering:
    """The file is ready, to whoever asked for it: the message holds a link, never the file."""
    return render(
        "export_ready",
        "calls/emails/export_ready_for_requester",
        {"export": export},
        url=reverse("admin:calls_export_change", args=[export.uuid]),
        digest=f"Votre export de {french.counted(export.rows, 'dossier')} est prêt.",
    ).about(Topic.EXPORTS)


def export_failed(export: Export) -> Rendering:
    """The file could not be written, to whoever asked for it."""
    return render(
        "export_failed",
        "calls/emails/export_failed_for_requester",
        {"export": export},
        url=reverse("admin:calls_export_change", args=[export.uuid]),
        digest="Votre export de dossiers n’a pas pu être écrit.",
    ).about(Topic.EXPORTS)


def round_extended(extension: Extension, reader: User) -> Rendering:
    """The later closing decided for everyone, to whoever started a dossier."""
    closes_at = french.instant(extension.closes_at, reader.time_zone)
    return render(
        "round_extended",
        "calls/emails/round_extended_for_writer",
        {"extension": extension, "round": extension.round, "closes_at": closes_at},
        url=reverse("calls:call_detail", args=[extension.round.call.slug]),
        digest=f"« {extension.round.call} » : la clôture est repoussée au {closes_at}.",
        why="vous avez commencé un dossier pour cet appel",
    )


def round_amended(amendment: Amendment, changes: list[str]) -> Rendering:
    """What an amendment changes, to whoever started a dossier. Needs its round and its call."""
    return render(
        "round_amended",
        "calls/emails/round_amended_for_writer",
        {"amendment": amendment, "round": amendment.round, "changes": changes},
        url=reverse("calls:application_list"),
        digest=f"« {amendment.round.call} » : {str(amendment).lower()}, {french.counted(len(changes), 'modification')}.",
        reply_to=amendment.round.call.service_email,
        why="vous avez commencé un dossier pour cet appel",
    )


def round_cancelled(round: Round, reason: str) -> Rendering:
    """The end of a round before its time, to whoever started a dossier."""
    return render(
        "round_cancelled",
        "calls/emails/round_cancelled_for_writer",
        {"round": round, "reason": reason},
        url=reverse("calls:call_detail", args=[round.call.slug]),
        digest=f"« {round.call} » : la session « {round.name} » est annulée.",
        reply_to=round.call.service_email,
        why="vous avez commencé un dossier pour cet appel",
    )
