"""Pages of the questions put to a call's service: the queue, an answer."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.call import answer_enquiry, delete_enquiry
from calls.admin.pages import Link, done, locked, manager_page, reader_notice, reader_page, show
from calls.forms.call import AnswerForm
from calls.models import Call, Enquiry
from calls.queries.enquiry import enquiries_of
from kit.paging import page_of


@reader_page
def enquiry_changelist(request: SignedInRequest) -> HttpResponse:
    wanted = request.GET.get("appel", "")
    call = (
        get_object_or_404(Call.objects.visible_to(request.user), pk=wanted)
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 10
        else None
    )  # noqa: PLR2004 - a key fits in nine digits
    page = page_of(enquiries_of(request.user, call), request, per_page=30)
    crumbs = [Link("Appels", reverse("admin:calls_call_changelist"))]
    if call is not None:
        crumbs.append(Link(call.title, reverse("admin:calls_call_change", args=[call.pk])))
    return show(
        request, "enquiry_changelist", "Questions posées", {"page": page, "call": call, "crumbs": crumbs, "notice": reader_notice(request)}
    )


@reader_page
def enquiry_change(request: SignedInRequest, pk: int) -> HttpResponse:
    enquiry = _enquiry(request, pk)
    back = f"{reverse('admin:calls_enquiry_changelist')}?appel={enquiry.call_id}"
    initial = {"published_text": enquiry.published_text or enquiry.text, "answer": enquiry.answer}
    form = AnswerForm(request.POST or None, initial=initial)
    locked(form, can_edit=not reader_notice(request))
    if done(
        request,
        form,
        lambda: answer_enquiry(enquiry, by=request.user, **form.cleaned_data),
        "La réponse est publiée sur la page de l’appel.",
    ):
        return redirect(back)
    crumbs = [Link("Questions posées", back)]
    context = {"enquiry": enquiry, "form": form, "crumbs": crumbs, "back": back, "notice": reader_notice(request)}
    return show(request, "enquiry_change", "Répondre à une question", context)


@manager_page
def enquiry_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    enquiry = _enquiry(request, pk)
    back = f"{reverse('admin:calls_enquiry_changelist')}?appel={enquiry.call_id}"
    if request.method == "POST":
        delete_enquiry(enquiry, by=request.user)
        return redirect(back)
    context = {
        "text": f"« {enquiry.text} » Personne ne sera prévenu : n’effacez ainsi qu’un doublon ou un message qui n’est pas une question.",
        "label": "Effacer la question",
        "back": back,
        "danger": True,
    }
    return show(request, "confirm", "Effacer cette question ?", context)


def _enquiry(request: SignedInRequest, pk: int) -> Enquiry:
    calls = Call.objects.visible_to(request.user)
    return get_object_or_404(Enquiry.objects.select_related("call", "asked_by", "answered_by"), pk=pk, call__in=calls)
