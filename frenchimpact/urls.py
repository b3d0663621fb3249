"""Every address of the site; each app keeps its own below its prefix."""

from django.contrib import admin
from django.urls import include, path

from kit import health

urlpatterns = [
    path("", include("portal.urls")),
    path("", include("portal.footer_urls")),
    path("", include("calls.urls")),
    path("", include("projects.urls")),
    path("", include("community.urls")),
    path("messages/", include("notifications.urls")),
    path("compte/", include("accounts.urls")),
    path("compte/", include("accounts.sign_in_urls")),
    path("territoires/", include("territories.urls")),
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
    path("admin/", admin.site.urls),
]

handler500 = "kit.outage.server_error"
