"""A deposit in words: read whole, compared with another, set as a PDF, whatever it holds."""

import json
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, strategies as st

from calls.actions.application import withdraw_application
from calls.content import Signatory
from calls.differences import ADDED, MOST_WORDS, REMOVED, SAME, Difference, Piece, differences, pieces_between
from calls.documents import application_pdf_of, application_words, deposit_pdf_of, deposit_words
from calls.enums import Capacity
from calls.models import Application, Deposit
from calls.queries.application import sheet_of
from calls.queries.dossier import deposit_of, deposited_dossier, deposits_of, read_deposit, receipt_of
from community.enums import CooperativeForm, EssEvidence, IdentifierKind, LegalFamily, Trust
from kit import clock, french
from kit.french import NBSP
from projects.models import Theme
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory
from tests.factories.territories import load_few_areas

ARRIVED = datetime(2026, 2, 26, 11, 0, 7, tzinfo=UTC)
WORDS = st.text("ab \n\té", max_size=60)


@pytest.fixture
def story(db):
    return tell_story()


@pytest.fixture
def known(story):
    """Everything that may be known of an organisation is."""
    areas = load_few_areas()
    fields = {
        "acronym": "LJC",
        "identifier_kind": IdentifierKind.SIRET,
        "siret": "90000001000018",
        "address": "1 rue des Fleurs",
        "postcode": "72000",
        "commune": areas["commune:72181"],
        "creation_date": date(2010, 5, 1),
        "verified_legal_family": LegalFamily.COOPERATIVE,
        "legal_category": "5458",
        "cooperative_form": CooperativeForm.values[0],
        "ess_evidence": EssEvidence.values[1],
        "ess_trust": Trust.VERIFIED,
        "activity_code": "88.99B",
        "identity_trust": Trust.REGISTER,
        "identity_checked_at": ARRIVED,
    }
    for name, value in fields.items():
        setattr(story.organisation, name, value)
    story.organisation.save()
    story.project.themes.set(Theme.objects.order_by("position", "code")[:2])
    story.project.places.set([areas["commune:75056"]])
    return story


def view_of(application: Application):
    application.refresh_from_db()
    return read_deposit(Deposit.objects.get(pk=application.current_deposit_id))


def test_deposit_says_everything_known_of_the_organisation_and_how_far_it_is_believed(known):
    view = view_of(known.deposited())

    assert [(fact.label, fact.said, fact.trust_label) for fact in view.identity] == [
        ("Dénomination", "Les Jardins de Claire – LJC", Trust.REGISTER.label),
        ("Numéro SIRET", "900 000 010 00018".replace(" ", NBSP), Trust.REGISTER.label),
        ("Adresse", "1 rue des Fleurs\n72000 Le Mans", Trust.REGISTER.label),
        ("Création", f"1er{NBSP}mai 2010", Trust.REGISTER.label),
        ("Famille juridique déclarée", LegalFamily.ASSOCIATION.label, Trust.DECLARED.label),
        ("Famille juridique vérifiée", LegalFamily.COOPERATIVE.label, Trust.VERIFIED.label),
        ("Catégorie juridique (INSEE)", "5458", Trust.REGISTER.label),
        ("Forme coopérative", CooperativeForm.labels[0], Trust.DECLARED.label),
        ("Appartenance à l’ESS", EssEvidence.labels[1], Trust.VERIFIED.label),
        ("Activité (NAF)", "88.99B", Trust.REGISTER.label),
        ("Identité contrôlée", f"jeudi 26{NBSP}février 2026 à 12{NBSP}h{NBSP}00 (heure de Paris)", ""),
    ]
    assert (view.organisation, view.identifier, view.places, len(view.themes)) == (
        "Les Jardins de Claire",
        "90000001000018",
        ("Paris (75)",),
        2,
    )


