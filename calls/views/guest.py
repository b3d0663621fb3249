"""The people invited to one dossier: their list, a new invitation, its end, and the page that a link opens."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import SignedInRequest, User
from calls.actions.guest import accept_guest, invite_guest, revoke_guest
from calls.enums import GuestAccess
from calls.forms.guest import GuestAcceptanceForm, GuestForm
from calls.models import Guest
from calls.permissions import invites_guests
from calls.queries.guest import guest_by_token, guest_problem, guests_of
from calls.views.application import application_or_404


@require_http_methods(["GET", "POST"])
def guest_list(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    application = application_or_404(request, uuid)
    if not invites_guests(request.user, application):
        raise PermissionDenied
    form = GuestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        access = GuestAccess(form.cleaned_data["access"])
        guest = invite_guest(application, by=request.user, email=form.cleaned_data["email"], access=access)
        messages.success(request, f"L’invitation est envoyée à {guest.email}.")
        return redirect("calls:guest_list", uuid)
    context = {"application": application, "form": form, "guests": guests_of(application)}
    return render(request, "calls/guest_list.html", context)


@require_POST
def guest_revoke(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    guest = get_object_or_404(Guest.objects.visible_to(request.user).select_related("application"), uuid=uuid)
    revoke_guest(guest, by=request.user)
    messages.success(request, f"{guest.email} n’a plus accès au dossier. Ce que cette personne y a écrit reste.")
    return redirect("calls:guest_list", guest.application.uuid)


@login_not_required
@require_http_methods(["GET", "POST"])
def guest_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Public: whoever receives the link may not have an account yet. A link that is of no use says why."""
    guest = guest_by_token(token)
    problem = guest_problem(guest)
    if guest is None or problem:
        return render(request, "calls/guest_useless.html", {"problem": problem}, status=404 if guest is None else 410)
    if not isinstance(request.user, User):
        return render(request, "calls/guest_accept.html", {"guest": guest, "next": request.path, "form": None, "person": None})
    other = request.user.email.casefold() != guest.email.casefold()
    form = GuestAcceptanceForm(request.POST if request.method == "POST" else None) if other else None
    if request.method == "POST" and (form is None or form.is_valid()):
        accept_guest(guest, by=request.user)
        messages.success(request, "Le dossier vous est ouvert.")
        return redirect("calls:application_detail", guest.application.uuid)
    return render(request, "calls/guest_accept.html", {"guest": guest, "form": form, "person": request.user, "next": ""})
