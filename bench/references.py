"""The two references, and the header that says what SQL a response cost."""

import time

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from kit.arrival import arrived_at

EMPTY_PAGE = '{% extends "layouts/page.html" %}{% block title %}Page{% endblock %}{% block page %}{% endblock %}'


class QueryCountMiddleware:
    """Innermost: counts the queries of the view and of its template, and their time."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        spent = []

        def measure(execute, sql, params, many, context):
            start = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                spent.append(time.perf_counter() - start)

        with connection.execute_wrapper(measure):
            response = self.get_response(request)
        response["X-Bench-Arrived"] = arrived_at(request).isoformat()
        response["X-Bench-Sql"] = f"{len(spent)};{sum(spent) * 1000:.3f}"
        return response


@csrf_exempt
def save(request: HttpRequest) -> HttpResponse:
    """*save*: the session, one UPDATE, JSON."""
    User.objects.filter(pk=request.user.pk).update(first_name="Camille")
    return JsonResponse({"saved": True})


def page(request: HttpRequest) -> HttpResponse:
    """*page*: nothing in the site's layout."""
    return HttpResponse(engines["django"].from_string(EMPTY_PAGE).render({}, request))
