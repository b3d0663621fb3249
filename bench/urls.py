"""The site's addresses, with the two references under their own prefix."""

from django.urls import include, path

from bench import references

urlpatterns = [
    path("bench/save/", references.save),
    path("bench/page/", references.page),
    path("", include("frenchimpact.urls")),
]
