"""The site's addresses, with the two references under their own prefix."""

from django.urls import include, path

from bench import references
from frenchimpact.urls import handler500

__all__ = ["handler500", "urlpatterns"]

urlpatterns = [
    path("bench/save/", references.save),
    path("bench/page/", references.page),
    path("", include("frenchimpact.urls")),
]
