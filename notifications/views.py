"""The inbox of whoever has an account, what they choose to get by mail, and the way out that each mail holds."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest
from kit.paging import page_of
from notifications.actions import change_preferences, read_all_messages, read_message, refuse_by_mail
from notifications.enums import Topic
from notifications.forms import PreferencesForm
from notifications.models import Message
from notifications.queries import inbox, paces_of
from notifications.unsubscribing import way_out

UNREAD = "non-lus"


def message_list(request: SignedInRequest) -> HttpResponse:
    unread_only = request.GET.get("etat") == UNREAD
    page = page_of(inbox(request.user, unread_only=unread_only), request)
    return render(request, "notifications/message_list.html", {"page": page, "unread_only": unread_only, "unread_value": UNREAD})


def message_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    message = get_object_or_404(Message.objects.visible_to(request.user), uuid=uuid)
    return render(request, "notifications/message_detail.html", {"message": read_message(message, by=request.user)})


@require_POST
def message_read_all(request: SignedInRequest) -> HttpResponse:
    count = read_all_messages(by=request.user)
    if count > 1:
        messages.success(request, f"{count} messages ont été marqués comme lus.")
    elif count:
        messages.success(request, "Le message a été marqué comme lu.")
    return redirect("notifications:message_list")


@require_http_methods(["GET", "POST"])
def preference_change(request: SignedInRequest) -> HttpResponse:
    form = PreferencesForm(request.POST if request.method == "POST" else None, paces=paces_of(request.user))
    if request.method == "POST" and form.is_valid():
        change_preferences(request.user, form.chosen(), by=request.user)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("notifications:preference_change")
    return render(request, "notifications/preference_change.html", {"form": form, "necessary": Topic.NECESSARY})


@csrf_exempt  # a mail program posts here by itself (RFC 8058): the signed link is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Reading the page stops nothing, because scanners of mail follow links; its button does, and so does the mail program's own."""
    found = way_out(token)
    done = found is not None and request.method == "POST"
    if found is not None and done:
        refuse_by_mail(found.user, found.topic)
    context = {"way_out": found, "topic": found.topic if found else None, "done": done}
    return render(request, "notifications/unsubscribe.html", context, status=200 if found else 404)
