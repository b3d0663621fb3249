"""The person: an account known by its e-mail."""

from hashlib import sha256
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.enums import TimeZone
from kit import clock


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """One's own account; staff see every account."""
        return self if user.is_staff else self.filter(pk=user.pk)


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc] # built by Django
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("An account needs an e-mail address.")
        user = User(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        user: User = self.get(email__iexact=username)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; the e-mail is unique without regard to case."""

    email = models.EmailField("adresse électronique", max_length=254)
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=40, choices=TimeZone.choices, default=TimeZone.PARIS)
    is_staff = models.BooleanField("agent", default=False, help_text="Accède à l’administration.")
    is_active = models.BooleanField("actif", default=True)
    date_joined = models.DateTimeField("inscrit le", default=clock.now)

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        ordering = ("email",)
        constraints = (
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message="Un compte existe déjà avec cette adresse."
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name()

    @cached_property
    def group_names(self) -> frozenset[str]:
        """Names of the person's groups: one query, kept for as long as this object lives (a request)."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def browser_key(self) -> str:
        """Names the person in what their own browser keeps for them: it never changes, and tells nothing of them."""
        return sha256(f"{self.pk}:{self.date_joined.isoformat()}".encode()).hexdigest()[:32]

    def get_full_name(self) -> str:
        """First and last names, or the e-mail when neither is known."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        return self.first_name or self.email


class ProConnectIdentityQuerySet(models.QuerySet["ProConnectIdentity"]):
    def visible_to(self, user: User) -> Self:
        """One's own."""
        return self.filter(user=user)


class ProConnectIdentity(models.Model):
    """Who ProConnect says that a person is; one account may have several, because ProConnect names a person anew for each employer."""

    user = models.ForeignKey(User, verbose_name="compte", on_delete=models.CASCADE, related_name="proconnect_identities")
    sub = models.CharField("identifiant chez ProConnect", max_length=255, unique=True)
    email = models.EmailField("adresse transmise", max_length=254)
    siret = models.CharField("SIRET transmis", max_length=14, blank=True)
    linked_at = models.DateTimeField("reliée le", default=clock.now)
    seen_at = models.DateTimeField("dernière connexion le", default=clock.now)

    objects = ProConnectIdentityQuerySet.as_manager()

    class Meta:
        verbose_name = "identité ProConnect"
        verbose_name_plural = "identités ProConnect"
        ordering = ("linked_at", "pk")

    def __str__(self) -> str:
        return self.email


class SignedInRequest(HttpRequest):
    """The request of a view that is not public: its user is an account."""

    user: User
