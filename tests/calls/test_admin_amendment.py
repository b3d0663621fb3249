"""The pages where staff prepare, read again and publish an amendment, and where applicants read it."""

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.actions.amendment import amend, explain_amendment, publish_amendment, start_amendment
from calls.enums import AmendmentState, QuestionKind
from calls.models import Amendment, Question
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import ChoiceFactory, QuestionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def need(story):
    return Question.objects.get(round=story.round, key="need")


@pytest.fixture
def amendment(story, manager):
    return start_amendment(story.round, by=manager)


def page(client, name, *args):
    return client.get(reverse(f"admin:calls_amendment_{name}", args=args)).content.decode()


def send(client, name, *args, **data):
    return client.post(reverse(f"admin:calls_amendment_{name}", args=args), data, follow=True).content.decode()


def test_from_the_round_to_the_publication(client, story, manager, need):
    assert "Préparer un avenant" in client.get(reverse("admin:calls_round_change", args=[story.round.pk])).content.decode()
    send(client, "start", story.round.pk)
    made = Amendment.objects.get()
    assert "Reprendre l’avenant" in client.get(reverse("admin:calls_round_change", args=[story.round.pk])).content.decode()

    send(client, "edit", made.pk, "question", need.pk, label="Quel besoin ?", help_text="")
    said = send(client, "change", made.pk, explanation="Une précision.")
    assert "devient « Quel besoin" in said
    assert "n’est plus une question obligatoire" in said
    assert "Publier l’avenant" in page(client, "publish", made.pk)
    said = send(client, "publish", made.pk)

    made.refresh_from_db()
    assert made.state == AmendmentState.PUBLISHED
    assert "est publié" in said
    assert "Choisir ce qui doit changer" not in said


def test_form_offers_only_what_may_change(client, amendment, need):
    Question.objects.filter(pk=need.pk).update(max_words=100)
    shown = page(client, "edit", amendment.pk, "question", need.pk)

    names = {
        name for name in ("label", "help_text", "required", "max_words", "minimum", "whole", "kind", "key") if f'name="{name}"' in shown
    }
    assert names == {"label", "help_text", "required", "max_words"}


def test_tightened_rule_is_said_beside_its_field(client, amendment, need):
    Question.objects.filter(pk=need.pk).update(max_words=100)

    said = send(client, "edit", amendment.pk, "question", need.pk, label=need.label, help_text="", required="on", max_words="50")

    assert "pas l’abaisser" in said
    assert not amendment.changes.exists()


def test_page_shows_what_is_amended_already(client, amendment, need, manager):
    amend(amendment, [(need, {"help_text": "Une aide précise."})], by=manager)

    assert "Une aide précise." in page(client, "edit", amendment.pk, "question", need.pk)


def test_choices_are_corrected_one_by_one(client, amendment, need):
    choice = ChoiceFactory(question=QuestionFactory(section=need.section, single_choice=True, key="forme"), label="Assocation", key="asso")
    question = choice.question

    values = {f"choix-{each.pk}": each.label for each in question.choices.all()}
    send(
        client,
        "edit",
        amendment.pk,
        "question",
        question.pk,
        **{**values, "label": question.label, "required": "on", f"choix-{choice.pk}": "Association"},
    )

    assert [(change.choice, change.after) for change in amendment.changes.all()] == [(choice, "Association")]


def test_added_question_is_asked_without_the_box_of_what_is_required(client, amendment, need):
    assert "Question de texte" in page(client, "question_add", amendment.pk, need.section.pk) or 'name="kind"' in page(
        client, "question_add", amendment.pk, need.section.pk
    )
    form = client.get(reverse("admin:calls_amendment_question_add", args=[amendment.pk, need.section.pk]), {"kind": QuestionKind.DATE})
    assert 'name="required"' not in form.content.decode()

    said = send(client, "question_add", amendment.pk, need.section.pk, kind="date", label="Depuis quand ?", visibility="public")

    assert "Question facultative ajoutée dans « Le projet » : « Depuis quand" in said


def test_change_is_dropped_and_the_amendment_discarded(client, amendment, need, manager, story):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)

    said = send(client, "drop", amendment.changes.get().pk)
    assert "retirée" in said
    assert "Abandonner cet avenant" in page(client, "discard", amendment.pk)
    send(client, "discard", amendment.pk)

    assert not Amendment.objects.exists()


@pytest.mark.parametrize(("what", "target"), [("appel", 0), ("session", 0), ("section", 0), ("question", 0), ("autre", 1)])
def test_what_is_not_of_this_round_is_not_found(client, amendment, what, target):
    response = client.get(reverse("admin:calls_amendment_edit", args=[amendment.pk, what, target]))

    assert response.status_code == 404


def test_texts_of_call_and_round_have_their_page(client, amendment, story):
    assert "Qui peut candidater" in page(client, "edit", amendment.pk, "appel", story.round.call.pk)
    assert "recours" in page(client, "edit", amendment.pk, "session", story.round.pk)


def test_publication_without_explanation_is_refused_in_words(client, amendment, need, manager):
    amend(amendment, [(need, {"help_text": "Une aide."})], by=manager)
    assert "Il manque l’explication" in page(client, "publish", amendment.pk)

    response = client.post(reverse("admin:calls_amendment_publish", args=[amendment.pk]), follow=True)

    assert "Expliquez ce qui change" in response.content.decode()
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.DRAFT


def test_applicant_and_public_read_the_amendment(client, story, manager, amendment, need):
    application = story.start()
    address = reverse("calls:call_detail", args=[story.round.call.slug])
    client.get(address)  # the page is kept from now on
    explain_amendment(amendment, by=manager, explanation="Une précision <b>utile</b>.")
    amend(amendment, [(need, {"required": False})], by=manager)
    publish_amendment(Amendment.objects.get(pk=amendment.pk), by=manager)
    client.force_login(story.carrier)

    own = client.get(reverse("calls:application_detail", args=[application.uuid])).content.decode()
    public = client.get(address).content.decode()

    for shown in (own, public):
        assert "Avenant n°\u00a01, du" in shown
        assert "n’est plus une question obligatoire" in shown
        assert "Une précision &lt;b&gt;utile&lt;/b&gt;." in shown
    assert "Vous n’y avez pas répondu." in own


@pytest.mark.parametrize("count", [1, 30])
def test_page_costs_the_same_for_any_number_of_changes(client, amendment, need, manager, count, django_assert_num_queries):
    for number in range(count):
        question = QuestionFactory(section=need.section, key=f"q{number}")
        amend(amendment, [(question, {"help_text": "Une aide."})], by=manager)

    with django_assert_num_queries(10):
        page(client, "change", amendment.pk)