def test_deposit_of_an_organisation_being_created_says_what_is_not_known(story):
    story.organisation.ess_evidence = ""
    story.organisation.save()

    view = view_of(story.deposited())

    assert [(fact.label, fact.said) for fact in view.identity] == [
        ("Dénomination", "Les Jardins de Claire"),
        (IdentifierKind.PENDING.label, "Aucun numéro"),
        ("Adresse", "Non renseignée"),
        ("Famille juridique déclarée", LegalFamily.ASSOCIATION.label),
    ]


def test_signatory_says_the_delegation_when_there_is_one(story):
    application = story.start()
    story.save(application, need="Un besoin.")
    story.deposit(application, signatory=Signatory("Ali Ba", "Trésorier", Capacity.DELEGATE, "Bureau du 3 mars"))

    assert [(fact.label, fact.said) for fact in view_of(application).signatory] == [
        ("Nom", "Ali Ba"),
        ("Fonction", "Trésorier"),
        ("En qualité de", Capacity.DELEGATE.label),
        ("Délégation", "Bureau du 3 mars"),
    ]


def test_answers_say_their_kind_and_who_may_read_them(story):
    answer = view_of(story.deposited()).answers()["need"]

    assert (answer.said, answer.kind, answer.visibility_label) == ("Un besoin.", "long_text", "Communicable sur demande")


def test_deposit_is_read_without_a_query_and_says_what_was_sealed(story, django_assert_num_queries):
    application = story.deposited()
    deposit = Deposit.objects.get()
    story.save(application, need="Changé depuis.")
    story.organisation.name = "Un autre nom"
    story.organisation.save()

    with django_assert_num_queries(0):
        view = read_deposit(deposit)

    assert (view.organisation, view.answers()["need"].said) == ("Les Jardins de Claire", "Un besoin.")


def test_words_of_a_list_that_lost_a_choice_are_shown_as_they_were_sealed(story):
    story.deposited()
    deposit = Deposit.objects.get()
    content = json.loads(deposit.content)
    content["content"]["organisation"]["legal_family"] = "famille abolie"
    content["content"]["sections"][0]["answers"][0]["visibility"] = "secret"
    deposit.content = json.dumps(content)

    view = read_deposit(deposit)

    assert "famille abolie" in [fact.said for fact in view.identity]
    assert view.answers()["need"].visibility_label == "secret"


def test_deposits_and_receipts_of_a_dossier_are_found_by_their_rank(story, django_assert_num_queries):
    application = story.deposited()
    story.save(application, need="Mieux dit.")
    story.deposit(application)

    with django_assert_num_queries(1):
        assert [(one.sequence, one.receipt.number) for one in deposits_of(application)] == [(2, "PIO26-0001-2"), (1, "PIO26-0001-1")]
    with django_assert_num_queries(2):
        assert receipt_of(application, 2).deposit == deposit_of(application, 2)
    assert (deposit_of(application, 3), receipt_of(application, 3)) == (None, None)


@pytest.mark.parametrize(("state", "found"), [("draft", False), ("deposited", True), ("withdrawn", True), ("resumed", False)])
def test_staff_find_what_was_deposited_and_is_no_draft(story, state, found, django_assert_num_queries):
    application = story.start() if state == "draft" else story.deposited()
    if state in {"withdrawn", "resumed"}:
        application = withdraw_application(application, by=story.carrier)
    if state == "resumed":
        Application.objects.filter(pk=application.pk).update(state="draft")
    auditor = UserFactory(staff=True, group="auditeur")

    assert (deposited_dossier(auditor, application.uuid) is not None) == found
    assert deposited_dossier(story.carrier, application.uuid) is None


