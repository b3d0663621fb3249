"""What every authoring page shares: who may open it, its frame, its tabs, and how a form that an action refuses comes back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import SignedInRequest
from accounts.permissions import manages_calls, reads_dossiers
from calls.enums import RoundState
from calls.models import Call, Round
from calls.queries.call import is_frozen
from kit.workflow import RefusedTransition

P = ParamSpec("P")
Page = Callable[Concatenate[SignedInRequest, P], HttpResponse]


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or a crumb."""

    label: str
    url: str
    current: bool = False


def reader_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """A page that all staff read; only those who manage calls send anything to it."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not reads_dossiers(request.user) or (request.method == "POST" and not manages_calls(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def manager_page(view: Page[P]) -> Callable[..., HttpResponse]:
    """A page that only serves to act: for those who manage calls."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not manages_calls(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def show(request: HttpRequest, template: str, title: str, context: Mapping[str, Any]) -> HttpResponse:
    """Draw `admin/calls/<template>.html` in the admin's frame."""
    frame = {**admin.site.each_context(request), "title": title, "can_manage": manages_calls(request.user)}
    return render(request, f"admin/calls/{template}.html", {**frame, **context})


def done(request: HttpRequest, form: forms.BaseForm, act: Callable[[], object], said: str) -> bool:
    """Whether a valid form's action went through; a refusal becomes an error of the form, which keeps what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        act()
    except RefusedTransition as refusal:
        form.add_error(None, str(refusal))
        return False
    except IntegrityError:  # a name or a code that someone took since the form was checked
        form.add_error(None, "Quelqu’un d’autre vient d’enregistrer la même chose : vérifiez le nom, le préfixe ou l’adresse.")
        return False
    messages.success(request, said)
    return True


def locked(form: forms.BaseForm, *, can_edit: bool) -> forms.BaseForm:
    """The form, its fields disabled for who may only read."""
    if not can_edit:
        for field in form.fields.values():
            field.disabled = True
    return form


def call_frame(request: SignedInRequest, call: Call, current: str) -> dict[str, Any]:
    """The call's tabs, and whether and why it may not be changed."""
    frozen = is_frozen(call)
    pages = {
        "calls_call_change": "Vue d’ensemble",
        "calls_call_edit": "Textes et service",
        "calls_document_list": "Documents",
    }
    tabs = [Link(label, reverse(f"admin:{name}", args=[call.pk]), name == current) for name, label in pages.items()]
    enquiries = Link("Questions posées", f"{reverse('admin:calls_enquiry_changelist')}?appel={call.pk}")
    why = "Une session de cet appel est publiée : ses textes ne changent plus avant la clôture. Vous pouvez ajouter des documents et répondre aux questions."
    return {
        "call": call,
        "crumbs": [Link("Appels", reverse("admin:calls_call_changelist"))],
        "tabs": [*tabs, enquiries],
        "can_edit": manages_calls(request.user) and not frozen,
        "notice": why if frozen else reader_notice(request),
    }


def round_frame(request: SignedInRequest, round: Round, current: str) -> dict[str, Any]:
    """The round's tabs, and whether and why it may not be changed."""
    pages = {
        "calls_round_change": "Vue d’ensemble",
        "calls_round_edit": "Dates et mentions",
        "calls_declaration_list": "Déclarations",
        "calls_form_outline": "Formulaire",
        "calls_rule_list": "Éligibilité",
        "calls_round_check": "Vérification",
    }
    tabs = [Link(label, reverse(f"admin:{name}", args=[round.pk]), name == current) for name, label in pages.items()]
    draft = round.state == RoundState.DRAFT
    why = (
        f"Cette session est {round.get_state_display().lower()} : formulaire, dates et mentions ne se modifient plus ici, pour que tous les "
        "candidats répondent à la même chose. Une correction passe par un avenant, une date par une prolongation. Pour repartir de ce "
        "formulaire, dupliquez la session."
    )
    return {
        "round": round,
        "call": round.call,
        "crumbs": [
            Link("Appels", reverse("admin:calls_call_changelist")),
            Link(round.call.title, reverse("admin:calls_call_change", args=[round.call_id])),
        ],
        "tabs": tabs,
        "can_edit": manages_calls(request.user) and draft,
        "notice": reader_notice(request) if draft else why,
    }


def form_frame(request: SignedInRequest, round: Round) -> dict[str, Any]:
    """A page below the form's outline."""
    frame = round_frame(request, round, "calls_form_outline")
    crumbs = [
        *frame["crumbs"],
        Link(round.name, reverse("admin:calls_round_change", args=[round.pk])),
        Link("Formulaire", reverse("admin:calls_form_outline", args=[round.pk])),
    ]
    return {**frame, "crumbs": crumbs, "tabs": []}


def reader_notice(request: SignedInRequest) -> str:
    return "" if manages_calls(request.user) else "Lecture seule : seuls les responsables d’appel changent ces pages."
