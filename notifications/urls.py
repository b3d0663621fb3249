"""Addresses of `notifications`."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.message_list, name="message_list"),
    path("tout-marquer-lu/", views.message_read_all, name="message_read_all"),
    path("preferences/", views.preference_change, name="preference_change"),
    path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("<uuid:uuid>/", views.message_detail, name="message_detail"),
]
