"""The pages of proof: a receipt's PDF and proof, its check by anyone, the keys, and the offline example that really runs."""

import json
import re
import subprocess
import sys
from html import unescape

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from calls.actions import receipt as actions
from calls.actions.application import withdraw_application
from calls.actions.receipt import read_receipt_pdf
from calls.actions.seal import adopt_current_key, declare_compromised
from calls.forms.proof import LARGEST
from calls.models import Receipt
from kit import clock, seals
from tests.calls.cast import tell_story
from tests.calls.test_receipt_actions import rewrite

pytestmark = pytest.mark.django_db

VERIFY = "/verifier/"
TITLES = {
    "authentic": "Cet accusé de réception est authentique",
    "altered": "Ce fichier n’est pas celui que la plateforme a délivré",
    "unsealed": "Cet accusé de réception n’est pas encore scellé",
    "broken": "Le sceau de cet accusé ne correspond plus à notre registre",
    "unknown": "Cet accusé de réception n’est pas reconnu",
}


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def story():
    return tell_story()


@pytest.fixture
def receipt(story):
    return story.deposited().current_deposit.receipt


@pytest.fixture
def document(receipt):
    return read_receipt_pdf(receipt)


def typed(client, number, code):
    return client.post(VERIFY, {"number": number, "code": code})


def sent(client, content: bytes, name="accuse.pdf", kind="application/pdf"):
    return client.post(VERIFY, {"file": SimpleUploadedFile(name, content, kind)})


def found(response) -> str:
    """The one verdict that the page gives."""
    page = response.content.decode()
    (outcome,) = [outcome for outcome, title in TITLES.items() if title in page]
    return outcome


def test_page_asks_for_a_file_or_a_number(client, django_assert_num_queries):
    with django_assert_num_queries(1):  # the notices of the day
        response = client.get(VERIFY)

    page = response.content.decode()
    assert (response.status_code, page.count("<form method"), page.count('class="fr-alert')) == (200, 2, 0)
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("dress", [str, str.lower, lambda word: f" {word} ", lambda word: word.replace("-", "\u2011")])
def test_number_and_code_show_what_was_sealed(client, receipt, dress):
    response = typed(client, dress(receipt.number), dress(receipt.code_in_groups))

    page = response.content.decode()
    assert found(response) == "authentic"
    for said in ("Les Jardins de Claire", "Jardins partagés", "Claire Porteuse", "En vigueur", receipt.content["content_sha256"]):
        assert said in page
    assert "Un besoin." not in page
    assert "claire@exemple.fr" not in page


def test_wrong_code_and_unknown_number_are_told_alike(client, receipt):
    pages = [typed(client, number, "2222-2222-2222").content.decode() for number in (receipt.number, "PIO26-9999-1")]

    mute = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace("PIO26-9999-1", receipt.number) for page in pages]
    assert mute[0] == mute[1]
    assert TITLES["unknown"] in pages[0]
    assert "Jardins" not in pages[0]


def test_state_of_the_deposit_is_said_and_never_that_a_draft_goes_on(client, story):
    application = story.deposited()
    first = application.current_deposit.receipt
    story.save(application, need="Un besoin mieux dit.")
    assert "En vigueur" in typed(client, first.number, first.code).content.decode()

    story.deposit(application)
    application.refresh_from_db()
    second = application.current_deposit.receipt
    assert "Remplacé" in typed(client, first.number, first.code).content.decode()

    withdraw_application(application, by=story.carrier)
    assert "Retiré" in typed(client, second.number, second.code).content.decode()


