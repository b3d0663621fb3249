"""A dossier that asks for files, and how to give some, in one line."""

from django.core.files.storage import default_storage

from calls.actions.attachment import begin_attachment, receive_piece
from calls.definition import definition_of
from calls.models import Answer, Attachment
from calls.models.attachment import CHUNK
from kit import clock
from tests.calls.cast import Story, tell_story
from tests.factories.calls import QuestionFactory
from tests.factories.files import pdf

KEY = "statuts"


def story_with_files() -> Story:
    """An open round whose section asks for files too: three at most, of 5 MB."""
    story = tell_story(verified=True)
    QuestionFactory(section=story.round.sections.get(), key=KEY, label="Vos statuts", files=True, required=False)
    return story


def question_of(story: Story):
    return definition_of(story.round).by_key[KEY]


def begin(story, application, *, name="statuts.pdf", data=b"", size=None, key="", by=None, at=None) -> Attachment:
    return begin_attachment(
        application,
        question_of(story),
        name=name,
        size=len(data) if size is None else size,
        client_key=key or f"{name}|{len(data)}",
        by=by or story.carrier,
        arrived_at=at or clock.now(),
    )


def send(story, attachment, data: bytes, *, offset=0, by=None, at=None) -> Attachment:
    return receive_piece(attachment, offset, data, by=by or story.carrier, arrived_at=at or clock.now())


def give(story, application, name="statuts.pdf", data=None, *, by=None, key="") -> Attachment:
    """A file sent whole, piece by piece."""
    data = pdf() if data is None else data
    sent = begin(story, application, name=name, data=data, by=by, key=key)
    for offset in range(0, len(data), CHUNK):
        sent = send(story, sent, data[offset : offset + CHUNK], offset=offset, by=by)
    return sent


def content_of(attachment: Attachment) -> bytes:
    with attachment.file.open() as stream:
        return stream.read()


def answer_of(application) -> Answer:
    return application.answers.get(question_key=KEY)


def stored_files(folder="attachments") -> list[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(files) + [name for one in sorted(folders) for name in stored_files(f"{folder}/{one}")]
