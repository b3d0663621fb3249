"""Addresses of `portal`."""

from django.urls import path

from portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("mon-espace/", views.dashboard, name="dashboard"),
    path("comment-ca-marche/", views.how_it_works, name="how_it_works"),
    path("statistiques/", views.statistics, name="statistics"),
    path("aide/", views.contact, name="contact"),
    path("plan-du-site/", views.sitemap, name="sitemap"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("donnees-personnelles/", views.personal_data, name="personal_data"),
    path("cookies/", views.cookies, name="cookies"),
    path("demonstration/courriels/", views.demo_mailbox, name="demo_mailbox"),
    path("demonstration/courriels/<uuid:uuid>/", views.demo_message, name="demo_message"),
    path("demonstration/courriels/<uuid:uuid>/html/", views.demo_message_html, name="demo_message_html"),
    path("sitemap.xml", views.sitemap_xml, name="sitemap_xml"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("favicon.ico", views.favicon, name="favicon"),
]
