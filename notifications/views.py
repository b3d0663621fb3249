"""The inbox of whoever has an account."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from kit.paging import page_of
from notifications.actions import read_all_messages, read_message
from notifications.models import Message
from notifications.queries import inbox

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
