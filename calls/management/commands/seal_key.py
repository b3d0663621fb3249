"""The keys that seal receipts: make one, adopt the one of the settings, list them, say that one is in other hands."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from calls.actions.seal import NoKey, UnknownKey, adopt_current_key, declare_compromised
from calls.queries.receipt import known_keys
from kit import clock
from kit.seals import PrivateKey, new_secret


class Command(BaseCommand):
    help = "Keys that seal receipts (docs/deployment.md, §14): new, adopt, list, compromised."

    def add_arguments(self, parser: ArgumentParser) -> None:
        doing = parser.add_subparsers(dest="doing", required=True)
        doing.add_parser("new", help="print a new key for SEAL_KEY; nothing is stored")
        doing.add_parser("adopt", help="note the key of SEAL_KEY as the one in use, and the others as retired from now on")
        doing.add_parser("list", help="the keys and when each served")
        compromised = doing.add_parser("compromised", help="say that the private half of a key is in other hands")
        compromised.add_argument("id")
        compromised.add_argument("--since", default="", help="since when, such as 2026-11-23T14:00+01:00; now by default")

    def handle(self, **options: Any) -> None:
        say = {"new": self._new, "adopt": self._adopt, "list": self._list, "compromised": self._compromised}[options["doing"]]
        try:
            for line in say(options):
                self.stdout.write(line)
        except (NoKey, UnknownKey) as refusal:
            raise CommandError(str(refusal)) from refusal

    def _new(self, _options: dict[str, Any]) -> list[str]:
        secret = new_secret()
        return [
            f"SEAL_KEY={secret}",
            f"# id: {PrivateKey(secret).id}. Keep a copy away from this server, then restart it and run « seal_key adopt ».",
        ]

    def _adopt(self, _options: dict[str, Any]) -> list[str]:
        return [f"{adopt_current_key().pk} seals from now on."]

    def _list(self, _options: dict[str, Any]) -> list[str]:
        return [
            f"{key.id}  {key.public_key}  from {_said(key.in_use_from)}  until {_said(key.in_use_until)}  compromised {_said(key.compromised_at)}"
            for key in known_keys().values()
        ]

    def _compromised(self, options: dict[str, Any]) -> list[str]:
        since = parse_datetime(options["since"]) if options["since"] else clock.now()
        if since is None or since.tzinfo is None:
            raise CommandError("Give the instant with its zone, such as 2026-11-23T14:00+01:00.")
        key = declare_compromised(options["id"], at=since)
        return [f"{key.pk} is declared compromised since {_said(key.compromised_at)}."]


def _said(at: Any) -> str:
    return at.isoformat(timespec="seconds") if at else "-"
