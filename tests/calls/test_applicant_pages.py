"""The applicant's pages: what they cost, who opens them, and that no request takes an answer away by saying nothing of it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Group
from calls.actions.application import withdraw_application
from calls.enums import ApplicationState, Capacity, QuestionKind
from calls.models import Answer, Application, Deposit
from community.enums import MemberRole
from kit import clock
from tests.calls.cast import join, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, RoundFactory, SectionFactory
from tests.factories.projects import ProjectFactory
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db

KINDS = ("short_text", "long_text", "number", "amount", "date", "yes_no", "single_choice", "multiple_choice", "commune", "epci")
TYPED = {
    "short_text": "Un mot",
    "long_text": "Un besoin.",
    "number": "12",
    "amount": "12 500,50",
    "date": "01/03/2027",
    "yes_no": "oui",
    "single_choice": "choix-2",
    "multiple_choice": "choix-1",
    "commune": "commune:72181",
    "epci": "epci:244200770",
    "departement": "departement:72",
    "email": "nom@exemple.fr",
    "phone": "01 23 45 67 89",
    "url": "exemple.fr",
    "partner": "552 081 317 66522",
    "group": "0.nom=Maison verte",
    "budget": "achats=1 000",
    "years": "salaries.2024=12",
}


@pytest.fixture
def story():
    return tell_story()


def section_of(story, kinds, **fields):
    section = SectionFactory(round=story.round, key="tout", title="Tout")
    for index, kind in enumerate(kinds):
        traits = {} if kind == "short_text" else {kind: True}
        QuestionFactory(section=section, key=f"{kind}-{index}".replace("_", "-"), **traits, **fields)
    return section


def address(application, name="application_section", **kwargs) -> str:
    return reverse(f"calls:{name}", kwargs={"uuid": application.uuid, **kwargs})


def cost_of(client, url: str) -> int:
    client.get(url)  # what is cached once for all pages
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def stored(application) -> dict[str, object]:
    return dict(Answer.objects.filter(application=application).values_list("question_key", "typed"))


def browser_sends(page: str) -> dict[str, list[str]]:
    """What a browser would send back of the section as it stands."""
    sent: dict[str, list[str]] = {}
    for tag in re.findall(r'<input[^>]*name="q-[^>]*>', page):
        attributes = dict(re.findall(r"([\w-]+)=\"([^\"]*)\"", tag))
        if attributes["type"] not in {"radio", "checkbox"} or re.search(r"\bchecked\b", tag):
            sent.setdefault(attributes["name"], []).append(attributes.get("value", ""))
    for name, text in re.findall(r"<textarea[^>]*name=\"(q-[^\"]*)\"[^>]*>([^<]*)</textarea>", page):
        sent.setdefault(name, []).append(text)
    return sent


@pytest.mark.parametrize("answered", [False, True], ids=["empty", "answered"])
def test_section_costs_the_same_for_20_and_60_questions(client, story, answered):
    load_few_areas()
    costs = {}
    for count in (20, 60):
        one = replace(story, round=RoundFactory(open=True))
        section = section_of(one, [KINDS[index % len(KINDS)] for index in range(count)])
        application = one.start()
        if answered:
            one.save(application, **{question.key: TYPED[question.kind] for question in section.questions.all()})
        client.force_login(one.carrier)
        costs[count] = cost_of(client, address(application, key="tout"))

    assert costs[20] == costs[60] <= 9


def test_own_list_costs_the_same_for_1_and_30_dossiers(client, story):
    client.force_login(story.carrier)
    costs = {}
    for rows in (1, 30):
        for index in range(Application.objects.count(), rows):
            one = replace(story, project=ProjectFactory(organisation=story.organisation))
            application = one.deposited() if index % 3 == 0 else one.start()
            if index % 6 == 3:
                withdraw_application(application, by=story.carrier)
        costs[rows] = cost_of(client, reverse("calls:application_list"))

    assert costs[1] == costs[30] <= 7


PAGES = {
    "application_detail": 200,
    "application_section": 200,
    "application_deposit": 200,
    "application_pdf": 200,
    "application_withdraw": 200,
    "application_delete": 302,
    "receipt_detail": 200,
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("carrier", True),
        ("verified colleague", True),
        ("verified reader", True),
        ("declared colleague", False),
        ("carrier of another organisation", False),
        ("stranger", False),
        ("reviewer", False),
    ],
)
def test_pages_of_a_dossier_by_reader(client, who, sees, page):
    story = tell_story(verified=True)
    application = story.deposited()
    person = story.carrier if who == "carrier" else UserFactory()
    if who == "reviewer":
        person = UserFactory(staff=True, group=Group.REVIEWER)
    elif who == "carrier of another organisation":
        join(person, make_organisation(name="Autre"), verified=True)
    elif who not in {"stranger", "carrier"}:
        join(person, story.organisation, verified="verified" in who, role=MemberRole.READER if "reader" in who else MemberRole.EDITOR)
    client.force_login(person)
    kwargs: dict[str, object] = {
        "application_section": {"key": "projet"},
        "receipt_detail": {"uuid": application.current_deposit.receipt.uuid},
    }.get(page, {})
    url = reverse(f"calls:{page}", kwargs={"uuid": application.uuid, **kwargs})

    status = client.get(url).status_code

    moves = page == "application_withdraw" and who == "verified reader"  # led back, with a sentence
    assert status == (404 if not sees else 302 if moves else PAGES[page])


def test_section_unknown_is_not_found(client, story):
    client.force_login(story.carrier)

    assert client.get(address(story.start(), key="ailleurs")).status_code == 404


SENT = [kind for kind in QuestionKind if kind != QuestionKind.FILES]
"""Files are not sent with the fields: tests/calls/test_attachment_views.py."""


@pytest.fixture
def whole(story):
    """A dossier with an answer to a question of every kind."""
    load_few_areas()
    section = section_of(story, [kind.value for kind in SENT], required=False)
    application = story.start()
    story.save(application, **{question.key: TYPED[question.kind] for question in section.questions.all()})
    return application


def test_section_sent_back_as_it_stands_changes_nothing(client, story, whole):
    client.force_login(story.carrier)
    before, revision = stored(whole), Application.objects.get().revision

    answer = client.post(address(whole, key="tout"), browser_sends(client.get(address(whole, key="tout")).content.decode()))

    assert answer.status_code == 302
    assert (stored(whole), Application.objects.get().revision) == (before, revision)
    assert len(before) == len(SENT)


@pytest.mark.parametrize("lost", ["everything", "each field", "each version"])
def test_section_sent_in_part_takes_no_answer_away(client, story, whole, lost):
    client.force_login(story.carrier)
    before = stored(whole)
    body = browser_sends(client.get(address(whole, key="tout")).content.decode())
    kept = {
        "everything": lambda name: False,
        "each field": lambda name: name.endswith("-version") and "multiple-choice" not in name,
        "each version": lambda name: not name.endswith("-version"),
    }[lost]

    answer = client.post(address(whole, key="tout"), {name: texts for name, texts in body.items() if kept(name)})

    assert answer.status_code == 302
    assert stored(whole) == before


def test_each_text_emptied_and_boxes_unticked_are_answers_emptied(client, story, whole):
    client.force_login(story.carrier)
    body = browser_sends(client.get(address(whole, key="tout")).content.decode())
    emptied = {
        name: texts if name.endswith("-version") else [""] for name, texts in body.items() if "multiple" not in name or "version" in name
    }

    client.post(address(whole, key="tout"), {name: texts for name, texts in emptied.items() if not name.endswith("_code")})

    assert [typed for typed in stored(whole).values() if typed] == []


def test_choice_that_nobody_made_here_leaves_the_one_made_elsewhere(client, story, whole):
    """Two tabs: a button pressed in the other is not released by this page, where none was."""
    client.force_login(story.carrier)
    body = {
        name: texts for name, texts in browser_sends(client.get(address(whole, key="tout")).content.decode()).items() if "-choice-" in name
    }
    body = {
        name: texts if not name.endswith("-version") else ["0"] for name, texts in body.items() if "single" in name and "version" in name
    }

    answer = client.post(address(whole, key="tout"), body)

    assert answer.status_code == 302
    assert stored(whole)["single-choice-6"] == "choix-2"


def test_closed_round_answers_with_what_was_typed(client, story):
    client.force_login(story.carrier)
    application = story.start()

    with clock.standing_at(story.round.closes_at + timedelta(seconds=1)):
        answer = client.post(address(application, key="projet"), {"q-need": "Trop tard.", "q-need-version": "0"})

    assert answer.status_code == 409
    assert "Votre texte est encore ci-dessous" in answer.content.decode()
    assert stored(application) == {}


def test_conflict_shows_both_texts_and_keeps_the_first(client, story):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Le texte du premier onglet.")

    answer = client.post(address(application, key="projet"), {"q-need": "Le texte du second.", "q-need-version": "0"})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Le texte du premier onglet." in page
    assert "Le texte du second." in page
    assert stored(application) == {"need": "Le texte du premier onglet."}


def test_a_field_that_this_tab_did_not_touch_keeps_what_the_other_wrote(client, story):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Le besoin.", note="La note.")
    first, second = (browser_sends(client.get(address(application, key="projet")).content.decode()) for _ in range(2))

    client.post(address(application, key="projet"), first | {"q-need": ["Le besoin, revu dans le premier onglet."]})
    answer = client.post(address(application, key="projet"), second | {"q-note": ["La note, revue dans le second."]})

    assert answer.status_code == 302
    assert stored(application) == {"need": "Le besoin, revu dans le premier onglet.", "note": "La note, revue dans le second."}


def test_a_field_touched_in_both_tabs_is_a_conflict_alone(client, story):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Le besoin.", note="La note.")
    first, second = (browser_sends(client.get(address(application, key="projet")).content.decode()) for _ in range(2))
    client.post(address(application, key="projet"), first | {"q-need": ["Premier."], "q-note": ["Note du premier."]})

    answer = client.post(address(application, key="projet"), second | {"q-need": ["Second."]})
    again = client.post(address(application, key="projet"), browser_sends(answer.content.decode()))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count('class="site-conflict"') == 1
    assert "Note du premier." in page
    assert again.status_code == 302
    assert stored(application) == {"need": "Second.", "note": "Note du premier."}


@pytest.mark.parametrize(("go", "to"), [("next", "tout"), ("stay", "projet"), ("", "projet")])
def test_saving_leads_where_its_button_says(client, story, go, to):
    client.force_login(story.carrier)
    section_of(story, ["short_text"])
    application = story.start()

    answer = client.post(address(application, key="projet"), {"q-need": "Un besoin.", "q-need-version": "0", "go": go})

    assert answer["Location"] == address(application, key=to)


def test_saving_the_last_section_leads_to_the_check(client, story):
    client.force_login(story.carrier)
    application = story.start()

    answer = client.post(address(application, key="projet"), {"q-need": "Un besoin.", "q-need-version": "0", "go": "next"})

    assert answer["Location"] == address(application, "application_deposit")


@pytest.mark.parametrize("name", ["application_detail", "application_deposit"])
@pytest.mark.parametrize(
    ("state", "offered"), [("draft", False), ("deposited", True), ("changed", False), ("withdrawn", False), ("closed", False)]
)
def test_deposited_dossier_offers_to_be_changed_until_the_closing(client, story, name, state, offered):
    application = story.start() if state == "draft" else story.deposited()
    if state == "changed":
        story.save(application, need="Un autre besoin.")
    if state == "withdrawn":
        withdraw_application(application, by=story.carrier)
    client.force_login(story.carrier)

    with clock.standing_at(story.round.closes_at + timedelta(days=1) if state == "closed" else clock.now()):
        page = client.get(address(application, name)).content.decode()

    action = f'href="{address(application, key="projet")}">Modifier le dossier</a>'
    assert ("Vous pouvez encore modifier ce dossier jusqu’à la clôture." in page, action in page) == (offered, offered)


@pytest.mark.parametrize(
    ("visibility", "sentence"),
    [
        ("public", "Réponse publique : elle pourra être publiée."),
        ("communicable", ""),
        ("confidential", "Réponse confidentielle : lue pour examiner le dossier, elle n’est pas communiquée au public."),
    ],
)
def test_question_says_who_will_read_its_answer_where_it_differs_from_the_section(client, story, visibility, sentence):
    section_of(story, ["short_text"], help_text="En un mot.", visibility=visibility)
    client.force_login(story.carrier)

    page = client.get(address(story.start(), key="tout")).content.decode()

    hint = re.search(r'id="q-short-text-0-aide">(.*?)</span>', page)[1]
    assert hint == f"En un mot. {sentence}".strip()
    assert page.count("Qui lira vos réponses ?") == page.count(f'{reverse("portal:personal_data")}">Comment') == 1


def signed(**changes) -> dict[str, str]:
    return {
        "signatory_name": "Claire Porteuse",
        "signatory_function": "Directrice",
        "capacity": Capacity.LEGAL_REPRESENTATIVE,
        "idempotency_key": "6f1f6a52-95c1-4b3c-8d5f-0a3f4bd0a6c9",
        **changes,
    }


@pytest.mark.parametrize(
    ("notice", "shown"), [("Lues par le **jury**.", "<p>Lues par le <strong>jury</strong>.</p>"), ("", None)], ids=["written", "empty"]
)
def test_deposit_page_shows_the_privacy_notice_above_its_button(client, story, notice, shown):
    type(story.round).objects.update(privacy_notice=notice)
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Un besoin.")

    above, button, _ = client.get(address(application, "application_deposit")).content.decode().partition("Déposer le dossier</button>")

    assert button != ""
    assert ('id="donnees-personnelles"' in above) == bool(shown)
    assert (shown or "") in above


def test_deposit_page_deposits_once_whatever_is_pressed_twice(client, story):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Un besoin.")
    url, body = address(application, "application_deposit"), signed(**{f"declaration-{story.round.declarations.get().pk}": "on"})

    first, second = client.post(url, body), client.post(url, body)
    another_tab = client.post(url, {**body, "idempotency_key": "7f1f6a52-95c1-4b3c-8d5f-0a3f4bd0a6c9"})

    assert first["Location"] == second["Location"] == another_tab["Location"]
    assert first["Location"] == reverse("calls:receipt_detail", args=[Deposit.objects.get().receipt.uuid])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"signatory_name": ""}, "Ce champ est obligatoire."),
        ({"capacity": Capacity.AGENT}, "n’en fait pas partie"),
        ({"capacity": Capacity.DELEGATE}, "Indiquez qui vous a donné délégation ou mandat"),
        ({"idempotency_key": "x"}, "UUID"),
    ],
)
def test_deposit_form_refused_says_why_and_keeps_what_was_typed(client, story, changes, sentence):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Un besoin.")

    body = signed(**{f"declaration-{story.round.declarations.get().pk}": "on", **changes})
    page = client.post(address(application, "application_deposit"), body).content.decode()

    assert sentence in page
    assert 'value="Directrice"' in page
    assert not Deposit.objects.exists()


def test_declaration_left_unticked_is_named_by_its_kind_in_the_summary(client, story):
    client.force_login(story.carrier)
    application = story.start()
    story.save(application, need="Un besoin.")
    declaration = story.round.declarations.get()

    page = client.post(address(application, "application_deposit"), signed()).content.decode()

    link = f'<a href="#id_declaration-{declaration.pk}">{declaration.get_kind_display()}</a>'
    assert f"<li>{link} : Cochez la case pour faire cette déclaration.</li>" in page


@pytest.mark.parametrize(("late", "sentence"), [(False, "il manque des réponses"), (True, "La clôture est passée")])
def test_deposit_refused_by_the_dossier_or_the_clock_says_why(client, story, late, sentence):
    client.force_login(story.carrier)
    application = story.start()
    if late:
        story.save(application, need="Un besoin.")
    body = signed(**{f"declaration-{story.round.declarations.get().pk}": "on"})

    with clock.standing_at(story.round.closes_at + timedelta(seconds=late)):
        page = client.post(address(application, "application_deposit"), body).content.decode()

    assert sentence in page
    assert not Deposit.objects.exists()


def test_withdrawn_resumed_then_never_deleted_since_it_was_deposited(client, story):
    client.force_login(story.carrier)
    application = story.deposited()

    client.post(address(application, "application_withdraw"))
    assert Application.objects.get().state == ApplicationState.WITHDRAWN
    client.post(address(application, "application_resume"))
    assert Application.objects.get().state == ApplicationState.DRAFT
    refused = client.post(address(application, "application_delete"), follow=True)

    assert "mais pas supprimé" in refused.content.decode()
    assert Application.objects.exists()


def test_draft_is_deleted_after_a_question(client, story):
    client.force_login(story.carrier)
    application = story.start()

    assert client.get(address(application, "application_delete")).status_code == 200
    answer = client.post(address(application, "application_delete"))

    assert answer["Location"] == reverse("calls:application_list")
    assert not Application.objects.exists()


def test_draft_that_cannot_be_withdrawn_is_said_to_be(client, story):
    client.force_login(story.carrier)

    answer = client.get(address(story.start(), "application_withdraw"), follow=True)

    assert "il n’est pas déposé" in answer.content.decode()
