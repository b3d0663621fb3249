"""The pages of projects, for the members of their organisations."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import SignedInRequest
from kit.paging import page_of
from projects import actions
from projects.forms import ProjectForm
from projects.models import Project
from projects.permissions import changes_project, creates_project
from projects.queries import organisations_within_reach, projects_of, themes_of


@require_GET
def project_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "projects/project_list.html", {"page": page_of(projects_of(request.user), request)})


@require_http_methods(["GET", "POST"])
def project_create(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    organisation = get_object_or_404(organisations_within_reach(request.user), uuid=uuid)
    if not creates_project(request.user, organisation):
        raise PermissionDenied
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        project = actions.create_project(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, f"Le projet « {project.name} » est enregistré.")
        return redirect("projects:project_detail", project.uuid)
    return render(request, "projects/project_create.html", {"form": form, "organisation": organisation})


@require_GET
def project_detail(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("organisation"), uuid=uuid)
    context = {
        "project": project,
        "facts": [("Organisation", project.organisation.name), ("Le projet en quelques mots", project.summary)],
        "themes": themes_of(project),
        "places": project.places.order_by("kind", "search_name", "pk"),
        "can_edit": changes_project(request.user, project),
    }
    return render(request, "projects/project_detail.html", context)


@require_http_methods(["GET", "POST"])
def project_change(request: SignedInRequest, uuid: UUID) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("organisation"), uuid=uuid)
    if not changes_project(request.user, project):
        raise PermissionDenied
    form = ProjectForm(request.POST if request.method == "POST" else None, project=project)
    if form.is_valid():
        actions.change_project(project, by=request.user, **form.cleaned_data)
        messages.success(request, "Le projet est modifié.")
        return redirect("projects:project_detail", project.uuid)
    return render(request, "projects/project_change.html", {"form": form, "project": project})
