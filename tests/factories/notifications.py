"""Messages for tests."""

import factory

from kit import clock
from notifications.enums import SIGN_IN, MessageState
from notifications.models import Message
from notifications.rendering import Rendering
from tests.factories.accounts import UserFactory


class RenderingFactory(factory.Factory):
    class Meta:
        model = Rendering

    kind = "receipt"
    subject = "Votre dossier est déposé"
    text = "Bonjour,\n\nVotre dossier est déposé.\n"
    html = "<p>Votre dossier est déposé.</p>"
    digest_line = "Dossier déposé"
    url = "http://testserver/dossiers/1/"


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    class Params:
        sent = factory.Trait(state=MessageState.SENT, sent_at=factory.LazyFunction(clock.now), attempts=1)
        failed = factory.Trait(state=MessageState.FAILED, attempts=8, last_error="Adresse refusée : 550")
        sign_in = factory.Trait(kind=SIGN_IN, carries_secret=True, text="Votre code : 123456", html="<p>123456</p>")

    cause = factory.Sequence(lambda n: f"test:{n}")
    kind = "receipt"
    recipient = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda message: message.recipient.email if message.recipient else "adresse@exemple.fr")
    subject = factory.Sequence(lambda n: f"Votre dossier n° {n} est déposé")
    text = "Bonjour,\n\nVotre dossier est déposé.\n"
    html = "<p>Votre dossier est déposé.</p>"
    digest_line = "Dossier déposé"
    url = "http://testserver/dossiers/1/"
