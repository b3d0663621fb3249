"""The applicant's pages: start a dossier, fill its sections, keep or take it back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from calls.actions.application import (
    delete_draft,
    resume_application,
    save_answers,
    start_application,
    withdraw_application,
)
from calls.forms.section import SectionForm, sent_section, stored_section
from calls.forms.start import ProjectChoiceForm
from calls.models import Application, Round
from calls.pages import ApplicationPage, application_page, section_links
from calls.queries.application import application_for, sheet_of
from calls.queries.list import applications_of
from calls.queries.start import organisations_to_apply_for, starting
from calls.queries.timeline import receipts_of, timeline_of
from kit.arrival import arrived_at
from kit.workflow import RefusedTransition
from projects.actions import create_project


@require_GET
def application_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "calls/application_list.html", {"rows": applications_of(request.user)})


@require_http_methods(["GET", "POST"])
def application_start(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public().select_related("call"), call__slug=slug, code=code)
    organisations = organisations_to_apply_for(request.user)
    wanted = request.GET.get("organisation")
    chosen = next((item for item in organisations if str(item.uuid) == wanted or len(organisations) == 1), None)
    context = {"round": round_, "organisations": organisations, "organisation": chosen}
    if chosen is None or not round_.is_open:
        return render(request, "calls/application_start.html", context)
    offer = starting(request.user, round_, chosen)
    form = ProjectChoiceForm(request.POST or None, projects=offer.projects)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        project = form.chosen or create_project(
            chosen, by=request.user, name=data["name"], summary=data["summary"], themes=data["themes"], places=[]
        )
        application, _ = start_application(round_, chosen, project, by=request.user, arrived_at=arrived_at(request), mandate=offer.mandate)
        return redirect("calls:application_detail", application.uuid)
    return render(request, "calls/application_start.html", {**context, "offer": offer, "form": form})


@require_GET
def application_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    context = {
        "page": application_page(application, sheet_of(application), request.user),
        "events": timeline_of(application),
        "receipts": receipts_of(application),
    }
    return render(request, "calls/application_detail.html", context)


@require_http_methods(["GET", "POST"])
def application_section(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    application = application_or_404(request, uuid)
    sheet = sheet_of(application)
    section = sheet.definition.section(key)
    if section is None:
        raise Http404
    if request.method == "GET":
        return _show_section(request, application_page(application, sheet, request.user), stored_section(section, sheet), key)
    form = sent_section(section, request.POST)
    try:
        saving = save_answers(application, form.readings, form.based_on, by=request.user, arrived_at=arrived_at(request))
    except RefusedTransition as refusal:
        messages.error(request, f"{refusal} Votre texte est encore ci-dessous : copiez-le si vous en avez besoin.")
        return _show_section(request, application_page(application, sheet, request.user), form, key, status=409)
    if saving.conflicts:
        return _show_section(
            request, application_page(application, sheet, request.user), form.with_conflicts(saving.conflicts), key, status=409
        )
    messages.success(request, "Votre saisie est enregistrée.")
    following = section_links(application, sheet, key).following
    if request.POST.get("go") == "next":
        return redirect(following.url if following else "calls:application_deposit", *([] if following else [uuid]))
    return redirect("calls:application_section", uuid, key)


@require_http_methods(["GET", "POST"])
def application_withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    if request.method == "POST":
        withdraw_application(application, by=request.user)
        messages.success(request, "Le dossier est retiré. Il ne sera pas examiné.")
        return redirect("calls:application_detail", uuid)
    return render(request, "calls/application_withdraw.html", {"application": application})


@require_POST
def application_resume(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    resume_application(application_or_404(request, uuid), by=request.user, arrived_at=arrived_at(request))
    messages.success(request, "Le dossier est de nouveau un brouillon. Il ne sera examiné que si vous le déposez avant la clôture.")
    return redirect("calls:application_detail", uuid)


@require_http_methods(["GET", "POST"])
def application_delete(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    if request.method == "POST":
        delete_draft(application, by=request.user)
        messages.success(request, "Le brouillon est supprimé.")
        return redirect("calls:application_list")
    return render(request, "calls/application_delete.html", {"application": application})


def application_or_404(request: SignedInRequest, uuid: UUID) -> Application:
    """The dossier with what its pages name, or 404 for whoever may not see it."""
    application = application_for(request.user, uuid=uuid)
    if application is None:
        raise Http404
    return application


def _show_section(request: SignedInRequest, page: ApplicationPage, form: SectionForm, key: str, *, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": form, "links": section_links(page.application, page.sheet, key)}
    return render(request, "calls/application_section.html", context, status=status)
