"""Pages about mandates."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import SignedInRequest
from community.actions import ask_mandate, give_mandate, grant_mandate, refuse_mandate, revoke_mandate
from community.forms import MandateAskForm, MandateGiveForm, MandateGrantForm, OptionalReasonForm
from community.models import Mandate, Organisation
from community.permissions import asks_mandate, manages
from community.queries import managed_organisations
from community.workflow import MANDATE
from kit.workflow import available


def mandate_ask(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    agent = get_object_or_404(Organisation.objects.visible_to(request.user), uuid=uuid)
    if not asks_mandate(request.user, agent):
        return render(request, "community/organisation_not_managed.html", {"organisation": agent}, status=403)
    form = MandateAskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mandate = ask_mandate(agent, form.terms(), by=request.user, client=form.organisation, email=form.cleaned_data["email"])
        messages.success(request, "Votre demande de mandat est envoyée.")
        return redirect("community:mandate_detail", mandate.uuid)
    return render(request, "community/mandate_ask.html", {"form": form, "organisation": agent})


def mandate_give(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    client = get_object_or_404(Organisation.objects.visible_to(request.user), uuid=uuid)
    if not manages(request.user, client):
        return render(request, "community/organisation_not_managed.html", {"organisation": client}, status=403)
    form = MandateGiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.organisation is not None:
        mandate = give_mandate(client, form.organisation, form.terms(), by=request.user)
        messages.success(request, f"Le mandat est donné à « {form.organisation.name} ».")
        return redirect("community:mandate_detail", mandate.uuid)
    return render(request, "community/mandate_give.html", {"form": form, "organisation": client})


def mandate_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    mandate = _mandate(request, uuid)
    moves = {move.name for move in available(mandate, request.user, MANDATE)}
    return render(
        request,
        "community/mandate_detail.html",
        {
            "mandate": mandate,
            "may_grant": "grant" in moves and not mandate.has_expired,
            "may_refuse": "refuse" in moves,
            "may_revoke": "revoke" in moves and "refuse" not in moves,
        },
    )


def mandate_grant(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    """Confirms what one grants; asked by mail, it also asks in whose name."""
    mandate = _mandate(request, uuid)
    administered = managed_organisations(request.user).exclude(pk=mandate.agent_id)
    form = MandateGrantForm(request.POST or None, administered=administered) if mandate.client is None else None
    if request.method == "POST" and (form is None or form.is_valid()):
        grant_mandate(mandate, by=request.user, client=form.cleaned_data["client"] if form else None)
        messages.success(request, "Le mandat est accordé. Vous pouvez y mettre fin à tout moment.")
        return redirect("community:mandate_detail", uuid)
    lacks_organisation = form is not None and not administered.exists()
    return render(request, "community/mandate_grant.html", {"form": form, "mandate": mandate, "lacks_organisation": lacks_organisation})


def mandate_refuse(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    mandate = _mandate(request, uuid)
    form = OptionalReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refuse_mandate(mandate, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, "Le mandat est refusé.")
        return redirect("community:organisation_list")
    return render(request, "community/mandate_refuse.html", {"form": form, "mandate": mandate})


def mandate_revoke(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    mandate = _mandate(request, uuid)
    form = OptionalReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoke_mandate(mandate, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, "Le mandat a pris fin.")
        return redirect("community:organisation_list")
    return render(request, "community/mandate_revoke.html", {"form": form, "mandate": mandate})


def _mandate(request: SignedInRequest, uuid: UUID) -> Mandate:
    return get_object_or_404(
        Mandate.objects.visible_to(request.user).select_related("client", "agent", "asked_by", "granted_by"), uuid=uuid
    )
