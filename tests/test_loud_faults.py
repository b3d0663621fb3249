"""The faults that conftest makes loud are loud, and third parties are left alone."""

import socket
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.template import Context, Engine, Template
from django.template.base import Origin

from accounts.models import User
from tests import loud_faults
from tests.factories.accounts import UserFactory
from tests.loud_faults import SilentFault


def template(source, name):
    return Template(source, origin=Origin(str(name)), engine=Engine(string_if_invalid=loud_faults.UndefinedVariable()))


@pytest.mark.parametrize("source", ["{{ absent }}", "{{ user.absent }}", "{{ absent|upper }}", "{% if user %}{{ absent }}{% endif %}"])
def test_undefined_variable_of_ours_fails(source):
    ours = template(source, loud_faults.TEMPLATES / "page.html")

    with pytest.raises(SilentFault):
        ours.render(Context({"user": "x"}))


def test_absent_variable_may_be_asked_for():
    ours = template("{% if absent %}yes{% else %}no{% endif %}{{ absent|default:'-' }}", loud_faults.TEMPLATES / "page.html")

    assert ours.render(Context()) == "no-"


def test_undefined_variable_of_others_is_left_alone():
    theirs = template("[{{ absent }}|{{ absent|default:'x' }}]", Path("/elsewhere/page.html"))

    assert theirs.render(Context()) == "[|x]"


@pytest.mark.django_db
def test_unordered_rows_are_turned_and_ordered_ones_are_not():
    first, second = UserFactory(email="a@exemple.fr"), UserFactory(email="b@exemple.fr")

    assert list(User.objects.order_by()) == [second, first]
    assert list(User.objects.order_by("email")) == [first, second]


@pytest.mark.django_db
def test_lock_over_a_join_must_say_of():
    Group.objects.get_or_create(name="x")

    with transaction.atomic(), pytest.raises(SilentFault):
        list(User.objects.filter(groups__name="x").select_for_update())
    with transaction.atomic():
        assert list(User.objects.filter(groups__name="x").select_for_update(of=("self",))) == []


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("exemple.fr", 80)])
def test_no_socket_leaves_the_machine(address):
    with socket.socket() as client, pytest.raises(SilentFault):
        client.connect(address)

    assert loud_faults.take_refused_addresses() == [address[0]]


def test_refusal_that_a_client_swallows_is_remembered():
    with pytest.raises(SilentFault):
        httpx.get("https://exemple.fr/", timeout=1)

    assert loud_faults.take_refused_addresses() == ["exemple.fr"]
