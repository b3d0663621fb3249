"""Rounds in figures: counts and charts; never what a draft holds."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.admin.pages import Link
from calls.admin.staff_pages import list_url, show, staff_page
from calls.models import Round
from calls.queries.figures import Share, by_family, by_region, deposits_by_day, round_in_figures, rounds_in_figures
from calls.queries.staff import Filters
from kit.charts import bars_over_time


@staff_page
def round_changelist(request: SignedInRequest) -> HttpResponse:
    context = {"current": "calls_round_changelist", "rows": rounds_in_figures(request.user)}
    return show(request, "round_changelist", "Sessions en chiffres", context)


@staff_page
def round_figures(request: SignedInRequest, pk: int) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.visible_to(request.user).select_related("call"), pk=pk)
    context = {
        "current": "calls_round_changelist",
        "crumbs": [Link("Sessions en chiffres", reverse("admin:calls_round_changelist"))],
        "figures": round_in_figures(round_),
        "links": _links(round_),
        "chart": bars_over_time(deposits_by_day(round_), "dossier déposé", "dossiers déposés"),
        "breakdowns": [
            ("Par famille juridique", "Famille", _linked(by_family(round_), round_, "famille")),
            ("Par région", "Région", _linked(by_region(round_), round_, "region")),
        ],
    }
    return show(request, "round_figures", str(round_), context)


def _links(round: Round) -> dict[str, str]:
    """The lists that the figures lead to."""
    narrowed = {
        "deposited": {"etat": "deposited"},
        "withdrawn": {"etat": "withdrawn"},
        "changed": {"modifie": "oui"},
        "unfollowed": {"etat": "deposited", "suivi": "personne"},
        "admissible": {"etat": "deposited", "recevable": "oui"},
        "inadmissible": {"etat": "deposited", "recevable": "non"},
        "admissibility_waiting": {"etat": "deposited", "recevable": "attente"},
        "eligible": {"etat": "deposited", "eligible": "oui"},
        "ineligible": {"etat": "deposited", "eligible": "non"},
        "eligibility_waiting": {"etat": "deposited", "eligible": "attente"},
    }
    return {name: list_url(Filters(session=round.code, **chosen)) for name, chosen in narrowed.items()}


def _linked(shares: list[Share], round: Round, name: str) -> list[tuple[Share, str]]:
    """Each line with the list that it counts; what has no code has no list."""
    return [
        (share, list_url(Filters.of({"session": round.code, "etat": "deposited", name: share.code})) if share.code else "")
        for share in shares
    ]
