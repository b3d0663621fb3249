"""A section of a dossier as a page: what comes before and after it, and what is said of the whole."""

from datetime import timedelta

import pytest
from django.urls import reverse

from calls.emails import deposit_received
from calls.enums import QuestionKind
from community.enums import MemberRole
from kit import clock
from tests.calls.cast import join, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, SectionFactory
from tests.factories.community import MandateFactory
from tests.factories.projects import ThemeFactory
from tests.factories.territories import AreaFactory, load_few_areas

pytestmark = pytest.mark.django_db


def two_sections(**traits):
    """« Le projet », then « Le budget »."""
    story = tell_story(appeal_notice="Vous pouvez contester :\n\n- par un recours gracieux ;\n- devant le juge.", **traits)
    QuestionFactory(section=SectionFactory(round=story.round, key="budget", title="Le budget", position=10_000), key="cost")
    return story


@pytest.fixture
def story():
    return two_sections()


def section_url(application, key):
    return reverse("calls:application_section", args=[application.uuid, key])


@pytest.mark.parametrize(
    ("key", "go", "leads_to"),
    [
        ("budget", "previous", "projet"),
        ("budget", "next", None),
        ("budget", "stay", "budget"),
        ("projet", "next", "budget"),
        ("projet", "previous", "projet"),
        ("projet", "ailleurs", "projet"),
    ],
)
def test_buttons_save_and_lead(client, story, key, go, leads_to):
    application = story.start()
    question = "cost" if key == "budget" else "need"
    client.force_login(story.carrier)

    answer = client.post(section_url(application, key), {f"q-{question}": "Un mot", f"q-{question}-version": "0", "go": go})

    expected = section_url(application, leads_to) if leads_to else reverse("calls:application_deposit", args=[application.uuid])
    assert answer.url == expected
    assert application.answers.get().typed == "Un mot"


@pytest.mark.parametrize(
    ("key", "said", "silent"),
    [
        ("projet", ["Section 1 sur 2", "À suivre : Le budget."], "Enregistrer et revenir"),
        ("budget", ["Section 2 sur 2", "À suivre : vérifier le dossier", "Enregistrer et revenir à «\u202fLe projet\u202f»"], "Le budget."),
    ],
)
def test_section_says_what_comes_before_and_after(client, story, key, said, silent):
    client.force_login(story.carrier)

    page = client.get(section_url(story.start(), key)).content.decode()

    assert [words for words in said if words not in page] == []
    assert silent not in page


def test_whoever_only_reads_goes_from_section_to_section(client):
    story = two_sections(verified=True)
    application = story.start()
    reader = UserFactory()
    join(reader, story.organisation, verified=True, role=MemberRole.READER)
    client.force_login(reader)

    first = client.get(section_url(application, "projet")).content.decode()
    last = client.get(section_url(application, "budget")).content.decode()

    assert f'href="{section_url(application, "budget")}">À suivre : Le budget</a>' in first
    assert f'href="{section_url(application, "projet")}">Revenir à «\u202fLe projet\u202f»</a>' in last


def test_count_of_sections_agrees(client, story):
    application = story.start()
    story.save(application, need="Un besoin.")
    client.force_login(story.carrier)

    page = client.get(reverse("calls:application_detail", args=[application.uuid])).content.decode()

    assert "1\u00a0section complète sur 2" in page


def test_answers_of_a_section_begun_are_counted(client, story):
    application = story.start()
    story.save(application, note="Une note.")
    client.force_login(story.carrier)

    page = client.get(reverse("calls:application_detail", args=[application.uuid])).content.decode()

    assert "0\u00a0réponse obligatoire sur 1" in page


