"""The list of deposited dossiers, those that wait for someone, and the change of follower."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import SignedInRequest
from calls.actions.application import follow_applications
from calls.admin.pages import Link
from calls.admin.staff_pages import dossier_url, list_url, reviewer_page, show, staff_page, with_filters
from calls.enums import ExportFormat
from calls.filters import filter_bar
from calls.forms.follower import FollowerForm
from calls.models import Application
from calls.queries.colleagues import colleagues
from calls.queries.staff import SORTS, Filters, dossier_numbers, dossiers_numbered, follow_up, offer_to, reviewers
from calls.sheets import OUTCOMES
from kit.french import NBSP, counted
from kit.paging import page_of

PER_PAGE = 25
MOST_CHECKED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier of the list, in words."""

    application: Application
    url: str
    places: str
    admissible: str
    eligible: str


@dataclass(frozen=True, slots=True)
class Column:
    """A header that sorts."""

    label: str
    url: str
    direction: str


@staff_page
def application_changelist(request: SignedInRequest) -> HttpResponse:
    offer = offer_to(request.user)
    bar = filter_bar(request.GET.dict(), offer)
    page = page_of(dossier_numbers(request.user, bar.filters), request, per_page=PER_PAGE, narrow=True)
    context = {
        "current": "calls_application_changelist",
        "bar": bar,
        "page": page,
        "counted": page.counted("dossier"),
        "rows": [row_of(application, bar.filters) for application in dossiers_numbered(page.items)],
        "columns": {name: _column(name, bar.filters) for name in SORTS},
        "colleagues": colleagues(offer.people),
        "here": with_filters(reverse("admin:calls_application_follow"), bar.filters),
        "export_url": with_filters(reverse("admin:calls_export_add"), bar.filters),
        "formats": ExportFormat.choices,
        "clear_url": list_url(Filters(session=bar.filters.session)),
    }
    return show(request, "application_changelist", "Dossiers déposés", context)


@staff_page
def application_follow_up(request: SignedInRequest) -> HttpResponse:
    queue = follow_up(request.user)
    everything = reverse("admin:calls_application_changelist")
    parts = [
        ("Les miens", "Vous ne suivez aucun dossier en attente d’un constat.", queue.mine, Filters(suivi="moi", etat="deposited")),
        ("Que personne ne suit", "Chaque dossier est suivi par quelqu’un.", queue.unfollowed, Filters(suivi="personne", etat="deposited")),
        ("Derniers arrivés", "Aucun dossier n’est encore déposé.", queue.newest, Filters()),
    ]
    context = {
        "current": "calls_application_follow_up",
        "parts": [
            {
                "title": title,
                "empty": empty,
                "rows": [row_of(each, filters) for each in rows],
                "url": with_filters(everything, filters),
            }
            for title, empty, rows, filters in parts
        ],
    }
    return show(request, "application_follow_up", "À suivre", context)


@reviewer_page
def application_follow(request: SignedInRequest) -> HttpResponse:
    filters = Filters.of(request.GET.dict())
    back = list_url(filters)
    if request.method != "POST":
        return redirect(back)
    pks = [int(text) for text in request.POST.getlist("dossier")[:MOST_CHECKED] if text.isascii() and text.isdigit() and len(text) < 19]  # noqa: PLR2004 - a bigint
    if not pks:
        messages.error(request, "Cochez les dossiers à confier, puis dites à qui.")
        return redirect(back)
    form = FollowerForm(request.POST, by=request.user, people=reviewers())
    if not form.is_valid():
        return ask_follower_again(request, form, f"Confier {counted(len(pks), 'dossier')}", back=back, pks=pks)
    follower = form.cleaned_data["follower"]
    changed = follow_applications(pks, follower, by=request.user)
    who = follower or "personne"
    messages.success(request, f"{counted(changed, 'dossier change', 'dossiers changent')} de main{NBSP}: à suivre par {who}.")
    return redirect(back)


def ask_follower_again(
    request: SignedInRequest, form: FollowerForm, title: str, *, back: str, pks: Sequence[int] = (), crumbs: Sequence[Link] = ()
) -> HttpResponse:
    """The page on which a name that was not understood is written again; the dossiers stay chosen."""
    context = {
        "form": form,
        "typed": form.data.get("suivi", ""),
        "colleagues": colleagues(form.people),
        "pks": [str(pk) for pk in pks],
        "back": back,
        "crumbs": crumbs or [Link("Dossiers", back)],
    }
    return show(request, "application_follow", title, context, status=422)


def row_of(application: Application, filters: Filters) -> Row:
    deposit = application.current_deposit
    codes = deposit.departement_codes if deposit else []
    return Row(
        application=application,
        url=dossier_url(application, filters),
        places=", ".join(codes),
        admissible=OUTCOMES[application.admissible],  # type: ignore[attr-defined] # annotated by the list
        eligible=OUTCOMES[application.eligible],  # type: ignore[attr-defined] # annotated by the list
    )


def _column(name: str, filters: Filters) -> Column:
    direction = {name: "ascending", f"-{name}": "descending"}.get(filters.sort, "")
    return Column(SORTS[name][0], list_url(filters.sorted_by(name)), direction)
