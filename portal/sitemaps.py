"""What search engines are told of: the public pages, and every call that is public."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from portal import queries

PAGES = ("home", "how_it_works", "statistics", "contact", "sitemap", "accessibility", "legal_notice", "personal_data", "cookies")

CALLS_PAGES = ("call_list", "receipt_verify", "receipt_verify_offline")


class PublicPages(Sitemap[str]):
    """The pages that stay."""

    def items(self) -> list[str]:
        return [*(reverse(f"calls:{name}") for name in CALLS_PAGES), *(reverse(f"portal:{name}") for name in PAGES)]

    def location(self, item: str) -> str:
        return item


class PublicCalls(Sitemap[str]):
    """The page of each call, open or not: who was not chosen reads it too."""

    def items(self) -> list[str]:
        return queries.public_call_addresses()

    def location(self, item: str) -> str:
        return item


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {"pages": PublicPages, "calls": PublicCalls}
