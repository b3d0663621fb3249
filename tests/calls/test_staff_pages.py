"""The staff's pages on deposited dossiers: who opens them, what they show, what they cost, and that no draft ever shows."""

from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from accounts.enums import Group
from accounts.models import User
from calls.actions.application import follow_application, withdraw_application
from calls.actions.finding import record_admissibility, record_eligibility
from calls.enums import ExportState, Outcome
from calls.models import Admissibility, Application, Export
from projects.models import Project
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:calls_application_changelist"


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def reviewer(client):
    person = UserFactory(staff=True, group=Group.REVIEWER, first_name="Inès", last_name="Roux")
    client.force_login(person)
    return person


def more_dossiers(story, count: int) -> list[Application]:
    made = []
    for index in range(count):
        story.project = Project.objects.create(
            organisation=story.organisation, name=f"Projet {index}", summary="Un projet.", created_by=story.carrier
        )
        made.append(story.deposited())
    return made


PAGES = ("list", "follow_up", "figures", "round", "dossier", "compare", "receipt", "pdf", "exports")
ACTS = ("finding",)


def address(name: str, application: Application) -> str:
    uuid = application.uuid
    return {
        "list": reverse(LIST),
        "follow_up": reverse("admin:calls_application_follow_up"),
        "figures": "/admin/calls/application/sessions/",
        "round": f"/admin/calls/application/sessions/{application.round_id}/",
        "dossier": reverse("admin:calls_application_change", args=[uuid]),
        "compare": reverse("admin:calls_application_compare", args=[uuid]),
        "receipt": reverse("admin:calls_application_receipt", args=[uuid, 1]),
        "pdf": reverse("admin:calls_application_pdf", args=[uuid, 1]),
        "exports": reverse("admin:calls_export_changelist"),
        "finding": reverse("admin:calls_application_finding", args=[uuid, "recevabilite"]),
    }[name]


@pytest.mark.parametrize("page", [*PAGES, *ACTS])
@pytest.mark.parametrize(
    ("group", "reads", "acts"),
    [
        (Group.ADMINISTRATOR, 200, 200),
        (Group.CALL_MANAGER, 200, 200),
        (Group.REVIEWER, 200, 200),
        (Group.AUDITOR, 200, 403),
        ("staff without group", 403, 403),
        ("carrier", 302, 302),
        ("anonymous", 302, 302),
    ],
)
def test_who_opens_what(client, story, page, group, reads, acts):
    application = story.deposited()
    if group == "carrier":
        client.force_login(story.carrier)
    elif group != "anonymous":
        client.force_login(UserFactory(staff=True, group=None if group == "staff without group" else group))

    assert client.get(address(page, application)).status_code == (acts if page in ACTS else reads)


def test_the_list_shows_what_was_deposited(client, story, reviewer):
    story.deposited()

    content = client.get(reverse(LIST)).content.decode()

    assert "PIO26-0001" in content
    assert "Jardins partagés" in content


@pytest.mark.parametrize("more", [0, 29])
def test_the_list_costs_the_same_whatever_it_holds(client, story, reviewer, django_assert_num_queries, more):
    story.deposited()
    more_dossiers(story, more)

    with django_assert_num_queries(10):
        client.get(reverse(LIST))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=jardin", True),
        ("q=JARDÎNS claire", True),
        ("q=PIO26-0001", True),
        ("q=introuvable", False),
        ("famille=association", True),
        ("famille=fondation", False),
        ("recevable=attente", True),
        ("recevable=oui", False),
        ("eligible=non", False),
        ("etat=deposited", True),
        ("etat=withdrawn", False),
        ("modifie=oui", False),
        ("modifie=non", True),
        ("delai=oui", False),
        ("delai=non", True),
        ("suivi=moi", False),
        ("suivi=personne", True),
        ("session=PIO26", True),
    ],
)
def test_filters_narrow_the_list(client, story, reviewer, query, found):
    story.deposited()

    assert ("PIO26-0001" in client.get(f"{reverse(LIST)}?{query}").content.decode()) == found


