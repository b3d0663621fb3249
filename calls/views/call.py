"""Public pages of calls: the list, one call, its documents, its blank form, a question to its service."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest, User
from accounts.permissions import reads_dossiers
from calls.actions.call import ask_enquiry
from calls.blank_form import blank_form_pdf
from calls.dates import OpenCalls, calendar_of
from calls.forms.call import EnquiryForm
from calls.models import Call, CallDocument, Round
from calls.public_page import public_part
from calls.queries.call import applications_in_rounds, calls_as_read_by, calls_closed, calls_coming, calls_open
from kit.uploads import CONTENT_TYPES, extension_of
from kit.workflow import RefusedTransition


@login_not_required
@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    context = {"open": calls_open(), "coming": calls_coming(), "closed": calls_closed(), "zone": _zone(request)}
    return render(request, "calls/call_list.html", context)


@login_not_required
@require_GET
def call_detail(request: HttpRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(calls_as_read_by(request.user), slug=slug)
    public = public_part(call, zone=_zone(request), signed_in=isinstance(request.user, User))
    if not public.rounds and not reads_dossiers(request.user):
        raise Http404
    concerned = call.belongs or call.started  # type: ignore[attr-defined] # annotated by the query
    mine = applications_in_rounds(request.user, public.rounds) if concerned and isinstance(request.user, User) else []
    context = {"call": call, "my_applications": mine, "intro": public.intro, "body": public.body_again if mine else public.body}
    return render(request, "calls/call_detail.html", context)


@login_not_required
@require_GET
def document_download(request: HttpRequest, uuid: UUID) -> HttpResponseBase:  # noqa: ARG001 - anyone may
    document = get_object_or_404(CallDocument, uuid=uuid, call__in=Call.objects.public())
    name = (document.file.name or "").rpartition("/")[2]
    content_type = CONTENT_TYPES.get(extension_of(name), "application/octet-stream")
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@login_not_required
@require_GET
def round_blank_form(request: HttpRequest, slug: str, code: str) -> HttpResponse:  # noqa: ARG001 - anyone may
    round_ = get_object_or_404(Round.objects.public().select_related("call"), call__slug=slug, code=code)
    response = HttpResponse(blank_form_pdf(round_), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="formulaire-{round_.code}.pdf"'
    return response


@login_not_required
@require_GET
def call_feed(request: HttpRequest) -> HttpResponseBase:
    return OpenCalls()(request)


@login_not_required
@require_GET
def call_dates(request: HttpRequest, slug: str) -> HttpResponse:  # noqa: ARG001 - anyone may
    call = get_object_or_404(Call.objects.public(), slug=slug)
    response = HttpResponse(calendar_of(call), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="dates-{call.slug}.ics"'
    return response


@require_http_methods(["GET", "POST"])
def enquiry_create(request: SignedInRequest, slug: str) -> HttpResponse:
    call = get_object_or_404(Call.objects.public(), slug=slug)
    form = EnquiryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_enquiry(call, by=request.user, text=form.cleaned_data["text"])
        except RefusedTransition as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre question est envoyée au service. Vous recevrez un message quand la réponse sera publiée.")
            return redirect("calls:call_detail", call.slug)
    return render(request, "calls/enquiry_create.html", {"call": call, "form": form})


def _zone(request: HttpRequest) -> str:
    """The reader's own zone, when it is known."""
    return request.user.time_zone if isinstance(request.user, User) else ""
