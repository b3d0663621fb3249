"""Who wrote what and when; what was replaced is kept, shown, and may be taken up again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.actions.application import delete_draft, withdraw_application
from calls.models import AnswerVersion
from kit import clock
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory

pytestmark = pytest.mark.django_db

NOW = clock.now().replace(minute=1, second=0, microsecond=0)
LONG = "Le soir, personne ne garde les enfants de ceux qui travaillent la nuit à l’hôpital."


@pytest.fixture
def two():
    """A story, its dossier, and a colleague who writes in it too."""
    story = tell_story(verified=True)
    ali = UserFactory(first_name="Ali", last_name="Ba")
    join(ali, story.organisation, verified=True)
    return story, story.start(), ali


def kept(application, key="need"):
    return [one.typed for one in AnswerVersion.objects.filter(application=application, question_key=key).order_by("version")]


def at(minutes):
    return clock.standing_at(NOW + timedelta(minutes=minutes))


def write(story, application, text, *, by=None, minutes=0):
    with at(minutes):
        return story.save(application, by=by, need=text)


def test_what_one_person_types_in_ten_minutes_is_one_version(two):
    story, application, _ = two

    for minutes, text in enumerate(["Le", "Le soir", "Le soir, personne"]):
        write(story, application, text, minutes=minutes)

    assert kept(application) == []


def test_what_one_replaces_after_ten_minutes_is_kept(two):
    story, application, _ = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", minutes=10)

    version = AnswerVersion.objects.get(application=application)

    assert (version.question_key, version.version, version.typed, version.by) == ("need", 1, "Le soir", story.carrier)
    assert version.at == NOW


def test_what_someone_else_replaces_is_kept_at_once(two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)
    write(story, application, "Le midi")

    assert kept(application) == ["Le soir", "Le matin"]


def test_a_text_cut_by_more_than_half_is_kept(two):
    story, application, _ = two
    write(story, application, LONG)
    write(story, application, "")

    assert kept(application) == [LONG]


def test_what_a_deposit_holds_is_kept(two):
    story, application, _ = two
    write(story, application, "Un besoin.")
    with at(1):
        story.deposit(application)
    write(story, application, "Un besoin réel.", minutes=2)
    write(story, application, "Un vrai besoin.", minutes=3)

    assert kept(application) == ["Un besoin."]


def test_the_same_text_sent_again_and_a_deleted_account_make_no_version(two):
    story, application, ali = two
    write(story, application, "Le soir", by=ali)
    write(story, application, "Le soir", minutes=20)
    ali.delete()

    assert kept(application) == []


def test_several_answers_saved_at_once_are_kept_as_well(two):
    story, application, ali = two
    story.save(application, need="Un", note="Une")
    story.save(application, by=ali, need="Deux", note="Deux")

    assert (kept(application), kept(application, "note")) == (["Un"], ["Une"])


def test_keeping_mine_in_a_conflict_leaves_the_other_text_in_the_history(two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)
    met = story.save(application, need="Le midi", based_on={"need": 1})
    story.save(application, need="Le midi", based_on={"need": met.conflicts["need"].version})

    assert kept(application) == ["Le soir", "Le matin"]


def test_the_history_of_a_draft_goes_with_it(two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)

    delete_draft(application, by=story.carrier)

    assert AnswerVersion.objects.count() == 0


def page(client, person, application, name="application_history", *args, **data):
    client.force_login(person)
    return client.get(reverse(f"calls:{name}", args=[application.uuid, *args]), data)


def changes(response):
    return [(change.who, change.label) for change in response.context["changes"]]


NEED, NOTE = "À quel besoin répondez-vous\u00a0?", "Autre chose\u00a0?"


def test_the_history_of_a_dossier_says_who_wrote_what_the_latest_first(client, two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali, minutes=2)
    with at(4):
        story.save(application, note="Une note")

    response = page(client, ali, application)

    assert changes(response) == [("Claire Porteuse", NOTE), ("Ali Ba", NEED), ("Claire Porteuse", NEED)]


def test_the_history_is_narrowed_to_a_section_or_a_person(client, two):
    story, application, ali = two
    QuestionFactory(section__round=story.round, section__key="autre", key="more", label="Encore")
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)

    assert changes(page(client, ali, application, par=ali.pk)) == [("Ali Ba", NEED)]
    assert len(changes(page(client, ali, application, section="projet"))) == 2
    assert changes(page(client, ali, application, section="autre")) == []
    assert len(changes(page(client, ali, application, section="nulle-part", par="personne"))) == 2


def test_the_history_asks_the_same_whatever_its_length(client, two, django_assert_num_queries):
    """An answer's own page asks one more where an earlier page's text is to be compared with."""
    story, application, ali = two
    client.force_login(story.carrier)
    for count, one_more in ((1, 0), (30, 1)):
        for turn in range(count):
            write(story, application, f"Texte {count} {turn}", by=ali if turn % 2 else None, minutes=100 * count + 11 * turn)
        with django_assert_num_queries(9):
            client.get(reverse("calls:application_history", args=[application.uuid]))
        with django_assert_num_queries(9 + one_more):
            client.get(reverse("calls:answer_history", args=[application.uuid, "need"]))


def test_a_deleted_account_leaves_its_text_without_its_name(client, two):
    story, application, ali = two
    write(story, application, "Le soir", by=ali)
    write(story, application, "Le matin")
    ali.delete()

    response = page(client, story.carrier, application, "answer_history", "need")

    assert [one.who for one in response.context["versions"]] == ["Claire Porteuse", "Une personne dont le compte est supprimé"]
    assert changes(page(client, story.carrier, application))[1][0] == "Une personne dont le compte est supprimé"


def test_the_versions_of_an_answer_show_what_each_changed(client, two):
    story, application, ali = two
    write(story, application, "Le soir, personne ne garde les enfants")
    write(story, application, "Le soir, personne ne garde les jeunes enfants", by=ali)

    last, first = page(client, ali, application, "answer_history", "need").context["versions"]

    assert [(piece.kind, piece.text) for piece in last.pieces if piece.kind != "same"] == [("added", "jeunes ")]
    assert (last.pk, last.who, first.who, first.said) == (None, "Ali Ba", "Claire Porteuse", "Le soir, personne ne garde les enfants")


def test_the_last_version_of_a_page_is_compared_with_the_one_before_it(client, two):
    story, application, ali = two
    for turn in range(12):
        write(story, application, f"Le texte numéro {turn} du dossier", by=ali if turn % 2 else None)

    first, second = (page(client, ali, application, "answer_history", "need", page=number).context["versions"] for number in (1, 2))

    assert [len(first), len(second)] == [11, 1]
    assert [piece.text for piece in first[-1].pieces if piece.kind == "removed"] == ["0"]
    assert [piece.kind for piece in second[-1].pieces] == ["added"]


def test_a_rewritten_answer_shows_both_texts_whole(client, two):
    story, application, ali = two
    write(story, application, "Une première idée entièrement différente")
    write(story, application, LONG, by=ali)

    response = page(client, ali, application, "answer_history", "need")

    assert response.context["versions"][0].rewritten
    assert "Ancien texte" in response.content.decode()


def test_an_unanswered_or_unknown_question(client, two):
    story, application, _ = two

    assert "Personne n’a encore répondu" in page(client, story.carrier, application, "answer_history", "note").content.decode()
    assert page(client, story.carrier, application, "answer_history", "inconnue").status_code == 404


def restore(client, person, application, version, over, key="need"):
    client.force_login(person)
    return client.post(reverse("calls:answer_restore", args=[application.uuid, key]), {"text": version, "version": over})


def test_an_earlier_text_is_taken_up_again_over_the_present_one(client, two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)
    earlier = AnswerVersion.objects.get()

    response = restore(client, story.carrier, application, earlier.pk, 2)

    answer = application.answers.get(question_key="need")
    assert response["Location"].endswith("/sections/projet/#q-need")
    assert (answer.typed, answer.value, answer.version, answer.by) == ("Le soir", "Le soir", 3, story.carrier)
    assert kept(application) == ["Le soir", "Le matin"]


def test_a_text_is_not_taken_up_over_one_that_came_meanwhile(client, two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)

    response = restore(client, story.carrier, application, AnswerVersion.objects.get().pk, 1)

    assert response["Location"] == reverse("calls:answer_history", args=[application.uuid, "need"])
    assert application.answers.get(question_key="need").typed == "Le matin"


def test_nothing_is_taken_up_in_a_dossier_that_is_closed_to_changes(client, two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)
    story.deposit(application)
    withdraw_application(application, by=story.carrier)

    response = restore(client, story.carrier, application, AnswerVersion.objects.get().pk, 2)
    shown = page(client, story.carrier, application, "answer_history", "need").content.decode()

    assert response.status_code == 302
    assert application.answers.get(question_key="need").typed == "Le matin"
    assert "Reprendre ce texte" not in shown


@pytest.mark.parametrize("sent", [{}, {"text": "x", "version": "1"}, {"text": "0", "version": "1"}, {"text": "9" * 30, "version": "1"}])
def test_what_names_no_version_is_not_found(client, two, sent):
    story, application, _ = two
    client.force_login(story.carrier)

    assert client.post(reverse("calls:answer_restore", args=[application.uuid, "need"]), sent).status_code == 404


def test_the_version_of_another_dossier_or_question_is_not_found(client, two):
    story, application, ali = two
    write(story, application, "Le soir")
    write(story, application, "Le matin", by=ali)

    assert restore(client, story.carrier, application, AnswerVersion.objects.get().pk, 0, key="note").status_code == 404


def test_a_field_leads_to_its_history_once_it_is_answered(client, two):
    story, application, _ = two
    write(story, application, "Le soir")

    shown = page(client, story.carrier, application, "application_section", "projet").content.decode()

    assert "../../historique/need/" in shown
    assert "../../historique/note/" not in shown


def test_two_deposits_are_compared_for_members(client, two):
    story, application, _ = two
    story.save(application, need="Un besoin de garde le soir.")
    story.deposit(application)
    story.save(application, need="Un besoin de garde tard le soir.")
    story.deposit(application)
    application.refresh_from_db()

    comparison = page(client, story.carrier, application, "application_compare").context["comparison"]

    assert (comparison.before.sequence, comparison.after.sequence) == (1, 2)
    assert [(one.label, one.pieces[1].text) for one in comparison.differences] == [(NEED, "tard ")]
    shown = page(client, story.carrier, application, "application_detail").content.decode()
    assert f"{reverse('calls:application_compare', args=[application.uuid])}?a=2" in shown
    assert "?a=1" not in shown


def test_what_changed_since_the_deposit_is_shown(client, two):
    story, application, _ = two
    story.save(application, need="Un besoin.")
    story.deposit(application)
    story.save(application, need="Un besoin réel.")
    application.project.name = "Jardins ouverts"
    application.project.save()

    comparison = page(client, story.carrier, application, "application_compare").context["comparison"]

    assert comparison.after is None
    assert [one.label for one in comparison.differences] == ["Nom du projet", NEED]
    assert "?a=maintenant" in page(client, story.carrier, application, "application_detail").content.decode()


def test_deposits_are_chosen_by_rank(client, two):
    story, application, _ = two
    for text in ("Un.", "Deux.", "Trois."):
        story.save(application, need=text)
        story.deposit(application)

    def sides(**asked):
        found = page(client, story.carrier, application, "application_compare", **asked).context["comparison"]
        return found.before.sequence, found.after.sequence if found.after else None

    assert sides() == (2, 3)
    assert sides(a="2") == (1, 2)
    assert sides(a="1") == (1, 1)
    assert sides(de="1", a="3") == (1, 3)
    assert sides(de="1", a="maintenant") == (1, None)
    assert sides(de="x", a="y") == (2, 3)


def test_a_draft_has_no_deposit_to_compare(client, two):
    story, application, _ = two

    assert page(client, story.carrier, application, "application_compare").status_code == 404
