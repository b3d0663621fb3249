"""Pages of a long list."""

import pytest
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.test import RequestFactory

from kit import paging
from kit.paging import page_of

pytestmark = pytest.mark.django_db


def groups(count: int):
    Group.objects.all().delete()
    Group.objects.bulk_create(Group(name=f"{n:05}") for n in range(count))
    return Group.objects.order_by("name")


def get(query: str = ""):
    return RequestFactory().get(f"/liste?{query}")


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_costs_two_queries(rows, django_assert_num_queries):
    queryset = groups(rows)

    with django_assert_num_queries(2):
        page = page_of(queryset, get())

    assert page.count == rows


def test_nothing_to_page():
    page = page_of(groups(0), get())

    assert (page.items, page.total, page.next_url, page.previous_url) == ([], "0", "", "")
    assert render_to_string("components/pagination.html", {"page": page}).strip() == ""


def test_middle_page_links_both_ways_and_keeps_the_search():
    page = page_of(groups(45), get("q=%C3%A9t%C3%A9&q=2&page=3"), per_page=10)

    assert [group.name for group in page.items] == [f"{n:05}" for n in range(20, 30)]
    assert page.previous_url == "?q=%C3%A9t%C3%A9&q=2&page=2"
    assert page.next_url == "?q=%C3%A9t%C3%A9&q=2&page=4"
    assert page.last_url == "?q=%C3%A9t%C3%A9&q=2&page=5"
    assert [link.number for link in page.links] == [1, 2, 3, 4, 5]
    assert [link.number for link in page.links if link.current] == [3]


def test_links_leave_out_the_far_pages():
    page = page_of(groups(200), get("page=10"), per_page=10)

    assert [link.number for link in page.links] == [1, None, 9, 10, 11, None, 20]


@pytest.mark.parametrize(
    ("typed", "number"), [("0", 1), ("-1", 1), ("abc", 1), ("", 1), ("99", 3), ("2", 2), ("٢", 1), ("9" * 5000, 1), ("%00", 1), ("3.5", 1)]
)
def test_a_page_that_does_not_exist_is_the_nearest(typed, number):
    assert page_of(groups(25), get(f"page={typed}"), per_page=10).number == number


def test_count_is_exact_up_to_a_thousand():
    page = page_of(groups(1000), get())

    assert page.total == "1\u202f000"
    assert page.counted("groupe") == "1\u202f000\u00a0groupes"
    assert page.links[-1].number == 50


def test_beyond_a_thousand_the_count_says_more_and_the_end_is_not_known(django_assert_num_queries):
    queryset = groups(1030)

    with django_assert_num_queries(2) as queries:
        page = page_of(queryset, get("page=2"))

    assert page.total == "plus de 1\u202f000"
    assert page.counted("groupe") == "plus de 1\u202f000\u00a0groupes"
    assert page.last_url == ""
    assert [link.number for link in page.links] == [1, 2, 3]
    assert "LIMIT 1001" in queries.captured_queries[0]["sql"]


def test_last_page_beyond_a_thousand_has_no_next():
    page = page_of(groups(1030), get("page=52"))

    assert len(page.items) == 10
    assert page.next_url == ""


def test_page_beyond_an_unknown_end_falls_back_where_rows_are():
    page = page_of(groups(1030), get("page=400"))

    assert page.number == 50
    assert len(page.items) == 20


def test_nobody_pages_below_the_deepest_row(monkeypatch):
    monkeypatch.setattr(paging, "DEEPEST_ROW", 1020)

    page = page_of(groups(1100), get("page=60"))

    assert page.number == 51
    assert page.next_url == ""


@pytest.mark.parametrize("rows", [0, 1, 20, 21, 999, 1000, 1001, 1030])
@pytest.mark.parametrize("wanted", [1, 2, 49, 50, 51, 52, 400])
def test_narrow_rows_are_paged_as_any_other(rows, wanted):
    keys = groups(rows).values_list("pk", flat=True)

    assert page_of(keys, get(f"page={wanted}"), narrow=True) == page_of(keys, get(f"page={wanted}"))


@pytest.mark.parametrize(("rows", "wanted", "queries"), [(1, 1, 1), (1000, 50, 1), (1030, 50, 1), (1030, 51, 2)])
def test_narrow_rows_of_the_first_thousand_cost_one_query(rows, wanted, queries, django_assert_num_queries):
    keys = groups(rows).values_list("pk", flat=True)

    with django_assert_num_queries(queries):
        page_of(keys, get(f"page={wanted}"), narrow=True)


def test_a_list_without_order_is_refused():
    with pytest.raises(ValueError, match="order"):
        page_of(Group.objects.order_by(), get())


def test_component_names_itself_and_marks_the_page_in_sight():
    html = render_to_string(
        "components/pagination.html", {"page": page_of(groups(25), get("page=2"), per_page=10), "label": "Pages des dossiers"}
    )

    assert 'aria-label="Pages des dossiers"' in html
    assert html.count('aria-current="page"') == 1
    assert 'href="?page=3"' in html
