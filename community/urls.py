"""Addresses of `community`."""

from django.urls import path

from community.views import claims, mandates, members, organisations

app_name = "community"
urlpatterns = [
    path("organisations/", organisations.organisation_list, name="organisation_list"),
    path("organisations/saisir/", organisations.organisation_create, name="organisation_create"),
    path("organisations/saisir/identite/", organisations.organisation_identify, name="organisation_identify"),
    path("organisations/<uuid:uuid>/", organisations.organisation_detail, name="organisation_detail"),
    path("organisations/<uuid:uuid>/modifier/", organisations.organisation_change, name="organisation_change"),
    path("organisations/<uuid:uuid>/siret/", organisations.organisation_add_siret, name="organisation_add_siret"),
    path("organisations/<uuid:uuid>/comparer/", organisations.organisation_refresh, name="organisation_refresh"),
    path("organisations/<uuid:uuid>/rejoindre/", claims.claim_create, name="claim_create"),
    path("organisations/<uuid:uuid>/desaccord/", claims.dispute_create, name="dispute_create"),
    path("rattachements/<uuid:uuid>/", claims.claim_detail, name="claim_detail"),
    path("rattachements/<uuid:uuid>/accepter/", claims.claim_accept, name="claim_accept"),
    path("rattachements/<uuid:uuid>/refuser/", claims.claim_refuse, name="claim_refuse"),
    path("organisations/<uuid:uuid>/quitter/", members.member_leave, name="member_leave"),
    path("membres/<uuid:uuid>/verifier/", members.member_verify, name="member_verify"),
    path("membres/<uuid:uuid>/role/", members.member_change, name="member_change"),
    path("membres/<uuid:uuid>/retirer/", members.member_remove, name="member_remove"),
    path("organisations/<uuid:uuid>/inviter/", members.invitation_create, name="invitation_create"),
    path("invitations/<uuid:uuid>/annuler/", members.invitation_revoke, name="invitation_revoke"),
    path("invitations/<str:token>/", members.invitation_accept, name="invitation_accept"),
    path("organisations/<uuid:uuid>/mandats/demander/", mandates.mandate_ask, name="mandate_ask"),
    path("organisations/<uuid:uuid>/mandats/donner/", mandates.mandate_give, name="mandate_give"),
    path("mandats/<uuid:uuid>/", mandates.mandate_detail, name="mandate_detail"),
    path("mandats/<uuid:uuid>/accorder/", mandates.mandate_grant, name="mandate_grant"),
    path("mandats/<uuid:uuid>/refuser/", mandates.mandate_refuse, name="mandate_refuse"),
    path("mandats/<uuid:uuid>/revoquer/", mandates.mandate_revoke, name="mandate_revoke"),
]
