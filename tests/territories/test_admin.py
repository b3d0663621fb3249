"""Areas in the administration: searched, read, never written."""

import pytest
from django.urls import reverse

from tests.factories.accounts import UserFactory
from tests.factories.territories import AreaFactory, load_few_areas

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_client(client):
    client.force_login(UserFactory(staff=True))
    return client


@pytest.mark.parametrize(("term", "count"), [("st etienne", 3), ("97400", 1), ("94038", 1), ("arbignieu", 1), ("!", 25), ("zzz", 0)])
def test_admin_searches_as_people_write(staff_client, term, count):
    load_few_areas()

    response = staff_client.get(reverse("admin:territories_area_changelist"), {"q": term})

    assert response.context["cl"].result_count == count


def test_admin_reads_and_does_not_write(staff_client):
    area = AreaFactory()

    assert staff_client.get(reverse("admin:territories_area_change", args=[area.pk])).status_code == 200
    assert staff_client.post(reverse("admin:territories_area_change", args=[area.pk]), {"name": "x"}).status_code == 403
    assert staff_client.get(reverse("admin:territories_area_add")).status_code == 403
    assert staff_client.get(reverse("admin:territories_area_delete", args=[area.pk])).status_code == 403
    assert staff_client.get(reverse("admin:territories_areaload_changelist")).status_code == 200


@pytest.mark.parametrize("rows", [1, 30])
def test_admin_list_costs_the_same(staff_client, django_assert_num_queries, rows):
    AreaFactory.create_batch(rows)

    with django_assert_num_queries(6):
        staff_client.get(reverse("admin:territories_area_changelist"))
