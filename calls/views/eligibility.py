"""« Puis-je candidater ? », without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from calls.definition import definition_of
from calls.eligibility import check_of
from calls.forms.eligibility import keep_sent, kept_check
from calls.models import Round


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def eligibility_check(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    round_ = get_object_or_404(Round.objects.public().select_related("call"), call__slug=slug, code=code)
    questions = check_of(definition_of(round_))
    if questions is None:
        raise Http404
    if request.method == "POST":
        keep_sent(questions, request.POST, request.session, round_)
        return redirect(f"{reverse('calls:eligibility_check', args=[slug, code])}#resultat")
    return render(request, "calls/eligibility_check.html", {"round": round_, "check": kept_check(questions, request.session, round_)})
