"""An earlier text of a dossier taken up again."""

from datetime import datetime

from accounts.models import User
from calls.actions.application import Saving, save_answers
from calls.definition import definition_of
from calls.models import AnswerVersion
from calls.queries.application import typed_texts
from calls.queries.area import labels_of
from calls.reading import area_references, read_answer
from kit.workflow import RefusedTransition
from territories.queries import areas_by_key


def take_up_again(kept: AnswerVersion, based_on: int, *, by: User, arrived_at: datetime) -> Saving:
    """Write an earlier text over version `based_on` of its answer: a save like any other, refused and met like any other.

    Refuses files, which are given and removed one by one.
    """
    application = kept.application
    question = definition_of(application.round).by_key[kept.question_key]
    if question.is_files:
        raise RefusedTransition("Un fichier retiré ne se reprend pas : donnez-le de nouveau.")
    reading = read_answer(question, typed_texts(kept.typed), labels_of(areas_by_key(area_references([kept.typed]))))
    return save_answers(application, {question.key: reading}, {question.key: based_on}, by=by, arrived_at=arrived_at)