@pytest.mark.parametrize(
    ("may_deposit", "said"),
    [
        (
            False,
            "Votre mandat permet de préparer ce dossier\u202f; son dépôt revient à «\u202fLes Jardins de Claire\u202f», qui vous l’a confié.",
        ),
        (True, "Qui dépose ?"),
    ],
)
def test_page_of_the_deposit_says_who_deposits(client, may_deposit, said):
    story = tell_story(verified=True)
    application = story.start()
    story.save(application, need="Un besoin.")
    agent = UserFactory()
    mandate = MandateFactory(granted=True, client=story.organisation, may_deposit=may_deposit, granted_by=story.carrier)
    join(agent, mandate.agent, verified=True)
    client.force_login(agent)

    page = client.get(reverse("calls:application_deposit", args=[application.uuid])).content.decode()

    assert said in page


def test_page_of_the_deposit_says_who_deposits_to_a_reader(client):
    story = tell_story(verified=True)
    application = story.start()
    reader = UserFactory()
    join(reader, story.organisation, verified=True, role=MemberRole.READER)
    client.force_login(reader)

    page = client.get(reverse("calls:application_deposit", args=[application.uuid])).content.decode()

    assert "son dépôt revient aux personnes qui écrivent pour «\u202fLes Jardins de Claire\u202f»." in page


def test_receipt_shows_the_ways_of_appeal_as_a_list(client, story):
    application = story.start()
    story.save(application, need="Un besoin.", cost="10")
    receipt = story.deposit(application).receipt
    client.force_login(story.carrier)

    page = client.get(reverse("calls:receipt_detail", args=[receipt.uuid])).content.decode()
    mail = deposit_received(receipt, story.carrier)

    assert "<li>par un recours gracieux ;</li>" in page
    assert "<li>par un recours gracieux ;</li>" in mail.html
    assert "- par un recours gracieux ;" in mail.text
    assert "de « Les Jardins de Claire » a bien été déposé" in mail.text


@pytest.mark.parametrize(
    ("typed", "sentence", "proposals"),
    [
        ("Bâle", "Aucune commune ne s’appelle « Bâle ». Vérifiez l’orthographe ou écrivez le code postal.", 0),
        ("Saint Etiene", "Aucune commune ne s’appelle « Saint Etiene ». Si l’un des noms proposés est le bon, choisissez-le", 2),
        ("saint denis", "Plusieurs territoires peuvent correspondre à « saint denis »", 2),
    ],
)
def test_place_that_is_not_understood_is_said_above_what_is_offered(client, typed, sentence, proposals):
    load_few_areas()
    story = tell_story()
    QuestionFactory(section=story.round.sections.get(), key="where", kind=QuestionKind.COMMUNE)
    application = story.start()
    client.force_login(story.carrier)

    page = client.post(section_url(application, "projet"), {"q-where": typed, "q-where-version": "0"}, follow=True).content.decode()

    text = page.replace("\u202f", " ")
    assert text.count(sentence) == 2  # in the summary and by the field
    assert min(page.count('value="commune:'), 2) == proposals
    assert f'value="{typed}"' in page