@given(WORDS, WORDS)
def test_pieces_put_together_are_both_texts(before, after):
    pieces = pieces_between(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != REMOVED) == after
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("", "", []),
        ("un deux", "un deux", [(SAME, "un deux")]),
        ("un deux", "un trois", [(SAME, "un "), (REMOVED, "deux"), (ADDED, "trois")]),
        ("un gros chat noir", "un vieux chien noir", [(SAME, "un "), (REMOVED, "gros chat"), (ADDED, "vieux chien"), (SAME, " noir")]),
        ("a b c d", "a x c y", [(SAME, "a "), (REMOVED, "b"), (ADDED, "x"), (SAME, " c "), (REMOVED, "d"), (ADDED, "y")]),
        (
            "a b\n\nc d",
            "a x\n\ny d",
            [(SAME, "a "), (REMOVED, "b"), (ADDED, "x"), (SAME, "\n\n"), (REMOVED, "c"), (ADDED, "y"), (SAME, " d")],
        ),
        ("Nous aidons de jeunes gens", "Une ferme de dix ans", [(REMOVED, "Nous aidons de jeunes gens"), (ADDED, "Une ferme de dix ans")]),
        ("Un début", "Un début et une très longue suite", [(SAME, "Un début"), (ADDED, " et une très longue suite")]),
        ("Un début et une très longue suite", "Un début", [(SAME, "Un début"), (REMOVED, " et une très longue suite")]),
        ("", "né", [(ADDED, "né")]),
        ("ôté", "", [(REMOVED, "ôté")]),
    ],
)
def test_pieces_are_words_that_stayed_came_or_went(before, after, pieces):
    assert pieces_between(before, after) == [Piece(*piece) for piece in pieces]


