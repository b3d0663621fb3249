"""Public pages of calls: what anyone reads, what only people with an account may do, what nobody sees before publication."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse

from accounts.enums import Group
from calls.actions.call import MOST_UNANSWERED
from calls.actions.round import cancel_round, extend_round
from calls.models import Enquiry
from calls.queries.call import application_by_reference, calls_closed, calls_coming, calls_open
from kit import clock
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import CallDocumentFactory, CallFactory, EnquiryFactory, RoundFactory
from tests.factories.community import MembershipFactory
from tests.factories.projects import ThemeFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def noon():
    with clock.standing_at(NOW):
        yield


def read(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


# --- lists


def test_rounds_are_sorted_by_what_matters(noon):
    late = RoundFactory(open=True, closes_at=NOW + timedelta(days=9))
    soon = RoundFactory(open=True, closes_at=NOW + timedelta(days=1))
    permanent = RoundFactory(permanent=True)
    coming = RoundFactory(coming=True)
    closed = RoundFactory(closed=True)
    RoundFactory()
    RoundFactory(cancelled=True)

    assert calls_open() == [soon, late, permanent]
    assert calls_coming() == [coming]
    assert calls_closed() == [closed]


@pytest.mark.parametrize("offset", [timedelta(microseconds=-1), timedelta(0)])
def test_round_is_open_until_its_closing_included(noon, offset):
    round_ = RoundFactory(open=True)

    with clock.standing_at(round_.closes_at + offset):
        assert (calls_open(), calls_closed()) == ([round_], [])


def test_round_is_closed_a_microsecond_later(noon):
    round_ = RoundFactory(open=True)

    with clock.standing_at(round_.closes_at + timedelta(microseconds=1)):
        assert (calls_open(), calls_closed()) == ([], [round_])


@pytest.mark.parametrize("count", [1, 30])
def test_list_of_calls_costs_the_same_whatever_its_length(client, django_assert_num_queries, count):
    for trait in ("open", "coming", "closed"):
        RoundFactory.create_batch(count, **{trait: True})
    client.get(reverse("calls:call_list"))

    with django_assert_num_queries(4):
        client.get(reverse("calls:call_list"))


def test_list_says_dates_in_words(client, noon):
    RoundFactory(open=True, closes_at=NOW + timedelta(days=3, hours=1))

    page = read(client, reverse("calls:call_list"))

    assert "jeudi 4\u00a0mars 2027 à 11\u00a0h\u00a000 (heure de Paris)</strong>, dans 3\u00a0jours." in page


def test_list_says_the_hour_of_a_reader_overseas(client, noon):
    RoundFactory(open=True, closes_at=NOW + timedelta(days=3))
    client.force_login(UserFactory(time_zone="Indian/Reunion"))

    page = read(client, reverse("calls:call_list"))

    assert "10\u00a0h\u00a000 (heure de Paris), soit 13\u00a0h\u00a000 à La Réunion" in page


def test_empty_list_says_so(client):
    assert "Aucun appel n’est ouvert" in read(client, reverse("calls:call_list"))


# --- one call


def detail(call):
    return reverse("calls:call_detail", args=[call.slug])


@pytest.mark.parametrize(
    ("trait", "status"), [("draft", 404), ("coming", 200), ("open", 200), ("permanent", 200), ("closed", 200), ("cancelled", 200)]
)
def test_page_is_public_once_a_round_is_published(client, trait, status):
    round_ = RoundFactory() if trait == "draft" else RoundFactory(**{trait: True})

    assert client.get(detail(round_.call)).status_code == status


def test_staff_see_the_page_before_publication_and_others_do_not(client):
    call = RoundFactory().call
    found = {}

    for name, user in {"person": UserFactory(), "reviewer": UserFactory(staff=True, group=Group.REVIEWER)}.items():
        client.force_login(user)
        found[name] = client.get(detail(call)).status_code

    assert found == {"person": 404, "reviewer": 200}
    assert "cette page n’est pas publique" in client.get(detail(call)).content.decode()


@pytest.mark.parametrize(
    ("trait", "shown"), [("coming", False), ("open", True), ("permanent", True), ("closed", False), ("cancelled", False)]
)
def test_door_to_apply_is_there_while_open(client, trait, shown):
    round_ = RoundFactory(**{trait: True})

    assert (reverse("calls:application_start", args=[round_.call.slug, round_.code]) in read(client, detail(round_.call))) is shown


def test_page_says_extension_and_cancellation(client, noon):
    manager = UserFactory(staff=True, group=Group.CALL_MANAGER)
    round_ = RoundFactory(open=True)
    extend_round(round_, by=manager, closes_at=round_.closes_at + timedelta(days=1), reason="Panne nationale.")
    other = RoundFactory(open=True, call=round_.call)
    cancel_round(other, by=manager, reason="Crédits retirés.")

    page = read(client, detail(round_.call))

    assert "Prolongation décidée le 1er\u00a0mars 2027" in page
    assert "Panne nationale." in page
    assert "Crédits retirés." in page


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"places_min": 10, "places_max": 15}, "De 10 à 15 lauréats prévus."),
        ({"places_min": None, "places_max": 15}, "15\u00a0lauréats prévus au plus."),
        ({"places_min": 12, "places_max": 12}, "12\u00a0lauréats prévus au plus."),
        ({"places_min": 3, "places_max": None}, "Au moins 3\u00a0lauréats prévus."),
    ],
)
def test_page_says_places(client, places, words):
    assert words in read(client, detail(RoundFactory(open=True, **places).call))


def test_page_hides_who_asked_and_what_waits(client):
    call = RoundFactory(open=True).call
    EnquiryFactory(call=call, published=True, asked_by=UserFactory(last_name="Dupont-Secret"), text="Nous, la Ruche…")
    EnquiryFactory(call=call, text="Question encore secrète")

    page = read(client, detail(call))

    assert "Une association de deux ans peut-elle candidater" in page
    assert [word for word in ("Dupont-Secret", "la Ruche", "encore secrète") if word in page] == []


def test_page_renders_markdown_without_what_staff_should_not_write(client):
    call = RoundFactory(open=True, call=CallFactory(presentation="**Gras** <script>alert(1)</script>")).call

    page = read(client, detail(call))

    assert "<strong>Gras</strong>" in page
    assert "<script>alert(1)" not in page


def test_page_lists_the_reader_own_dossiers(client):
    story = tell_story()
    story.start()

    client.force_login(story.carrier)
    mine = read(client, detail(story.round.call))
    client.force_login(UserFactory())
    others = read(client, detail(story.round.call))

    assert "Jardins partagés" in mine
    assert "Jardins partagés" not in others


def test_page_lists_what_a_former_member_started_and_what_a_colleague_shares(client):
    story = tell_story(verified=True)
    story.start()
    colleague = join(UserFactory(), story.organisation, verified=True).user
    story.carrier.memberships.all().delete()

    seen = []
    for reader in (story.carrier, colleague):
        client.force_login(reader)
        seen.append("Jardins partagés" in read(client, detail(story.round.call)))

    assert seen == [True, True]


@pytest.mark.parametrize(("who", "queries"), [("a visitor", 2), ("a newcomer", 5), ("a member", 8)])
def test_page_asks_little_of_who_has_no_dossier(client, django_assert_num_queries, who, queries):
    call = RoundFactory(open=True).call
    if who != "a visitor":
        client.force_login(MembershipFactory().user if who == "a member" else UserFactory())
    read(client, detail(call))

    with django_assert_num_queries(queries):
        read(client, detail(call))


@pytest.mark.parametrize("count", [1, 30])
def test_call_page_costs_the_same_whatever_it_holds(client, django_assert_num_queries, count):
    call = RoundFactory(open=True).call
    RoundFactory.create_batch(count, closed=True, call=call)
    EnquiryFactory.create_batch(count, published=True, call=call)
    CallDocumentFactory.create_batch(count, call=call)
    call.themes.set(ThemeFactory.create_batch(count))
    client.get(detail(call))
    caches["process"].clear()

    with django_assert_num_queries(10):
        client.get(detail(call))


def test_dossier_is_found_by_number_or_address():
    story = tell_story()
    application = story.deposited()
    other = RoundFactory(open=True)

    found = [
        application_by_reference(story.round, text)
        for text in (
            "PIO26-0001",
            " pio26-0001 ",
            str(application.uuid),
            f"https://exemple.fr/dossiers/{application.uuid}/",
            "",
            "/",
            "PIO26-9999",
        )
    ]

    assert found == [application] * 4 + [None] * 3
    assert application_by_reference(other, "PIO26-0001") is None


def test_a_draft_is_not_found_by_nothing():
    story = tell_story()
    story.start()

    assert application_by_reference(story.round, " ") is None


# --- documents and blank form


def test_document_is_downloaded_and_never_run(client):
    document = CallDocumentFactory(call=RoundFactory(open=True).call)

    response = client.get(reverse("calls:document_download", args=[document.uuid]))

    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename=")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_document_of_a_call_in_preparation_is_not_found(client):
    document = CallDocumentFactory(call=RoundFactory().call)

    assert client.get(reverse("calls:document_download", args=[document.uuid])).status_code == 404


@pytest.mark.parametrize(("trait", "status"), [("open", 200), ("closed", 200), (None, 404)])
def test_blank_form_is_public_once_published(client, trait, status):
    round_ = RoundFactory(complete=True, **({trait: True} if trait else {}))

    response = client.get(reverse("calls:round_blank_form", args=[round_.call.slug, round_.code]))

    assert response.status_code == status
    assert response.content.startswith(b"%PDF") is (status == 200)


# --- questions


def ask(call):
    return reverse("calls:enquiry_create", args=[call.slug])


def test_visitor_is_invited_to_sign_in(client):
    call = RoundFactory(open=True).call

    response = client.post(ask(call), {"text": "Quand ?"})

    assert (response.status_code, Enquiry.objects.count()) == (302, 0)
    assert "Se connecter pour poser une question" in read(client, detail(call))


def test_person_asks(client):
    person, call = UserFactory(), RoundFactory(open=True).call
    client.force_login(person)

    response = client.post(ask(call), {"text": "Quand ?\x00\u202e"})

    assert response["Location"] == detail(call)
    assert [(row.text, row.asked_by) for row in Enquiry.objects.all()] == [("Quand ?", person)]


@pytest.mark.parametrize("text", ["", " \n ", "\x00", "a" * 2001, "a" * 1_000_000])
def test_bad_question_gets_a_sentence(client, text):
    call = RoundFactory(open=True).call
    client.force_login(UserFactory())

    response = client.post(ask(call), {"text": text})

    assert (response.status_code, Enquiry.objects.count()) == (200, 0)
    assert "Une erreur est à corriger" in response.content.decode()
    assert ("la limite est de 2\u202f000." in response.content.decode()) == (len(text) == 1_000_000)


def test_sixth_question_is_refused_and_kept_in_the_field(client):
    person, call = UserFactory(), RoundFactory(open=True).call
    EnquiryFactory.create_batch(MOST_UNANSWERED, call=call, asked_by=person)
    client.force_login(person)

    page = client.post(ask(call), {"text": "Une sixième ?"}).content.decode()

    assert "Vous avez déjà 5 questions en attente" in page
    assert "Une sixième ?" in page


def test_no_question_about_a_call_in_preparation(client):
    client.force_login(UserFactory())

    assert client.post(ask(RoundFactory().call), {"text": "Quand ?"}).status_code == 404
