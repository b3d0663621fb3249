"""Pages of a call: list, creation, overview, texts, documents."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.call import add_document, change_call, create_call, remove_document
from calls.admin.pages import Link, call_frame, done, locked, manager_page, reader_page, show
from calls.forms.call import PROSE, CallForm, CallStartForm, DocumentForm
from calls.models import Call, CallDocument
from calls.queries.call import managed_calls, rounds_with_counts, was_published


@reader_page
def call_changelist(request: SignedInRequest) -> HttpResponse:
    return show(request, "call_changelist", "Appels et sessions", {"calls": managed_calls(request.user)})


@manager_page
def call_add(request: SignedInRequest) -> HttpResponse:
    form = CallStartForm(request.POST or None)
    made: list[Call] = []
    if done(
        request,
        form,
        lambda: made.append(create_call(by=request.user, **form.cleaned_data)),
        "L’appel est créé. Écrivez maintenant ses textes.",
    ):
        return redirect("admin:calls_call_edit", made[0].pk)
    crumbs = [Link("Appels", reverse("admin:calls_call_changelist"))]
    return show(request, "call_add", "Nouvel appel", {"form": form, "crumbs": crumbs, "back": crumbs[0].url})


@reader_page
def call_change(request: SignedInRequest, pk: int) -> HttpResponse:
    call = _call(request, pk)
    context = {"rounds": rounds_with_counts(call), "documents": call.documents.all(), "public": was_published(call)}
    return show(request, "call_change", call.title, {**call_frame(request, call, "calls_call_change"), **context})


@reader_page
def call_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    call = _call(request, pk)
    frame = call_frame(request, call, "calls_call_edit")
    form = CallForm(request.POST or None, instance=_call(request, pk))
    locked(form, can_edit=frame["can_edit"])
    if was_published(call):
        form.fields["slug"].disabled = True
    wants_preview = request.method == "POST" and "apercu" in request.POST
    if not wants_preview and done(
        request, form, lambda: change_call(call, by=request.user, **form.cleaned_data), "Les textes de l’appel sont enregistrés."
    ):
        return redirect("admin:calls_call_change", call.pk)
    previews = [(form.fields[name].label, request.POST.get(name, "")) for name in PROSE] if wants_preview else []
    return show(request, "call_edit", "Textes et service", {**frame, "form": form, "previews": previews})


@reader_page
def document_list(request: SignedInRequest, pk: int) -> HttpResponse:
    call = _call(request, pk)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if done(
        request,
        form,
        lambda: add_document(call, by=request.user, title=form.cleaned_data["title"], file=form.cleaned_data["file"]),
        "Le document est ajouté.",
    ):
        return redirect("admin:calls_document_list", call.pk)
    frame = call_frame(request, call, "calls_document_list")
    return show(request, "document_list", "Documents", {**frame, "form": form, "documents": call.documents.all()})


@manager_page
def document_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    document = get_object_or_404(CallDocument.objects.select_related("call"), pk=pk, call__in=Call.objects.visible_to(request.user))
    back = reverse("admin:calls_document_list", args=[document.call_id])
    if request.method == "POST":
        remove_document(document, by=request.user)
        return redirect(back)
    context = {
        "text": f"« {document.title} » ne sera plus téléchargeable sur la page de l’appel.",
        "label": "Supprimer le document",
        "back": back,
    }
    return show(request, "confirm", "Supprimer ce document ?", {**call_frame(request, document.call, ""), **context, "danger": True})


def _call(request: SignedInRequest, pk: int) -> Call:
    return get_object_or_404(Call.objects.visible_to(request.user), pk=pk)
