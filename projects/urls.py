"""Addresses of `projects`."""

from django.urls import path

from projects import views

app_name = "projects"
urlpatterns = [
    path("projets/", views.project_list, name="project_list"),
    path("organisations/<uuid:uuid>/projets/nouveau/", views.project_create, name="project_create"),
    path("projets/<uuid:uuid>/", views.project_detail, name="project_detail"),
    path("projets/<uuid:uuid>/modifier/", views.project_change, name="project_change"),
]
