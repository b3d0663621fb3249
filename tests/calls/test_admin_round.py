"""What a manager does with a round: dates, declarations, publication, extensions; and what its freeze refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.enums import RoundState
from calls.models import Round
from kit import clock
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    CallFactory,
    RoundFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(staff=True, group=Group.CALL_MANAGER)
    client.force_login(user)
    return user


def dates(**changes):
    return {
        "name": "Vague 2",
        "code": "v2",
        "opens_at_0": "2030-01-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2030-02-26",
        "closes_at_1": "12:00",
        **changes,
    }


def test_round_is_created_in_paris_time_whatever_the_reader(client):
    client.force_login(UserFactory(staff=True, group=Group.CALL_MANAGER, time_zone="Pacific/Noumea"))
    call = CallFactory()

    client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(template="pionnier"))

    round_ = call.rounds.get()
    assert (round_.code, round_.closes_at, round_.sections.count()) == ("V2", datetime(2030, 2, 26, 11, 0, tzinfo=UTC), 9)


def test_round_may_start_from_an_empty_form(client, manager):
    call = CallFactory()

    client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(template="vide"))

    assert call.rounds.get().sections.count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at_0": "2029-12-31"}, "closes_at"),
        ({"closes_at_0": "2030-02-30"}, "closes_at"),
        ({"closes_at_1": ""}, "closes_at"),
        ({"opens_at_0": "", "opens_at_1": ""}, "opens_at"),
        ({"code": "a/b"}, "code"),
        ({"code": "PRIS"}, "code"),
        ({"code": "x" * 1_000_000}, "code"),
        ({"name": "Prise"}, "name"),
        ({"name": "\x00"}, "name"),
        ({"template": "../../etc"}, "template"),
        ({"template": ""}, "template"),
    ],
)
def test_round_that_cannot_be_gets_a_sentence(client, manager, changes, field):
    call = CallFactory()
    RoundFactory(call=call, name="Prise", code="PRIS")

    response = client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(**{"template": "vide", **changes}))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert call.rounds.count() == 1


def test_name_taken_meanwhile_gets_a_sentence(client, manager, monkeypatch):
    call = CallFactory()
    RoundFactory(call=call, name="Vague 2")
    monkeypatch.setattr("calls.forms.round.DatedForm.clean", lambda form: form.cleaned_data)

    page = client.post(reverse("admin:calls_round_add", args=[call.pk]), dates(template="vide")).content.decode()

    assert "Quelqu’un d’autre vient d’enregistrer la même chose" in page
    assert call.rounds.count() == 1


def settled(**changes):
    return {
        **dates(name="Session"),
        "places_min": "10",
        "places_max": "15",
        "implicit_decision": "rejet",
        "silence_months": "2",
        "completeness_notice": "Pièces.",
        "appeal_notice": "Recours.",
        "privacy_notice": "Données.",
        "idle_draft_months": "12",
        "refused_years": "2",
        "accepted_years": "10",
        **changes,
    }


def test_round_is_changed_and_keeps_its_own_name_and_code(client, manager):
    round_ = RoundFactory(name="Session", code="V2")

    response = client.post(reverse("admin:calls_round_edit", args=[round_.pk]), settled(places_max="20"))

    round_.refresh_from_db()
    assert response["Location"] == reverse("admin:calls_round_change", args=[round_.pk])
    assert (round_.places_max, round_.appeal_notice) == (20, "Recours.")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"places_max": "9"}, "places_max"),
        ({"places_min": "9" * 5000}, "places_min"),
        ({"silence_months": "0"}, "silence_months"),
        ({"silence_months": "-1"}, "silence_months"),
        ({"appeal_notice": "a" * 1_000_000}, "appeal_notice"),
        ({"implicit_decision": "peut-être"}, "implicit_decision"),
    ],
)
def test_round_settings_that_cannot_be_get_a_sentence(client, manager, changes, field):
    round_ = RoundFactory(name="Session", code="V2")

    response = client.post(reverse("admin:calls_round_edit", args=[round_.pk]), settled(**changes))

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_published_round_explains_its_freeze_and_refuses(client, manager):
    round_ = RoundFactory(open=True, complete=True, name="Session", code="V2")
    question = round_.questions.get()
    pages = {name: reverse(f"admin:calls_{name}", args=[round_.pk]) for name in ("round_edit", "form_outline", "declaration_list")}
    pages["question_edit"] = reverse("admin:calls_question_edit", args=[question.pk])

    shown = {name: client.get(url).content.decode() for name, url in pages.items()}
    client.post(pages["round_edit"], settled(name="Changé"))
    client.post(pages["question_edit"], {"kind": "short_text", "label": "Changée ?", "visibility": "public", "key": question.key})
    client.post(reverse("admin:calls_question_delete", args=[question.pk]))
    client.post(reverse("admin:calls_question_duplicate", args=[question.pk]))
    client.post(reverse("admin:calls_section_delete", args=[question.section_id]))

    assert {name: "dupliquez la session" in page for name, page in shown.items()} == dict.fromkeys(pages, True)
    assert {name: ">Enregistrer<" in page for name, page in shown.items()} == dict.fromkeys(pages, False)
    assert (Round.objects.get(pk=round_.pk).name, round_.questions.get().label) == ("Session", question.label)


def test_declaration_is_added_changed_and_deleted(client, manager):
    round_ = RoundFactory()
    data = {"kind": "autre", "text": "Je m’engage.", "source": "", "families": ["association"]}

    client.post(reverse("admin:calls_declaration_add", args=[round_.pk]), data)
    declaration = round_.declarations.get()
    client.post(reverse("admin:calls_declaration_edit", args=[declaration.pk]), {**data, "required": "on", "families": []})
    changed = round_.declarations.get()
    client.post(reverse("admin:calls_declaration_delete", args=[declaration.pk]))

    assert (declaration.required, declaration.families) == (False, ["association"])
    assert (changed.required, changed.families) == (True, [])
    assert round_.declarations.count() == 0


@pytest.mark.parametrize(
    "data", [{"kind": "autre", "text": ""}, {"kind": "x", "text": "T"}, {"kind": "autre", "text": "T", "families": ["x"]}]
)
def test_bad_declaration_gets_a_sentence(client, manager, data):
    response = client.post(reverse("admin:calls_declaration_add", args=[RoundFactory().pk]), data)

    assert "Une erreur est à corriger" in response.content.decode()


def test_round_is_published_after_its_check(client, manager):
    round_ = RoundFactory(complete=True)

    check = client.get(reverse("admin:calls_round_check", args=[round_.pk])).content.decode()
    client.post(reverse("admin:calls_round_publish", args=[round_.pk]))

    assert "Rien ne s’oppose à la publication." in check
    assert Round.objects.get(pk=round_.pk).state == RoundState.PUBLISHED


def test_round_with_gaps_is_sent_back_to_its_check(client, manager):
    round_ = RoundFactory()
    url = reverse("admin:calls_round_publish", args=[round_.pk])

    shown = client.get(url)
    client.post(url)

    assert shown["Location"] == reverse("admin:calls_round_check", args=[round_.pk])
    assert Round.objects.get(pk=round_.pk).state == RoundState.DRAFT


def test_round_is_cancelled_with_a_reason(client, manager):
    round_ = RoundFactory(open=True)
    url = reverse("admin:calls_round_cancel", args=[round_.pk])

    client.post(url, {"reason": " "})
    before = Round.objects.get(pk=round_.pk).state
    client.post(url, {"reason": "Crédits retirés."})

    assert (before, Round.objects.get(pk=round_.pk).state) == (RoundState.PUBLISHED, RoundState.CANCELLED)


def test_cancelling_a_round_in_preparation_is_said_in_the_form(client, manager):
    page = client.post(reverse("admin:calls_round_cancel", args=[RoundFactory().pk]), {"reason": "Non."}).content.decode()

    assert "l’état actuel est « En préparation »" in page


@pytest.mark.parametrize(
    ("opens", "closes", "proposed"),
    [
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), datetime(2026, 3, 6, 11, 0, tzinfo=UTC), datetime(2027, 5, 30, 10, 0, tzinfo=UTC)),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), datetime(2026, 1, 5, 10, 0, tzinfo=UTC), datetime(2027, 4, 1, 10, 0, tzinfo=UTC)),
        (datetime(2026, 1, 5, 9, 0, tzinfo=UTC), None, None),
    ],
)
def test_copy_is_proposed_to_open_and_close_at_noon_in_paris(client, manager, opens, closes, proposed):
    source = RoundFactory(opens_at=opens, closes_at=closes)

    with clock.standing_at(datetime(2027, 3, 1, 13, 49, tzinfo=UTC)):
        client.force_login(manager)
        form = client.get(reverse("admin:calls_round_duplicate", args=[source.pk])).context["form"]

    assert form.initial["opens_at"] == datetime(2027, 3, 31, 10, 0, tzinfo=UTC)
    assert form.initial["closes_at"] == proposed


def test_round_is_duplicated_for_another_call(client, manager):
    source, other = RoundFactory(closed=True, complete=True), CallFactory()
    url = reverse("admin:calls_round_duplicate", args=[source.pk])

    client.post(url, dates(target=other.pk))

    assert (other.rounds.get().name, other.rounds.get().questions.count()) == ("Vague 2", 1)
    assert list(client.post(url, dates(target="x")).context["form"].errors) == ["target", "code"]


def test_round_is_extended(client, manager):
    round_ = RoundFactory(open=True)
    url = reverse("admin:calls_round_extend", args=[round_.pk])

    earlier = client.post(url, {"closes_at_0": "2020-01-01", "closes_at_1": "12:00", "reason": "Panne."})
    client.post(url, {"closes_at_0": "2050-01-01", "closes_at_1": "12:00", "reason": "Panne."})

    assert list(earlier.context["form"].errors) == ["closes_at"]
    assert Round.objects.get(pk=round_.pk).closes_at == datetime(2050, 1, 1, 11, 0, tzinfo=UTC)


def test_past_instant_extends_nothing(client, manager):
    round_ = RoundFactory(closed=True)
    later = round_.closes_at + timedelta(days=1)
    data = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00", "reason": "Panne."}

    response = client.post(reverse("admin:calls_round_extend", args=[round_.pk]), data)

    assert response.context["form"].errors == {"closes_at": ["Choisissez un instant à venir."]}


def test_one_dossier_is_extended_by_its_address(client, manager):
    story = tell_story()
    application = story.start()
    url = reverse("admin:calls_round_extend_one", args=[story.round.pk])
    data = {"closes_at_0": "2050-01-01", "closes_at_1": "12:00", "reason": "Panne.", "incident": "Journal."}

    unknown = client.post(url, {**data, "reference": "PIO26-9999"})
    client.post(url, {**data, "reference": f"http://testserver/dossiers/{application.uuid}/"})

    application.refresh_from_db()
    assert list(unknown.context["form"].errors) == ["reference"]
    assert application.extended_until == datetime(2050, 1, 1, 11, 0, tzinfo=UTC)


def test_what_publication_will_ask_is_not_said_optional(client, manager):
    round_ = RoundFactory()

    dates_page = client.get(reverse("admin:calls_round_edit", args=[round_.pk])).content.decode()
    texts_page = client.get(reverse("admin:calls_call_edit", args=[round_.call_id])).content.decode()

    assert dates_page.count("(l’un des deux, avant la publication)") == 2
    assert dates_page.count("(à remplir avant la publication)") == 3
    assert texts_page.count("(à remplir avant la publication)") == 4
    assert dates_page.count("(facultatif)") == 1  # the closing: a permanent call has none


def test_the_reason_of_a_single_delay_is_not_said_public(client, manager):
    story = tell_story()

    alone = client.get(reverse("admin:calls_round_extend_one", args=[story.round.pk])).content.decode()
    everyone = client.get(reverse("admin:calls_round_extend", args=[story.round.pk])).content.decode()

    assert "montré sur la page de l’appel" not in alone
    assert "il n’est pas public" in alone
    assert "Il est montré sur la page de l’appel." in everyone


def test_a_telephone_that_cannot_be_called_is_refused(client, manager):
    call = CallFactory(service_phone="")
    url = reverse("admin:calls_call_edit", args=[call.pk])
    typed = {"title": call.title, "kind": call.kind, "summary": call.summary, "slug": call.slug, "service_phone": "au standard"}

    refused = client.post(url, typed).content.decode()
    client.post(url, {**typed, "service_phone": "+33 1 23 45 67 89"})

    call.refresh_from_db()
    assert "Ce numéro de téléphone ne semble pas exact" in refused
    assert 'value="au standard"' in refused
    assert call.service_phone == "01\u00a023\u00a045\u00a067\u00a089"
