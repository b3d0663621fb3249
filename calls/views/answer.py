"""What the open page of a section asks by itself: keep what has just been typed, and tell what others changed. Answers are JSON."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET, require_POST

from accounts.models import SignedInRequest, User
from calls import presence
from calls.actions.application import save_as_typed
from calls.definition import definition_of
from calls.forms.autosave import acknowledgement, changes
from calls.forms.section import SectionForm, sent_section
from calls.models import Application
from calls.queries.application import application_to_save, revision_for
from calls.views.application import section_or_404
from kit.arrival import arrived_at
from kit.workflow import RefusedTransition

View = Callable[..., HttpResponse]

SIGNED_OUT = "Votre session a expiré."
SOMEONE_ELSE = "Vous êtes maintenant connecté avec un autre compte : rien n’est envoyé sous ce compte."
GONE = "Ce dossier n’existe plus, ou ne vous est plus ouvert."
NO_RIGHT = "Vous ne pouvez plus modifier ce dossier."
UNREADABLE = "Le serveur n’a reconnu aucune réponse dans cet envoi. Rechargez la page."


def refusal(why: str, said: str, status: int) -> JsonResponse:
    """A sentence for the person, and a word for the page, which keeps the text."""
    return JsonResponse({"why": why, "said": said}, status=status)


def told_in_json(view: View) -> View:
    """Every refusal in JSON: a redirection would lead the page's request to the sign-in page, and the text nowhere.

    `person` names for whom the page was drawn: what one person typed is never sent, nor what changed shown, under another's account.
    """

    @wraps(view)
    def answer(request: HttpRequest, **place: Any) -> HttpResponse:
        if not isinstance(request.user, User):
            return refusal("session", SIGNED_OUT, 401)
        if (request.POST or request.GET).get("person", request.user.browser_key) != request.user.browser_key:
            return refusal("person", SOMEONE_ELSE, 403)
        try:
            return view(cast("SignedInRequest", request), **place)
        except Http404:
            return refusal("gone", GONE, 404)
        except PermissionDenied:
            return refusal("right", NO_RIGHT, 403)
        except RefusedTransition as refused:
            return refusal("refused", str(refused), 409)

    return answer


@login_not_required
@require_POST
@told_in_json
def answer_save(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    def read(application: Application) -> SectionForm:
        return sent_section(section_or_404(definition_of(application.round), key), request.POST, request.user)

    kept = save_as_typed(uuid, read, by=request.user, arrived_at=arrived_at(request))
    if kept is None:
        raise Http404
    form, saving = kept
    return JsonResponse(acknowledgement(form, saving)) if form.sent else refusal("unreadable", UNREADABLE, 400)


@login_not_required
@require_GET
@told_in_json
def answer_changes(request: SignedInRequest, uuid: UUID, key: str) -> HttpResponse:
    revision = revision_for(request.user, uuid)
    if revision is None:
        raise Http404
    said = presence.come(uuid, key, request.user)
    others = {"mark": presence.mark_of(said), "said": said}
    if str(revision) == request.GET.get("revision"):
        told = others["mark"] == request.GET.get("others", "")
        return HttpResponse(status=204) if told else JsonResponse({"revision": revision, "fields": {}, "others": others})
    application = application_to_save(request.user, uuid)
    if application is None:
        raise Http404
    get_token(request)  # a page whose session was opened anew finds its token in the cookie
    section = section_or_404(definition_of(application.round), key)
    return JsonResponse({"revision": revision, "fields": changes(application, section, request.GET, request.user), "others": others})
