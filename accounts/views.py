"""One's own account: profile, data held, deletion; the way to ProConnect and back. The rest of signing in and out is allauth's views."""

import secrets

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions, proconnect, queries
from accounts.forms.profile import DeleteAccountForm, ProfileForm
from accounts.limits import may_depart
from accounts.models import SignedInRequest, User
from accounts.proconnect import INTERRUPTED, Departure, ProConnectRefusal
from accounts.proconnect_session import ID_TOKEN, LEAVING, own_address, remember_departure, take_departure
from accounts.second_factor import enter_through_proconnect


@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    # A copy of the row: a refused form must not leave its words on the user that the page's header shows.
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        actions.change_profile(request.user, by=request.user, **form.cleaned_data)
        messages.success(request, "Votre profil est enregistré.")
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form})


@require_GET
@never_cache
def my_data(request: SignedInRequest) -> HttpResponse:
    answer = JsonResponse(queries.personal_data(request.user), json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="mes-donnees.json"'
    return answer


@require_http_methods(["GET", "POST"])
def _account_delete(request: SignedInRequest) -> HttpResponse:
    form = DeleteAccountForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete_account(request.user, by=request.user)
        except actions.AccountInUseError:
            return redirect("accounts:account_delete")
        logout(request)
        messages.success(request, "Votre compte est supprimé.")
        return redirect("portal:home")
    return render(request, "accounts/account_delete.html", {"form": form, "obstacles": queries.deletion_obstacles(request.user)})


def account_delete(request: HttpRequest) -> HttpResponseBase:
    """Asks for the password or the second factor again, even to read the page: the last click must be the deletion."""
    answer: HttpResponseBase = reauthentication_required(_account_delete)(request)
    return answer


@login_not_required
@require_GET
@never_cache
def proconnect_start(request: HttpRequest) -> HttpResponse:
    _only_if_configured()
    page = get_next_redirect_url(request) or ""
    if request.user.is_authenticated:
        return redirect(page or "portal:dashboard")
    if not may_depart(request):
        return _back_to_sign_in(request, get_adapter(request).error_messages["rate_limited"], page)
    departure = Departure.new()
    try:
        address = proconnect.authorization_url(departure, own_address("accounts:proconnect_callback"))
    except ProConnectRefusal as refusal:
        return _back_to_sign_in(request, str(refusal), page)
    remember_departure(request, departure, page)
    return redirect(address)


@login_not_required
@require_GET
@never_cache
def proconnect_callback(request: HttpRequest) -> HttpResponseBase:
    _only_if_configured()
    if request.user.is_authenticated:
        return redirect("portal:dashboard")
    page = ""
    try:
        departure, page = take_departure(request, request.GET.get("state", ""))
        code = request.GET.get("code", "")
        if "error" in request.GET or not code:
            raise ProConnectRefusal(INTERRUPTED)
        arrival = proconnect.arrival(code, departure, own_address("accounts:proconnect_callback"))
    except ProConnectRefusal as refusal:
        return _back_to_sign_in(request, str(refusal), page)
    user, known = actions.recognise_person(arrival)
    request.session[ID_TOKEN] = arrival.id_token
    return enter_through_proconnect(request, user, page, trusted_factor=known and "mfa" in arrival.factors)


@login_not_required
@require_GET
@never_cache
def proconnect_leave(request: HttpRequest) -> HttpResponse:
    """Signed out here already; the page itself leads on, because no form may post out of the site (form-action)."""
    _only_if_configured()
    leaving = request.session.get(LEAVING)
    if leaving is None:
        return redirect("portal:home")
    address = proconnect.logout_url(leaving["id_token"], leaving["state"], own_address("accounts:proconnect_left"))
    if not address:
        del request.session[LEAVING]
        messages.warning(request, "ProConnect ne répond pas : votre session y reste ouverte. Fermez votre navigateur sur un poste partagé.")
        return redirect("portal:home")
    return render(request, "accounts/proconnect_leave.html", {"address": address})


@login_not_required
@require_GET
@never_cache
def proconnect_left(request: HttpRequest) -> HttpResponse:
    """Back from signing out at ProConnect: said only to whoever this session had sent there."""
    _only_if_configured()
    leaving = request.session.pop(LEAVING, None)
    if leaving is not None and secrets.compare_digest(leaving["state"].encode(), request.GET.get("state", "").encode()):
        messages.success(request, "Vous êtes aussi déconnecté de ProConnect.")
    return redirect("portal:home")


def _only_if_configured() -> None:
    if not proconnect.is_configured():
        raise Http404


def _back_to_sign_in(request: HttpRequest, sentence: str, page: str) -> HttpResponse:
    messages.error(request, sentence)
    words = f"?{urlencode({'next': page})}" if page else ""
    return redirect(f"{resolve_url('account_login')}{words}")
