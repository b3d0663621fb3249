"""Addresses of `calls`."""

from django.urls import path

from calls.views import answer, application, attachment, call, deposit, eligibility, guest, history, partner, proof

app_name = "calls"

APPLICANTS = [
    path("mes-dossiers/", application.application_list, name="application_list"),
    path("appels/<slug:slug>/<str:code>/candidater/", application.application_start, name="application_start"),
    path("dossiers/<uuid:uuid>/", application.application_detail, name="application_detail"),
    path("dossiers/<uuid:uuid>/sections/<slug:key>/", application.application_section, name="application_section"),
    path("dossiers/<uuid:uuid>/sections/<slug:key>/saisie/", answer.answer_save, name="answer_save"),
    path("dossiers/<uuid:uuid>/sections/<slug:key>/changements/", answer.answer_changes, name="answer_changes"),
    path("partenaires/nom/", partner.partner_name, name="partner_name"),
    path("dossiers/<uuid:uuid>/historique/", history.application_history, name="application_history"),
    path("dossiers/<uuid:uuid>/historique/<slug:key>/", history.answer_history, name="answer_history"),
    path("dossiers/<uuid:uuid>/historique/<slug:key>/reprendre/", history.answer_restore, name="answer_restore"),
    path("dossiers/<uuid:uuid>/differences/", history.application_compare, name="application_compare"),
    path("dossiers/<uuid:uuid>/invites/", guest.guest_list, name="guest_list"),
    path("dossiers/invites/<uuid:uuid>/retirer/", guest.guest_revoke, name="guest_revoke"),
    path("dossiers/invitations/<str:token>/", guest.guest_accept, name="guest_accept"),
    path("dossiers/<uuid:uuid>/fichiers/", attachment.attachment_begin, name="attachment_begin"),
    path("dossiers/<uuid:uuid>/fichiers/reprendre/", attachment.attachment_take, name="attachment_take"),
    path("fichiers/<uuid:uuid>/", attachment.attachment_download, name="attachment_download"),
    path("fichiers/<uuid:uuid>/morceau/", attachment.attachment_piece, name="attachment_piece"),
    path("fichiers/<uuid:uuid>/etat/", attachment.attachment_state, name="attachment_state"),
    path("fichiers/<uuid:uuid>/retirer/", attachment.attachment_remove, name="attachment_remove"),
    path("dossiers/<uuid:uuid>/deposer/", deposit.application_deposit, name="application_deposit"),
    path("dossiers/<uuid:uuid>/dossier.pdf", deposit.application_pdf, name="application_pdf"),
    path("dossiers/<uuid:uuid>/retirer/", application.application_withdraw, name="application_withdraw"),
    path("dossiers/<uuid:uuid>/reprendre/", application.application_resume, name="application_resume"),
    path("dossiers/<uuid:uuid>/supprimer/", application.application_delete, name="application_delete"),
    path("accuses/<uuid:uuid>/", deposit.receipt_detail, name="receipt_detail"),
    path("accuses/<uuid:uuid>/accuse.pdf", proof.receipt_pdf, name="receipt_pdf"),
    path("accuses/<uuid:uuid>/preuve.json", proof.receipt_proof, name="receipt_proof"),
]

EVERYONE = [
    path("appels/", call.call_list, name="call_list"),
    path("appels/<slug:slug>/", call.call_detail, name="call_detail"),
    path("appels/ouverts.atom", call.call_feed, name="call_feed"),
    path("appels/<slug:slug>/dates.ics", call.call_dates, name="call_dates"),
    path("appels/<slug:slug>/questions/", call.enquiry_create, name="enquiry_create"),
    path("appels/<slug:slug>/<str:code>/puis-je-candidater/", eligibility.eligibility_check, name="eligibility_check"),
    path("appels/<slug:slug>/<str:code>/formulaire-vierge.pdf", call.round_blank_form, name="round_blank_form"),
    path("appels/documents/<uuid:uuid>/", call.document_download, name="document_download"),
    path("verifier/", proof.receipt_verify, name="receipt_verify"),
    path("verifier/hors-ligne/", proof.receipt_verify_offline, name="receipt_verify_offline"),
    path("verifier/cles.json", proof.seal_key_list, name="seal_key_list"),
]

urlpatterns = [*EVERYONE, *APPLICANTS]
