"""One's own account through its pages."""

import pytest
from django.urls import reverse

from accounts.models import User
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
PROFILE = {"first_name": "Inès", "last_name": "Le Goff", "time_zone": "Indian/Reunion"}


def obstacle(user):
    return ["Confiez d’abord « Les Jardins » à un autre administrateur."]


@pytest.fixture
def claire(client):
    user = UserFactory.create(email="claire@exemple.fr", first_name="Claire", password=PASSWORD, verified=True)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return user


def confirm_password(client):
    return client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def test_profile_is_saved(client, claire):
    answer = client.post(reverse("accounts:profile"), PROFILE)

    assert answer.url == reverse("accounts:profile")
    claire.refresh_from_db()
    assert (claire.first_name, claire.time_zone) == ("Inès", "Indian/Reunion")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("first_name", ""),
        ("first_name", "   "),
        ("first_name", "\x00"),
        ("last_name", "\u202e\u200b"),
        ("last_name", "x" * 1_000_000),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("time_zone", "\x00"),
    ],
)
def test_profile_says_what_is_wrong_and_changes_nothing(client, claire, field, typed):
    answer = client.post(reverse("accounts:profile"), PROFILE | {field: typed})

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["user"].first_name == "Claire"
    claire.refresh_from_db()
    assert (claire.first_name, claire.time_zone) == ("Claire", "Europe/Paris")


def test_profile_removes_hidden_signs_and_keeps_markup_as_text(client, claire):
    client.post(reverse("accounts:profile"), PROFILE | {"first_name": " I\x07n\u202eès \n  <b> ", "last_name": "d’Après"})

    claire.refresh_from_db()
    assert claire.first_name == "Inès <b>"
    assert "&lt;b&gt;" in client.get(reverse("accounts:profile")).content.decode()


def test_my_data_is_a_file(client, claire):
    answer = client.get(reverse("accounts:my_data"))

    assert answer["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert "no-store" in answer["Cache-Control"]
    assert answer.json()["compte"]["adresse"] == "claire@exemple.fr"


def test_deletion_asks_who_one_is_then_comes_back(client, claire):
    client.force_login(claire)

    answer = client.get(reverse("accounts:account_delete"))

    assert answer.url == f"{reverse('account_reauthenticate')}?next=%2Fcompte%2Fsupprimer%2F"
    assert client.post(answer.url, {"password": PASSWORD}).url == reverse("accounts:account_delete")


def test_deletion_replayed_without_confirmation_deletes_nothing(client, claire):
    client.force_login(claire)

    client.post(reverse("accounts:account_delete"), {"email": claire.email})

    assert User.objects.exists()


def test_deletion_says_what_stays_and_deletes_when_confirmed(client, claire):
    confirm_password(client)
    assert "archives publiques" in client.get(reverse("accounts:account_delete")).content.decode()

    answer = client.post(reverse("accounts:account_delete"), {"email": "CLAIRE@exemple.fr"})

    assert answer.url == reverse("portal:home")
    assert not User.objects.exists()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("typed", ["", "autre@exemple.fr", "\x00", "x" * 1_000_000])
def test_deletion_refuses_another_address(client, claire, typed):
    confirm_password(client)

    answer = client.post(reverse("accounts:account_delete"), {"email": typed})

    assert answer.context["form"].errors["email"]
    assert User.objects.exists()


def test_deletion_says_the_obstacle_and_holds_even_if_posted(client, claire, settings):
    settings.ACCOUNT_DELETION_OBSTACLES = [f"{__name__}.obstacle"]
    confirm_password(client)

    page = client.get(reverse("accounts:account_delete")).content.decode()
    answer = client.post(reverse("accounts:account_delete"), {"email": claire.email})

    assert "Confiez d’abord « Les Jardins »" in page
    assert "Supprimer définitivement" not in page
    assert answer.url == reverse("accounts:account_delete")
    assert User.objects.exists()


def test_sessions_are_listed_and_the_others_closed(client, claire):
    from django.test import Client

    other = Client()
    other.post(reverse("account_login"), {"login": claire.email, "password": PASSWORD}, HTTP_USER_AGENT="Un autre navigateur")
    assert "Un autre navigateur" in client.get(reverse("usersessions_list")).content.decode()

    client.post(reverse("usersessions_list"))

    assert client.get(reverse("accounts:profile")).status_code == 200
    assert other.get(reverse("accounts:profile")).status_code == 302


def test_account_without_a_password_chooses_one(client):
    user = UserFactory.create(verified=True)
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    assert client.get(reverse("account_change_password")).url == reverse("account_set_password")
    assert client.get(reverse("account_set_password")).status_code == 200
    client.post(reverse("account_set_password"), {"password1": PASSWORD})
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "route", ["accounts:profile", "account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]
)
def test_every_page_of_the_account_names_itself(client, claire, route):
    page = client.get(reverse(route)).content.decode()

    title = page.split("<title>")[1].split("</title>")[0].split(" – ")[0].strip()
    assert f"<h1>{title}</h1>" in page