@pytest.mark.parametrize(
    "query",
    ["page=abc", "page=-3", "page=99999", "tri=;drop table", "famille=%00", "suivi=9999999999", "q=" + "a" * 5000, "session=<script>"],
)
def test_bad_parameters_are_left_aside(client, story, reviewer, query):
    story.deposited()

    response = client.get(f"{reverse(LIST)}?{query}")

    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_no_page_shows_a_draft(client, story, reviewer):
    draft = story.start()
    story.save(draft, need="Secret du brouillon")

    pages = [
        client.get(reverse(LIST)),
        client.get(reverse("admin:calls_application_follow_up")),
        client.get("/admin/calls/application/sessions/"),
    ]

    assert not any("Jardins partagés" in page.content.decode() for page in pages)
    assert client.get(reverse("admin:calls_application_change", args=[draft.uuid])).status_code == 404
    assert client.get(reverse("admin:calls_application_pdf", args=[draft.uuid, 1])).status_code == 404


def test_the_dossier_shows_the_deposit_and_not_what_changed_since(client, story, reviewer):
    application = story.deposited()
    story.save(application, need="Texte pas encore déposé")

    content = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()

    assert "Un besoin." in content
    assert "n’a pas redéposé" in content
    assert "pas encore déposé" not in content.replace("n’a pas redéposé", "")


def test_the_dossier_escapes_what_was_typed(client, story, reviewer):
    application = story.start()
    story.save(application, need="<script>alert(1)</script>")
    story.deposit(application)

    content = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()

    assert "<script>alert(1)" not in content
    assert "&lt;script&gt;alert(1)" in content


@pytest.mark.parametrize("more", [0, 5])
def test_a_dossier_costs_the_same_whatever_the_list(client, story, reviewer, django_assert_num_queries, more):
    application = story.deposited()
    more_dossiers(story, more)
    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)

    with django_assert_num_queries(15):
        client.get(reverse("admin:calls_application_change", args=[application.uuid]))


def test_neighbours_follow_the_list(client, story, reviewer):
    first = story.deposited()
    second, third = more_dossiers(story, 2)

    response = client.get(reverse("admin:calls_application_change", args=[second.uuid]) + "?tri=numero")

    assert str(first.uuid) in response.context["before"]
    assert str(third.uuid) in response.context["after"]


def test_findings_are_recorded_from_the_page(client, story, reviewer):
    application = story.deposited()
    url = reverse("admin:calls_application_finding", args=[application.uuid, "recevabilite"])
    seen = {"deposit": application.current_deposit_id, "finding": ""}

    refused = client.post(url, {"outcome": "non", "reason": "", **seen})
    accepted = client.post(url, {"outcome": "non", "reason": "Arrivé hors délai.", **seen})
    outdated = client.post(url, {"outcome": "oui", "reason": "", **seen})

    assert "un constat défavorable porte son motif" in refused.content.decode()
    assert accepted.status_code == 302
    assert outdated.status_code == 409
    assert Admissibility.objects.current().get().reason == "Arrivé hors délai."


def test_a_finding_of_another_kind_does_not_exist(client, story, reviewer):
    application = story.deposited()

    assert client.get(reverse("admin:calls_application_finding", args=[application.uuid, "autre"])).status_code == 404


def test_a_withdrawn_dossier_takes_no_finding(client, story, reviewer):
    application = withdraw_application(story.deposited(), by=story.carrier)
    url = reverse("admin:calls_application_finding", args=[application.uuid, "eligibilite"])

    response = client.post(url, {"outcome": "oui", "deposit": application.current_deposit_id, "finding": ""})

    assert response.status_code == 409
    assert not application.eligibility_findings.exists()


def test_dossiers_are_followed_from_the_list(client, story, reviewer):
    applications = [story.deposited(), *more_dossiers(story, 1)]
    url = reverse("admin:calls_application_follow")

    client.post(url, {"dossier": [each.pk for each in applications], "geste": "moi"})
    assert {each.follower for each in Application.objects.all()} == {reviewer}

    client.post(url, {"dossier": [applications[0].pk], "geste": "personne"})
    assert Application.objects.filter(follower=reviewer).count() == 1


