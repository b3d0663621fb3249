"""A page of every component, for the browser's tests: an address of its own, not the site's."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from frenchimpact.urls import urlpatterns as site_urlpatterns
from kit import clock

CHOICES = [("a", "Association"), ("b", "Coopérative")]

PAGE = """{% extends "layouts/form.html" %}
{% block title %}Composants{% endblock %}
{% block breadcrumb %}{% include "components/breadcrumb.html" with parent_url="/aide/" parent_label="Aide" current="Composants" only %}{% endblock %}
{% block page %}
{% include "components/error_summary.html" with form=form only %}
<h1>Composants</h1>
{% include "components/stepper.html" with step=2 steps=4 title="Identité" next_title="Projet" only %}
<form method="post" novalidate>{% csrf_token %}{% include "components/form_fields.html" with form=form only %}<button class="fr-btn" type="submit">Envoyer</button></form>
<h2>Textes</h2>
{% include "components/alert.html" with title="À savoir" text="Une alerte." heading="h3" only %}
{% include "components/alert.html" with level="success" text="Une petite alerte." only %}
{% include "components/badge.html" with label="Déposé" level="success" small=True only %}
{% include "components/definition_list.html" with rows=rows only %}
{% include "components/progress.html" with done=2 total=5 forms="section complète,sections complètes" only %}
{% include "components/timeline.html" with events=events zone="Indian/Reunion" only %}
{% include "components/table.html" with caption="Dossiers" headers=headers rows=table only %}
{% include "components/tile.html" with title="Une porte" text="Vers l’aide." url="/aide/" detail="2 minutes" only %}
{% include "components/empty_state.html" with title="Rien encore" text="Commencez ici." action_url="/aide/" action_label="Commencer" only %}
{% include "components/button_form.html" with action="/essai/" label="Retirer" style="secondary" icon="fr-icon-delete-line" name="quoi" value="tout" csrf_token=csrf_token only %}
{% endblock %}"""


class EverythingForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Tel qu’il figure <au répertoire>.", max_length=20)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)
    summary = forms.CharField(label="Résumé", widget=forms.Textarea, required=False)
    family = forms.ChoiceField(label="Famille", choices=CHOICES)
    role = forms.ChoiceField(label="Rôle", choices=CHOICES, widget=forms.RadioSelect, help_text="Un seul.")
    themes = forms.MultipleChoiceField(label="Thèmes", choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    sworn = forms.BooleanField(label="J’atteste sur l’honneur", help_text="Relisez avant de cocher.")
    born = forms.DateField(
        label="Date de création", widget=forms.DateInput(attrs={"type": "date", "class": "a-class", "aria-describedby": "elsewhere"})
    )
    when = forms.SplitDateTimeField(label="Rendez-vous", widget=forms.SplitDateTimeWidget)
    ends = forms.DateField(label="Fin", widget=forms.SelectDateWidget, required=False)
    piece = forms.FileField(label="Statuts", required=False)

    def clean(self) -> None:
        self.add_error(None, "Le dossier est incomplet.")
        self.add_error("secret", "Le formulaire a changé.")


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    form = EverythingForm({"name": "x" * 30} if "errors" in request.GET else None)
    context = {
        "form": form,
        "rows": [("Sigle", "AP"), ("Site", ""), ("Effectif", 0), ("Capital", None)],
        "events": [
            {"at": clock.now(), "label": "Déposé", "who": "Camille Martin", "why": "À temps"},
            {"at": clock.now(), "label": "Lu"},
        ],
        "headers": ["Dossier", "État"],
        "table": [["FI-1", "Déposé"]],
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("essai/", gallery, name="gallery"), *site_urlpatterns]
