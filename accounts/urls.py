"""Addresses of `accounts`; allauth's stand beside them under the same prefix."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("profil/", views.profile, name="profile"),
    path("mes-donnees/", views.my_data, name="my_data"),
    path("supprimer/", views.account_delete, name="account_delete"),
    path("proconnect/", views.proconnect_start, name="proconnect_start"),
    path("proconnect/retour/", views.proconnect_callback, name="proconnect_callback"),
    path("proconnect/deconnexion/", views.proconnect_leave, name="proconnect_leave"),
    path("proconnect/deconnecte/", views.proconnect_left, name="proconnect_left"),
]
