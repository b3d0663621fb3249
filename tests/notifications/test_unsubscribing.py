"""The way out of a mail: a header, a link, a button; for what may be refused and nothing else."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from notifications.actions import change_preferences, deliver_due, owe_message, send_digests
from notifications.enums import DIGEST, Pace, Topic
from notifications.envelope import letter
from notifications.models import Message
from notifications.queries import paces_of
from notifications.unsubscribing import _signer, token_for, way_out
from tests.factories.accounts import UserFactory
from tests.factories.notifications import MessageFactory, RenderingFactory

pytestmark = pytest.mark.django_db

HTML = "<footer><!-- way out --></footer>"


@pytest.fixture
def awa(handed):
    return UserFactory(email="awa@exemple.fr")


def page_of(person, topic=Topic.REMINDERS):
    return reverse("notifications:unsubscribe", args=[token_for(person.pk, topic)])


@pytest.mark.parametrize("topic", [topic for topic in Topic if topic.is_refusable])
def test_a_mail_that_may_be_refused_says_how_in_its_headers_text_and_html(awa, topic):
    message = owe_message("x:1", RenderingFactory(topic=topic, html=HTML), recipient=awa)

    link = f"http://testserver{page_of(awa, topic)}"
    sent = letter(message)
    assert sent.extra_headers["List-Unsubscribe"] == f"<{link}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in sent.body
    assert f'href="{link}"' in sent.alternatives[0].content


def test_a_mail_that_is_necessary_has_no_way_out(awa):
    message = owe_message("x:1", RenderingFactory(html=HTML), recipient=awa)

    sent = letter(message)
    assert "List-Unsubscribe" not in sent.extra_headers
    assert "desabonnement" not in sent.body + sent.alternatives[0].content


def test_a_mail_to_nobody_in_particular_has_no_way_out():
    assert "List-Unsubscribe" not in letter(MessageFactory(recipient=None, topic=Topic.COLLEAGUES)).extra_headers


def test_reading_the_page_stops_nothing(awa):
    answer = Client().get(page_of(awa))

    assert (answer.status_code, "Ne plus les recevoir" in answer.content.decode()) == (200, True)
    assert Client().head(page_of(awa)).status_code == 200
    assert paces_of(awa)[Topic.REMINDERS] == Pace.AT_ONCE


def test_the_button_of_a_mail_program_stops_one_topic_without_session_or_token_and_again_changes_nothing(awa):
    outside = Client(enforce_csrf_checks=True)

    answers = [outside.post(page_of(awa), {"List-Unsubscribe": "One-Click"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Vous ne recevrez plus par courriel" in answers[1].content.decode()
    assert paces_of(awa) == {Topic.REMINDERS: Pace.NEVER, Topic.ANSWERS: Pace.AT_ONCE, Topic.COLLEAGUES: Pace.AT_ONCE}


def test_the_link_of_a_digest_stops_what_comes_in_digests(awa, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    change_preferences(awa, {Topic.REMINDERS: Pace.DAILY, Topic.ANSWERS: Pace.DAILY}, by=awa)
    owe_message("x:1", RenderingFactory(topic=Topic.REMINDERS), recipient=awa)
    Message.objects.update(next_attempt_at=Message.objects.get().owed_at)
    send_digests()
    deliver_due(Message.objects.due())
    (sent,) = mail.outbox
    link = re.fullmatch(r"<http://testserver(.+)>", sent.extra_headers["List-Unsubscribe"])[1]

    read = Client().get(link).content.decode()
    done = Client().post(link).content.decode()

    assert "Le résumé quotidien ne vous parviendrait plus" in read
    assert "le résumé quotidien" in done
    assert Message.objects.get(kind=DIGEST).text.count(link) == 1
    assert paces_of(awa) == {Topic.REMINDERS: Pace.NEVER, Topic.ANSWERS: Pace.NEVER, Topic.COLLEAGUES: Pace.AT_ONCE}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_was_cut_altered_or_whose_account_is_gone_is_said(awa, method):
    gone = UserFactory()
    tokens = [token_for(awa.pk, Topic.REMINDERS)[:-2], f"{awa.pk}-reminders:x", token_for(gone.pk, None), _signer.sign("1-autrefois")]
    gone.delete()

    for token in tokens:
        answer = getattr(Client(), method)(reverse("notifications:unsubscribe", args=[token]))
        assert (answer.status_code, "Ce lien ne mène à rien" in answer.content.decode()) == (404, True)
    assert way_out("") is None


def test_a_link_lasts_as_long_as_the_key_or_its_fallback(awa, settings):
    page = page_of(awa)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une-autre-clef-de-test-0123456789-abcdefghijklmnopqrstuvwxyz"

    from django.core.signing import Signer

    renewed = Signer(salt=_signer.salt)
    assert renewed.unsign(page.split("/")[-2]) == f"{awa.pk}-reminders"
