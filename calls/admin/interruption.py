"""Interrupted deposits of a round, each with the delay that repairs it."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect

from accounts.models import SignedInRequest
from calls.actions.interruption import extend_after_interruption
from calls.admin.pages import manager_page, round_frame, show
from calls.models import DepositRefusal, Round
from calls.queries.interruption import interrupted_deposits
from kit.paging import page_of


@manager_page
def interruption_list(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)
    context = {**round_frame(request, round_, "calls_round_change"), "page": page_of(interrupted_deposits(round_), request, per_page=50)}
    return show(request, "interruption_list", "Dépôts interrompus", context)


@manager_page
def interruption_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    rounds = Round.objects.visible_to(request.user)
    refusal = get_object_or_404(DepositRefusal.objects.select_related("application__round"), pk=pk, application__round__in=rounds)
    extend_after_interruption(refusal, by=request.user)
    messages.success(request, "Le délai d’un jour est accordé ; la personne qui a commencé le dossier en est informée.")
    return redirect("admin:calls_interruption_list", refusal.application.round_id)
