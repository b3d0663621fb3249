"""One's own account: profile, data held, deletion. Signing in and out are allauth's views."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import actions, queries
from accounts.forms.profile import DeleteAccountForm, ProfileForm
from accounts.models import SignedInRequest, User


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