def test_text_too_long_is_shown_again_and_not_kept(client, story):
    application = story.start()
    client.force_login(story.carrier)
    url = section_url(application, "projet")
    sent = {"q-need": "a" * 1_000_000, "q-need-version": "0", "q-note": "Une note.", "q-note-version": "0", "go": "next"}

    answer = client.post(url, sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "a" * 1_000_000 in page
    assert page.count("elle n’est pas enregistrée") == 2  # in the summary and by the field
    assert "Vos autres réponses sur cette page sont enregistrées." in page
    assert [answer.question_key for answer in application.answers.all()] == ["note"]


def test_text_over_its_words_is_kept(client, story):
    application = story.start()
    client.force_login(story.carrier)

    answer = client.post(section_url(application, "projet"), {"q-need": "mot " * 400, "q-need-version": "0", "go": "stay"})

    assert answer.status_code == 302
    assert len(application.answers.get().typed.split()) == 400


def test_page_of_the_deposit_shows_everything_again_before(client, django_assert_num_queries):
    story = tell_story(verified=True)
    application = story.start()
    story.save(application, need="Se nourrir <b>mieux</b>.")
    theme, place = ThemeFactory(), AreaFactory(name="Lyon")
    application.project.themes.add(theme)
    application.project.places.add(place, AreaFactory(), AreaFactory())
    client.force_login(story.carrier)

    with django_assert_num_queries(10):
        page = client.get(reverse("calls:application_deposit", args=[application.uuid])).content.decode()

    again = page[page.index('id="relire"') :]
    for said in ("Se nourrir &lt;b&gt;mieux&lt;/b&gt;.", "Pas de réponse", str(theme), place.label, story.project.summary):
        assert said in again
    assert section_url(application, "projet") in again


@pytest.mark.parametrize(("role", "said"), [(MemberRole.ADMINISTRATOR, "Vérifier et déposer"), (MemberRole.READER, "Relire le dossier")])
def test_menu_offers_the_deposit_to_whoever_deposits(client, role, said):
    story = tell_story(verified=True)
    application = story.start()
    person = join(UserFactory(), story.organisation, verified=True, role=role).user
    client.force_login(person)

    menu = client.get(section_url(application, "projet")).content.decode()

    assert [words in menu for words in ("Vérifier et déposer", "Relire le dossier")] == [
        words == said for words in ("Vérifier et déposer", "Relire le dossier")
    ]


def pressed(client, application, **changes):
    body = {
        "signatory_name": "Claire",
        "signatory_function": "Présidente",
        "capacity": "representant_legal",
        "idempotency_key": "1f0c4b1e-0000-4000-8000-000000000001",
        **{f"declaration-{item.pk}": "on" for item in application.round.declarations.all()},
    }
    return client.post(reverse("calls:application_deposit", args=[application.uuid]), body | changes)


def refusals(application):
    return [(refusal.why, refusal.missing, refusal.by) for refusal in application.deposit_refusals.all()]


def test_a_press_that_is_refused_is_kept_with_what_was_missing(client):
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(story.carrier)

    pressed(client, application)
    pressed(client, application, signatory_name="", capacity="")

    incomplete, unsigned = refusals(application)
    assert incomplete == (
        "Le dossier n’est pas complet : il ne peut pas encore être déposé.",
        ["À quel besoin répondez-vous\u00a0?"],
        story.carrier,
    )
    assert unsigned == (
        "Ce qui est demandé pour déposer n’est pas complet.",
        ["Nom et prénom", "Vous déposez en qualité de"],
        story.carrier,
    )
    page = client.get(reverse("calls:application_detail", args=[application.uuid])).content.decode()
    assert page.count("Dépôt refusé") == 2
    assert "Il manquait : Nom et prénom ; Vous déposez en qualité de." in page


def test_a_press_too_late_is_kept_with_its_instant(client):
    story = tell_story(verified=True)
    application = story.start()
    story.save(application, need="Se nourrir.")
    client.force_login(story.carrier)
    late = story.round.closes_at + timedelta(seconds=1)

    with clock.standing_at(late):
        answer = pressed(client, application)

    assert "La clôture est passée" in answer.content.decode()
    assert [(refusal.arrived_at, refusal.missing) for refusal in application.deposit_refusals.all()] == [(late, [])]


def test_a_press_that_deposits_or_comes_twice_is_no_refusal(client):
    story = tell_story(verified=True)
    application = story.start()
    story.save(application, need="Se nourrir.")
    client.force_login(story.carrier)

    first, again = pressed(client, application), pressed(client, application)

    assert first.url == again.url
    assert refusals(application) == []


def test_who_may_not_deposit_leaves_no_trace(client):
    story = tell_story(verified=True)
    application = story.start()
    client.force_login(join(UserFactory(), story.organisation, verified=True, role=MemberRole.READER).user)

    assert [pressed(client, application).status_code, pressed(client, application, signatory_name="").status_code] == [403, 403]
    assert refusals(application) == []
