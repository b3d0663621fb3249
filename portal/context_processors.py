"""What every page of the site shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, brand and mode."""
    return {
        "site_name": settings.SITE_NAME,
        "site_brand": settings.SITE_BRAND,
        "site_url": settings.SITE_URL,
        "demonstration": settings.DEMONSTRATION,
    }
