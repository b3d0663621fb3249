"""Exports: ask, follow, download. A file is its requester's alone."""

from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.export import ask_export, take_export
from calls.admin.pages import Link
from calls.admin.staff_pages import list_url, show, staff_page
from calls.enums import ExportFormat, ExportState
from calls.models import Export
from calls.queries.staff import Filters
from kit.french import day_of
from kit.paging import page_of
from kit.spreadsheets import XLSX_TYPE
from kit.workflow import RefusedTransition

TYPES = {ExportFormat.XLSX: XLSX_TYPE, ExportFormat.CSV: "text/csv; charset=utf-8"}


@staff_page
def export_changelist(request: SignedInRequest) -> HttpResponse:
    page = page_of(Export.objects.visible_to(request.user).select_related("round"), request)
    return show(request, "export_changelist", "Mes exports", {"current": "calls_export_changelist", "page": page})


@staff_page
def export_add(request: SignedInRequest) -> HttpResponse:
    filters = Filters.of(request.GET.dict())
    wanted = request.POST.get("format", "")
    if request.method != "POST" or wanted not in ExportFormat.values:
        return redirect(list_url(filters))
    try:
        export = ask_export(filters, ExportFormat(wanted), by=request.user)
    except RefusedTransition as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:calls_export_changelist")
    return redirect("admin:calls_export_change", export.uuid)


@staff_page
def export_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    export = _export(request, uuid)
    context = {"export": export, "crumbs": [Link("Mes exports", reverse("admin:calls_export_changelist"))]}
    if request.headers.get("HX-Request"):
        return render(request, "admin/dossiers/_export_progress.html", context)
    return show(request, "export_change", "Export de dossiers", {**context, "list_url": list_url(Filters.of(export.filters))})


@staff_page
def export_download(request: SignedInRequest, uuid: UUID) -> HttpResponseBase:
    export = _export(request, uuid)
    if export.state != ExportState.DONE or not default_storage.exists(str(export.file.name)):
        messages.error(request, "Ce fichier n’est pas prêt, ou il est déjà effacé. Demandez un nouvel export.")
        return redirect("admin:calls_export_change", export.uuid)
    taken = take_export(export, by=request.user)
    scope = taken.round.code if taken.round else "toutes-sessions"
    name = f"dossiers-{scope}-{day_of(taken.asked_at):%Y-%m-%d}.{taken.format}"
    response = FileResponse(
        default_storage.open(str(taken.file.name)), as_attachment=True, filename=name, content_type=TYPES[ExportFormat(taken.format)]
    )
    response["Cache-Control"] = "private, no-store"
    return response


def _export(request: SignedInRequest, uuid: UUID) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user).select_related("round"), uuid=uuid)