@pytest.mark.parametrize(("words", "compared"), [(MOST_WORDS // 4 - 1, True), (MOST_WORDS // 4, False)])
def test_long_texts_are_shown_whole_not_compared(words, compared):
    """A word and the space behind it are two pieces to compare, in each of the two texts."""
    before, after = "un " * words + "a", "un " * words + "b"

    whole = [Piece(REMOVED, before), Piece(ADDED, after)]
    assert pieces_between(before, after) == ([Piece(SAME, "un " * words), Piece(REMOVED, "a"), Piece(ADDED, "b")] if compared else whole)
    assert pieces_between("", after * 2) == [Piece(ADDED, after * 2)]


@pytest.mark.parametrize(
    ("pieces", "rewritten"),
    [
        ((Piece(REMOVED, "a"), Piece(ADDED, "b")), True),
        ((Piece(ADDED, "b"),), False),
        ((Piece(SAME, "a "), Piece(REMOVED, "a"), Piece(ADDED, "b")), False),
    ],
)
def test_text_of_which_nothing_stayed_is_rewritten(pieces, rewritten):
    assert Difference("Projet", "Résumé", pieces).rewritten is rewritten


@pytest.mark.parametrize(
    ("piece", "after"), [(Piece(REMOVED, "mot"), " "), (Piece(REMOVED, "mot "), ""), (Piece(ADDED, "mot"), ""), (Piece(SAME, "mot"), "")]
)
def test_removed_word_does_not_touch_the_next(piece, after):
    assert piece.after == after


def test_differences_follow_the_later_deposit_and_end_with_what_only_the_earlier_said(known):
    application = known.start()
    known.save(application, need="Un besoin.", note="Une note.")
    known.deposit(application)
    before = view_of(application)
    known.save(application, need="Un grand besoin.", note="")
    known.project.name = "Autre nom"
    known.project.save()
    known.project.themes.clear()
    known.deposit(application)

    found = differences(before, view_of(application))

    assert [(one.place, one.label) for one in found] == [
        ("Projet", "Nom du projet"),
        ("Projet", "Thèmes"),
        ("Le projet", "À quel besoin répondez-vous\u00a0?"),
        ("Le projet", "Autre chose\u00a0?"),
    ]
    assert found[2].pieces == (Piece(SAME, "Un "), Piece(ADDED, "grand "), Piece(SAME, "besoin."))
    assert found[3].pieces == (Piece(REMOVED, "Une note."),)


def test_deposits_that_say_the_same_differ_in_nothing(story):
    view = view_of(story.deposited())

    assert differences(view, replace(view)) == []


HOSTILE = {
    "typst": '#panic() $x$ *gras* _ital_ @ref <lien> `code` \\ // fin #read("/etc/passwd") = titre [crochets] { }',
    "emoji": "Bravo 🎉👩🏽‍🌾 fin",
    "right to left": "Une association مرحبا à Mayotte",
    "one word of 10,000 letters": "a" * 10_000,
    "lines": "Un\n\n\nDeux\nTrois",
    "typography": "« L’œuvre » : 1\u202f234\u00a0€ – 5\u00a0% …",
}


def text_of(pdf: bytes) -> str:
    """The text of the document in one line, without what stands around each page (the header, the number)."""
    done = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-raw", "-y", "60", "-H", "720", "-W", "600", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return "".join(letter for letter in done.stdout.decode() if not letter.isspace() and letter.isprintable())


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler reads the document back")
@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_pdf_of_a_dossier_holds_what_was_typed(story, typed):
    story.project.name, story.project.summary = "Projet #1 <$>", typed[:900]
    story.project.save()
    story.organisation.name = "Ferme @ *Claire* #2"
    story.organisation.save()
    application = story.start()
    story.save(application, need=typed)
    story.deposit(application)
    application.refresh_from_db()

    mine = text_of(application_pdf_of(application, sheet_of(application)))
    theirs = text_of(deposit_pdf_of(application, view_of(application)))

    drawn = "".join(
        letter if letter.isprintable() and letter < "\u2100" else " " for letter in typed if not "\u0600" <= letter <= "\u06ff"
    )  # what the fonts hold
    for wanted in ("Projet#1<$>", "Ferme@*Claire*#2", *drawn.split()):
        assert wanted in mine
        assert wanted in theirs


def test_pdf_keeps_a_digest_whole(story):
    application = story.deposited()

    assert Deposit.objects.get().content_sha256 in text_of(deposit_pdf_of(application, view_of(application)))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("draft", "Brouillon : ce dossier n’a pas été déposé."),
        ("deposited", "Déposé le {at}."),
        ("changed", "Déposé le {at}. Modifié depuis le dépôt : ces modifications, imprimées ici, ne sont pas déposées."),
        ("withdrawn", "Déposé le {at}. Retiré depuis."),
    ],
)
def test_pdf_of_a_dossier_says_where_it_stands(story, state, said):
    with clock.standing_at(clock.now().replace(microsecond=0)):
        application = story.start() if state == "draft" else story.deposited()
        if state == "changed":
            story.save(application, need="Mieux dit.")
        if state == "withdrawn":
            withdraw_application(application, by=story.carrier)
        application = Application.objects.get()

        words = application_words(application, sheet_of(application))

    at = "" if application.current_deposit is None else french.instant(application.current_deposit.arrived_at)
    assert words["state"] == said.format(at=at)
    assert words["sections"][0]["answers"][1] == {"label": "Autre chose\u00a0?", "said": "", "required": False}


@pytest.mark.parametrize(("withdrawn", "end"), [(False, "."), (True, ". Retiré depuis.")])
def test_pdf_of_a_deposit_says_its_rank_arrival_signature_and_digest(known, withdrawn, end):
    application = known.start()
    known.save(application, need="Un besoin.")
    with clock.standing_at(clock.now()):
        deposit = known.deposit(application)
    if withdrawn:
        withdraw_application(application, by=known.carrier)
    application.refresh_from_db()

    words = deposit_words(application, view_of(application))

    assert words["state"].startswith("Dépôt n°\u00a01, arrivé le ")
    assert words["state"].endswith(f"(heure de Paris){end}")
    assert words["identifier"] == "900\u00a0000\u00a0010\u00a000018" == application_words(application, sheet_of(application))["identifier"]
    first, *_, last = words["sections"]
    assert first["answers"][0] == {
        "label": "Dénomination",
        "said": f"Les Jardins de Claire – LJC\n[{Trust.REGISTER.label}]",
        "required": False,
    }
    assert [line["said"] for line in last["answers"]][0::3] == ["Claire Porteuse", deposit.application.round.declarations.get().text]
    assert last["answers"][-1]["said"] == deposit.content_sha256
