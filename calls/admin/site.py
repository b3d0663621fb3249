"""The doors in Django's admin: calls, enquiries, dossiers and exports, whose pages are all our own."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from accounts.models import User
from accounts.permissions import manages_calls, reads_dossiers
from calls.admin import (
    amendment,
    call,
    condition,
    dossier,
    dossier_list,
    elimination,
    enquiry,
    export,
    figures,
    form,
    interruption,
    round as rounds,
)
from calls.models import Application, Call, EliminationList, Enquiry, Export


class OwnPages(admin.options.BaseModelAdmin[Any]):
    """What the admin's index may link to, and for whom."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return reads_dossiers(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return reads_dossiers(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return manages_calls(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False


@admin.register(Call)
class CallAdmin(OwnPages, admin.ModelAdmin[Call]):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return manages_calls(request.user)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", call.call_changelist, name="calls_call_changelist"),
            path("add/", call.call_add, name="calls_call_add"),
            path("<int:pk>/change/", call.call_change, name="calls_call_change"),
            path("<int:pk>/textes/", call.call_edit, name="calls_call_edit"),
            path("<int:pk>/documents/", call.document_list, name="calls_document_list"),
            path("documents/<int:pk>/supprimer/", call.document_delete, name="calls_document_delete"),
            path("<int:pk>/sessions/ajouter/", rounds.round_add, name="calls_round_add"),
            path("sessions/<int:pk>/", rounds.round_change, name="calls_round_change"),
            path("sessions/<int:pk>/dates/", rounds.round_edit, name="calls_round_edit"),
            path("sessions/<int:pk>/declarations/", rounds.declaration_list, name="calls_declaration_list"),
            path("sessions/<int:pk>/declarations/ajouter/", rounds.declaration_add, name="calls_declaration_add"),
            path("declarations/<int:pk>/", rounds.declaration_edit, name="calls_declaration_edit"),
            path("declarations/<int:pk>/supprimer/", rounds.declaration_delete, name="calls_declaration_delete"),
            path("sessions/<int:pk>/verification/", rounds.round_check, name="calls_round_check"),
            path("sessions/<int:pk>/publier/", rounds.round_publish, name="calls_round_publish"),
            path("sessions/<int:pk>/annuler/", rounds.round_cancel, name="calls_round_cancel"),
            path("sessions/<int:pk>/dupliquer/", rounds.round_duplicate, name="calls_round_duplicate"),
            path("sessions/<int:pk>/prolonger/", rounds.round_extend, name="calls_round_extend"),
            path("sessions/<int:pk>/delai/", rounds.round_extend_one, name="calls_round_extend_one"),
            path("sessions/<int:pk>/depots-interrompus/", interruption.interruption_list, name="calls_interruption_list"),
            path("depots-interrompus/<int:pk>/delai/", interruption.interruption_extend, name="calls_interruption_extend"),
            path("sessions/<int:pk>/avenants/", amendment.amendment_start, name="calls_amendment_start"),
            path("avenants/<int:pk>/", amendment.amendment_change, name="calls_amendment_change"),
            path("avenants/<int:pk>/<slug:what>/<int:target>/", amendment.amendment_edit, name="calls_amendment_edit"),
            path(
                "avenants/<int:pk>/sections/<int:section>/ajouter/", amendment.amendment_question_add, name="calls_amendment_question_add"
            ),
            path("avenants/<int:pk>/abandonner/", amendment.amendment_discard, name="calls_amendment_discard"),
            path("avenants/<int:pk>/publier/", amendment.amendment_publish, name="calls_amendment_publish"),
            path("modifications/<int:pk>/retirer/", amendment.amendment_drop, name="calls_amendment_drop"),
            path("sessions/<int:pk>/formulaire/", form.form_outline, name="calls_form_outline"),
            path("sessions/<int:pk>/formulaire/modele/", form.form_start, name="calls_form_start"),
            path("sessions/<int:pk>/formulaire/apercu/", form.form_preview, name="calls_form_preview"),
            path("sessions/<int:pk>/formulaire/apercu/<slug:key>/", form.form_preview, name="calls_form_preview"),
            path("sessions/<int:pk>/formulaire/vierge.pdf", form.form_blank, name="calls_form_blank"),
            path("sessions/<int:pk>/sections/ajouter/", form.section_add, name="calls_section_add"),
            path("sections/<int:pk>/", form.section_edit, name="calls_section_edit"),
            path("sections/<int:pk>/deplacer/", form.section_move, name="calls_section_move"),
            path("sections/<int:pk>/supprimer/", form.section_delete, name="calls_section_delete"),
            path("sections/<int:pk>/questions/ajouter/", form.question_add, name="calls_question_add"),
            path("questions/<int:pk>/", form.question_edit, name="calls_question_edit"),
            path("questions/<int:pk>/deplacer/", form.question_move, name="calls_question_move"),
            path("questions/<int:pk>/dupliquer/", form.question_duplicate, name="calls_question_duplicate"),
            path("questions/<int:pk>/supprimer/", form.question_delete, name="calls_question_delete"),
            path("questions/<int:pk>/condition/<slug:purpose>/", condition.question_condition, name="calls_question_condition"),
            path("sections/<int:pk>/condition/", condition.section_condition, name="calls_section_condition"),
            path("sessions/<int:pk>/regles/", condition.rule_list, name="calls_rule_list"),
            path("sessions/<int:pk>/regles/ajouter/", condition.rule_add, name="calls_rule_add"),
            path("regles/<int:pk>/", condition.rule_edit, name="calls_rule_edit"),
            path("regles/<int:pk>/supprimer/", condition.rule_delete, name="calls_rule_delete"),
        ]


