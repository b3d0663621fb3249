"""A call: what is asked, by whom, and the questions people put to its service."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.permissions import reads_dossiers
from calls.enums import CallKind, RoundState
from kit import clock


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: User) -> Self:
        """Calls with a published round; staff see those in preparation as well."""
        return self if reads_dossiers(user) else self.public()

    def public(self) -> Self:
        from calls.models.round import Round  # noqa: PLC0415 - a round is defined above its call

        return self.filter(Exists(Round.objects.filter(call=OuterRef("pk")).exclude(state=RoundState.DRAFT)))


class Call(models.Model):
    """A call for projects, for interest, for applications; its rounds hold dates, form and dossiers. Texts are Markdown."""

    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    kind = models.CharField("nature", max_length=20, choices=CallKind.choices, default=CallKind.PROJECTS)
    title = models.CharField("titre", max_length=150)
    summary = models.CharField("en une phrase", max_length=300)
    presentation = models.TextField("présentation", blank=True)
    rules = models.TextField("qui peut candidater", blank=True)
    selection = models.TextField("comment les dossiers sont choisis", blank=True)
    benefits = models.TextField("ce que reçoivent les lauréats", blank=True)
    sponsor = models.CharField("porté par", max_length=250, blank=True)
    themes = models.ManyToManyField("projects.Theme", verbose_name="thèmes", blank=True, related_name="+")
    service_name = models.CharField("service instructeur", max_length=200, blank=True)
    service_address = models.TextField("adresse postale du service", blank=True)
    service_email = models.EmailField("courriel du service", blank=True)
    service_phone = models.CharField("téléphone du service", max_length=30, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="créé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=clock.now, editable=False)
    edition = models.PositiveIntegerField("édition de la page", default=1, editable=False)
    """Raised by PostgreSQL at each change of what the call's page shows (migration 0003); see `calls.public_page`."""

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel"
        verbose_name_plural = "appels"
        ordering = ("title", "pk")

    def __str__(self) -> str:
        return self.title


def document_path(document: "CallDocument", filename: str) -> str:
    return f"calls/{document.uuid}/{filename}"


class CallDocument(models.Model):
    """A file that anyone may download from the call's page."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="documents")
    title = models.CharField("titre", max_length=150)
    file = models.FileField("fichier", upload_to=document_path)
    size = models.PositiveIntegerField("taille en octets", default=0, editable=False)
    position = models.PositiveSmallIntegerField("rang", default=0)
    added_at = models.DateTimeField("ajouté le", default=clock.now, editable=False)

    class Meta:
        verbose_name = "document"
        verbose_name_plural = "documents"
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class Enquiry(models.Model):
    """A question put to the service about a call; asked once, answered to all, without saying who asked."""

    call = models.ForeignKey(Call, verbose_name="appel", on_delete=models.CASCADE, related_name="enquiries")
    text = models.TextField("question", max_length=2000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="posée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("posée le", default=clock.now)
    published_text = models.TextField("question telle que publiée", blank=True, help_text="Sans rien qui désigne la personne qui demande.")
    answer = models.TextField("réponse", blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="répondu par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    published_at = models.DateTimeField("publiée le", null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "question posée"
        verbose_name_plural = "questions posées"
        ordering = ("-published_at", "-asked_at", "pk")
        constraints = (
            models.CheckConstraint(
                name="enquiry_published_is_answered",
                condition=models.Q(published_at__isnull=True) | ~models.Q(answer=""),
                violation_error_message="Une question se publie avec sa réponse.",
            ),
        )

    def __str__(self) -> str:
        return self.published_text or self.text
