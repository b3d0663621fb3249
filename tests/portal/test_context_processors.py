"""What every page is given."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from portal.context_processors import menu, site
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory


def request_of(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return request


@pytest.mark.django_db
def test_site_costs_no_query_until_asked(django_assert_num_queries):
    user = UserFactory()

    with django_assert_num_queries(0):
        site(request_of(user))


@pytest.mark.django_db
def test_unread_count_is_the_persons():
    user = UserFactory()
    MessageFactory.create_batch(2, recipient=user)
    MessageFactory()

    assert site(request_of(user))["unread_count"] == 2
    assert site(request_of(AnonymousUser()))["unread_count"] == 0


def test_a_request_without_user_is_anonymous():
    context = site(RequestFactory().get("/"))

    assert context["unread_count"] == 0
    assert "Mon espace" not in [item.label for item in context["nav"]]


def test_menu_marks_where_one_is():
    assert [item.label for item in menu("/", signed_in=False) if item.current] == ["Accueil"]
    assert [item.label for item in menu("/mon-espace/", signed_in=True) if item.current] == ["Mon espace"]


def test_menu_leaves_out_pages_that_do_not_exist(monkeypatch):
    monkeypatch.setattr("portal.queries.address", lambda name: "/" if name == "portal:home" else "")

    assert [item.label for item in menu("/ailleurs/", signed_in=True)] == ["Accueil"]
