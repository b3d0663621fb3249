"""The footer's pages under the names that django-dsfr's templates look up, without a namespace."""

from django.urls import path

from portal import views

urlpatterns = [
    path("plan-du-site/", views.sitemap, name="footer-sitemap"),
    path("accessibilite/", views.accessibility, name="footer-accessibility-status"),
    path("mentions-legales/", views.legal_notice, name="footer-legal-notice"),
    path("donnees-personnelles/", views.personal_data, name="footer-personal-data"),
    path("cookies/", views.cookies, name="footer-cookie-management"),
]
