"""The receipt as a PDF that claims PDF/UA-1, in the words of its content, with its seal printed and what was sealed attached."""

import re
from typing import Any

from django.conf import settings
from django.urls import reverse

from calls.models import Receipt
from calls.sealed import receipt_statement
from kit import french
from kit.markdown import plain_links
from kit.pdf import render_pdf

MARK = re.compile(rb"accuse:([^:<>()\x00-\x1f]{1,40}):([2-9A-HJ-NP-Z]{12})")
"""In the metadata of every receipt: how an edited one still says which it was."""
MOST_MARKS = 4
EMPHASIS = re.compile(r"(\*\*|__)(.+?)\1")
ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+")


def receipt_pdf_of(receipt: Receipt) -> bytes:
    """The document of a sealed receipt; the same bytes for the same receipt."""
    return render_pdf("calls/receipt.typ", receipt_words(receipt), at=receipt.issued_at)


def marks_in(document: bytes) -> list[tuple[str, str]]:
    """The numbers and codes that a file says it has, the first ones only."""
    found = dict.fromkeys((number.decode(errors="replace"), code.decode()) for number, code in MARK.findall(document))
    return list(found)[:MOST_MARKS]


def receipt_words(receipt: Receipt) -> dict[str, Any]:
    """What the document says, in words."""
    content, service = receipt.content, receipt.content["service"]
    signed = f"{content['signatory']}, {content['function']} ({content['capacity'].lower()})"
    organisation = f"{content['organisation']} ({content['identifier']})" if content["identifier"] else content["organisation"]
    return {
        "title": f"Accusé de réception n°{french.NBSP}{receipt.number}",
        "author": service["name"],
        "mark": f"accuse:{receipt.number}:{receipt.code}",
        "facts": [
            {"label": "Reçu le", "lines": [french.instant(receipt.received_at, seconds=True)]},
            {"label": "Dossier", "lines": [f"{content['application_number']}, dépôt n° {content['deposit_sequence']}", content["project"]]},
            {"label": "Organisation", "lines": [organisation]},
            {"label": "Appel", "lines": [content["call"], content["round"]]},
            {"label": "Déposé par", "lines": [signed]},
            {
                "label": "Service chargé du dossier",
                "lines": _lines(service["name"], service["address"], service["email"], service["phone"]),
            },
        ],
        "parts": [
            {"title": "Sans réponse de l’administration", "blocks": [{"is_list": False, "lines": [_silence(receipt)]}]},
            {"title": "Si une pièce manque", "blocks": _blocks(content["completeness_notice"])},
            {"title": "Voies et délais de recours", "blocks": _blocks(content["appeal_notice"])},
        ],
        "check": {"url": f"{settings.SITE_URL}{reverse('calls:receipt_verify')}", "number": receipt.number, "code": receipt.code_in_groups},
        "seal": {
            "text": receipt.seal,
            "key": receipt.seal_key,
            "at": french.instant(receipt.sealed_at or receipt.issued_at, seconds=True),
            "digest": content["content_sha256"],
        },
        "attached": {"name": f"accuse-{receipt.number}.json", "text": receipt_statement(receipt).decode()},
        "watermark": "DÉMONSTRATION" if settings.DEMONSTRATION else None,
    }


def _silence(receipt: Receipt) -> str:
    silence = receipt.content["silence"]
    return (
        f"Sans réponse de notre part pendant {silence['months']} mois, c’est-à-dire jusqu’au {french.day(receipt.silence_until)} inclus, "
        f"votre demande sera considérée comme {receipt.silence_outcome} à compter du {french.day(receipt.silence_from)} "
        f"({silence['label'].lower()}), sous réserve que le dossier soit complet."
    )


def _lines(*texts: str) -> list[str]:
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def _blocks(text: str) -> list[dict[str, Any]]:
    """Paragraphs and lists of a notice, which staff write with the few signs of Markdown."""
    blocks: list[dict[str, Any]] = []
    for line in filter(str.strip, text.splitlines()):
        is_item = bool(ITEM.match(line))
        said = plain_links(EMPHASIS.sub(r"\2", ITEM.sub("", line, count=1).strip("# ")))
        if is_item and blocks and blocks[-1]["is_list"]:
            blocks[-1]["lines"].append(said)
        else:
            blocks.append({"is_list": is_item, "lines": [said]})
    return blocks
