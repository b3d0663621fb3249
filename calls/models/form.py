"""The form of a round: sections, questions, choices; frozen when the round is published."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from calls.enums import BudgetSide, FileFamily, KnownFact, QuestionKind, Visibility
from calls.models.round import Round

MAX_WORDS = 5000
MOST_FILES, LARGEST_FILE_MB = 20, 50
"""What a question may ask for at most."""


class Section(models.Model):
    """A page of the form."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="sections")
    key = models.SlugField("clé", max_length=60)
    title = models.CharField("titre", max_length=150)
    introduction = models.TextField("introduction", blank=True, help_text="Markdown.")
    position = models.PositiveSmallIntegerField("rang", default=0)
    shown_if = models.JSONField("montrée si", null=True, blank=True)

    class Meta:
        verbose_name = "section"
        verbose_name_plural = "sections"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("round", "key"), name="section_key_unique"),)

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One question; `key` is stable through rounds, so that an answer can be offered again."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="questions", editable=False)
    section = models.ForeignKey(Section, verbose_name="section", on_delete=models.CASCADE, related_name="questions")
    key = models.SlugField("clé", max_length=60, help_text="Identifiant stable, repris d’une session à l’autre.")
    kind = models.CharField("type de réponse", max_length=20, choices=QuestionKind.choices, default=QuestionKind.SHORT_TEXT)
    label = models.CharField("question", max_length=300)
    help_text = models.TextField("aide", blank=True)
    required = models.BooleanField("obligatoire pour déposer", default=True)
    visibility = models.CharField("qui pourra lire la réponse", max_length=15, choices=Visibility.choices, default=Visibility.COMMUNICABLE)
    max_words = models.PositiveSmallIntegerField(
        "nombre de mots, au plus", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MAX_WORDS)]
    )
    minimum = models.DecimalField("au moins", max_digits=17, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField("au plus", max_digits=17, decimal_places=2, null=True, blank=True)
    whole = models.BooleanField("nombre entier", default=False)
    unit = models.CharField("unité", max_length=40, blank=True, help_text="Par exemple « salariés », « personnes par an ».")
    several = models.BooleanField("plusieurs territoires, ou lignes libres d’un budget", default=False)
    past = models.BooleanField("date passée", default=False, help_text="Refuse une date à venir.")
    known_as = models.CharField(
        "déjà connu",
        max_length=12,
        choices=KnownFact.choices,
        blank=True,
        default="",
        help_text="Ce que la fiche de l’organisation en dit est proposé, jamais rempli d’office.",
    )
    most_files = models.PositiveSmallIntegerField(
        "nombre de fichiers, au plus", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_FILES)]
    )
    largest_mb = models.PositiveSmallIntegerField(
        "taille d’un fichier, au plus", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_FILE_MB)]
    )
    file_families = ArrayField(
        models.CharField(max_length=20, choices=FileFamily.choices), verbose_name="formats acceptés", default=list, blank=True
    )
    position = models.PositiveSmallIntegerField("rang", default=0)
    shown_if = models.JSONField("posée si", null=True, blank=True)
    required_if = models.JSONField("obligatoire si", null=True, blank=True)

    class Meta:
        verbose_name = "question"
        verbose_name_plural = "questions"
        ordering = ("section__position", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("round", "key"),
                name="question_key_unique",
                violation_error_message="Une autre question de cette session porte déjà cette clé.",
            ),
            models.CheckConstraint(
                name="question_bounds_in_order",
                condition=models.Q(minimum__isnull=True) | models.Q(maximum__isnull=True) | models.Q(maximum__gte=models.F("minimum")),
                violation_error_message="« Au plus » est inférieur à « au moins ».",
            ),
        )

    def __str__(self) -> str:
        return self.label


class Choice(models.Model):
    """One possible answer of a question with choices."""

    question = models.ForeignKey(Question, verbose_name="question", on_delete=models.CASCADE, related_name="choices")
    key = models.SlugField("clé", max_length=60)
    label = models.CharField("libellé", max_length=200)
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "choix"
        verbose_name_plural = "choix"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("question", "key"), name="choice_key_unique"),)

    def __str__(self) -> str:
        return self.label


class Part(models.Model):
    """A column of a repeated group, a line of a budget (of one `side`) or a line of a table of years."""

    question = models.ForeignKey(Question, verbose_name="question", on_delete=models.CASCADE, related_name="parts")
    key = models.SlugField("clé", max_length=60)
    label = models.CharField("libellé", max_length=150)
    kind = models.CharField("type de réponse", max_length=20, choices=QuestionKind.choices, default=QuestionKind.SHORT_TEXT)
    side = models.CharField("côté du budget", max_length=12, choices=BudgetSide.choices, blank=True)
    required = models.BooleanField("obligatoire", default=False)
    choices = models.JSONField("choix", default=list, blank=True)
    """The labels of a column with choices; each is its own key."""
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "colonne ou ligne"
        verbose_name_plural = "colonnes et lignes"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("question", "key"), name="part_key_unique"),)

    def __str__(self) -> str:
        return self.label


class EligibilityRule(models.Model):
    """What the answers must say for the organisation to be eligible, and the sentence that says it; a person may find otherwise."""

    round = models.ForeignKey(Round, verbose_name="session", on_delete=models.CASCADE, related_name="rules", editable=False)
    key = models.SlugField("clé", max_length=60, help_text="Identifiant stable, repris d’une session à l’autre.")
    sentence = models.CharField("règle", max_length=300)
    condition = models.JSONField("remplie si")
    position = models.PositiveSmallIntegerField("rang", default=0)

    class Meta:
        verbose_name = "règle d’éligibilité"
        verbose_name_plural = "règles d’éligibilité"
        ordering = ("position", "pk")
        constraints = (models.UniqueConstraint(fields=("round", "key"), name="rule_key_unique"),)

    def __str__(self) -> str:
        return self.sentence
