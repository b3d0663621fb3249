"""What an open page of a section is told: of each field that it sends, of what others changed, of why nothing may be kept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from calls.actions.application import delete_draft, withdraw_application
from calls.enums import QuestionKind
from calls.models import Answer, Application, Round
from calls.views import answer as answer_views, application as application_views
from community.enums import MemberRole
from kit import clock
from tests.calls.cast import ONE_SECOND, join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory
from tests.factories.community import MandateFactory
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story(verified=True)


@pytest.fixture
def application(story):
    return story.start()


def address(application: Application, name: str = "answer_save", key: str = "projet") -> str:
    return reverse(f"calls:{name}", args=[application.uuid, key])


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user, application: Application, version: int = 0, text: str = "Un besoin.", **data):
    return signed_in(user).post(address(application), {"q-need": text, "q-need-version": str(version), **data})


def stored(application: Application) -> dict[str, tuple[object, int]]:
    return {key: (typed, version) for key, typed, version in application.answers.values_list("question_key", "typed", "version")}


def test_a_field_sent_is_kept_under_a_new_version(story, application):
    instant = clock.now().replace(hour=13, minute=32)
    with clock.standing_at(instant):
        first = send(story.carrier, application).json()
        second = send(story.carrier, application, 1, "Un autre besoin.").json()

    assert first == {
        "at": first["at"],
        "revision": 1,
        "changed": True,
        "fields": {"q-need": {"kept": True, "version": 1, "conflict": 0, "trouble": "", "html": ""}},
        "within": {},
    }
    assert first["at"].startswith("à ")
    assert (second["revision"], second["fields"]["q-need"]["version"]) == (2, 2)
    assert stored(application) == {"need": ("Un autre besoin.", 2)}


def test_the_same_text_sent_again_after_a_lost_answer_changes_nothing(story, application):
    send(story.carrier, application)

    again = send(story.carrier, application).json()

    assert (again["changed"], again["revision"], again["fields"]["q-need"]["version"]) == (False, 1, 1)
    assert stored(application) == {"need": ("Un besoin.", 1)}


def test_the_same_text_over_its_own_version_changes_nothing(story, application):
    send(story.carrier, application)

    again = send(story.carrier, application, 1).json()

    assert (again["changed"], again["revision"], stored(application)) == (False, 1, {"need": ("Un besoin.", 1)})


def test_nothing_typed_in_a_field_never_answered_is_no_answer(story, application):
    said = send(story.carrier, application, text="").json()

    assert (said["changed"], said["fields"]["q-need"]["version"], stored(application)) == (False, 0, {})


def test_a_text_that_met_another_one_is_shown_with_who_wrote_it(story, application):
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)
    send(ali, application, text="Le texte <b>d’Ali</b>.")

    said = send(story.carrier, application, text="Le texte de Claire.").json()["fields"]["q-need"]

    assert (said["kept"], said["version"], said["conflict"]) == (False, 0, 1)
    assert "Ali Ba a modifié cette réponse à " in said["trouble"]
    assert "Le texte &lt;b&gt;d’Ali&lt;/b&gt;." in said["trouble"]
    assert "Garder le mien" in said["trouble"]
    assert "Prendre le sien" in said["trouble"]
    assert stored(application) == {"need": ("Le texte <b>d’Ali</b>.", 1)}


def test_a_text_of_one_s_own_other_tab_says_so(story, application):
    send(story.carrier, application, text="Premier onglet.")

    said = send(story.carrier, application, text="Second onglet.").json()["fields"]["q-need"]

    assert "Vous avez modifié cette réponse ailleurs" in said["trouble"]
    assert "Garder celui de cette page" in said["trouble"]


def test_each_field_of_a_request_is_told_of_its_own(story, application):
    send(story.carrier, application, text="Premier onglet.")
    sent = {"q-note": "Une note.", "q-note-version": "0", "q-inconnue": "?", "q-inconnue-version": "0"}

    said = send(story.carrier, application, text="Second onglet.", **sent).json()

    assert {name: one["kept"] for name, one in said["fields"].items()} == {"q-need": False, "q-note": True}
    assert stored(application) == {"need": ("Premier onglet.", 1), "note": ("Une note.", 1)}


def test_what_cannot_be_read_is_kept_and_said(story, application):
    section = story.round.sections.get()
    QuestionFactory(section=section, key="start", kind=QuestionKind.DATE)

    said = signed_in(story.carrier).post(address(application), {"q-start": "31/02/2027", "q-start-version": "0"}).json()

    assert (said["fields"]["q-start"]["kept"], stored(application)) == (True, {"start": ("31/02/2027", 1)})
    assert "fr-error-text" in said["fields"]["q-start"]["trouble"]


def test_a_million_signs_are_not_kept_and_it_is_said(story, application):
    answer = send(story.carrier, application, text="a" * 1_000_000)

    said = answer.json()["fields"]["q-need"]
    assert (answer.status_code, said["kept"], said["version"], stored(application)) == (200, False, 0, {})
    assert "elle n’est pas enregistrée" in said["trouble"]


def test_control_signs_are_left_out(story, application):
    answer = send(story.carrier, application, text="Un\x00 be\x08soin\u202e.")

    assert (answer.status_code, stored(application)) == (200, {"need": ("Un besoin.", 1)})


@pytest.mark.parametrize("version", ["", "-1", "1e3", "९", "9" * 30, "null"])
def test_a_version_that_is_none_counts_as_zero(story, application, version):
    send(story.carrier, application, text="Déjà là.")

    said = send(story.carrier, application, version, "Nouveau.").json()

    assert (said["fields"]["q-need"]["conflict"], stored(application)) == (1, {"need": ("Déjà là.", 1)})


def test_a_version_from_the_future_is_a_conflict(story, application):
    send(story.carrier, application, text="Déjà là.")

    assert send(story.carrier, application, 7, "Nouveau.").json()["fields"]["q-need"]["conflict"] == 1


def test_places_are_drawn_again_with_what_may_be_chosen(story, application):
    load_few_areas()
    QuestionFactory(section=story.round.sections.get(), key="where", kind=QuestionKind.COMMUNE)
    sent = {"q-where": "saint denis", "q-where-version": "0", "q-where_for": ""}

    said = signed_in(story.carrier).post(address(application), sent).json()["fields"]["q-where"]

    assert 'name="q-where-version"' in said["html"]
    assert 'value="1"' in said["html"]
    assert "data-area-proposals" in said["html"]


@pytest.mark.parametrize(
    "data",
    [{}, {"q-need": "Sans version"}, {"q-need-version": "0"}, {"q-inconnue": "?", "q-inconnue-version": "0"}],
)
def test_a_request_without_any_field_is_refused(story, application, data):
    answer = signed_in(story.carrier).post(address(application), data)

    assert (answer.status_code, answer.json()["why"], stored(application)) == (400, "unreadable", {})


def test_a_section_that_the_form_lacks_is_not_found(story, application):
    answer = signed_in(story.carrier).post(address(application, key="autre"), {"q-need": "x", "q-need-version": "0"})

    assert (answer.status_code, answer.json()["why"]) == (404, "gone")


def test_a_visitor_is_told_that_the_session_ended(application):
    for name in ("answer_save", "answer_changes"):
        client = Client()
        answer = client.post(address(application)) if name == "answer_save" else client.get(address(application, name))

        assert (answer.status_code, answer.json()) == (401, {"why": "session", "said": "Votre session a expiré."})


def test_the_text_of_one_person_is_refused_under_the_account_of_another(story, application):
    ali = UserFactory()
    join(ali, story.organisation, verified=True)

    answer = send(ali, application, person=story.carrier.browser_key)
    asked = signed_in(ali).get(address(application, "answer_changes"), {"person": story.carrier.browser_key})

    assert (answer.status_code, answer.json()["why"], asked.status_code, stored(application)) == (403, "person", 403, {})


def test_a_request_without_its_token_is_refused(story, application):
    client = Client(enforce_csrf_checks=True)
    client.force_login(story.carrier)

    answer = client.post(address(application), {"q-need": "Un besoin.", "q-need-version": "0"})

    assert (answer.status_code, stored(application)) == (403, {})


def member(story, role=MemberRole.ADMINISTRATOR, *, verified=True):
    return join(UserFactory(), story.organisation, verified=verified, role=role).user


def agent(story):
    mandate = MandateFactory(granted=True, client=story.organisation, granted_by=story.carrier)
    return join(UserFactory(), mandate.agent, verified=True).user


def left(story):
    story.organisation.memberships.filter(user=story.carrier).delete()
    return story.carrier


WHO = {
    "carrier": lambda story: story.carrier,
    "verified member": member,
    "reader": lambda story: member(story, MemberRole.READER),
    "declared member": lambda story: member(story, verified=False),
    "agent": agent,
    "former member": left,
    "stranger": lambda _: UserFactory(),
    "staff": lambda _: UserFactory(is_staff=True, is_superuser=True),
}
WRITES, READS, UNKNOWN = 200, 403, 404
RIGHTS = {
    "carrier": WRITES,
    "verified member": WRITES,
    "reader": READS,
    "declared member": UNKNOWN,
    "agent": WRITES,
    "former member": READS,
    "stranger": UNKNOWN,
    "staff": UNKNOWN,
}


def withdrawn(story):
    application = story.deposited()
    withdraw_application(application, by=story.carrier)
    return application


def closed(story):
    application = story.start()
    Round.objects.filter(pk=application.round_id).update(closes_at=clock.now() - ONE_SECOND)
    return application


def cancelled(story):
    application = story.start()
    Round.objects.filter(pk=application.round_id).update(state="cancelled")
    return application


STATES = {"draft": (lambda story: story.start(), 200), "deposited": (lambda story: story.deposited(), 200)}
STATES |= {"withdrawn": (withdrawn, 409), "closed": (closed, 409), "cancelled": (cancelled, 409)}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", WHO)
def test_who_may_save_in_which_state(settings, who, state):
    settings.REQUIRE_SECOND_FACTOR = False
    story = tell_story(verified=True)
    make, when_open = STATES[state]
    application = make(story)
    before = stored(application)

    answer = send(WHO[who](story), application, before.get("need", ("", 0))[1], "Un texte neuf.")

    expected = RIGHTS[who] if RIGHTS[who] != WRITES else when_open
    assert answer.status_code == expected
    assert (stored(application) != before) == (expected == WRITES)
    assert "said" in answer.json() or expected == WRITES


def test_a_request_that_arrived_at_the_closing_is_kept(story, application):
    closing = story.round.closes_at
    with clock.standing_at(closing):
        kept = send(story.carrier, application)
    with clock.standing_at(closing + timedelta(milliseconds=1)):
        refused = send(story.carrier, application, 1, "Trop tard.")

    assert (kept.status_code, refused.status_code) == (200, 409)
    assert refused.json() == {"why": "refused", "said": "La clôture est passée : ce dossier ne peut plus être modifié ni déposé."}
    assert stored(application) == {"need": ("Un besoin.", 1)}


def test_a_closing_that_passes_while_the_request_waits_does_not_count(story, application, monkeypatch):
    """The arrival is stamped first; the action runs a second after the closing."""
    closing = story.round.closes_at
    monkeypatch.setattr(answer_views, "arrived_at", lambda _request: closing)
    with clock.standing_at(closing + ONE_SECOND):
        kept = send(story.carrier, application)

    assert kept.status_code == 200


def test_a_dossier_deleted_meanwhile_is_said(story, application):
    delete_draft(Application.objects.get(pk=application.pk), by=story.carrier)

    answer = send(story.carrier, application)

    assert (answer.status_code, answer.json()["why"]) == (404, "gone")


def ask(user, application: Application, **seen):
    return signed_in(user).get(address(application, "answer_changes"), seen)


def test_nothing_is_told_while_nothing_changed(story, application):
    send(story.carrier, application)

    assert ask(story.carrier, application, revision="1").status_code == 204


def test_what_a_colleague_changed_is_told_with_who(story, application):
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)
    send(story.carrier, application, text="De Claire.", **{"q-note": "Une note.", "q-note-version": "0"})
    send(ali, application, 1, "D’Ali.")

    told = ask(story.carrier, application, revision="1", **{"q-need-version": "1", "q-note-version": "1"}).json()

    assert (told["revision"], list(told["fields"])) == (2, ["q-need"])
    field = told["fields"]["q-need"]
    assert field["version"] == 2
    assert field["said"].startswith("Modifié par Ali Ba à ")
    assert "D’Ali." in field["html"]
    assert 'value="2"' in field["html"]
    assert "D’Ali." in field["trouble"]
    assert "Prendre le sien" in field["trouble"]


def test_what_one_changed_in_another_tab_is_told(story, application):
    send(story.carrier, application, text="De Claire.")

    told = ask(story.carrier, application, revision="0").json()

    assert told["fields"]["q-need"]["said"].startswith("Modifié par vous, dans un autre onglet ou sur un autre appareil, à ")


def test_a_text_of_someone_whose_account_is_deleted_is_told(story, application):
    send(story.carrier, application, text="De Claire.")
    Answer.objects.update(by=None)

    assert "Modifié par une autre personne" in ask(story.carrier, application).json()["fields"]["q-need"]["said"]


def test_answers_of_every_kind_are_drawn(story, application):
    load_few_areas()
    section = story.round.sections.get()
    QuestionFactory(section=section, key="where", kind=QuestionKind.COMMUNE)
    QuestionFactory(section=section, key="who", multiple_choice=True, choices=["Enfants", "Parents"])
    sent = {"q-where": "", "q-where_code": "commune:75056", "q-where-version": "0", "q-who": ["choix-1", "choix-2"], "q-who-version": "0"}
    signed_in(story.carrier).post(address(application), sent)

    told = ask(story.carrier, application, revision="0").json()["fields"]

    assert told["q-who"]["html"].count(" checked") == 2
    assert 'value="commune:75056"' in told["q-where"]["html"]


@pytest.mark.parametrize("who", ["declared member", "stranger", "staff"])
def test_changes_are_told_to_those_who_see_the_dossier(settings, story, application, who):
    settings.REQUIRE_SECOND_FACTOR = False
    answer = ask(WHO[who](story), application)

    assert (answer.status_code, answer.json()["why"]) == (404, "gone")


def test_a_reader_is_told_too(story, application):
    application = story.deposited()

    assert "q-need" in ask(member(story, MemberRole.READER), application).json()["fields"]


def test_asking_gives_the_token_of_the_session(story, application):
    client = signed_in(story.carrier)

    client.get(address(application, "answer_changes"))

    assert "csrftoken" in client.cookies


@pytest.mark.parametrize(("name", "method"), [("answer_save", "get"), ("answer_changes", "post")])
def test_each_address_takes_its_method(story, application, name, method):
    assert getattr(signed_in(story.carrier), method)(address(application, name)).status_code == 405


def test_the_page_says_when_its_section_was_last_saved(client, story, application):
    client.force_login(story.carrier)
    empty = client.get(reverse("calls:application_section", args=[application.uuid, "projet"])).content.decode()
    send(story.carrier, application)

    page = client.get(reverse("calls:application_section", args=[application.uuid, "projet"])).content.decode()

    assert "Rien n’est encore enregistré dans cette section" in empty
    assert "Dernière réponse enregistrée à " in page
    assert 'data-pace="5"' in page


def test_a_page_that_nobody_else_may_change_asks_seldom(client):
    story = tell_story()
    client.force_login(story.carrier)

    page = client.get(reverse("calls:application_section", args=[story.start().uuid, "projet"])).content.decode()

    assert 'data-pace="20"' in page


def test_a_page_refused_shows_its_texts_as_kept_by_nothing(client, story):
    application = closed(story)
    Round.objects.filter(pk=application.round_id).update(closes_at=clock.now() + timedelta(hours=1))
    client.force_login(story.carrier)
    url = reverse("calls:application_section", args=[application.uuid, "projet"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application_views, "arrived_at", lambda _request: clock.now() + timedelta(hours=2))
        page = client.post(url, {"q-need": "Trop tard.", "q-need-version": "0"}).content.decode()

    assert page.count("data-unkept") == 1
    assert "data-unsaved" in page
    assert "Vos autres réponses" not in page


def test_what_a_browser_keeps_is_named_by_nothing_known_of_the_person():
    one, other = UserFactory(), UserFactory()

    assert one.browser_key == type(one).objects.get(pk=one.pk).browser_key
    assert one.browser_key != other.browser_key
    assert (len(one.browser_key), one.email in one.browser_key) == (32, False)
