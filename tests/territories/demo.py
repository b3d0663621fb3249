"""A page with two fields of areas, for tests only: the component as any app would use it."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from territories.enums import AreaKind
from territories.fields import AreaField


class DemoForm(forms.Form):
    where = AreaField(label="Commune du siège")
    reach = AreaField(
        label="Territoires d’action", kinds=[AreaKind.COMMUNE, AreaKind.EPCI, AreaKind.DEPARTEMENT], multiple=True, required=False
    )
    note = forms.CharField(label="Remarque", required=False)


PAGE = """{% extends "base.html" %}{% block title %}Essai{% endblock %}{% block content %}<div class="fr-container fr-my-6w">
<h1>Essai</h1>
{% if said %}<p id="said">{{ said }}</p>{% endif %}
<form method="post" novalidate>{% csrf_token %}{% include 'components/form_fields.html' with form=form only %}
<button class="fr-btn" type="submit" id="send">Enregistrer</button></form>
</div>{% endblock %}"""


@login_not_required
def demo(request):
    form = DemoForm(request.POST or None)
    said = ""
    if request.method == "POST" and form.is_valid():
        reach = ", ".join(area.label for area in form.cleaned_data["reach"])
        said = f"{form.cleaned_data['where'].label} ; {reach}"
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form, "said": said}, request))


urlpatterns = [path("essai/", demo, name="demo"), path("", include("frenchimpact.urls"))]
