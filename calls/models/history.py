"""What answers said before: PostgreSQL keeps it as they are written over (migration `keep_answer_versions`)."""

from typing import Any

from django.conf import settings
from django.db import models

from calls.models.application import Application


class AnswerVersion(models.Model):
    """An answer as it stood under `version`, and who had written it when; what stands now is in `Answer`.

    Never written by the application. The trigger keeps what another person replaces, what a deposit holds, the last text of each ten minutes
    of one person's own writing, and what is suddenly cut by half: a history of what was said, not of keystrokes.
    """

    application = models.ForeignKey(Application, verbose_name="dossier", on_delete=models.CASCADE, related_name="answer_versions")
    question_key = models.SlugField("question", max_length=60)
    row = models.PositiveSmallIntegerField("ligne", default=0)
    version = models.PositiveIntegerField("version")
    typed: "models.JSONField[Any, Any]" = models.JSONField("saisie")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le")

    class Meta:
        verbose_name = "version de réponse"
        verbose_name_plural = "versions de réponses"
        ordering = ("-at", "-pk")
        constraints = (models.UniqueConstraint(fields=("application", "question_key", "row", "version"), name="answer_version_unique"),)
        indexes = (models.Index(fields=("application", "-at"), name="answer_version_latest"),)

    def __str__(self) -> str:
        return f"{self.question_key}/{self.version}"
