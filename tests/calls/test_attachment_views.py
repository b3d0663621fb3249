"""The addresses of files: sending in JSON, download, and the section's form without JavaScript."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.enums import Group
from calls.actions.application import withdraw_application
from calls.actions.attachment import remove_attachment
from calls.enums import AttachmentState
from calls.models import Attachment
from calls.models.attachment import CHUNK
from kit import clock
from tests.calls.cast import Story, join
from tests.calls.files import KEY, answer_of, give, story_with_files
from tests.factories.accounts import UserFactory
from tests.factories.files import EICAR, pdf, pdf_of, photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def story() -> Story:
    return story_with_files()


@pytest.fixture
def application(story):
    return story.start()


@pytest.fixture
def claire(client, story) -> Client:
    client.force_login(story.carrier)
    return client


def begin(client, application, *, name="statuts.pdf", size=None, key="une", question=KEY, **more):
    sent = {"question": question, "name": name, "size": len(pdf()) if size is None else size, "key": key, **more}
    return client.post(reverse("calls:attachment_begin", args=[application.uuid]), sent)


def piece(client, url, data, *, offset: object = 0):
    return client.put(f"{url}morceau/?offset={offset}", data, content_type="application/octet-stream")


def names_shown(page: str) -> list[str]:
    return re.findall(r'class="site-file__name">(?:<a[^>]*>)?([^<]*)<', page)


def section_url(application) -> str:
    return reverse("calls:application_section", args=[application.uuid, "projet"])


# ── piece by piece


def test_file_is_announced_sent_and_shown_in_its_field(claire, application):
    told = begin(claire, application, name="Statuts à jour.pdf").json()
    done = piece(claire, told["url"], pdf()).json()

    assert (told["state"], told["offset"], told["chunk"], told["field"]) == ("receiving", 0, CHUNK, None)
    assert (done["state"], done["field"]["name"], done["field"]["version"]) == ("ready", f"q-{KEY}", 1)
    assert "Statuts à jour.pdf" in done["field"]["html"]
    assert claire.get(f"{told['url']}etat/").json()["state"] == "ready"


def test_wrong_offset_is_answered_with_the_right_one(claire, application):
    data = pdf_of(CHUNK + 5)
    url = begin(claire, application, size=len(data)).json()["url"]

    assert piece(claire, url, data[:CHUNK]).json()["offset"] == CHUNK
    for offset in (0, CHUNK + 7, "", "-3", "1e9", "9" * 40):
        answer = piece(claire, url, data[:100], offset=offset)
        assert (answer.status_code, answer.json()["offset"]) == (200 if offset == 0 else 409, CHUNK)
    assert piece(claire, url, data[CHUNK:], offset=CHUNK).json()["state"] == "ready"


def test_piece_longer_than_announced_is_refused(claire, application):
    url = begin(claire, application, size=3 * CHUNK // 2).json()["url"]

    answer = piece(claire, url, b"x" * (CHUNK + 1))

    assert (answer.status_code, answer.json()["why"]) == (413, "unreadable")


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"name": "virus.exe"}, 422, "file"),
        ({"size": 0}, 422, "file"),
        ({"size": 2**40}, 422, "file"),
        ({"size": "beaucoup"}, 400, "unreadable"),
        ({"size": -1}, 400, "unreadable"),
        ({"name": ""}, 400, "unreadable"),
        ({"name": "a" * 90_000 + ".pdf\x00"}, 400, "unreadable"),
        ({"question": "need"}, 400, "unreadable"),
        ({"question": "inconnue"}, 400, "unreadable"),
    ],
)
def test_announcement_that_is_not_one_gets_a_sentence(claire, application, changes, status, why):
    answer = begin(claire, application, **changes)

    assert (answer.status_code, answer.json()["why"]) == (status, why)
    assert answer.json()["said"].endswith(".")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a" * 90_000 + ".pdf", "…" + "a" * 195 + ".pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Claire\\bilan.pdf", "bilan.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ('<b>"été"</b>.pdf', "b>.pdf"),
        ("文件 été 🎉.PDF", "文件 été 🎉.PDF"),
    ],
)
def test_name_is_shown_as_given_and_made_safe(claire, application, name, shown):
    told = begin(claire, application, name=name).json()
    piece(claire, told["url"], pdf())

    assert told["name"] == shown
    stored = Attachment.objects.get()
    assert re.fullmatch(r"attachments/[0-9a-f-]{36}/fichier\.pdf", stored.file.name)
    assert b"".join(claire.get(told["url"])) == pdf()


def test_lying_file_is_refused_in_words_and_the_field_stays(claire, application):
    told = begin(claire, application, name="programme.pdf", size=len(EICAR)).json()

    answer = piece(claire, told["url"], EICAR)

    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert answer.json()["problem"].startswith("Le contenu de ce fichier n’est pas celui d’un fichier .pdf")
    assert claire.get(told["url"]).status_code == 404


def test_expired_session_and_another_account_are_told_in_json(client, claire, application, story):
    url = begin(claire, application).json()["url"]

    other = client.put(f"{url}morceau/?offset=0&person=quelqu-un-d-autre", pdf(), content_type="application/octet-stream")
    client.logout()
    signed_out = piece(client, url, pdf())

    assert (other.status_code, other.json()["why"]) == (403, "person")
    assert (signed_out.status_code, signed_out.json()["why"]) == (401, "session")


def test_nothing_is_taken_after_the_closing(claire, application, story):
    url = begin(claire, application).json()["url"]

    with clock.standing_at(story.round.closes_at + timedelta(seconds=1)):
        answer = piece(claire, url, pdf())

    assert (answer.status_code, answer.json()["why"]) == (409, "refused")
    assert "clôture" in answer.json()["said"]


def test_removed_file_is_gone_for_its_addresses(claire, application, story):
    given = give(story, application)
    url = reverse("calls:attachment_download", args=[given.uuid])

    answer = claire.post(f"{url}retirer/").json()

    assert KEY in answer["field"]["name"]
    assert [claire.get(url).status_code, claire.get(f"{url}etat/").status_code] == [404, 404]


# ── download


def test_download_is_never_shown_inline(claire, application, story):
    script = pdf(b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>")
    given = give(story, application, "Comptes « 2017 ».pdf", script)

    answer = claire.get(reverse("calls:attachment_download", args=[given.uuid]))

    assert b"".join(answer.streaming_content) == script
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Comptes%20%C2%AB%202017%20%C2%BB.pdf"
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("state", [AttachmentState.CHECKING, AttachmentState.INFECTED, AttachmentState.REFUSED, AttachmentState.RECEIVING])
def test_file_is_served_to_nobody_unless_it_is_ready(claire, application, story, state):
    given = give(story, application)
    Attachment.objects.update(state=state)

    assert claire.get(reverse("calls:attachment_download", args=[given.uuid])).status_code == 404


def test_staff_download_what_was_deposited_and_nothing_else(client, application, story):
    story.save(application, need="Un besoin.")
    deposited = give(story, application, "déposé.pdf")
    story.deposit(application)
    since = give(story, application, "depuis.pdf")
    reviewer = UserFactory(staff=True, group=Group.REVIEWER)
    client.force_login(reviewer)

    def statuses() -> list[int]:
        answers = [client.get(reverse("calls:attachment_download", args=[one.uuid])) for one in (deposited, since)]
        for answer in answers:
            b"".join(answer)  # a stream that is read whole is closed
        return [answer.status_code for answer in answers]

    assert statuses() == [200, 404]
    remove_attachment(deposited, by=story.carrier, arrived_at=clock.now())
    assert statuses() == [200, 404]
    application.refresh_from_db()
    withdraw_application(application, by=story.carrier)
    assert statuses() == [200, 404]


def test_staff_read_name_digest_and_standing_of_each_file(client, application, story):
    story.save(application, need="Un besoin.")
    given = give(story, application, "Statuts.pdf")
    story.deposit(application)
    client.force_login(UserFactory(staff=True, group=Group.REVIEWER))
    url = reverse("admin:calls_application_change", args=[application.uuid])

    read = client.get(url).content.decode()
    Attachment.objects.update(state=AttachmentState.INFECTED, problem="Un virus y a été trouvé (Eicar). Retirez ce fichier.")
    infected = client.get(url).content.decode()
    Attachment.objects.update(state=AttachmentState.CHECKING)
    waiting = client.get(url).content.decode()
    Attachment.objects.all().delete()
    gone = client.get(url).content.decode()

    link = reverse("calls:attachment_download", args=[given.uuid])
    assert (given.sha256 in read, link in read, "Aucun antivirus ne l’a examiné." in read) == (True, True, True)
    assert (link in infected, "Un virus y a été trouvé (Eicar). Il ne peut pas être téléchargé." in infected) == (False, True)
    assert (link in waiting, "Recherche de virus en cours" in waiting) == (False, True)
    assert "Ce fichier n’est plus conservé." in gone


# ── the section's page


def test_section_shows_each_file_with_its_state(claire, application, story):
    give(story, application, "statuts.pdf")
    give(story, application, "photo.jpg", photo())
    data = pdf_of(2 * CHUNK)
    url = begin(claire, application, name="long.pdf", size=len(data), key="long").json()["url"]
    piece(claire, url, data[:CHUNK])

    page = claire.get(section_url(application)).content.decode()

    assert 'enctype="multipart/form-data"' in page
    assert names_shown(page) == ["statuts.pdf", "photo.jpg", "long.pdf"]
    assert page.count("sans ses métadonnées") == 1
    assert "envoi interrompu à 50" in page


def test_section_says_that_a_file_waits_for_the_antivirus(claire, application, story, settings):
    settings.CLAMD_URL = "unix:///nowhere"
    give(story, application, "statuts.pdf")

    page = claire.get(section_url(application)).content.decode()

    assert "reçu, recherche de virus en cours" in page
    assert 'data-state="checking"' in page


def test_stranger_announces_nothing(client, application):
    client.force_login(UserFactory())

    assert begin(client, application).status_code == 404


def test_files_are_still_there_to_download_once_the_round_is_closed(claire, application, story):
    given = give(story, application, "statuts.pdf")

    with clock.standing_at(story.round.closes_at + timedelta(seconds=1)):
        page = claire.get(section_url(application)).content.decode()

    assert reverse("calls:attachment_download", args=[given.uuid]) in page
    assert 'type="file"' not in page


def test_section_without_files_has_neither_their_script_nor_their_query(claire, story, django_assert_num_queries):
    story.round.questions.filter(key=KEY).delete()
    application = story.start()

    page = claire.get(section_url(application)).content.decode()

    assert ("multipart" in page, "uploads.js" in page) == (False, False)


def test_files_come_with_the_form_where_there_is_no_script(claire, application):
    files = [SimpleUploadedFile("statuts.pdf", pdf()), SimpleUploadedFile("comptes.pdf", pdf(b"2017"))]

    answer = claire.post(section_url(application), {"go": "stay", f"q-{KEY}-files": files})

    assert answer.status_code == 302
    assert [file["name"] for file in answer_of(application).value] == ["statuts.pdf", "comptes.pdf"]


def test_form_says_which_file_it_did_not_keep_and_keeps_the_rest(claire, application):
    files = [SimpleUploadedFile("statuts.pdf", pdf()), SimpleUploadedFile("programme.pdf", b"MZ")]
    sent = {"go": "stay", "q-need": "Un besoin.", "q-need-version": "0", f"q-{KEY}-files": files}

    answer = claire.post(section_url(application), sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "« programme.pdf » : Le contenu de ce fichier n’est pas celui" in page
    assert names_shown(page) == ["statuts.pdf"]
    assert application.answers.get(question_key="need").typed == "Un besoin."


def test_file_is_removed_by_its_button_in_the_form(claire, application, story):
    given = give(story, application)

    claire.post(section_url(application), {f"q-{KEY}-remove": [str(given.uuid), "pas un uuid", str(uuid4())]})

    assert answer_of(application).typed == []


def test_page_sends_no_answer_for_files_by_itself(claire, application, story):
    give(story, application)

    answer = claire.post(
        reverse("calls:answer_save", args=[application.uuid, "projet"]), {f"q-{KEY}": str(uuid4()), f"q-{KEY}-version": "1"}
    )

    assert (answer.status_code, answer.json()["why"]) == (400, "unreadable")
    assert len(answer_of(application).typed) == 1


def test_colleague_sees_the_file_in_the_open_page(client, application, story):
    colleague = UserFactory()
    join(colleague, story.organisation, verified=True)
    give(story, application, "statuts.pdf")
    client.force_login(colleague)

    changed = client.get(
        reverse("calls:answer_changes", args=[application.uuid, "projet"]), {"revision": "0", f"q-{KEY}-version": "0"}
    ).json()

    assert "statuts.pdf" in changed["fields"][f"q-{KEY}"]["html"]


def test_reading_pages_name_files(claire, application, story):
    story.save(application, need="Un besoin.")
    given = give(story, application, "statuts.pdf")

    again = claire.get(reverse("calls:application_deposit", args=[application.uuid])).content.decode()
    document = claire.get(reverse("calls:application_pdf", args=[application.uuid]))

    assert "statuts.pdf" in again
    assert document["Content-Type"] == "application/pdf"
    assert given.sha256
