"""The applicant's pages: start a dossier, fill its sections, keep or take it back."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import SignedInRequest
from calls.actions.application import (
    delete_draft,
    resume_application,
    save_answers,
    start_application,
    withdraw_application,
)
from calls.actions.attachment import give_files
from calls.actions.partner import name_partners
from calls.definition import FormDefinition, SectionDefinition, definition_of
from calls.eligibility import check_of
from calls.forms.attachment import brought_files
from calls.forms.eligibility import kept_answers, take_up
from calls.forms.offers import taken_offer, taking, with_given, with_offers
from calls.forms.section import SectionForm, sent_section, stored_section
from calls.forms.sent import adding_name
from calls.forms.start import StartForm
from calls.models import Application, Round
from calls.pages import application_page, hidden_section, receipt_lines, section_links
from calls.permissions import acts_for_organisation
from calls.queries.amendment import amendments_for
from calls.queries.application import Sheet, application_for, application_to_save, sheet_of
from calls.queries.attachment import files_in
from calls.queries.closing import closing_of
from calls.queries.given import given_before
from calls.queries.list import applications_of
from calls.queries.offers import offers_for
from calls.queries.start import organisations_to_apply_for, starting
from calls.queries.timeline import receipts_of, timeline_of
from calls.views.held import holding_what_was_sent, take_held
from kit.arrival import arrived_at
from kit.workflow import RefusedTransition


@require_GET
def application_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "calls/application_list.html", {"rows": applications_of(request.user)})


@require_http_methods(["GET", "POST"])
def application_start(request: SignedInRequest, slug: str, code: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public().select_related("call"), call__slug=slug, code=code)
    organisations = organisations_to_apply_for(request.user)
    wanted = request.GET.get("organisation")
    chosen = next((item for item in organisations if str(item.uuid) == wanted or len(organisations) == 1), None)
    checked = len(kept_answers(request.session, round_))
    context = {"round": round_, "organisations": organisations, "organisation": chosen, "checked": checked}
    if chosen is None or not round_.is_open:
        return render(request, "calls/application_start.html", context)
    offer = starting(request.user, round_, chosen)
    form = StartForm(request.POST if request.method == "POST" else None, projects=offer.projects)
    if form.is_bound and form.is_valid():
        application, started = start_application(
            round_, chosen, form.chosen or form.to_new_project(), by=request.user, arrived_at=arrived_at(request), mandate=offer.mandate
        )
        if started:
            _take_up_check(request, application)
        else:
            messages.info(request, "Un dossier existe déjà pour ce projet : le voici.")
        return redirect("calls:application_detail", application.uuid)
    return render(request, "calls/application_start.html", {**context, "offer": offer, "form": form})


@require_GET
def application_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    sheet = sheet_of(application)
    closing = closing_of(application)
    context = {
        "page": application_page(application, sheet, request.user),
        "amendments": amendments_for(application, sheet),
        "closing": closing,
        "events": timeline_of(application, closing),
        "receipts": receipt_lines(application, receipts_of(application)),
    }
    return render(request, "calls/application_detail.html", context)


@holding_what_was_sent
@require_http_methods(["GET", "POST"])
def application_section(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    if request.method == "POST":
        return _save_section(request, uuid, key)
    application = application_or_404(request, uuid, "round", "project")
    sheet = sheet_of(application)
    section = section_or_404(sheet.definition, key)
    if not sheet.shows(section):
        messages.info(request, hidden_section(section))
        return redirect("calls:application_detail", uuid)
    held = take_held(request)
    if held is None:
        return _show_section(request, application, sheet, stored_section(section, sheet, request.user))
    messages.warning(request, "Votre session avait expiré : votre texte est ci-dessous, il n’est pas encore enregistré.")
    return _show_section(request, application, sheet, sent_section(section, held, request.user).refuse().over(sheet))


def _save_section(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    application = application_to_save(request.user, uuid)
    if application is None:
        raise Http404
    definition = definition_of(application.round)
    form = _with_what_is_taken(request, application, sent_section(section_or_404(definition, key), request.POST, request.user))
    try:
        saving = save_answers(application, form.sent_readings, form.based_on, by=request.user, arrived_at=arrived_at(request))
    except RefusedTransition as refusal:
        messages.error(request, f"{refusal} Votre texte est encore ci-dessous : copiez-le si vous en avez besoin.")
        form = form.refuse()
    else:
        name_partners(form.naming)
        brought = brought_files(form.section, request.POST, request.FILES)
        form = replace(form, refusals=give_files(application, brought, by=request.user, arrived_at=arrived_at(request)))
        if saving.is_whole and not form.refusals:
            messages.success(request, "Votre saisie est enregistrée.")
            return redirect(_after_saving(request, application, definition, form.section))
        form = form.after(saving)
    application = application_or_404(request, uuid)
    sheet = sheet_of(application)
    return _show_section(request, application, sheet, form.over(sheet), status=409)


def _with_what_is_taken(request: SignedInRequest, application: Application, form: SectionForm) -> SectionForm:
    """The fields sent, and the offer that was taken up for an empty one."""
    question, source = taken_offer(form, request.POST)
    if question is None or not acts_for_organisation(request.user, application):
        return form
    return taking(form, question, source, offers_for(application, [question], request.user), request.POST)


@require_http_methods(["GET", "POST"])
def application_withdraw(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    if request.method == "GET" and not application_page(application, sheet_of(application), request.user).can_withdraw:
        messages.warning(request, "Ce dossier ne peut pas être retiré : il n’est pas déposé, ou le retrait ne vous revient pas.")
        return redirect("calls:application_detail", uuid)
    if request.method == "POST":
        withdraw_application(application, by=request.user)
        messages.success(request, "Le dossier est retiré. Il ne sera pas examiné.")
        return redirect("calls:application_detail", uuid)
    return render(request, "calls/application_withdraw.html", {"application": application})


@require_POST
def application_resume(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    resume_application(application_or_404(request, uuid), by=request.user, arrived_at=arrived_at(request))
    messages.success(request, "Le dossier est de nouveau un brouillon. Il ne sera examiné que si vous le déposez de nouveau.")
    return redirect("calls:application_detail", uuid)


@require_http_methods(["GET", "POST"])
def application_delete(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    if request.method == "GET" and not application_page(application, sheet_of(application), request.user).can_delete:
        messages.warning(request, "Ce dossier ne peut pas être supprimé : il a été déposé, ou la suppression ne vous revient pas.")
        return redirect("calls:application_detail", uuid)
    if request.method == "POST":
        delete_draft(application, by=request.user)
        messages.success(request, "Le brouillon est supprimé.")
        return redirect("calls:application_list")
    return render(request, "calls/application_delete.html", {"application": application})


def _take_up_check(request: SignedInRequest, application: Application) -> None:
    """Begin the dossier with the answers given to « Puis-je candidater ? » in this session."""
    questions = check_of(definition_of(application.round))
    if questions is None or not kept_answers(request.session, application.round):
        return
    save_answers(application, take_up(questions, request.session, application.round), {}, by=request.user, arrived_at=arrived_at(request))
    messages.success(request, "Vos réponses à « Puis-je candidater ? » sont dans le dossier : vous pourrez les changer.")


def application_or_404(request: SignedInRequest, uuid: UUID, *related: str) -> Application:
    """The dossier with what its pages name, or `related`, or 404 for whoever may not see it."""
    application = application_for(request.user, *related, uuid=uuid)
    if application is None:
        raise Http404
    return application


def section_or_404(definition: FormDefinition, key: str) -> SectionDefinition:
    section = definition.section(key)
    if section is None:
        raise Http404
    return section


def _show_section(
    request: SignedInRequest, application: Application, sheet: Sheet, form: SectionForm, *, status: int = 200
) -> HttpResponse:
    links = section_links(application, sheet, form.section.key)
    form = replace(form, files=files_in(application, form.section))
    page = application_page(application, sheet, request.user)
    if page.can_edit and page.acts and form.empty:
        form = with_offers(form, offers_for(application, form.empty, request.user))
        form = with_given(form, given_before(application, form.empty, request.user))
    context = {"page": page, "form": form, "links": links, "saved": page.saved(form.section, request.user), "pace": page.pace}
    context["mirror"] = sheet.mirror(form.section)
    return render(request, "calls/application_section.html", context, status=status)


def _after_saving(request: SignedInRequest, application: Application, definition: FormDefinition, section: SectionDefinition) -> str:
    """The next section or the summary, or the section before, as the button says; else the same one, at the field that was being completed."""
    go = request.POST.get("go")
    wanted = {"next": definition.following, "previous": definition.preceding}.get(str(go))
    other = wanted(section.key) if wanted else None
    sheet = sheet_of(application) if other and other.may_hide else None
    while sheet and wanted and other and not sheet.shows(other):
        other = wanted(other.key)
    if other is not None:
        return reverse("calls:application_section", args=[application.uuid, other.key])
    if go == "next":
        return reverse("calls:application_deposit", args=[application.uuid])
    anchor = adding_name(section, request.POST)
    return reverse("calls:application_section", args=[application.uuid, section.key]) + (f"#{anchor}" if anchor else "")
