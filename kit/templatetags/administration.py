"""What pages of the administration show of a field that may not be changed."""

from django import template
from django.contrib.admin.helpers import AdminReadonlyField
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest

register = template.Library()


@register.filter
def contents_for(field: AdminReadonlyField, request: HttpRequest) -> str:
    """Django links to the page of a related object even for who may not open it: they get its name alone."""
    name, page = field.field["name"], field.model_admin
    try:
        relation = page.model._meta.get_field(name) if page else None  # noqa: SLF001 - Django's documented API
    except FieldDoesNotExist:  # a method of the administration
        relation = None
    if page is None or relation is None or not (relation.many_to_one or relation.one_to_one):
        return field.contents()
    admin = page.admin_site._registry.get(relation.related_model)  # noqa: SLF001 - is_registered() does not give it
    if admin is None or admin.has_view_permission(request):
        return field.contents()
    row = field.form.instance
    known = getattr(row, relation.attname) is not None  # a row that a refused form did not find has no related object
    return str(getattr(row, name)) if known else str(field.empty_value_display)