@pytest.mark.parametrize("data", [{}, {"dossier": ["abc"], "geste": "moi"}, {"suivi": "Roux"}])
def test_dossiers_are_to_be_ticked_before_they_are_given(client, story, reviewer, data):
    application = story.deposited()

    response = client.post(reverse("admin:calls_application_follow"), data, follow=True)

    application.refresh_from_db()
    assert "Cochez les dossiers à confier" in response.content.decode()
    assert application.follower is None


@pytest.mark.parametrize("geste", ["999999", "Roux", "moi\0", "²"])
def test_a_button_that_the_page_never_drew_gives_nothing_to_anybody(client, story, reviewer, geste):
    application = story.deposited()

    response = client.post(reverse("admin:calls_application_follow"), {"dossier": [application.pk], "geste": geste})

    application.refresh_from_db()
    assert response.status_code == 422
    assert application.follower is None


@pytest.mark.parametrize("typed", ["Inès Roux", "ines roux", "roux", "INES.ROUX@exemple.fr", "Inès Roux (ines.roux@exemple.fr)"])
def test_a_colleague_is_named_by_name_or_by_e_mail(client, story, reviewer, typed):
    User.objects.filter(pk=reviewer.pk).update(email="ines.roux@exemple.fr")
    UserFactory(staff=True, group=Group.CALL_MANAGER, first_name="Antoine", last_name="Lefèvre")
    application = story.deposited()

    client.post(reverse("admin:calls_application_follower", args=[application.uuid]), {"suivi": typed})

    application.refresh_from_db()
    assert application.follower == reviewer


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Écrivez le nom ou le courriel"),
        ("Bob", "Aucun agent qui instruit ne répond à « Bob »"),
        ("Aude Texte", "Aucun agent qui instruit ne répond"),
        ("x" * 400, "300 caractères"),
    ],
)
def test_a_name_that_is_nobody_s_is_shown_again_with_what_was_ticked(client, story, reviewer, typed, said):
    UserFactory(staff=True, group=Group.AUDITOR, first_name="Aude", last_name="Texte")
    application = story.deposited()

    response = client.post(reverse("admin:calls_application_follow"), {"dossier": [application.pk], "suivi": typed})

    page = response.content.decode()
    application.refresh_from_db()
    assert response.status_code == 422
    assert said in page
    assert f'name="dossier" value="{application.pk}"' in page
    assert f'value="{typed}"' in page
    assert application.follower is None


def test_homonyms_are_told_apart_by_their_e_mails(client, story, reviewer):
    other = UserFactory(staff=True, group=Group.REVIEWER, first_name="Ines", last_name="Roux", email="i.roux@exemple.fr")
    application = story.deposited()
    url = reverse("admin:calls_application_follower", args=[application.uuid])

    asked = client.post(url, {"suivi": "Inès Roux"}).content.decode()
    client.post(url, {"suivi": "Inès Roux", "geste": str(other.pk)})

    application.refresh_from_db()
    assert "personnes correspondent à « Inès Roux »" in asked
    assert "Ines Roux (i.roux@exemple.fr)" in asked
    assert application.follower == other


def test_the_follower_of_a_dossier_changes_on_its_page(client, story, reviewer):
    application = story.deposited()
    url = reverse("admin:calls_application_follower", args=[application.uuid])

    client.post(url, {"suivi": str(reviewer)})
    application.refresh_from_db()
    assert application.follower == reviewer

    client.post(url, {"suivi": "n’importe qui"})
    client.get(url)
    application.refresh_from_db()
    assert application.follower == reviewer

    client.post(url, {"geste": "personne"})
    application.refresh_from_db()
    assert application.follower is None


def test_what_waits_is_told_apart(client, story, reviewer):
    mine, nobodys, done = story.deposited(), *more_dossiers(story, 2)
    follow_application(mine, reviewer, by=reviewer)
    record_admissibility(done, Outcome.FAVOURABLE, by=reviewer)
    record_eligibility(done, Outcome.FAVOURABLE, by=reviewer)

    parts = client.get(reverse("admin:calls_application_follow_up")).context["parts"]

    assert [[row.application for row in part["rows"]] for part in parts[:2]] == [[mine], [nobodys]]


