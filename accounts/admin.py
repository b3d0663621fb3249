"""Accounts in the admin: found, named staff, put in groups, deactivated; never given a password, never created here."""

from typing import Any

from allauth.account import admin as account_admin
from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa import admin as mfa_admin
from allauth.mfa.models import Authenticator
from allauth.usersessions import admin as usersessions_admin
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group as DjangoGroup
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest

from accounts import actions
from accounts.models import User
from accounts.permissions import is_administrator, may_change_standing
from kit.administration import PlainAdmin

# One sign-in for the whole site, with its limits and its second factor: the admin's own page sends there.
setattr(admin.site, "login", secure_admin_login(admin.site.login))  # noqa: B010 - a method of an instance, which mypy forbids to assign

# allauth's and Django's own pages would show secrets, break (they search a `username`), or let groups drift from the code.
# Importing their modules first makes sure that they are registered before they are removed.
HIDDEN = {account_admin: EmailAddress, mfa_admin: Authenticator, usersessions_admin: UserSession, auth_admin: DjangoGroup}
for model in HIDDEN.values():
    admin.site.unregister(model)


@admin.register(User)
class UserAdmin(PlainAdmin[User]):
    """For administrators only."""

    list_display = ("email", "last_name", "first_name", "is_staff", "group_list", "is_active", "date_joined", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email", "pk")
    fields = ("email", "first_name", "last_name", "time_zone", "date_joined", "last_login", "is_active", "is_staff", "groups")
    readonly_fields = ("email", "first_name", "last_name", "time_zone", "date_joined", "last_login")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Four groups are ticked, not moved from one box to another."""
        field = super().formfield_for_manytomany(db_field, request, **{**kwargs, "widget": CheckboxSelectMultiple})
        assert field is not None  # noqa: S101 - only a relation through a table of one's own has none; tells mypy
        field.help_text = "Ce que la personne peut faire dans l’administration, si elle est agent."
        return field

    @admin.display(description="groupes")
    def group_list(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all()))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return is_administrator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return is_administrator(request.user) if obj is None else may_change_standing(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:  # noqa: ARG002, FBT001 - Django's signature
        words = form.cleaned_data
        by = request.user
        assert isinstance(by, User)  # noqa: S101 - the admin lets only accounts in; tells mypy
        actions.change_standing(obj, by=by, is_active=words["is_active"], is_staff=words["is_staff"], groups=words["groups"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """The action has already set the groups."""
