"""Pages of a long list, without ever counting a million rows."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from kit.french import counted, number

EXACT_UP_TO = 1_000
DEEPEST_ROW = 10_000
PARAMETER = "page"
AROUND = 1

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class PageLink:
    """One entry of the pagination; without `number` it stands for the pages left out."""

    number: int | None
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, ready to be drawn by `components/pagination.html`."""

    items: list[Row]
    number: int
    count: int
    is_exact: bool
    links: list[PageLink]
    first_url: str
    previous_url: str
    next_url: str
    last_url: str

    @property
    def total(self) -> str:
        """`37`, or `plus de 1 000`."""
        return number(self.count) if self.is_exact else f"plus de {number(self.count)}"

    def counted(self, one: str, several: str = "") -> str:
        """`37 dossiers`, or `plus de 1 000 dossiers`."""
        return counted(self.count, one, several) if self.is_exact else f"plus de {counted(self.count, one, several)}"


def page_of(queryset: "QuerySet[M, Row]", request: HttpRequest, per_page: int = 20, *, narrow: bool = False) -> Page[Row]:
    """The page that `?page=` asks for: two queries, whatever the size of the table; the other parameters stay in the links.

    The count is exact up to 1,000. A page that is not a number, or lies beyond the end, is the nearest one that exists; nobody
    pages below row 10,000 (an offset costs what it skips): a search is the way there. Raises `ValueError` for a list without order.
    Of `narrow` rows (primary keys) the first thousand are fetched at once and counted here: one query, so that filters and order, which
    cost most, are worked out once.
    """
    if not queryset.ordered:
        raise ValueError("A list that is paged has an order.")
    first = list(queryset[: EXACT_UP_TO + 1]) if narrow else []
    seen = len(first) if narrow else queryset.order_by()[: EXACT_UP_TO + 1].count()
    is_exact = seen <= EXACT_UP_TO
    last = max(1, -(-seen // per_page)) if is_exact else DEEPEST_ROW // per_page
    wanted = min(_wanted(request), last)
    known = narrow and (is_exact or wanted * per_page < seen)
    rows = first[(wanted - 1) * per_page :][: per_page + 1] if known else _rows(queryset, wanted, per_page)
    if not rows and wanted > 1:
        wanted = min(wanted, max(1, seen // per_page))
        rows = _rows(queryset, wanted, per_page)
    has_next = len(rows) > per_page and wanted < last
    end = last if is_exact else wanted + int(has_next)
    return Page(
        items=rows[:per_page],
        number=wanted,
        count=min(seen, EXACT_UP_TO),
        is_exact=is_exact,
        links=_links(request, wanted, end),
        first_url=_url(request, 1) if wanted > 1 else "",
        previous_url=_url(request, wanted - 1) if wanted > 1 else "",
        next_url=_url(request, wanted + 1) if has_next else "",
        last_url=_url(request, last) if is_exact and has_next else "",
    )


def _wanted(request: HttpRequest) -> int:
    text = request.GET.get(PARAMETER, "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < len(str(DEEPEST_ROW)) + 1 else 1


def _rows(queryset: "QuerySet[M, Row]", wanted: int, per_page: int) -> list[Row]:
    start = (wanted - 1) * per_page
    return list(queryset[start : start + per_page + 1])


def _links(request: HttpRequest, current: int, end: int) -> list[PageLink]:
    shown = sorted({1, end, *range(max(1, current - AROUND), min(end, current + AROUND) + 1)})
    links: list[PageLink] = []
    previous = 0
    for page in shown:
        if page - previous > 1:
            links.append(PageLink(None))
        links.append(PageLink(page, _url(request, page), page == current))
        previous = page
    return links


def _url(request: HttpRequest, page: int) -> str:
    parameters: Any = request.GET.copy()
    parameters[PARAMETER] = str(page)
    return f"?{parameters.urlencode()}"
