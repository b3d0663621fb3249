"""What staff read in lists and figures: each filter alone, each order, each count, and the row of a spreadsheet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.enums import Group
from calls.actions.application import follow_application, withdraw_application
from calls.actions.finding import record_admissibility, record_eligibility
from calls.actions.round import cancel_round, extend_for_one, extend_round
from calls.enums import ApplicationState, Capacity, Outcome, QuestionKind, Visibility
from calls.models import Application, Deposit, Round
from calls.permissions import reads_deposits
from calls.queries.figures import UNPLACED, Share, by_family, by_region, deposits_by_day, round_in_figures, rounds_in_figures
from calls.queries.findings import KINDS, current_finding, examination_of
from calls.queries.list import applications_for, applications_of, applications_to_finish
from calls.queries.staff import SORTS, Filters, dossiers, follow_up, neighbours, offer_to, reviewers
from calls.queries.timeline import timeline_of
from calls.sheets import HEADER, DossierSheet
from community.enums import LegalFamily
from kit import clock
from projects.models import Theme
from tests.calls.cast import Story, make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, RoundFactory
from tests.factories.projects import ProjectFactory
from tests.factories.territories import load_few_areas

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 3, 1, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def auditor():
    return UserFactory(staff=True, group=Group.AUDITOR)


@pytest.fixture
def reviewer():
    return UserFactory(staff=True, group=Group.REVIEWER, first_name="Inès", last_name="Roux")


def another(story: Story, **organisation) -> Story:
    """The same person for another project, of another organisation where some of its fields are told."""
    house = story.organisation
    if organisation:
        house = make_organisation(**organisation)
        house.memberships.create(user=story.carrier)
    return replace(story, organisation=house, project=ProjectFactory(organisation=house))


def found(person, **filters) -> list[str]:
    return [one.number for one in dossiers(person, Filters(**{"tri": "numero", **filters}))]


@pytest.fixture
def two(story):
    """A first dossier, of an association that works in Paris and La Réunion; a second, of a foundation that works nowhere."""
    areas = load_few_areas()
    story.project.places.set([areas["commune:75056"], areas["departement:974"]])
    story.project.themes.set(Theme.objects.filter(code=Theme.objects.order_by("pk").first().code))
    return story.deposited(), another(story, name="Écho", legal_family=LegalFamily.FOUNDATION).deposited()


FIRST, SECOND = "PIO26-0001", "PIO26-0002"


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, [FIRST, SECOND]),
        ({"q": "jardins CLAIRE"}, [FIRST]),
        ({"q": "echo"}, [SECOND]),
        ({"q": "%"}, [FIRST, SECOND]),
        ({"famille": "fondation"}, [SECOND]),
        ({"region": "11"}, [FIRST]),
        ({"region": "04"}, [FIRST]),
        ({"region": "84"}, []),
        ({"departement": "75"}, [FIRST]),
        ({"departement": "974"}, [FIRST]),
        ({"session": "PIO26"}, [FIRST, SECOND]),
        ({"session": "AUTRE"}, []),
        ({"etat": "deposited"}, [FIRST, SECOND]),
        ({"etat": "withdrawn"}, []),
        ({"modifie": "oui"}, []),
        ({"modifie": "non"}, [FIRST, SECOND]),
        ({"recevable": "attente"}, [FIRST, SECOND]),
        ({"eligible": "oui"}, []),
        ({"suivi": "personne"}, [FIRST, SECOND]),
        ({"suivi": "moi"}, []),
    ],
)
def test_each_filter_alone(two, auditor, filters, numbers):
    assert found(auditor, **filters) == numbers


def test_filter_of_theme(two, auditor):
    (theme,) = two[0].current_deposit.theme_codes

    assert (found(auditor, theme=theme), found(auditor, theme="aucun")) == ([FIRST], [])


def test_filters_of_findings_state_change_and_follower(two, story, reviewer):
    first, second = two
    record_admissibility(first, Outcome.FAVOURABLE, by=reviewer)
    record_admissibility(second, Outcome.UNFAVOURABLE, by=reviewer, reason="Trop tard.")
    record_eligibility(first, Outcome.UNFAVOURABLE, by=reviewer, reason="Trop jeune.")
    record_eligibility(first, Outcome.FAVOURABLE, by=reviewer)
    follow_application(first, reviewer, by=reviewer)
    story.save(first, need="Mieux dit.")
    withdraw_application(second, by=story.carrier)

    narrowed = {
        "recevable": {"oui": [FIRST], "non": [SECOND], "attente": []},
        "eligible": {"oui": [FIRST], "non": [], "attente": [SECOND]},
        "suivi": {"moi": [FIRST], "personne": [SECOND], str(reviewer.pk): [FIRST], "0": []},
        "modifie": {"oui": [FIRST], "non": [SECOND]},
        "etat": {"deposited": [FIRST], "withdrawn": [SECOND]},
    }
    for name, values in narrowed.items():
        assert {value: found(reviewer, **{name: value}) for value in values} == values
    assert [(one.admissible, one.eligible) for one in dossiers(reviewer, Filters(tri="numero"))] == [("oui", "oui"), ("non", None)]


@pytest.mark.parametrize("sort", SORTS)
def test_each_order_both_ways_and_neighbours_along_it(two, story, auditor, sort):
    another(story, name="Étoile").deposited()
    forwards, backwards = Filters(tri=sort), Filters(tri=f"-{sort}")

    listed = list(dossiers(auditor, forwards))

    assert len(listed) == 3
    assert [one.pk for one in dossiers(auditor, backwards)] == [one.pk for one in reversed(listed)]
    for filters, order in ((forwards, listed), (backwards, listed[::-1])):
        assert neighbours(auditor, filters, order[0]) == (None, order[1])
        assert neighbours(auditor, filters, order[1]) == (order[0], order[2])
        assert neighbours(auditor, filters, order[2]) == (order[1], None)


def test_order_of_names_is_that_of_french(two, story, auditor):
    another(story, name="zèbre").deposited()
    another(story, name="Etoile").deposited()

    assert [one.current_deposit.organisation_name for one in dossiers(auditor, Filters(tri="organisation"))] == [
        "Écho",
        "Etoile",
        "Les Jardins de Claire",
        "zèbre",
    ]


def test_neighbours_of_a_dossier_that_the_list_leaves_out_are_none(two, auditor):
    assert neighbours(auditor, Filters(famille="fondation"), two[0]) == (None, None)


def test_filters_are_read_from_anything_and_say_what_they_hold():
    filters = Filters.of(
        {"q": " a\u202eb ", "tri": "-numero", "suivi": "x", "recevable": "peut-être", "etat": None, "page": "3", "session": 7}
    )

    assert filters.chosen() == {"session": "7", "q": "ab", "tri": "-numero"}
    assert (filters.narrows, Filters(session="A", tri="numero").narrows) == (True, False)
    assert (filters.unfolds, Filters(session="A", q="a", tri="numero").unfolds, Filters(q="a", region="11").unfolds) == (False, False, True)
    assert (filters.sorted_by("numero").tri, filters.sorted_by("projet").tri, Filters().sort) == ("numero", "projet", "-arrivee")
    assert Filters(tri="projet").sorted_by("projet").tri == "-projet"


def test_offer_names_rounds_published_themes_areas_and_reviewers(story, reviewer, django_assert_num_queries):
    load_few_areas()
    RoundFactory(code="BROUILLON")
    UserFactory(staff=True, group=Group.AUDITOR)

    assert reads_deposits(reviewer)  # whose groups are asked once a request

    with django_assert_num_queries(4):
        offer = offer_to(reviewer)

    assert offer.rounds == [("PIO26", f"PIO26 – {story.round.call} – {story.round.name}")]
    assert [code for code, _ in offer.departements] == ["01", "42", "72", "75", "76", "93", "94", "974"]
    assert dict(offer.departements)["974"] == "974 – La Réunion"
    assert next(name for _, name in offer.regions) == "Auvergne-Rhône-Alpes"
    assert offer.people == [reviewer]


def test_reviewers_are_active_staff_of_a_group_that_examines(reviewer):
    root = UserFactory(is_staff=True, is_superuser=True, last_name="Admin")
    manager = UserFactory(staff=True, group=Group.CALL_MANAGER, last_name="Zola")
    for fields in ({"staff": True, "group": Group.AUDITOR}, {"staff": True}, {"group": Group.REVIEWER}, {"is_superuser": True}):
        UserFactory(**fields)
    UserFactory(staff=True, group=Group.REVIEWER, is_active=False)

    assert reviewers() == [root, reviewer, manager]


def test_follow_up_holds_what_waits_for_a_finding(two, story, reviewer):
    first, second = two
    third, fourth = another(story).deposited(), another(story).deposited()
    record_admissibility(second, Outcome.UNFAVOURABLE, by=reviewer, reason="Trop tard.")
    record_admissibility(third, Outcome.FAVOURABLE, by=reviewer)
    record_admissibility(fourth, Outcome.FAVOURABLE, by=reviewer)
    record_eligibility(fourth, Outcome.FAVOURABLE, by=reviewer)
    for followed in (third, fourth):
        follow_application(followed, reviewer, by=reviewer)

    waiting = follow_up(reviewer, shown=3)

    assert (waiting.mine, waiting.unfollowed) == ([third], [first])
    assert waiting.newest == [fourth, third, second]


def test_figures_count_each_dossier_once(two, story, reviewer, django_assert_num_queries):
    first, second = two
    another(story).start()
    withdraw_application(another(story).deposited(), by=story.carrier)
    story.save(first, need="Mieux dit.")
    follow_application(first, reviewer, by=reviewer)
    record_admissibility(first, Outcome.UNFAVOURABLE, by=reviewer, reason="Incomplet.")
    record_admissibility(first, Outcome.FAVOURABLE, by=reviewer)
    record_eligibility(first, Outcome.UNFAVOURABLE, by=reviewer, reason="Trop jeune.")
    record_admissibility(second, Outcome.UNFAVOURABLE, by=reviewer, reason="Incomplet.")
    empty = RoundFactory(coming=True)

    assert reads_deposits(reviewer)  # whose groups are asked once a request

    with django_assert_num_queries(4):
        none, figures = rounds_in_figures(reviewer)

    assert (none.round, none.deposited, none.admissibility_waiting) == (empty, 0, 0)
    assert (figures.drafts, figures.deposited, figures.withdrawn, figures.changed, figures.unfollowed) == (1, 2, 1, 1, 1)
    assert (figures.admissible, figures.inadmissible, figures.admissibility_waiting) == (1, 1, 0)
    assert (figures.eligible, figures.ineligible, figures.eligibility_waiting) == (0, 1, 1)


def test_figures_of_one_round_leave_the_others_out(two, story):
    assert round_in_figures(RoundFactory(open=True)).deposited == 0
    assert round_in_figures(story.round).deposited == 2


def test_breakdowns_count_what_was_deposited(two, story, django_assert_num_queries):
    another(story, name="Autre", legal_family=LegalFamily.ASSOCIATION).deposited()
    withdraw_application(another(story).deposited(), by=story.carrier)

    assert by_family(story.round) == [Share("association", "Association", 2), Share("fondation", "Fondation ou fonds de dotation", 1)]
    with django_assert_num_queries(3):
        assert by_region(story.round) == [Share("11", "Île-de-France", 1), Share("04", "La Réunion", 1), Share("", UNPLACED, 2)]


def test_breakdown_by_region_without_anywhere_unknown(story):
    story.project.places.set([load_few_areas()["region:84"]])
    story.deposited()

    assert by_region(story.round) == [Share("84", "Auvergne-Rhône-Alpes", 1)]


@pytest.fixture
def dated():
    """Opens on 1 March 2027 at noon in Paris and closes ten days later."""
    with clock.standing_at(NOON):
        yield tell_story(opens_at=NOON, closes_at=NOON + 10 * DAY)


def test_days_run_from_the_opening_to_the_last_it_could_be_without_a_gap(dated):
    first = dated.deposited()
    dated.save(first, need="Mieux dit.")
    dated.deposit(first, at=NOON + DAY)
    other = another(dated)
    late_at_night = other.start()
    other.save(late_at_night, need="Un besoin.")
    other.deposit(late_at_night, at=NOON + timedelta(hours=12))  # 2 March at midnight in Paris

    with clock.standing_at(NOON + 3 * DAY):
        assert deposits_by_day(dated.round) == [(date(2027, 3, 1), 1), (date(2027, 3, 2), 1), (date(2027, 3, 3), 0), (date(2027, 3, 4), 0)]
    with clock.standing_at(NOON + 90 * DAY):
        assert deposits_by_day(dated.round)[-1] == (date(2027, 3, 11), 0)


def test_days_of_a_round_not_yet_open_or_never_closed(dated):
    with clock.standing_at(NOON - 5 * DAY):
        assert deposits_by_day(dated.round) == [(date(2027, 3, 1), 0)]
    with clock.standing_at(NOON + 20 * DAY):
        assert len(deposits_by_day(RoundFactory(permanent=True, opens_at=NOON))) == 21


def test_days_count_what_arrived_after_the_closing_for_one(dated):
    application = dated.start()
    dated.save(application, need="Un besoin.")
    Application.objects.filter(pk=application.pk).update(extended_until=NOON + 15 * DAY)
    dated.deposit(application, at=NOON + 12 * DAY)

    with clock.standing_at(NOON + 20 * DAY):
        assert deposits_by_day(dated.round)[-2:] == [(date(2027, 3, 12), 0), (date(2027, 3, 13), 1)]


def test_examination_tells_findings_followers_and_moves_in_order(dated, reviewer, django_assert_num_queries):
    application = dated.deposited()
    manager = UserFactory(staff=True, group=Group.CALL_MANAGER)
    acts = [
        lambda: follow_application(application, reviewer, by=reviewer),
        lambda: record_admissibility(application, Outcome.UNFAVOURABLE, by=reviewer, reason="Incomplet."),
        lambda: extend_round(dated.round, by=manager, closes_at=NOON + 30 * DAY, reason="Intempéries."),
        lambda: extend_for_one(application, by=manager, closes_at=NOON + 40 * DAY, reason="Panne.", incident="Journal."),
        lambda: follow_application(application, None, by=reviewer),
        lambda: record_eligibility(application, Outcome.FAVOURABLE, by=reviewer),
    ]
    for hours, act in enumerate(acts, start=1):
        with clock.standing_at(NOON + timedelta(hours=hours)):
            act()
    application = Application.objects.select_related("round", "current_deposit").get()

    with django_assert_num_queries(6):
        examination = examination_of(application)

    assert [(event.label, event.who, event.why) for event in examination.events] == [
        ("Dossier commencé", "Claire Porteuse", ""),
        ("Dossier déposé", "Claire Porteuse", ""),
        ("Suivi par Inès Roux", "Inès Roux", ""),
        ("Recevabilité : non", "Inès Roux", "Incomplet."),
        ("Clôture repoussée", "", "Intempéries."),
        ("Clôture repoussée pour ce dossier", "", "Panne."),
        ("Plus suivi par personne", "Inès Roux", ""),
        ("Éligibilité : oui", "Inès Roux", ""),
    ]
    assert [examination.of(kind).said for kind, _, _ in KINDS] == ["Non", "Oui"]
    assert [current_finding(application, kind).said for kind, _, _ in KINDS] == ["Non", "Oui"]
    assert examination.of("autre") is None


def test_examination_names_no_account_that_is_gone(story, reviewer):
    application = story.deposited()
    follow_application(application, reviewer, by=reviewer)
    record_admissibility(application, Outcome.FAVOURABLE, by=reviewer)
    reviewer.delete()
    story.carrier.delete()

    assert {(event.label, event.who) for event in examination_of(Application.objects.get()).events} == {
        ("Dossier commencé", ""),
        ("Dossier déposé", ""),
        ("Suivi par un compte supprimé", ""),
        ("Recevabilité : oui", ""),
    }


def test_timeline_tells_every_move(story):
    application = story.deposited()
    story.save(application, need="Mieux dit.")
    story.deposit(application)
    withdraw_application(application, by=story.carrier, why="Plus de temps.")

    assert [(event.label, event.why) for event in timeline_of(application)] == [
        ("Dossier commencé", ""),
        ("Dossier déposé", ""),
        ("Modifications déposées", ""),
        ("Dossier retiré", "Plus de temps."),
    ]


def test_timeline_tells_the_cancellation_of_the_round(story, django_assert_num_queries):
    story.deposited()
    application = Application.objects.select_related("round", "current_deposit").get()
    with django_assert_num_queries(2):
        timeline_of(application)
    cancel_round(story.round, by=UserFactory(staff=True, group=Group.CALL_MANAGER), reason="Le budget est retiré.")
    application = Application.objects.select_related("round", "current_deposit").get()

    with django_assert_num_queries(3):
        events = timeline_of(application)

    assert [(event.label, event.who, event.why) for event in events][-1] == ("Session annulée", "", "Le budget est retiré.")


def test_own_lists_by_call_and_by_what_is_left_to_do(story):
    later = replace(another(story), round=RoundFactory(open=True, closes_at=clock.now() + 30 * DAY))
    sooner = another(story)
    deposited, first, second = story.deposited(), later.start(), sooner.start()

    assert list(applications_of(story.carrier)) == [second, first, deposited]
    assert list(applications_to_finish(story.carrier)) == [second, first]
    assert list(applications_for(story.carrier, later.round.call)) == [first]
    assert list(applications_of(UserFactory())) == []


def sheet_row(story: Story, person, round: Round | None):
    sheet = DossierSheet(offer_to(person), round)
    rows = list(sheet.rows(dossiers(person, Filters(tri="numero")).defer(None)))
    return [dict(zip(sheet.header(), row, strict=True)) for row in rows]


def test_row_holds_what_was_deposited_and_found(two, story, reviewer):
    first, _ = two
    record_admissibility(first, Outcome.FAVOURABLE, by=reviewer)
    follow_application(first, reviewer, by=reviewer)
    story.save(first, need="Mieux dit.")

    row, other = sheet_row(story, reviewer, None)

    assert tuple(row) == HEADER
    assert row == {
        "Numéro": FIRST,
        "Session": "PIO26",
        "État": ApplicationState.DEPOSITED.label,
        "Modifié depuis le dépôt": True,
        "Arrivée (heure de Paris)": Deposit.objects.get(application=first).arrived_at,
        "Organisation": "Les Jardins de Claire",
        "Identifiant": "",
        "Famille juridique": "Association",
        "Régions": "La Réunion ; Île-de-France",
        "Départements": "Paris ; La Réunion",
        "Thèmes": Theme.objects.get(code=first.current_deposit.theme_codes[0]).name,
        "Projet": "Jardins partagés",
        "Signataire": "Claire Porteuse",
        "Fonction": "Directrice",
        "En qualité de": Capacity.LEGAL_REPRESENTATIVE.label,
        "Recevable": "Oui",
        "Éligible": "À examiner",
        "Suivi par": "Inès Roux",
    }
    assert (other["Régions"], other["Recevable"], other["Suivi par"]) == ("", "À examiner", "")


def test_row_gives_spreadsheets_the_type_of_each_answer(story, reviewer):
    section = story.round.sections.get()
    typed = {
        "nombre": (QuestionKind.NUMBER, "12", Decimal(12)),
        "montant": (QuestionKind.AMOUNT, "1 234,50", Decimal("1234.5")),
        "jour": (QuestionKind.DATE, "1/3/2027", date(2027, 3, 1)),
        "oui": (QuestionKind.YES_NO, "oui", True),
        "non": (QuestionKind.YES_NO, "non", False),
        "choix": (QuestionKind.MULTIPLE_CHOICE, "choix-2", "Second"),
        "rien": (QuestionKind.SHORT_TEXT, "", None),
    }
    for key, (kind, _, _) in typed.items():
        QuestionFactory(
            section=section,
            key=key,
            label=key,
            required=False,
            visibility=Visibility.CONFIDENTIAL,
            **{kind.value: True} if kind != "short_text" else {},
        )
    application = story.start()
    story.save(application, need="Un besoin.", **{key: text for key, (_, text, _) in typed.items()})
    story.deposit(application)

    (row,) = sheet_row(story, reviewer, story.round)

    assert {key: row[f"{key} [confidentiel]"] for key in typed} == {key: value for key, (_, _, value) in typed.items()}
    assert row["À quel besoin répondez-vous\u00a0?"] == "Un besoin."