@admin.register(Enquiry)
class EnquiryAdmin(OwnPages, admin.ModelAdmin[Enquiry]):
    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", enquiry.enquiry_changelist, name="calls_enquiry_changelist"),
            path("<int:pk>/change/", enquiry.enquiry_change, name="calls_enquiry_change"),
            path("<int:pk>/effacer/", enquiry.enquiry_delete, name="calls_enquiry_delete"),
        ]


@admin.register(Application)
class ApplicationAdmin(OwnPages, admin.ModelAdmin[Application]):
    """Deposited dossiers: nothing here, not even a search of the admin's own, ever reaches a draft."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return Application.objects.deposited_for(request.user) if isinstance(request.user, User) else Application.objects.none()

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", dossier_list.application_changelist, name="calls_application_changelist"),
            path("a-suivre/", dossier_list.application_follow_up, name="calls_application_follow_up"),
            path("suivre/", dossier_list.application_follow, name="calls_application_follow"),
            path("sessions/", figures.round_changelist, name="calls_round_changelist"),
            path("sessions/<int:pk>/", figures.round_figures, name="calls_round_figures"),
            path("<uuid:uuid>/", dossier.application_change, name="calls_application_change"),
            path("<uuid:uuid>/suivi/", dossier.application_follower, name="calls_application_follower"),
            path("<uuid:uuid>/constat/<slug:kind>/", dossier.application_finding, name="calls_application_finding"),
            path("<uuid:uuid>/differences/", dossier.application_compare, name="calls_application_compare"),
            path("<uuid:uuid>/accuses/<int:sequence>/", dossier.application_receipt, name="calls_application_receipt"),
            path("<uuid:uuid>/depots/<int:sequence>.pdf", dossier.application_pdf, name="calls_application_pdf"),
        ]


@admin.register(Export)
class ExportAdmin(OwnPages, admin.ModelAdmin[Export]):
    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Export]:
        return Export.objects.visible_to(request.user) if isinstance(request.user, User) else Export.objects.none()

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", export.export_changelist, name="calls_export_changelist"),
            path("demander/", export.export_add, name="calls_export_add"),
            path("<uuid:uuid>/", export.export_change, name="calls_export_change"),
            path("<uuid:uuid>/fichier/", export.export_download, name="calls_export_download"),
        ]


@admin.register(EliminationList)
class EliminationListAdmin(OwnPages, admin.ModelAdmin[EliminationList]):
    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the signature is the admin’s
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            path("", elimination.elimination_list, name="calls_eliminationlist_changelist"),
            path("preparer/", elimination.elimination_prepare, name="calls_elimination_prepare"),
            path("demande/", elimination.elimination_request, name="calls_elimination_request"),
            path("dossiers/<int:pk>/conserver/", elimination.elimination_keep, name="calls_elimination_keep"),
            path("<int:pk>/", elimination.elimination_detail, name="calls_eliminationlist_change"),
            path("<int:pk>/soumettre/", elimination.elimination_submit, name="calls_elimination_submit"),
            path("<int:pk>/visa/", elimination.elimination_approve, name="calls_elimination_approve"),
            path("<int:pk>/abandonner/", elimination.elimination_abandon, name="calls_elimination_abandon"),
            path("<int:pk>/eliminer/", elimination.elimination_carry_out, name="calls_elimination_carry_out"),
            path("<int:pk>/bordereau.pdf", elimination.elimination_pdf, name="calls_elimination_pdf"),
            path("<int:pk>/bordereau.csv", elimination.elimination_csv, name="calls_elimination_csv"),
        ]
