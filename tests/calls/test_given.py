"""« Tell us once », for files: those given to an earlier dossier are offered beside an empty question, and copied when one says so."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.urls import reverse

from calls.actions.application import RoundNotOpen, start_application
from calls.actions.attachment import NO_LONGER, remove_attachment, take_up_files
from calls.definition import definition_of
from calls.enums import AttachmentState
from calls.models import Answer, Attachment, Round
from calls.queries.application import seen_by
from calls.queries.given import given_before
from kit import clock
from kit.broker import hand
from projects.models import Project
from tests.calls.cast import join, make_organisation, welcome
from tests.calls.files import KEY, answer_of, content_of, give, question_of, stored_files, story_with_files
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, RoundFactory, SectionFactory
from tests.factories.files import pdf, photo

pytestmark = pytest.mark.django_db

MARCH = datetime(2025, 3, 12, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story():
    return story_with_files()


@pytest.fixture
def earlier(story):
    """A dossier with two files."""
    application = story.start()
    give(story, application, "statuts.pdf")
    give(story, application, "Équipe.jpg", photo())
    return application


def another(story, person=None):
    """A dossier of another project of the same organisation."""
    person = person or story.carrier
    project = Project.objects.create(organisation=story.organisation, name="Autre projet", summary="…", created_by=person)
    return start_application(story.round, story.organisation, project, by=person, arrived_at=clock.now())[0]


def offered(story, application, person=None):
    """Where the files offered come from, and their names."""
    person = person or story.carrier
    seen = seen_by(person, type(application).objects.select_related("round").filter(pk=application.pk))
    found = given_before(seen, definition_of(story.round).questions(), person).get(KEY)
    return found and (found.origin, [file.name for file in found.files])


def take(story, application, source, *, by=None, at=None):
    return take_up_files(application, question_of(story), source.uuid, by=by or story.carrier, arrived_at=at or clock.now())


def limit(story, **limits):
    """The same question, in a round that asks for less, or for other files."""
    section = SectionFactory(round=RoundFactory(open=True, code="PIO27"), key="projet")
    QuestionFactory(section=section, key=KEY, label="Vos statuts", files=True, required=False, **limits)
    story.round = section.round


# ── offering


def test_files_of_an_earlier_dossier_are_offered_with_their_date(story, earlier):
    Attachment.objects.update(received_at=MARCH)
    assert offered(story, another(story)) == (
        "Fichiers déjà donnés le 12\u00a0mars 2025 (brouillon « Jardins partagés »)",
        ["statuts.pdf", "Équipe.jpg"],
    )
    remove_attachment(Attachment.objects.get(name="Équipe.jpg"), by=story.carrier, arrived_at=clock.now())
    story.save(earlier, need="Un besoin.")
    story.deposit(earlier)
    earlier.refresh_from_db()

    assert offered(story, another(story)) == (f"Fichier déjà donné le 12\u00a0mars 2025 (dossier {earlier.number})", ["statuts.pdf"])


def test_the_dossier_deposited_last_comes_first_then_the_one_changed_last(story, earlier):
    later, latest, empty = another(story), another(story), another(story)
    with clock.standing_at(clock.now() + timedelta(minutes=1)):
        give(story, later, "récent.pdf")
    assert offered(story, empty)[1] == ["récent.pdf"]
    story.save(earlier, need="Un besoin.")
    story.deposit(earlier)
    assert offered(story, empty)[1] == ["statuts.pdf", "Équipe.jpg"]
    give(story, latest, "dernier.pdf")
    story.save(latest, need="Un besoin.")
    story.deposit(latest, at=clock.now() + timedelta(seconds=1))

    assert offered(story, empty)[1] == ["dernier.pdf"]


@pytest.mark.parametrize("state", [state for state in AttachmentState if state != AttachmentState.READY])
def test_files_that_are_not_ready_are_not_offered(story, earlier, state):
    Attachment.objects.filter(name="statuts.pdf").update(state=state)

    assert offered(story, another(story))[1] == ["Équipe.jpg"]


def test_what_one_does_not_see_is_not_offered(story, earlier):
    declared = UserFactory()
    join(declared, story.organisation)

    assert offered(story, another(story, declared), declared) is None


def test_files_of_another_organisation_are_not_offered(story, earlier):
    story.organisation = make_organisation(name="Une autre")
    join(story.carrier, story.organisation, verified=True)

    assert offered(story, another(story)) is None


@pytest.mark.parametrize(
    ("limits", "names"),
    [
        ({"most_files": 1}, ["statuts.pdf"]),
        ({"file_families": ["images"]}, ["Équipe.jpg"]),
        ({"file_families": ["tableurs"]}, None),
        ({"largest_mb": 1}, ["statuts.pdf", "Équipe.jpg"]),
    ],
)
def test_only_what_the_question_receives_is_offered(story, earlier, limits, names):
    limit(story, **limits)

    found = offered(story, another(story))

    assert (found and found[1]) == names


def test_a_file_larger_than_the_question_receives_is_not_offered(story, earlier):
    Attachment.objects.filter(name="statuts.pdf").update(size=6 * 1024 * 1024)

    assert offered(story, another(story))[1] == ["Équipe.jpg"]


def test_questions_that_ask_for_no_file_cost_no_query(story, earlier, django_assert_num_queries):
    application = another(story)
    texts = [question for question in definition_of(story.round).questions() if not question.is_files]

    with django_assert_num_queries(0):
        assert given_before(application, texts, story.carrier) == {}


# ── taking up


def test_files_taken_up_are_copies_named_by_the_answer(story, earlier):
    application = another(story)
    originals = list(earlier.attachments.all())

    copies = take(story, application, earlier)

    assert [one.name for one in copies] == ["statuts.pdf", "Équipe.jpg"]
    for copy, original in zip(copies, originals, strict=True):
        assert copy.uuid != original.uuid
        assert copy.file.name != original.file.name
        assert content_of(copy) == content_of(original)
        for name in ("state", "sha256", "size", "content_type", "is_rewritten"):
            assert getattr(copy, name) == getattr(original, name)
        assert (copy.application, copy.uploaded_by) == (application, story.carrier)
    assert [log.to_state for log in copies[0].transitions.order_by("pk")] == [AttachmentState.CHECKING, AttachmentState.READY]
    answer = answer_of(application)
    assert answer.typed == [str(one.uuid) for one in copies]
    assert answer.value == [one.as_answer for one in copies]
    assert (answer.by, answer.version) == (story.carrier, 1)
    assert answer_of(earlier).typed == [str(one.uuid) for one in originals]


def test_original_that_goes_away_leaves_the_copy(story, earlier):
    application = another(story)
    copy = take(story, application, earlier)[0]

    for original in earlier.attachments.all():
        default_storage.delete(original.file.name)

    assert content_of(copy) == pdf()


def test_files_taken_up_twice_are_there_once(story, earlier):
    application = another(story)
    copies = take(story, application, earlier)

    assert take(story, application, earlier) == []
    remove_attachment(copies[0], by=story.carrier, arrived_at=clock.now())
    assert [one.name for one in take(story, application, earlier)] == ["statuts.pdf"]
    assert sorted(one["name"] for one in answer_of(application).value) == ["statuts.pdf", "Équipe.jpg"]


def test_what_the_antivirus_saw_is_seen_and_what_it_never_saw_waits_for_it(
    story, earlier, settings, django_capture_on_commit_callbacks, monkeypatch
):
    settings.CLAMD_URL = "unix:///nowhere"
    asked: list[int] = []
    monkeypatch.setattr("calls.tasks.check_attachment.delay", asked.append)
    Attachment.objects.filter(name="statuts.pdf").update(checked_at=MARCH, antivirus="ClamAV 1.0")

    with django_capture_on_commit_callbacks(execute=True):
        seen, unseen = take(story, another(story), earlier)
    hand.wait()

    assert (seen.state, seen.checked_at, seen.antivirus) == (AttachmentState.READY, MARCH, "ClamAV 1.0")
    assert unseen.state == AttachmentState.CHECKING
    assert asked == [unseen.pk]


@pytest.mark.parametrize("change", [{"state": AttachmentState.INFECTED}, {"removed_at": MARCH}])
def test_files_that_are_infected_or_removed_are_refused(story, earlier, change):
    application = another(story)
    Attachment.objects.update(**change)

    with pytest.raises(ValidationError, match="ne peuvent plus être repris"):
        take(story, application, earlier)

    assert not application.attachments.exists()


def test_files_of_a_dossier_that_one_does_not_see_are_refused(story, earlier):
    declared = UserFactory()
    join(declared, story.organisation)

    with pytest.raises(ValidationError, match="ne peuvent plus être repris"):
        take(story, another(story, declared), earlier, by=declared)


def test_files_are_refused_to_guests_readers_and_strangers(story, earlier):
    application = another(story)

    for person in (welcome(application), welcome(application, reads=True), UserFactory()):
        with pytest.raises(PermissionDenied):
            take(story, type(application).objects.get(pk=application.pk), earlier, by=person)

    assert not application.attachments.exists()


def test_files_are_refused_after_the_closing(story, earlier):
    application = another(story)
    before = stored_files()
    Round.objects.update(closes_at=clock.now() - timedelta(hours=1))

    with pytest.raises(RoundNotOpen):
        take(story, application, earlier)

    assert stored_files() == before


def test_more_files_than_the_question_takes_are_refused(story, earlier):
    application = another(story)
    give(story, application, "un.pdf")
    give(story, application, "deux.pdf", pdf(b"2"))

    with pytest.raises(ValidationError, match="fichiers au plus"):
        take(story, application, earlier)

    assert len(answer_of(application).typed) == 2


def test_whatever_stops_the_copy_leaves_nothing_behind(story, earlier, monkeypatch):
    application = another(story)
    before = stored_files()

    def broken(*_: object, **__: object) -> None:
        raise OSError("disque plein")

    monkeypatch.setattr("calls.actions.attachment.write_answer", broken)
    with pytest.raises(OSError, match="disque plein"):
        take(story, application, earlier)

    assert stored_files() == before
    assert not application.attachments.exists()


def test_a_stored_file_that_is_lost_is_said(story, earlier):
    application = another(story)
    default_storage.delete(earlier.attachments.get(name="Équipe.jpg").file.name)
    before = stored_files()

    with pytest.raises(ValidationError, match="ne peuvent plus être repris"):
        take(story, application, earlier)

    assert stored_files() == before
    assert not Answer.objects.filter(application=application).exists()


# ── the page, its form and its script


def address(application):
    return reverse("calls:application_section", args=[application.uuid, "projet"])


@pytest.fixture
def page(client, story, earlier):
    """A new dossier, and Claire signed in."""
    client.force_login(story.carrier)
    return another(story)


def box(client, application):
    """What is offered beside the question, or nothing."""
    fields = {field.key: field for field in client.get(address(application)).context["form"].fields}
    return fields[KEY].given


def test_page_offers_files_while_the_question_has_none(client, story, earlier, page):
    shown = client.get(address(page)).content.decode()
    assert f'value="{KEY}:{earlier.uuid}"' in shown
    assert "Reprendre ces fichiers" in shown
    assert box(client, page).files[0] == f"statuts.pdf ({len(pdf())}\u00a0octets)"
    give(story, page, "nouveau.pdf")

    assert box(client, page) is None


def test_offer_costs_one_query_and_a_section_without_empty_one_none(client, story, page, django_assert_num_queries):
    """One more for the mandates, which the offers of texts ask for too."""
    client.get(address(page))
    with django_assert_num_queries(11):
        client.get(address(page))
    story.save(page, need="Un besoin.", note="Une note.")
    with django_assert_num_queries(10):
        client.get(address(page))
    give(story, page, "nouveau.pdf")
    with django_assert_num_queries(8):
        client.get(address(page))


def test_button_without_script_saves_the_text_and_takes_the_files_up(client, earlier, page):
    sent = {"q-need": "Un besoin.", "q-need-version": "0", "take": f"{KEY}:{earlier.uuid}"}

    response = client.post(address(page), sent)

    assert response["Location"] == f"{address(page)}#q-{KEY}"
    assert page.answers.get(question_key="need").typed == "Un besoin."
    assert [one["name"] for one in answer_of(page).value] == ["statuts.pdf", "Équipe.jpg"]


def test_button_without_script_says_why_nothing_is_taken_up(client, earlier, page):
    Attachment.objects.update(removed_at=MARCH)

    response = client.post(address(page), {"take": f"{KEY}:{earlier.uuid}"})

    assert response.status_code == 409
    assert NO_LONGER in response.content.decode()


@pytest.mark.parametrize("take", [f"{KEY}:reponse", KEY, "need:{uuid}", ":", "inconnue:{uuid}"])
def test_what_names_no_files_takes_nothing(client, earlier, page, take):
    sent = {"take": take.format(uuid=earlier.uuid)}

    assert client.post(address(page), sent).status_code == 302
    assert client.post(reverse("calls:attachment_take", args=[page.uuid]), sent).status_code == 400
    assert not page.answers.exists()


def test_script_takes_files_up_and_gets_the_field(client, earlier, page):
    response = client.post(reverse("calls:attachment_take", args=[page.uuid]), {"take": f"{KEY}:{earlier.uuid}"})

    told = response.json()
    assert told["names"] == ["statuts.pdf", "Équipe.jpg"]
    assert (told["field"]["name"], told["field"]["version"]) == (f"q-{KEY}", 1)
    assert "Reprendre" not in told["field"]["html"]
    assert told["field"]["html"].count("data-remove") == 2


def test_script_is_told_what_stops_it(client, story, earlier, page):
    take = reverse("calls:attachment_take", args=[page.uuid])

    unknown = client.post(take, {"take": f"{KEY}:{uuid4()}"})
    Round.objects.update(closes_at=clock.now() - timedelta(hours=1))
    late = client.post(take, {"take": f"{KEY}:{earlier.uuid}"})

    assert (unknown.status_code, unknown.json()["said"]) == (422, NO_LONGER)
    assert (late.status_code, late.json()["why"]) == (409, "refused")
    assert client.post(reverse("calls:attachment_take", args=[uuid4()]), {}).status_code == 404
    assert not page.answers.exists()


def test_guests_are_offered_no_file(client, earlier, page):
    client.force_login(welcome(page))

    assert box(client, page) is None
