"""Pages of an organisation: mine, entered in two steps, shown, changed, completed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.models import SignedInRequest
from community import register
from community.actions import AlreadyEntered, add_siret, change_organisation, enter_organisation, refresh_from_register
from community.enums import IdentifierKind
from community.forms import IdentifierForm, OrganisationForm, SiretForm
from community.models import Organisation
from community.pages import identity_rows, organisation_page, warnings_about
from community.permissions import manages
from community.queries import mandates_waiting_for, my_memberships
from community.register import Absence, Answer, Identity
from community.views import return_path

SENTENCES = {
    Absence.UNKNOWN: "Le répertoire officiel ne connaît pas ce numéro. Vérifiez-le ; s’il est juste, saisissez vous-même les renseignements.",
    Absence.UNAVAILABLE: "Le répertoire officiel ne répond pas pour le moment. Saisissez vous-même les renseignements : "
    "ils seront vérifiés plus tard et rien n’est bloqué.",
    Absence.LIMITED: "Le répertoire officiel reçoit trop de demandes pour le moment. Saisissez vous-même les renseignements : "
    "ils seront vérifiés plus tard et rien n’est bloqué.",
}


def organisation_list(request: SignedInRequest) -> HttpResponse:
    return render(
        request,
        "community/organisation_list.html",
        {"memberships": my_memberships(request.user), "waiting_mandates": mandates_waiting_for(request.user)},
    )


def organisation_create(request: SignedInRequest) -> HttpResponse:
    form = IdentifierForm(request.POST or None)
    if request.method == "GET":
        return_path.remember(request)
    if request.method == "POST" and form.is_valid():
        query = QueryDict(mutable=True)
        query.update({"kind": form.cleaned_data["kind"], "number": form.cleaned_data["number"]})
        return redirect(f"{reverse('community:organisation_identify')}?{query.urlencode()}")
    return render(request, "community/organisation_create.html", {"form": form})


def organisation_identify(request: SignedInRequest) -> HttpResponse:
    identifier = IdentifierForm(request.GET)
    if not identifier.is_valid():
        return render(request, "community/organisation_create.html", {"form": identifier})
    kind, number = IdentifierKind(identifier.cleaned_data["kind"]), identifier.cleaned_data["number"]
    answer = _ask_register(kind, number)
    existing = Organisation.objects.identified_by(kind, number, rna=getattr(answer, "rna", "")).first()
    if existing is not None:
        return _to_existing(existing)
    form = OrganisationForm(request.POST or None, answer=answer)
    if request.method == "POST" and form.is_valid():
        return _enter(request, kind, number, form, answer)
    context = {"form": form, "kind": kind.label, "number": number, **_lookup_context(kind, answer)}
    return render(request, "community/organisation_identify.html", context)


def organisation_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user).select_related("commune"), uuid=uuid)
    return render(request, "community/organisation_detail.html", {"page": organisation_page(organisation, request.user)})


def organisation_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), uuid=uuid)
    if not manages(request.user, organisation):
        return render(request, "community/organisation_not_managed.html", {"organisation": organisation}, status=403)
    form = OrganisationForm(
        request.POST or None,
        initial={name: getattr(organisation, name) for name in OrganisationForm.base_fields},
        vouched=organisation.registered_place,
    )
    if request.method == "POST" and form.is_valid():
        change_organisation(organisation, form.declaration(), by=request.user, answer=_ask_again(organisation))
        messages.success(request, "Les renseignements sont enregistrés.")
        _remark(request, form)
        return redirect("community:organisation_detail", uuid)
    return render(request, "community/organisation_change.html", {"form": form, "organisation": organisation})


def organisation_add_siret(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user).filter(siret=""), uuid=uuid)
    form = SiretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        siret = form.cleaned_data["siret"]
        try:
            add_siret(organisation, siret, by=request.user, answer=register.find(siret))
        except AlreadyEntered:
            form.add_error(
                "siret", "Une autre organisation de la plateforme porte déjà ce SIRET : vérifiez-le, ou demandez à la rejoindre."
            )
        else:
            messages.success(request, "Le SIRET est enregistré.")
            return redirect("community:organisation_detail", uuid)
    return render(request, "community/organisation_add_siret.html", {"form": form, "organisation": organisation})


@require_POST
def organisation_refresh(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), uuid=uuid)
    answer = _ask_again(organisation)
    refresh_from_register(organisation, by=request.user, answer=answer)
    if isinstance(answer, Identity):
        messages.success(request, "Les renseignements ont été comparés avec le répertoire officiel.")
    else:
        messages.warning(request, SENTENCES[answer])
    return redirect("community:organisation_detail", uuid)


def _enter(request: SignedInRequest, kind: IdentifierKind, number: str, form: OrganisationForm, answer: Answer) -> HttpResponse:
    try:
        organisation = enter_organisation(kind, number, form.declaration(), by=request.user, answer=answer)
    except AlreadyEntered as earlier:
        return _to_existing(earlier.organisation)
    messages.success(request, f"« {organisation.name} » est enregistrée. Vous l’administrez ; votre rattachement reste à vérifier.")
    _remark(request, form)
    return redirect(return_path.take(request) or reverse("community:organisation_detail", args=[organisation.uuid]))


def _remark(request: SignedInRequest, form: OrganisationForm) -> None:
    if form.remark:
        messages.warning(request, form.remark)


def _to_existing(organisation: Organisation) -> HttpResponse:
    return redirect("community:claim_create", organisation.uuid)


def _ask_register(kind: IdentifierKind, number: str) -> Answer:
    return register.find(number) if kind in {IdentifierKind.SIRET, IdentifierKind.RNA} else Absence.UNKNOWN


def _ask_again(organisation: Organisation) -> Answer:
    number = organisation.siret or organisation.rna
    return register.find(number) if number else Absence.UNKNOWN


def _lookup_context(kind: IdentifierKind, answer: Answer) -> dict[str, Any]:
    """What the register said, for the top of the second step."""
    identity = answer if isinstance(answer, Identity) else None
    asked = kind in {IdentifierKind.SIRET, IdentifierKind.RNA}
    return {
        "absence": SENTENCES[answer] if isinstance(answer, Absence) and asked else "",
        "found": identity is not None and not identity.undisclosed,
        "undisclosed": identity is not None and identity.undisclosed,
        "facts": identity_rows(identity) if identity else [],
        "warnings": warnings_about(identity.legal_category, closed=identity.closed) if identity else [],
    }
