"""A mail server of a few lines that keeps what it accepts, and can hold its answer to catch a sender in the act."""

import socketserver
import threading
from email import message_from_bytes


class Session(socketserver.StreamRequestHandler):
    server: "SmtpSink"

    def handle(self):
        try:
            self.say("220 sink")
            while line := self.rfile.readline():
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.take_mail()
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")
        except (BrokenPipeError, ConnectionResetError):
            return  # the sender was killed

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def take_mail(self):
        self.say("354 go on")
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            line = self.rfile.readline()
            if not line:
                return
            content += line
        self.server.keep(message_from_bytes(content)["Message-ID"])
        self.server.answers.wait()
        self.say("250 kept")


class SmtpSink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.kept: list[str] = []
        self.answers = threading.Event()
        self.answers.set()
        self._arrival = threading.Condition()

    @property
    def port(self):
        return self.server_address[1]

    def keep(self, message_id):
        with self._arrival:
            self.kept.append(message_id)
            self._arrival.notify_all()

    def wait_for(self, count, timeout):
        with self._arrival:
            return self._arrival.wait_for(lambda: len(self.kept) >= count, timeout)
