"""Addresses on the network as people type them: e-mail and web, made canonical, refused with a sentence."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

LONGEST_EMAIL = 254
LONGEST_URL = 500
SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):(?![0-9])", re.IGNORECASE)
WEB = ("http", "https")


def clean_email(text: str) -> str:
    """`Nom@Exemple.FR` as `Nom@exemple.fr`: only the domain is the same in both cases. One address, without a name around it."""
    address = text.strip().removeprefix("mailto:")
    name, at, domain = address.rpartition("@")
    try:
        if len(address) > LONGEST_EMAIL:
            raise ValidationError("too long")
        validate_email(address)
    except ValidationError:
        missing = "" if at else " Il y manque le signe @."
        raise ValidationError(
            f"Cette adresse électronique ne semble pas exacte.{missing} Saisissez une seule adresse, par exemple nom@exemple.fr.",
            code="email",
        ) from None
    return f"{name}@{domain.lower()}"


def clean_url(text: str) -> str:
    """`exemple.fr/page` as `https://exemple.fr/page`; only the web, and no name or password inside."""
    address = text.strip()
    scheme = SCHEME.match(address)
    if scheme and scheme["scheme"].lower() not in WEB:
        raise ValidationError("Une adresse de site commence par https:// ou http://.", code="scheme")
    if len(address) > LONGEST_URL:
        raise ValidationError(f"Cette adresse est trop longue : {LONGEST_URL} caractères au plus.", code="length")
    whole = address if scheme else f"https://{address}"
    try:
        URLValidator(schemes=WEB)(whole)
        parts = urlsplit(whole)
        if "@" in parts.netloc:
            raise ValidationError("userinfo")
    except (ValidationError, ValueError):
        raise ValidationError(
            "Cette adresse de site ne semble pas exacte. Saisissez-la en entier, par exemple https://exemple.fr.", code="url"
        ) from None
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def is_web_address(text: str) -> bool:
    """Whether a stored text may be a link: `http` or `https`, and nothing that a browser would run."""
    return text.startswith(("http://", "https://"))
