"""A mail server that answers what a test scripts: one entry a mail, an exception to raise or None to accept."""

from typing import ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class ScriptedBackend(BaseEmailBackend):
    script: ClassVar[list[Exception | None]] = []
    unreachable: ClassVar[Exception | None] = None
    close_error: ClassVar[Exception | None] = None
    accepted: ClassVar[list] = []
    opened: ClassVar[int] = 0

    @classmethod
    def start(cls, *script, unreachable=None, close_error=None):
        cls.script, cls.unreachable, cls.close_error = list(script), unreachable, close_error
        cls.accepted, cls.opened = [], 0
        return cls

    def open(self):
        type(self).opened += 1
        if self.unreachable:
            raise self.unreachable
        return True

    def close(self):
        if self.close_error:
            raise self.close_error

    def send_messages(self, email_messages):
        for mail in email_messages:
            answer = self.script.pop(0) if self.script else None
            if answer:
                raise answer
            self.accepted.append(mail)
        return len(email_messages)