@pytest.mark.parametrize(
    ("need", "shown"),
    [
        ("Un vrai grand besoin.", '<p class="ad-words">Un vrai <ins>grand </ins>besoin.</p>'),
        ("Un vrai manque.", '<p class="ad-words">Un vrai <del>besoin.</del> <ins>manque.</ins></p>'),
        ("Tout autre chose ici.", '<p class="ad-words"><ins>Tout autre chose ici.</ins></p>'),
    ],
)
def test_differences_between_deposits_are_words_or_whole_texts(client, story, reviewer, need, shown):
    application = story.deposited()
    story.save(application, need="Un vrai besoin.")
    story.deposit(application)
    story.save(application, need=need)
    story.deposit(application)

    content = client.get(reverse("admin:calls_application_compare", args=[application.uuid]), {"de": 2, "a": 3}).content.decode()

    assert shown in content


@pytest.mark.parametrize("name", ["receipt", "pdf"])
def test_a_deposit_that_does_not_exist_is_not_found(client, story, reviewer, name):
    application = story.deposited()

    assert client.get(reverse(f"admin:calls_application_{name}", args=[application.uuid, 9])).status_code == 404
    assert client.get(reverse(f"admin:calls_application_{name}", args=[uuid4(), 1])).status_code == 404


def test_figures_count_drafts_without_reading_them(client, story, reviewer):
    story.deposited()
    story.project = Project.objects.create(organisation=story.organisation, name="Autre", summary="…", created_by=story.carrier)
    story.start()

    figures = client.get(f"/admin/calls/application/sessions/{story.round.pk}/").context["figures"]

    assert (figures.drafts, figures.deposited, figures.withdrawn, figures.changed, figures.eligibility_waiting) == (1, 1, 0, 0, 1)


def test_an_export_is_asked_followed_and_taken(client, story, reviewer, django_capture_on_commit_callbacks):
    story.deposited()

    asked = client.post(reverse("admin:calls_export_add") + "?session=PIO26", {"format": "csv"})
    export = Export.objects.get()
    waiting = client.get(asked.url).content.decode()
    from calls.actions.export import write_export

    write_export(export)
    ready = client.get(asked.url, headers={"HX-Request": "true"}).content.decode()
    file = client.get(reverse("admin:calls_export_download", args=[export.uuid]))

    assert "va commencer" in waiting
    assert "Télécharger" in ready
    assert file["Content-Disposition"].startswith("attachment")
    assert b"PIO26-0001" in b"".join(file.streaming_content)
    export.refresh_from_db()
    assert export.state == ExportState.DONE
    assert export.downloaded_at is not None


def test_an_export_is_its_requesters_alone(client, story, reviewer):
    client.post(reverse("admin:calls_export_add"), {"format": "xlsx"})
    export = Export.objects.get()
    client.force_login(UserFactory(staff=True, group=Group.ADMINISTRATOR))

    assert client.get(reverse("admin:calls_export_change", args=[export.uuid])).status_code == 404
    assert client.get(reverse("admin:calls_export_download", args=[export.uuid])).status_code == 404


@pytest.mark.parametrize("data", [{}, {"format": "exe"}])
def test_an_export_in_no_known_format_is_not_asked(client, reviewer, data):
    response = client.post(reverse("admin:calls_export_add"), data)

    assert response.status_code == 302
    assert not Export.objects.exists()


def test_a_file_that_is_not_ready_is_not_served(client, reviewer):
    client.post(reverse("admin:calls_export_add"), {"format": "csv"})

    response = client.get(reverse("admin:calls_export_download", args=[Export.objects.get().uuid]), follow=True)

    assert "n’est pas prêt" in response.content.decode()


def test_too_many_exports_are_refused_with_a_sentence(client, reviewer):
    for family in ("association", "cooperative", "mutuelle", "fondation", "societe"):
        client.post(reverse("admin:calls_export_add") + f"?famille={family}", {"format": "csv"})

    response = client.post(reverse("admin:calls_export_add"), {"format": "csv"}, follow=True)

    assert "cinq exports" in response.content.decode()


def test_an_unknown_dossier_is_not_found(client, reviewer):
    assert client.get(reverse("admin:calls_application_change", args=[UUID(int=1)])).status_code == 404
