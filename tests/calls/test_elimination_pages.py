"""The pages of eliminations: lists, their moves, the document for the archives, and what the holder of a receipt is told."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Group
from calls.actions.elimination import (
    add_requested,
    approve_elimination,
    carry_out_elimination,
    keep_back,
    run_elimination,
    submit_elimination,
)
from calls.actions.receipt import read_receipt_pdf
from calls.elimination_document import elimination_pdf_of, elimination_rows, elimination_words, why
from calls.enums import EliminationGround, EliminationState
from calls.models import Application, EliminationLine, EliminationList, Receipt
from kit import clock
from tests.calls.cast import tell_story
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

LIST = "admin:calls_eliminationlist_changelist"
CLOSING = datetime(2018, 2, 26, 11, tzinfo=UTC)
TEN_YEARS = datetime(2028, 2, 26, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def administrator(client):
    person = UserFactory(staff=True, group=Group.ADMINISTRATOR, first_name="Ada", last_name="Ministre")
    client.force_login(person)
    return person


@pytest.fixture
def story(db):
    with clock.standing_at(CLOSING):
        told = tell_story(closes_at=CLOSING)
        told.deposited()
    return told


@pytest.fixture
def line(story, administrator):
    return add_requested("PIO26-0001", "RGPD 2026-1", by=administrator)


def page_of_list(elimination):
    return reverse("admin:calls_eliminationlist_change", args=[elimination.pk])


def move(client, name, elimination, **data):
    return client.post(reverse(f"admin:calls_elimination_{name}", args=[elimination.pk]), data)


def gone(line, administrator):
    elimination = submit_elimination(line.list, by=administrator, archives_service="Archives")
    approve_elimination(elimination, by=administrator, reference="VISA-7", on=date(2026, 3, 14), given_by="Anne Archive")
    carry_out_elimination(elimination, by=administrator, confirmation=elimination.number)
    run_elimination(elimination)


def many_lines(elimination, count):
    EliminationLine.objects.bulk_create(
        EliminationLine(
            list=elimination,
            number=f"PIO18-{rank:04d}",
            call_title="Appel",
            round_name="2018",
            organisation_name="Les Jardins",
            first_deposit_at=CLOSING,
            last_deposit_at=CLOSING,
            content_sha256="a" * 64,
            ground=EliminationGround.EXPIRED,
            kept_years=10,
            kept_since=CLOSING.date(),
            due_on=TEN_YEARS.date(),
        )
        for rank in range(count)
    )


def test_what_is_due_is_listed_on_demand_and_nothing_said_to_be_gone(client, story, administrator):
    empty = client.get(reverse(LIST)).content.decode()
    nothing = client.post(reverse("admin:calls_elimination_prepare"), follow=True).content.decode()
    with clock.standing_at(TEN_YEARS):
        client.force_login(administrator)
        answer = client.post(reverse("admin:calls_elimination_prepare"))

    elimination = EliminationList.objects.get()
    assert ("Aucun bordereau" in empty, "Aucun autre dossier" in nothing) == (True, True)
    assert answer["Location"] == page_of_list(elimination)
    assert elimination.lines.get().number == "PIO26-0001"


def test_list_goes_from_preparation_to_its_end_by_its_pages(client, line, administrator):
    elimination = line.list
    offered = []
    for name, data in (
        ("submit", {"archives_service": "Mission des archives"}),
        ("approve", {"reference": "VISA-7", "on": "2026-03-14", "given_by": "Anne Archive"}),
        ("carry_out", {"confirmation": elimination.number}),
    ):
        shown = client.get(page_of_list(elimination)).content.decode()
        offered.append([each for each in ("submit", "approve", "carry_out", "abandon") if move_url(each, elimination) in shown])
        assert move(client, name, elimination, **data)["Location"] == page_of_list(elimination)
    run_elimination(elimination)

    shown = client.get(page_of_list(elimination)).content.decode()
    assert offered == [["submit", "abandon"], ["approve", "abandon"], ["carry_out", "abandon"]]
    for said in (
        "Mission des archives",
        "VISA-7, 14\xa0mars 2026, par Anne Archive",
        "par Ada Ministre",
        "dont 1\xa0éliminé",
        "Éliminé le",
    ):
        assert said in shown
    assert not Application.objects.exists()


def move_url(name, elimination):
    return reverse(f"admin:calls_elimination_{name}", args=[elimination.pk])


def test_list_is_abandoned_with_its_reason(client, line):
    move(client, "abandon", line.list, reason="Une erreur.")

    assert EliminationList.objects.get().state == EliminationState.ABANDONED
    assert "Une erreur." in client.get(page_of_list(line.list)).content.decode()


@pytest.mark.parametrize(
    ("state", "name", "data", "said"),
    [
        ("prepared", "submit", {"archives_service": ""}, "Ce champ est obligatoire"),
        ("submitted", "approve", {"reference": "V", "on": "2026-02-31", "given_by": "A"}, "Ce jour n’existe pas"),
        ("submitted", "approve", {"reference": "V", "on": "2999-01-01", "given_by": "A"}, "dans l’avenir"),
        ("submitted", "approve", {"reference": "V" * 101, "on": "2026-01-01", "given_by": "A"}, "100 caractères"),
        ("prepared", "approve", {"reference": "V", "on": "2026-01-01", "given_by": "A"}, "n’est pas possible"),
        ("approved", "carry_out", {"confirmation": "oui"}, "tapez le numéro du bordereau"),
        ("prepared", "abandon", {"reason": " \x00 "}, "Ce champ est obligatoire"),
    ],
)
def test_what_is_wrong_is_said_and_stays_on_the_page(client, line, state, name, data, said):
    dated = {"submitted_at": CLOSING, "archives_service": "A", "visa_on": date(2026, 1, 1), "visa_reference": "V", "visa_by": "A"}
    EliminationList.objects.update(state=state, **dated)

    answer = move(client, name, line.list, **data)

    assert (answer.status_code, said in answer.content.decode()) == (200, True)
    assert EliminationList.objects.get().state == state


@pytest.mark.parametrize(
    ("number", "reference", "said"),
    [("PIO26-0001", "RGPD 7", ""), ("PIO26-9999", "RGPD 7", "Aucun dossier déposé"), ("PIO26-0001", "", "Ce champ est obligatoire")],
)
def test_request_of_erasure_is_written_by_number_and_reference(client, story, administrator, number, reference, said):
    answer = client.post(reverse("admin:calls_elimination_request"), {"number": number, "reference": reference})

    assert answer.status_code == (200 if said else 302)
    assert said in answer.content.decode()
    assert EliminationLine.objects.exists() == (not said)


def test_dossier_is_kept_from_the_page(client, line):
    url = reverse("admin:calls_elimination_keep", args=[line.pk])
    offered = url in client.get(page_of_list(line.list)).content.decode()

    client.post(url, {"reason": "Contentieux <b>en cours</b>."})

    shown = client.get(page_of_list(line.list)).content.decode()
    assert (offered, url in shown) == (True, False)
    assert "Contentieux &lt;b&gt;en cours&lt;/b&gt;." in shown


@pytest.mark.parametrize("count", [1, 30])
def test_page_of_a_list_costs_the_same_whatever_it_holds(client, line, count, django_assert_num_queries):
    many_lines(line.list, count)
    client.get(page_of_list(line.list))

    with django_assert_num_queries(8):
        client.get(page_of_list(line.list))


@pytest.mark.parametrize("count", [1, 15])
def test_list_of_lists_costs_the_same_whatever_its_length(client, administrator, count, django_assert_num_queries):
    for rank in range(count):
        made = EliminationList.objects.create(number=f"2027-{rank}", prepared_by=administrator)
        many_lines(made, 2)
        EliminationList.objects.filter(pk=made.pk).update(state="abandoned")
    client.get(reverse(LIST))

    with django_assert_num_queries(6):
        shown = client.get(reverse(LIST)).content.decode()

    assert "2027-0" in shown


def test_reader_sees_the_list_and_no_way_to_act(client, line):
    client.force_login(UserFactory(staff=True, group=Group.AUDITOR))

    shown = client.get(page_of_list(line.list)).content.decode() + client.get(reverse(LIST)).content.decode()

    assert "PIO26-0001" in shown
    assert not any(way in shown for way in ("/soumettre/", "/conserver/", "/abandonner/", "/preparer/", "/demande/"))


# The document


def test_document_says_why_each_dossier_goes_and_who_said_so(line, administrator):
    many_lines(line.list, 2)
    kept = EliminationLine.objects.get(number="PIO18-0001")
    keep_back(kept, by=administrator, reason="Contentieux.")
    words = elimination_words(line.list, list(line.list.lines.all()))

    assert why(line) == "Demande d’effacement, référence RGPD 2026-1"
    assert why(kept) == ("Durée de conservation échue\xa0: conservé 10\xa0ans depuis le 26\xa0février 2018, échéance le 26\xa0février 2028")
    assert [each["number"] for each in words["lines"]] == ["PIO18-0000", "PIO26-0001"]
    assert words["kept"] == [{"number": "PIO18-0001", "organisation": "Les Jardins", "why": "Contentieux."}]
    assert {"label": "Dates extrêmes", "text": "2018"} in words["facts"]


def test_document_of_each_state_is_a_pdf_and_says_how_far_it_is(line, administrator):
    said = []
    for by_hand in (None, gone):
        if by_hand:
            by_hand(line, administrator)
        elimination = EliminationList.objects.get()
        lines = list(elimination.lines.all())
        said.append([fact["label"] for fact in elimination_words(elimination, lines)["facts"]])
        assert elimination_pdf_of(elimination, lines).startswith(b"%PDF")

    first = ["Service producteur", "État", "Établi le", "Dossiers", "Dates extrêmes"]
    assert said == [first, [*first, "Soumis au visa", "Visa", "Éliminé"]]


def test_document_of_several_years_and_of_nothing(line, administrator):
    line.first_deposit_at, line.last_deposit_at = CLOSING, TEN_YEARS
    line.save()
    many_lines(line.list, 1)
    lines = list(line.list.lines.all())
    words = elimination_words(line.list, lines)
    keep_back(lines[0], by=administrator, reason="Contentieux.")
    keep_back(lines[1], by=administrator, reason="Contentieux.")
    nothing = list(line.list.lines.all())

    assert {"label": "Dates extrêmes", "text": "2018 – 2028"} in words["facts"]
    assert words["lines"][1]["deposits"] == "26\xa0février 2018 – 26\xa0février 2028"
    assert elimination_words(line.list, nothing)["lines"] == []
    assert elimination_pdf_of(line.list, nothing).startswith(b"%PDF")


def test_table_and_document_are_files_to_keep(client, line):
    csv = client.get(reverse("admin:calls_elimination_csv", args=[line.list_id]))
    pdf = client.get(reverse("admin:calls_elimination_pdf", args=[line.list_id]))
    rows = b"".join(csv.streaming_content).decode("utf-8-sig").splitlines()

    assert [row.split(";")[0] for row in rows] == ["Dossier", "PIO26-0001"]
    assert pdf["Content-Disposition"] == f'attachment; filename="bordereau-{line.list.number}.pdf"'
    assert len(next(elimination_rows([line]))) == len(rows[0].split(";"))


# What the holder of a receipt is told


def test_receipt_of_an_eliminated_dossier_says_so_by_number_and_by_file(client, line, administrator):
    receipt = Receipt.objects.get()
    document = read_receipt_pdf(receipt)
    gone(line, administrator)
    client.logout()

    by_number = client.post("/verifier/", {"number": receipt.number, "code": receipt.code}).content.decode()
    by_file = client.post("/verifier/", {"file": named(document)}).content.decode()
    wrong = client.post("/verifier/", {"number": receipt.number, "code": "ABCDEFGHJKLM"}).content.decode()

    for page in (by_number, by_file):
        assert "Le dossier de cet accusé de réception a été éliminé" in page
        assert f"bordereau d’élimination n°&nbsp;{line.list.number}, visé par les archives le 14\xa0mars 2026 (référence VISA-7)" in page
        assert "Les Jardins de Claire" not in page
    assert "n’est pas reconnu" in wrong
    assert "éliminé" not in wrong


def named(document):
    return SimpleUploadedFile("accuse.pdf", document, "application/pdf")
