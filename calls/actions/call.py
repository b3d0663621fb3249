"""Writes of a call: its texts, its documents, the questions put to its service."""

from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from accounts.models import User
from calls.emails import enquiry_answered
from calls.freeze import FrozenCall, lock_call, require_manager
from calls.models import Call, CallDocument, Enquiry
from calls.queries.call import unanswered_by, was_published
from kit import clock
from kit.uploads import safe_name
from kit.workflow import RefusedTransition
from notifications.actions import owe_message

CHANGEABLE = frozenset(
    {
        "slug",
        "kind",
        "title",
        "summary",
        "presentation",
        "rules",
        "selection",
        "benefits",
        "sponsor",
        "service_name",
        "service_address",
        "service_email",
        "service_phone",
    }
)
MOST_UNANSWERED = 5


class TooManyEnquiries(RefusedTransition):
    """The person already waits for several answers about this call."""


@transaction.atomic
def create_call(*, by: User, themes: Any = (), **fields: Any) -> Call:
    """Create a call; nobody but staff sees it until one of its rounds is published."""
    require_manager(by)
    call = Call.objects.create(created_by=by, **_known(fields))
    call.themes.set(themes)
    return call


@transaction.atomic
def change_call(call: Call, *, by: User, themes: Any = None, **fields: Any) -> Call:
    """Change texts and contact of a call. Refuses while a published round is coming or open; the address is for good once public."""
    locked = lock_call(call, by=by)
    changes = _known(fields)
    if changes.get("slug", locked.slug) != locked.slug and was_published(locked):
        raise FrozenCall("La page de cet appel a été publiée : son adresse ne change plus.")
    for name, value in changes.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(changes))
    if themes is not None:
        locked.themes.set(themes)
    return locked


@transaction.atomic
def add_document(call: Call, *, by: User, title: str, file: "File[bytes]") -> CallDocument:
    """Add a file to the call's page, at any time: it is dated there. The file was checked by the form."""
    require_manager(by)
    locked = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    last = locked.documents.aggregate(last=Max("position"))["last"]
    file.name = safe_name(file.name or "")
    return CallDocument.objects.create(
        call=locked, title=title, file=file, size=file.size, position=0 if last is None else last + 1, added_at=clock.now()
    )


@transaction.atomic
def remove_document(document: CallDocument, *, by: User) -> None:
    """Take a file off the call's page, and erase it once that is committed. Refuses while people apply under it."""
    lock_call(document.call, by=by)
    storage, name = document.file.storage, document.file.name or ""
    document.delete()
    transaction.on_commit(lambda: storage.delete(name), robust=True)  # logged: the page changed whatever becomes of the file


@transaction.atomic
def ask_enquiry(call: Call, *, by: User, text: str) -> Enquiry:
    """Put a question to the service. Refuses a sixth question while five wait for their answers."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if unanswered_by(by, call) >= MOST_UNANSWERED:
        raise TooManyEnquiries(
            f"Vous avez déjà {MOST_UNANSWERED} questions en attente sur cet appel. Attendez une réponse, ou écrivez au service : {call.service_email}."
        )
    return Enquiry.objects.create(call=call, asked_by=by, text=text, asked_at=clock.now())


@transaction.atomic
def answer_enquiry(enquiry: Enquiry, *, by: User, published_text: str, answer: str) -> Enquiry:
    """Publish a question, reworded so as to name nobody, with its answer; whoever asked is told.

    Answering again corrects and dates anew what is published. Refuses an empty question or answer.
    """
    require_manager(by)
    if not (published_text.strip() and answer.strip()):
        raise RefusedTransition("Une question se publie avec son texte et sa réponse.")
    locked = Enquiry.objects.select_for_update(of=("self",)).select_related("call", "asked_by").get(pk=enquiry.pk)
    locked.published_text, locked.answer = published_text, answer
    locked.answered_by, locked.published_at = by, clock.now()
    locked.save(update_fields=["published_text", "answer", "answered_by", "published_at"])
    if locked.asked_by is not None:
        owe_message(f"enquiry:{locked.pk}:{locked.published_at:%Y%m%dT%H%M%S.%f}", enquiry_answered(locked), recipient=locked.asked_by)
    return locked


@transaction.atomic
def delete_enquiry(enquiry: Enquiry, *, by: User) -> None:
    """Take out of the queue what is no question (an insult, a mistake, a duplicate). Refuses what was published."""
    require_manager(by)
    locked = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if locked.published_at is not None:
        raise RefusedTransition("Cette question est publiée : corrigez-la plutôt que de l’effacer.")
    locked.delete()


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(unknown)
    return fields