def test_codes_cannot_be_guessed_by_number_nor_by_file(client, receipt, document):
    answers = [typed(client, receipt.number, f"22222222222{index}").status_code for index in range(2, 10)]
    answers += [sent(client, f"%PDF-1.7 accuse:{receipt.number}:22222222222{index}".encode()).status_code for index in range(2, 6)]

    assert answers == [200] * 10 + [429] * 2
    stopped = typed(client, receipt.number, receipt.code)
    assert stopped.status_code == 429
    assert "Trop d’essais pour ce numéro" in stopped.content.decode()
    assert sent(client, document).status_code == 429
    assert client.post(VERIFY, {"number": receipt.number, "code": receipt.code}, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert typed(client, "PIO26-0002-1", "222222222222").status_code == 200


@pytest.mark.parametrize(("name", "kind"), [("accuse.pdf", "application/pdf"), ("photo.jpg", "image/jpeg"), ("x.exe", "text/html")])
def test_file_is_known_by_its_bytes_whatever_it_is_called(client, document, name, kind):
    response = sent(client, document, name, kind)

    assert found(response) == "authentic"
    assert "Les Jardins de Claire" in response.content.decode()


def test_edited_file_is_told_with_what_was_true(client, receipt, document):
    response = sent(client, document.replace(b"D:2026", b"D:2018") + b"\n")

    assert found(response) == "altered"
    assert receipt.number in response.content.decode()


def test_file_of_another_platform_is_not_known(client):
    assert found(sent(client, b"%PDF-1.7 accuse:AUTRE-0001-1:222222222222")) == "unknown"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Ce fichier est vide"),
        (b"\xff\xd8\xff\xe0 JFIF", "n’est pas un PDF"),
        (b" " * 2000 + b"%PDF-1.7", "n’est pas un PDF"),
        (b"%PDF-1.7" + b" " * LARGEST, "pèse"),
    ],
)
def test_file_that_cannot_be_one_is_refused_with_a_sentence(client, content, sentence):
    response = sent(client, content)

    assert (response.status_code, sentence in response.content.decode()) == (200, True)


def test_nothing_of_a_file_is_kept(client, document, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    sent(client, document + b"\n")

    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("number", "code", "sentence"),
    [
        ("", "", "Indiquez le numéro"),
        ("PIO26-0001-1", "ABC", "le vôtre en compte 3"),
        ("x" * 61, "222222222222", "au plus 60"),
        ("PIO\x00", "222222222222", "caractère nul"),
        ("PIO26\u202e", "222222222222", TITLES["unknown"]),
        ("1", "é" * 12, TITLES["unknown"]),
    ],
)
def test_bad_input_gets_a_sentence(client, number, code, sentence):
    response = typed(client, number, code)

    assert (response.status_code, sentence in unescape(response.content.decode())) == (200, True)


def test_empty_post_asks_for_the_file(client):
    assert "Choisissez le fichier à vérifier." in client.post(VERIFY).content.decode()


def test_broken_register_says_so_and_shows_nothing(client, receipt):
    rewrite('UPDATE calls_receipt SET content = content || \'{"organisation": "Autre"}\'')

    response = typed(client, receipt.number, receipt.code)

    assert found(response) == "broken"
    assert "Autre" not in response.content.decode().replace("Vérifier un autre", "")


def test_receipt_that_waits_for_its_seal_is_said(client, settings):
    settings.SEAL_KEY = ""
    receipt = tell_story().deposited().current_deposit.receipt

    assert found(typed(client, receipt.number, receipt.code)) == "unsealed"


def test_compromised_key_is_said(client, receipt):
    declare_compromised(adopt_current_key().pk, at=clock.now())

    assert "déclarée compromise depuis" in typed(client, receipt.number, receipt.code).content.decode()


@pytest.mark.parametrize("by", ["file", "number"])
def test_cost_of_a_check(client, receipt, document, django_assert_num_queries, by):
    ask = {"file": lambda: sent(client, document), "number": lambda: typed(client, receipt.number, receipt.code)}[by]

    with django_assert_num_queries(3):  # the receipt, the keys, the notices of the day
        ask()


# the holder's side


def test_receipt_page_leads_to_its_pdf_its_proof_and_its_check(client, story, receipt):
    client.force_login(story.carrier)

    page = client.get(reverse("calls:receipt_detail", args=[receipt.uuid])).content.decode()

    assert receipt.code_in_groups in page
    assert "Le PDF se prépare" in page
    for name in ("receipt_pdf", "receipt_proof"):
        assert reverse(f"calls:{name}", args=[receipt.uuid]) in page
    read_receipt_pdf(receipt)
    assert "Le PDF se prépare" not in client.get(reverse("calls:receipt_detail", args=[receipt.uuid])).content.decode()


def test_pdf_is_never_a_dead_link(client, story, receipt):
    client.force_login(story.carrier)

    response = client.get(reverse("calls:receipt_pdf", args=[receipt.uuid]))

    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="accuse-{receipt.number}.pdf"'
    assert found(sent(client, response.content)) == "authentic"


