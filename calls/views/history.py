"""What became of the answers of a dossier: who wrote what and when, what an answer said before, what differs between deposits."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest
from calls.actions.history import take_up_again
from calls.comparison import compared
from calls.definition import FormDefinition, QuestionDefinition, SectionDefinition, definition_of
from calls.forms.history import HistoryFilterForm, VersionForm
from calls.forms.sent import field_name
from calls.pages import can_edit
from calls.queries.history import changes_to, past_of, people_who_wrote, present_of, said_changes, said_versions
from calls.views.application import application_or_404
from kit.arrival import arrived_at
from kit.paging import page_of

VERSIONS_PER_PAGE = 10


@require_GET
def application_history(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid, "round", "project")
    definition = definition_of(application.round)
    form = HistoryFilterForm(request.GET, definition=definition, people=people_who_wrote(application))
    page = page_of(changes_to(application, form.keys, form.person), request, narrow=True)
    context = {"application": application, "form": form, "page": page, "changes": said_changes(page.items, definition)}
    return render(request, "calls/application_history.html", context)


@require_GET
def answer_history(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    application = application_or_404(request, uuid, "round", "project")
    section, question = question_or_404(definition_of(application.round), key)
    page = page_of(past_of(application, key), request, VERSIONS_PER_PAGE)
    present = present_of(application, key)
    last = page.items[-1].version if page.items else 0
    before = past_of(application, key).filter(version__lt=last).first() if page.next_url else None
    context = {
        "application": application,
        "section": section,
        "question": question,
        "page": page,
        "versions": said_versions(question, present if page.number == 1 else None, page.items, before),
        "version": present.version if present else 0,
        "can_edit": can_edit(application, request.user) and not question.is_files,
    }
    return render(request, "calls/answer_history.html", context)


@require_POST
def answer_restore(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    application = application_or_404(request, uuid, "round")
    section, question = question_or_404(definition_of(application.round), key)
    form = VersionForm(request.POST)
    if not form.is_valid():
        raise Http404
    kept = get_object_or_404(past_of(application, key), pk=form.cleaned_data["text"])
    kept.application = application
    saving = take_up_again(kept, form.cleaned_data["version"], by=request.user, arrived_at=arrived_at(request))
    if saving.conflicts:
        messages.warning(
            request,
            "Cette réponse a changé entre-temps : voici ce qu’elle dit maintenant. Reprenez l’ancien texte de nouveau s’il convient toujours.",
        )
        return redirect("calls:answer_history", uuid, key)
    messages.success(request, "Le texte repris est maintenant la réponse ; celui qu’il remplace reste dans l’historique.")
    return redirect(reverse("calls:application_section", args=[uuid, section.key]) + f"#{field_name(question.key)}")


@require_GET
def application_compare(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    comparison = compared(application, request.GET.get("de", ""), request.GET.get("a", ""))
    if comparison is None:
        raise Http404
    return render(request, "calls/application_compare.html", {"application": application, "comparison": comparison})


def question_or_404(definition: FormDefinition, key: str) -> tuple[SectionDefinition, QuestionDefinition]:
    for section in definition.sections:
        for question in section.questions:
            if question.key == key:
                return section, question
    raise Http404
