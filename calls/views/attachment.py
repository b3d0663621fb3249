"""Files of a dossier: their sending piece by piece, in JSON; their download, for whoever may read them."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from calls.actions.attachment import WrongOffset, begin_attachment, receive_piece, remove_attachment, take_up_files
from calls.definition import QuestionDefinition, definition_of
from calls.enums import AttachmentState
from calls.forms.attachment import UNREADABLE, BeginForm, offset_in, taken_files
from calls.forms.autosave import Words, field_now
from calls.models import Application, Attachment
from calls.models.attachment import CHUNK
from calls.queries.application import application_to_save
from calls.queries.attachment import attachment_for, line_of, readable_attachment
from calls.views.answer import refusal, told_in_json
from kit.arrival import arrived_at

TOO_LONG = "Ce morceau est plus long que ce qui était attendu."


@login_not_required
@require_POST
@told_in_json
def attachment_begin(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_to_save(request.user, uuid)
    if application is None:
        raise Http404
    form = BeginForm(request.POST, definition=definition_of(application.round))
    if not form.is_valid():
        return refusal("unreadable", form.sentence, 400)
    try:
        attachment = begin_attachment(application, form.asked, **form.sending, by=request.user, arrived_at=arrived_at(request))
    except ValidationError as fault:
        return refusal("file", " ".join(fault.messages), 422)
    return JsonResponse(_told(request, attachment, application))


@login_not_required
@require_POST
@told_in_json
def attachment_take(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_to_save(request.user, uuid)
    if application is None:
        raise Http404
    question, source = taken_files(definition_of(application.round).questions(), request.POST)
    if question is None or source is None:
        return refusal("unreadable", UNREADABLE, 400)
    try:
        taken = take_up_files(application, question, source, by=request.user, arrived_at=arrived_at(request))
    except ValidationError as fault:
        return refusal("file", " ".join(fault.messages), 422)
    return JsonResponse({"names": [str(one) for one in taken], "field": _field_now(request, application, question)})


@login_not_required
@require_http_methods(["PUT"])
@told_in_json
def attachment_piece(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    attachment = _own_or_404(request, uuid)
    offset = offset_in(request.GET)
    if len(request.body) > CHUNK:
        return refusal("unreadable", TOO_LONG, 413)
    try:
        kept = receive_piece(attachment, offset, request.body, by=request.user, arrived_at=arrived_at(request))
    except WrongOffset as wrong:
        return JsonResponse(_told(request, wrong.attachment, attachment.application), status=409)
    return JsonResponse(_told(request, kept, attachment.application))


@login_not_required
@never_cache
@require_GET
@told_in_json
def attachment_state(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    attachment = _own_or_404(request, uuid)
    return JsonResponse(_told(request, attachment, attachment.application))


@login_not_required
@require_POST
@told_in_json
def attachment_remove(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    attachment = _own_or_404(request, uuid)
    removed = remove_attachment(attachment, by=request.user, arrived_at=arrived_at(request))
    return JsonResponse(_told(request, removed, attachment.application))


@never_cache
@require_GET
def attachment_download(request: SignedInRequest, uuid: UUID) -> FileResponse:
    """Always a download, of the type that was checked, which no browser may open in the site's name."""
    attachment = readable_attachment(request.user, uuid)
    if attachment is None or not attachment.is_served:
        raise Http404
    response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _own_or_404(request: SignedInRequest, uuid: UUID) -> Attachment:
    attachment = attachment_for(request.user, uuid)
    if attachment is None:
        raise Http404
    return attachment


def _told(request: SignedInRequest, attachment: Attachment, dossier: Application | None) -> Words:
    """Where the sending is; once it ended, the question's field as it stands now."""
    application = cast("Application", dossier)
    line = line_of(attachment)
    told = {
        "url": reverse("calls:attachment_download", args=[attachment.uuid]),
        "name": line.name,
        "state": line.state,
        "offset": attachment.received,
        "chunk": CHUNK,
        "problem": line.problem,
        "field": None,
    }
    if attachment.state == AttachmentState.RECEIVING and attachment.removed_at is None:
        return told
    question = definition_of(application.round).by_key[attachment.question_key]
    return {**told, "field": _field_now(request, application, question)}


def _field_now(request: SignedInRequest, application: Application, question: QuestionDefinition) -> Words:
    sections = definition_of(application.round).sections
    section = next(one for one in sections if any(other.key == question.key for other in one.questions))
    return field_now(application, section, question, request.user)