def test_pdf_that_cannot_be_had_leads_back_with_a_sentence(client, story, receipt, monkeypatch):
    monkeypatch.setattr(actions, "receipt_pdf_of", lambda _receipt: 1 / 0)
    client.force_login(story.carrier)

    response = client.get(reverse("calls:receipt_pdf", args=[receipt.uuid]), follow=True)

    assert response.redirect_chain == [(reverse("calls:receipt_detail", args=[receipt.uuid]), 302)]
    assert "n’est pas encore prêt" in response.content.decode()


def test_receipt_without_its_seal_says_that_it_will_come(client, settings):
    settings.SEAL_KEY = ""
    story = tell_story()
    receipt = story.deposited().current_deposit.receipt
    client.force_login(story.carrier)

    assert "sera scellé sous peu" in client.get(reverse("calls:receipt_detail", args=[receipt.uuid])).content.decode()


def test_mail_gives_the_code_and_where_to_check(story, receipt):
    (message,) = story.carrier.received_messages.all()

    for body in (message.text, message.html):
        assert receipt.code_in_groups in body
        assert "http://testserver/verifier/" in body


# offline


def test_keys_are_published_with_their_dates(client, settings):
    first = adopt_current_key()
    settings.SEAL_KEY = seals.new_secret()
    second = adopt_current_key()

    published = client.get("/verifier/cles.json").json()

    assert published["platform"] == "http://testserver"
    assert [key["id"] for key in published["keys"]] == [second.pk, first.pk]
    assert [key["in_use_until"] is None for key in published["keys"]] == [True, False]


def test_offline_page_lists_the_keys(client, settings):
    first = adopt_current_key()
    assert first.public_key in client.get("/verifier/hors-ligne/").content.decode()

    declare_compromised(first.pk, at=clock.now())
    settings.SEAL_KEY = seals.new_secret()
    adopt_current_key()
    settings.SEAL_KEY = seals.new_secret()
    page = client.get("/verifier/hors-ligne/").content.decode()
    assert [word in page for word in ("compromise le", "jusqu’au", "en usage")] == [True, True, True]


def test_offline_page_without_any_key(client, settings):
    settings.SEAL_KEY = ""

    assert "Aucune clé n’a encore scellé d’accusé." in client.get("/verifier/hors-ligne/").content.decode()


@pytest.fixture
def folder(client, story, receipt, tmp_path):
    """What the page says to put side by side, as a browser downloads it."""
    client.force_login(story.carrier)
    for name, address in {
        "accuse.pdf": reverse("calls:receipt_pdf", args=[receipt.uuid]),
        "preuve.json": reverse("calls:receipt_proof", args=[receipt.uuid]),
        "cles.json": "/verifier/cles.json",
    }.items():
        (tmp_path / name).write_bytes(client.get(address).content)
    page = client.get("/verifier/hors-ligne/").content.decode()
    example = unescape(re.search(r'<code id="exemple">(.*?)</code>', page, re.DOTALL)[1])
    assert len(example.strip().splitlines()) == 10
    (tmp_path / "exemple.py").write_text(example, encoding="utf-8")
    return tmp_path


def run_example(folder):
    return subprocess.run([sys.executable, "exemple.py"], cwd=folder, capture_output=True, text=True, check=False)


def test_offline_example_of_the_page_accepts_a_real_receipt(folder, receipt):
    done = run_example(folder)

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["number"] == receipt.number


@pytest.mark.parametrize("edited", ["accuse.pdf", "preuve.json", "cles.json"])
def test_offline_example_refuses_what_was_edited(folder, edited):
    file = folder / edited
    old, new = {"accuse.pdf": (b"%%EOF", b"%%EOF "), "preuve.json": (b"Claire", b"Karima"), "cles.json": (b'_key": "', b'_key": "AAAA')}[
        edited
    ]
    content = file.read_bytes()
    assert old in content
    file.write_bytes(content.replace(old, new))

    assert run_example(folder).returncode != 0


def test_offline_example_refuses_a_compromised_key(client, folder, receipt):
    declare_compromised(adopt_current_key().pk, at=clock.now())
    (folder / "cles.json").write_bytes(client.get("/verifier/cles.json").content)

    assert run_example(folder).returncode != 0


def test_strangers_have_neither_pdf_nor_proof(client, receipt, django_user_model):
    client.force_login(django_user_model.objects.create_user(email="autre@exemple.fr"))

    for name in ("receipt_pdf", "receipt_proof"):
        assert client.get(reverse(f"calls:{name}", args=[receipt.uuid])).status_code == 404
    assert Receipt.objects.get().pdf_sha256 == ""
