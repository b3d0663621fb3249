"""What `manage.py check --deploy` says of a site that is not yet told who answers for it."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error as CheckError, Tags, Warning as CheckWarning, register

from kit.seals import current_key

IDENTITY = ("LEGAL_PUBLISHER", "LEGAL_PUBLISHER_ADDRESS", "LEGAL_DIRECTOR", "LEGAL_HOST", "LEGAL_HOST_ADDRESS", "LEGAL_HOST_PHONE")
ADDRESSES = ("CONTACT_EMAIL", "DPO_EMAIL", "SECURITY_EMAIL")
PLACEHOLDERS = ("example", "à compléter", "a completer", "todo", "xxx")
"""`.example` is a domain that can never be anybody's (RFC 2606)."""


@register(Tags.security, deploy=True)
def legal_identity_is_known(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """The law asks who publishes and who hosts (law of 21 June 2004, article 1-1), and where to write; a placeholder is no answer."""
    missing = [name for name in IDENTITY + ADDRESSES if is_placeholder(getattr(settings, name))]
    if not missing:
        return []
    names = ", ".join(missing)
    hint = "Set them in the environment: docs/deployment.md, §3."
    return [CheckWarning(f"The legal pages would be shown without their facts: {names}.", hint=hint, id="portal.W001")]


@register(Tags.security, deploy=True)
def security_keys_need_https(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """A security key tried over plain HTTP proves nothing: only a demonstration on one's own machine may accept it."""
    if not getattr(settings, "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", False):
        return []
    hint = "Remove MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN from the settings of this server."
    return [CheckWarning("Security keys are accepted from an address without HTTPS.", hint=hint, id="portal.W002")]


@register(Tags.security, deploy=True)
def receipts_can_be_sealed(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Without a key, deposits are taken but their receipts prove nothing until there is one."""
    if settings.SEAL_KEY:
        return []
    if settings.SEAL_KEY_FILE and current_key():
        hint = "Name it in the environment instead: docs/deployment.md, §14."
        return [CheckWarning("The key that seals receipts is a file made at first use, good for one machine.", hint=hint, id="portal.W003")]
    hint = "Make one with « manage.py seal_key new », set SEAL_KEY in the environment, keep a copy away: docs/deployment.md, §14."
    return [CheckError("SEAL_KEY is not set: receipts would be handed out without their seal.", hint=hint, id="portal.E001")]


def is_placeholder(text: str) -> bool:
    """Whether `text` says nothing, or says that something should be written there."""
    words = text.strip().lower()
    return not words or any(word in words for word in PLACEHOLDERS)
