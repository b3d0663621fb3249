"""Tables and partners in the pages: filled with and without script, kept whole, deposited, read."""

import json
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from accounts.enums import Group
from calls.actions.application import save_answers
from calls.actions.deposit import IncompleteApplication
from calls.actions.partner import UNKNOWN
from calls.definition import definition_of
from calls.differences import differences
from calls.documents import application_pdf_of, deposit_pdf_of
from calls.models import Answer, PartnerName
from calls.queries.application import application_for, sheet_of
from calls.queries.dossier import read_deposit
from calls.reading import read_answer
from community.enums import IdentifierKind
from community.register import Absence, Identity
from kit import clock
from tests.calls.cast import make_organisation, tell_story
from tests.factories.accounts import UserFactory
from tests.factories.calls import QuestionFactory, SectionFactory

pytestmark = pytest.mark.django_db

SIRET, LA_POSTE = "55208131766522", "35600000049837"
NBSP = "\u00a0"
BALANCED = {"q-budget.achats": "60", "q-budget.salaires": "40", "q-budget.subventions": "100"}


class Inputs(HTMLParser):
    """The named texts of a page, as a browser would send them; `pressed` is a button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.select = ""
        self.depth = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.depth += tag == "template"
        if self.depth:
            return
        name = given.get("name") or ""
        if tag == "input" and name.startswith("q-"):
            self.sent[name] = given.get("value") or ""
        if tag == "select":
            self.select = name
            self.sent[name] = ""
        if tag == "option" and "selected" in given and self.select:
            self.sent[self.select] = given["value"] or ""

    def handle_endtag(self, tag):
        self.depth -= tag == "template"


@pytest.fixture
def story():
    story = tell_story()
    section = SectionFactory(round=story.round, key="tables", title="Tables")
    QuestionFactory(section=section, key="group", group=True, label="Vos partenaires", required=False, maximum=3)
    QuestionFactory(section=section, key="budget", budget=True, label="Votre budget", required=False)
    QuestionFactory(section=section, key="years", years=True, label="Vos comptes", required=False)
    QuestionFactory(section=section, key="site", url=True, label="Votre site", required=False)
    QuestionFactory(section=section, key="partner", partner=True, label="Votre partenaire", required=False)
    return story


@pytest.fixture
def application(story, client):
    client.force_login(story.carrier)
    return story.start()


def url_of(application, name="application_section"):
    return reverse(f"calls:{name}", args=[application.uuid, "tables"])


def page_of(client, application) -> str:
    return client.get(url_of(application)).content.decode()


def send(client, application, pressed=None, **cells):
    """What the page shows, with some cells changed, and a button."""
    body = {**Inputs(page_of(client, application)).sent, **{name.replace("__", "."): text for name, text in cells.items()}}
    return client.post(url_of(application), urlencode({**body, **(pressed or {})}), content_type="application/x-www-form-urlencoded")


def typed(application, key):
    return Answer.objects.get(application=application, question_key=key).typed


def test_row_is_added_and_taken_away_without_script(client, application):
    answer = send(client, application, {"q-group_add": "1"}, **{"q-group.0.nom": "Mairie"})
    assert answer["Location"] == f"{url_of(application)}#q-group"
    sent = Inputs(page_of(client, application)).sent
    assert [sent.get(f"q-group.{row}.nom") for row in (0, 1, 2)] == ["Mairie", "", None]

    send(client, application, **{"q-group.1.nom": "Lycée"})
    answer = send(client, application, {"q-group_remove": "0"})

    assert answer["Location"] == f"{url_of(application)}#q-group"
    assert typed(application, "group") == ["0.nom=Lycée"]


def test_own_line_of_a_budget_is_taken_away_alone(client, application):
    own = {"q-budget.charges.0.label": "Loyer", "q-budget.charges.0.amount": "5", "q-budget.ressources.0.label": "Dons"}
    send(client, application, **own)

    send(client, application, {"q-budget_remove": "charges.0"})

    assert typed(application, "budget") == ["ressources.0.label=Dons"]


def test_section_sent_back_as_it_stands_changes_nothing(client, application):
    send(client, application, **BALANCED, **{"q-group.0.nom": "Mairie", "q-group.0.role": "Financeur", "q-years.produits.2024": "x"})
    application.refresh_from_db()
    before = application.revision

    send(client, application)

    application.refresh_from_db()
    assert application.revision == before
    assert typed(application, "group") == ["0.nom=Mairie", "0.role=Financeur"]


def test_bad_cell_stays_with_its_sentence_beside_it(client, application):
    send(client, application, **{"q-years.produits.2024": "<b>abc"})

    page = page_of(client, application)
    assert typed(application, "years") == ["produits.2024=<b>abc"]
    assert 'value="&lt;b&gt;abc"' in page
    assert 'id="q-years.produits.2024-etat" data-cell-problem>Saisissez un nombre en chiffres' in page.replace("\n", "")
    assert "Produits, 2024 : Saisissez un nombre" in page


def test_unknown_choice_is_not_lost_by_sending_the_page_back(client, application):
    send(client, application, **{"q-group.0.nom": "A", "q-group.0.role": "Mécène"})

    send(client, application)

    assert typed(application, "group") == ["0.nom=A", "0.role=Mécène"]


def test_crafted_names_are_no_fault(client, application):
    bad = [
        "q-group.x.nom",
        "q-group.9999999.nom",
        "q-group..",
        "q-group.",
        "q-budget.charges.-1.label",
        "q-years.produits.٢",
        f"q-group.{'9' * 9000}.a",
    ]

    answer = send(client, application, {"q-group_remove": "\x00.", "q-budget_remove": "charges"}, **dict.fromkeys(bad, "a"))

    assert answer.status_code == 302
    assert not Answer.objects.filter(question_key__in=["group", "budget", "years"]).exists()


def autosave(client, application, key, version=0, **cells):
    body = {f"q-{key}": "1", f"q-{key}-version": str(version), **cells}
    return client.post(url_of(application, "answer_save"), body).json()["fields"][f"q-{key}"]


def test_autosave_keeps_a_table_and_says_what_is_wrong_with_the_whole(client, application):
    told = autosave(client, application, "budget", **{**BALANCED, "q-budget.subventions": "90"})

    assert (told["kept"], told["version"], told["html"]) == (True, 1, "")
    assert f"Les charges (100{NBSP}€) et les ressources (90{NBSP}€) diffèrent de 10{NBSP}€." in told["trouble"]
    assert autosave(client, application, "budget", 1, **BALANCED)["trouble"] == ""


def test_autosave_draws_the_table_anew_where_a_cell_is_wrong(client, application):
    PartnerName.objects.create(siret=SIRET, name="EDF")

    told = autosave(client, application, "group", **{"q-group.4.nom": "EDF", "q-group.4.siret": SIRET, "q-group.5.siret": "12"})

    assert 'id="q-group.1.siret-etat"' in told["html"]
    assert 'id="q-group.0.siret-nom">EDF</p>' in told["html"]


def test_conflict_shows_both_tables(client, story, application):
    colleague = UserFactory(first_name="Awa", last_name="Diop")
    send(client, application, **BALANCED)
    Answer.objects.filter(application=application, question_key="budget").update(version=2, by=colleague)
    mine = {**BALANCED, "q-budget.achats": "70", "q-budget-version": "1", "q-budget-base": "", "q-budget": "1"}

    told = autosave(client, application, "budget", 1, **mine)
    page = client.post(url_of(application), mine)

    assert told["conflict"] == 2
    assert '<table class="site-rows__table">' in told["trouble"]
    assert page.status_code == 409
    shown = page.content.decode()
    assert Inputs(shown).sent["q-budget.achats"] == "70"
    assert f'<td data-label="Montant">60{NBSP}€</td>' in shown
    assert "Awa Diop a modifié cette réponse" in shown


def test_what_others_changed_is_drawn_as_a_table(client, application):
    send(client, application, **BALANCED)

    told = client.get(url_of(application, "answer_changes"), {"revision": "-1"}).json()["fields"]["q-budget"]

    assert f'<td data-total="charges">100{NBSP}€</td>' in told["html"]


def whole(story, application):
    story.save(application, need="Un besoin.", site="exemple.fr", partner="552 081 317 66522")
    client_cells = {
        "group": ["0.nom=EDF", f"0.siret={SIRET}"],
        "budget": ["achats=60", "salaires=40", "subventions=100"],
        "years": ["produits.2023=1", "produits.2024=2", "produits.2025=3"],
    }
    by_key = definition_of(story.round).by_key
    readings = {key: read_answer(by_key[key], texts, {}) for key, texts in client_cells.items()}
    save_answers(application, readings, {}, by=story.carrier, arrived_at=clock.now())


def test_deposit_seals_the_tables_and_the_names_of_partners(client, story, application):
    PartnerName.objects.create(siret=SIRET, name="EDF")
    whole(story, application)
    client.get(reverse("calls:application_deposit", args=[application.uuid]))

    view = read_deposit(story.deposit(application))

    answers = view.answers()
    assert answers["partner"].said == f"552{NBSP}081{NBSP}317{NBSP}66522 – EDF"
    assert answers["group"].rows.rows == (("EDF", f"552{NBSP}081{NBSP}317{NBSP}66522 – EDF", ""),)
    assert answers["years"].rows.headers == ("", "2023", "2024", "2025")
    assert answers["budget"].said.splitlines()[3] == f"Total des charges : 100{NBSP}€"
    assert answers["site"].link == "https://exemple.fr"
    assert (answers["need"].rows, answers["need"].link) == (None, "")
    assert deposit_pdf_of(application, view)[:5] == b"%PDF-"


def test_unbalanced_budget_stops_the_deposit_with_its_sentence(story, application, client):
    send(client, application, **{**BALANCED, "q-budget.achats": "1"})
    story.save(application, need="Un besoin.")

    with pytest.raises(IncompleteApplication) as refused:
        story.deposit(application)

    assert [missing.key for missing in refused.value.missing] == ["budget"]
    assert "diffèrent de" in refused.value.missing[0].problem


@pytest.mark.parametrize("page", ["deposit", "section of a reader", "staff"])
def test_pages_to_read_show_tables_and_links(client, story, application, page):
    whole(story, application)
    if page == "deposit":
        shown = client.get(reverse("calls:application_deposit", args=[application.uuid])).content.decode()
    elif page == "staff":
        story.deposit(application)
        client.force_login(UserFactory(staff=True, group=Group.REVIEWER))
        shown = client.get(reverse("admin:calls_application_change", args=[application.uuid])).content.decode()
    else:
        story.deposit(application)
        type(story.round).objects.filter(pk=story.round.pk).update(closes_at=clock.now())
        shown = client.get(url_of(application)).content.decode()

    assert shown.count('class="site-rows__table"') == 3
    assert '<th scope="col">2024</th>' in shown
    assert '<a href="https://exemple.fr" rel="noopener nofollow">https://exemple.fr</a>' in shown


def test_pdf_of_a_draft_holds_its_tables(story, application, client):
    whole(story, application)

    assert application_pdf_of(application, sheet_of(application))[:5] == b"%PDF-"


def test_what_a_reader_says_of_a_table_half_typed(story, application, client):
    send(client, application, **{"q-years.produits.2024": "abc"})
    sheet = sheet_of(application)

    assert sheet.said(sheet.definition.by_key["years"]) == "Produits – 2024 : abc\nSalariés – rien"
    assert sheet.link(sheet.definition.by_key["site"]) == ""


def test_sheet_asks_the_names_of_partners_once_and_only_where_there_are_some(story, application, client, django_assert_num_queries):
    one = application_for(story.carrier, uuid=application.uuid)
    sheet_of(one)
    with django_assert_num_queries(1):
        sheet_of(one)
    whole(story, application)
    PartnerName.objects.create(siret=SIRET, name="EDF")

    with django_assert_num_queries(2):
        sheet = sheet_of(one)

    assert sheet.names == {f"siret:{SIRET}": "EDF"}


def ask(client, siret):
    return client.get(reverse("calls:partner_name"), {"siret": siret}).json()["said"]


def register_says(monkeypatch, answer):
    asked = []

    def find(number):
        asked.append(number)
        return answer

    monkeypatch.setattr("community.register.find", find)
    return asked


@pytest.mark.parametrize(
    ("answer", "said", "kept"),
    [
        (Identity(SIRET, name="ÉLECTRICITÉ"), "ÉLECTRICITÉ", True),
        (Identity(SIRET, name="ÉLECTRICITÉ", closed=True), "ÉLECTRICITÉ (établissement fermé)", True),
        (Identity(SIRET, undisclosed=True), "nom non diffusible", True),
        (Absence.UNKNOWN, "numéro inconnu du répertoire officiel", True),
        (Absence.UNAVAILABLE, "Numéro exact d’après ses chiffres. Le répertoire officiel ne répond pas", False),
        (Absence.LIMITED, "Numéro exact d’après ses chiffres. Le répertoire officiel ne répond pas", False),
    ],
)
def test_partner_is_named_by_the_register(client, application, monkeypatch, answer, said, kept):
    register_says(monkeypatch, answer)

    assert ask(client, "552 081 317 66522").startswith(said)
    assert PartnerName.objects.filter(siret=SIRET).exists() is kept


def test_partner_known_here_is_not_asked_of_the_register(client, application, monkeypatch):
    asked = register_says(monkeypatch, Absence.UNKNOWN)
    make_organisation(name="La Poste", identifier_kind=IdentifierKind.SIRET, siret=LA_POSTE, identity_checked_at=clock.now())
    make_organisation(name="Se dit EDF", identifier_kind=IdentifierKind.SIRET, siret=SIRET)

    assert [ask(client, LA_POSTE), ask(client, LA_POSTE), ask(client, SIRET), ask(client, SIRET)] == [
        "La Poste",
        "La Poste",
        UNKNOWN,
        UNKNOWN,
    ]
    assert asked == [SIRET, SIRET]


def test_number_with_a_false_key_is_not_asked_by_the_save(client, application, monkeypatch):
    asked = register_says(monkeypatch, Absence.UNKNOWN)

    send(client, application, **{"q-partner": "55208131766523"})

    assert asked == []
    assert "sa clé de contrôle est fausse" in page_of(client, application)


def test_two_deposits_are_told_apart_line_by_line(client, story, application):
    whole(story, application)
    before = read_deposit(story.deposit(application))
    send(client, application, **{"q-budget.achats": "70", "q-budget.subventions": "110"})

    (difference,) = differences(before, read_deposit(story.deposit(application)))

    assert difference.label == "Votre budget"
    changed = [(piece.kind, piece.text) for piece in difference.pieces if piece.kind != "same"]
    assert changed == [
        ("removed", "60"),
        ("added", "70"),
        *[(kind, total) for _ in range(3) for kind, total in (("removed", "100"), ("added", "110"))],
    ]


@pytest.mark.parametrize("number", ["", "12", "55208131766523", "a" * 10_000, "\x00"])
def test_number_that_is_no_siret_names_nobody(client, application, monkeypatch, number):
    asked = register_says(monkeypatch, Absence.UNKNOWN)

    assert ask(client, number) == ""
    assert asked == []


def test_saving_the_section_names_its_partners_without_script(client, application, monkeypatch):
    asked = register_says(monkeypatch, Identity(SIRET, name="EDF"))

    send(client, application, **{"q-partner": SIRET, "q-group.0.nom": "Poste", "q-group.0.siret": LA_POSTE})
    send(client, application, **{"q-partner": f" {SIRET}"})

    assert sorted(asked) == [LA_POSTE, SIRET]
    assert '<p class="fr-hint-text" role="status" id="q-partner-nom">EDF</p>' in page_of(client, application)


def test_saving_stops_asking_a_register_that_does_not_answer(client, application, monkeypatch):
    asked = register_says(monkeypatch, Absence.UNAVAILABLE)

    answer = send(client, application, **{"q-partner": SIRET, "q-group.0.nom": "Poste", "q-group.0.siret": LA_POSTE})

    assert answer.status_code == 302
    assert len(asked) == 1
    assert page_of(client, application).count("Numéro exact d’après ses chiffres ; le nom n’a pas encore été trouvé") == 2


def test_autosave_never_asks_the_register(client, application, monkeypatch):
    asked = register_says(monkeypatch, Absence.UNKNOWN)

    body = {"q-partner": SIRET, "q-partner-version": "0"}
    told = client.post(url_of(application, "answer_save"), body).json()

    assert told["fields"]["q-partner"]["kept"]
    assert asked == []


def test_blank_lines_and_patterns_are_labelled(client, application):
    page = page_of(client, application)

    assert '<label class="site-table__label" for="q-group.0.nom">Nom<span class="fr-sr-only"> (Ligne 1)</span></label>' in page
    assert 'for="q-years.produits.2024">2024<span class="fr-sr-only"> (Produits)</span></label>' in page
    assert json.dumps(page).count("__n__") > 0
