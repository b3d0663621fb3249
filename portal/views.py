"""Pages that belong to no single trade: home, one's own space, what the law asks of a site, the demonstration's mailbox."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.models import SignedInRequest
from community.queries import reach_of
from kit import clock, french
from kit.paging import page_of
from portal import queries
from portal.forms import MailboxSearchForm
from portal.sitemaps import SITEMAPS

# A mail is drawn as its own document: no script, no form, no origin; inline style is how mails are written.
MAIL_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; sandbox allow-popups"
)


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html", {"open_calls": queries.open_calls(), "promises": queries.promises()})


@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    memberships = queries.memberships_of(request.user)
    reach = reach_of(request.user, memberships)
    dossiers = queries.last_dossiers(request.user, reach)
    return render(
        request,
        "portal/dashboard.html",
        {
            "memberships": memberships,
            "dossiers": dossiers,
            "unread": queries.unread_messages(request.user),
            "steps": queries.next_steps(request.user, memberships, dossiers, reach),
        },
    )


@login_not_required
@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/how_it_works.html")


@login_not_required
@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/contact.html", {"contact_email": settings.CONTACT_EMAIL})


@login_not_required
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/statistics.html", queries.statistics())


@login_not_required
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    opened, coming = ({call.url: call for call in calls}.values() for calls in (queries.open_calls(), queries.coming_calls()))
    return render(request, "portal/sitemap.html", {"open_calls": opened, "coming_calls": coming})


@login_not_required
@require_safe
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    return sitemap_of(request, SITEMAPS)


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html", {"contact_email": settings.CONTACT_EMAIL, "publisher": settings.LEGAL_PUBLISHER})


@login_not_required
@require_safe
def legal_notice(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/legal_notice.html", {"legal": queries.legal_identity(), "contact_email": settings.CONTACT_EMAIL})


@login_not_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/personal_data.html", {"publisher": settings.LEGAL_PUBLISHER, "dpo_email": settings.DPO_EMAIL})


@login_not_required
@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    names = {"session": settings.SESSION_COOKIE_NAME, "csrf": settings.CSRF_COOKIE_NAME}
    return render(request, "portal/cookies.html", names)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    closed = ("/",) if settings.DEMONSTRATION else ("/admin/", "/compte/", "/mon-espace/", "/messages/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.DEMONSTRATION:
        lines.append(f"Sitemap: {settings.SITE_URL}{reverse('portal:sitemap_xml')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    """RFC 9116: where to report a vulnerability; it must expire within a year."""
    lines = [
        f"Contact: mailto:{settings.SECURITY_EMAIL}",
        f"Expires: {(clock.now() + timedelta(days=180)).strftime('%Y-%m-%dT00:00:00Z')}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_URL}{reverse('portal:security_txt')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    return redirect(static("dsfr/dist/favicon/favicon.ico" if settings.SITE_BRAND == "etat" else "img/favicon.svg"))


@login_not_required
@require_safe
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    _demonstration_only()
    form = MailboxSearchForm(request.GET)
    page = page_of(queries.mailbox(form.email).defer("text", "html"), request, per_page=25)
    return render(request, "portal/demo_mailbox.html", {"form": form, "page": page})


@login_not_required
@require_safe
def demo_message(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _demonstration_only()
    message = get_object_or_404(queries.mailbox(), uuid=uuid)
    facts = [("À", message.email), ("Envoyé le", french.instant(message.sent_at) if message.sent_at else "")]
    return render(request, "portal/demo_message.html", {"message": message, "facts": facts})


@login_not_required
@require_safe
def demo_message_html(request: HttpRequest, uuid: UUID) -> HttpResponse:  # noqa: ARG001 - a view takes the request
    _demonstration_only()
    message = get_object_or_404(queries.mailbox(), uuid=uuid)
    if not message.html:
        raise Http404
    return HttpResponse(message.html, headers={"Content-Security-Policy": MAIL_POLICY})


def _demonstration_only() -> None:
    if not settings.DEMONSTRATION:
        raise Http404
