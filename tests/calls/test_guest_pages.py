"""What people invited to one dossier are answered by its pages, and the pages that invite, welcome and send them away."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.models import Guest
from calls.queries.application import application_for
from kit import clock
from tests.calls.cast import tell_story, welcome
from tests.factories.accounts import UserFactory
from tests.factories.calls import GuestFactory

pytestmark = pytest.mark.django_db

GINA = "gina@exemple.fr"


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def application(story):
    return story.start()


def seen(person, application):
    return application_for(person, uuid=application.uuid)


def address(name, application, *args):
    return reverse(f"calls:{name}", args=[application.uuid, *args])


TABLE = {  # what a guest who reads, and one who edits, are answered
    ("application_detail",): (200, 200),
    ("application_section", "projet"): (200, 200),
    ("application_history",): (200, 200),
    ("answer_history", "need"): (200, 200),
    ("application_compare",): (404, 404),
    ("application_deposit",): (200, 200),
    ("application_pdf",): (200, 200),
    ("application_withdraw",): (302, 302),
    ("application_delete",): (302, 302),
    ("answer_changes", "projet"): (200, 200),
    ("guest_list",): (403, 403),
}


@pytest.mark.parametrize("name", TABLE, ids=lambda name: name[0])
def test_what_a_guest_is_answered(client, application, name):
    answers = []
    for reads in (True, False):
        client.force_login(welcome(application, reads=reads))
        answers.append(client.get(address(name[0], application, *name[1:])).status_code)

    assert tuple(answers) == TABLE[name]


SENT = {
    ("answer_save", "projet"): (403, 200),
    ("application_section", "projet"): (403, 302),
    ("application_withdraw",): (302, 302),  # nothing to withdraw or resume: the state is looked at first
    ("application_resume",): (302, 302),
    ("application_delete",): (403, 403),
    ("guest_list",): (403, 403),
}


@pytest.mark.parametrize("name", SENT, ids=lambda name: name[0])
def test_what_a_guest_who_sends_is_answered(client, application, name):
    answers = []
    for reads in (True, False):
        client.force_login(welcome(application, reads=reads))
        answers.append(client.post(address(name[0], application, *name[1:]), {"q-need": f"Lu {reads}", "q-need-version": "0"}).status_code)
        application.answers.all().delete()

    assert tuple(answers) == SENT[name]


def test_a_guest_who_reads_sees_the_reading_form(client, story, application):
    story.save(application, need="Un besoin.")
    client.force_login(welcome(application, reads=True))

    shown = client.get(address("application_section", application, "projet")).content.decode()

    assert "Un besoin." in shown
    assert "data-autosave" not in shown
    assert "Vous pouvez lire ce dossier" in client.get(address("application_deposit", application)).content.decode()


def test_a_guest_who_edits_is_told_who_deposits(client, application):
    client.force_login(welcome(application))

    assert "Vous pouvez modifier ce dossier" in client.get(address("application_deposit", application)).content.decode()
    assert "Inviter quelqu’un" not in client.get(address("application_detail", application)).content.decode()


def test_an_invitation_costs_those_who_have_none_no_query(client, story, application, django_assert_num_queries):
    """A guest asks what a colleague asks: the dossier once more, and no mandates."""
    client.force_login(welcome(application))
    url = address("answer_save", application, "projet")
    client.post(url, {"q-need": "Se nourrir.", "q-need-version": "0"})

    with django_assert_num_queries(9):
        client.post(url, {"q-need": "Bien se nourrir.", "q-need-version": "1"})


def test_a_member_invites_sees_and_sends_away(client, story, application):
    client.force_login(story.carrier)
    url = address("guest_list", application)

    client.post(url, {"email": " gina@exemple.fr ", "access": "lecture"})
    invited = Guest.objects.get()
    assert (invited.email, invited.access) == (GINA, "lecture")
    assert GINA in client.get(url).content.decode()

    answer = client.post(reverse("calls:guest_revoke", args=[invited.uuid]), follow=True)
    assert "Personne n’est invité pour le moment" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "email"),
        ({"email": "gina", "access": "lecture"}, "email"),
        ({"email": "a" * 1_000_000, "access": "lecture"}, "email"),
        ({"email": "gi\0na@", "access": "lecture"}, "email"),
        ({"email": GINA, "access": "tout"}, "access"),
        ({"email": GINA}, "access"),
    ],
)
def test_bad_input_gets_a_sentence_and_invites_nobody(client, story, application, sent, field):
    client.force_login(story.carrier)

    response = client.post(address("guest_list", application), sent)

    assert response.status_code == 200
    assert len(response.context["form"].errors[field]) == 1
    assert not Guest.objects.exists()


def open_link(client):
    return client.get(reverse("calls:guest_accept", args=["lien"]))


def test_a_link_says_what_it_is_before_one_signs_in(client, application):
    GuestFactory(application=application, email=GINA, token="lien")

    shown = open_link(client).content.decode()

    assert "Aider au dossier «&nbsp;Jardins partagés&nbsp;»" in shown
    assert f"?next={reverse('calls:guest_accept', args=['lien'])}" in shown


def test_the_invited_account_accepts_with_one_press(client, application):
    GuestFactory(application=application, email=GINA, token="lien")
    gina = UserFactory(email="Gina@exemple.fr")
    client.force_login(gina)

    assert open_link(client).context["form"] is None
    response = client.post(reverse("calls:guest_accept", args=["lien"]))

    assert response["Location"] == address("application_detail", application)
    assert seen(gina, application) == application


def test_another_account_accepts_when_it_says_so(client, application):
    GuestFactory(application=application, email=GINA, token="lien")
    other = UserFactory()
    client.force_login(other)
    url = reverse("calls:guest_accept", args=["lien"])

    assert "L’invitation a été envoyée à une autre adresse" in client.post(url).content.decode()
    assert seen(other, application) is None
    client.post(url, {"agreed": "on"})

    assert seen(other, application) == application


@pytest.mark.parametrize(
    ("traits", "status", "said"),
    [
        ({"revoked": True}, 410, "annulée ou remplacée"),
        ({"accepted": True}, 410, "déjà été acceptée"),
        ({"expires_at": clock.now() - timedelta(days=1)}, 410, "a expiré"),
        (None, 404, "n’existe pas"),
    ],
)
def test_a_link_of_no_use_says_why(client, application, traits, status, said):
    if traits is not None:
        GuestFactory(application=application, token="lien", **traits)

    response = open_link(client)

    assert response.status_code == status
    assert said in response.content.decode()


def test_a_dossier_says_how_many_are_invited(client, story, application):
    welcome(application)
    client.force_login(story.carrier)

    assert "1 personne invitée à ce dossier" in client.get(address("application_detail", application)).content.decode().replace(
        "\u202f", " "
    ).replace("\u00a0", " ")
