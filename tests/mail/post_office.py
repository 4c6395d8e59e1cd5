"""An SMTP server of the test's own, which answers what the test says."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller

#: an answer to the content that is none: the line goes dead
HANG_UP = "hang up"


class PostOffice:
    """Keeps what it takes, counts connections."""

    def __init__(self) -> None:
        #: to the content of a mail
        self.answer = "250 OK"
        #: to the content of the next mails, before `answer` holds again
        self.answers: list[str] = []
        #: to the name of the sender, and of each reader that is named here
        self.sender_answer = "250 OK"
        self.reader_answers: dict[str, str] = {}
        #: what happens when a mail is taken, before the answer is given
        self.on_taking: Callable[[bytes], None] | None = None
        self.taken: list[bytes] = []
        #: whom each mail was taken for
        self.readers: list[str] = []
        self.connections: set[object] = set()

    async def handle_MAIL(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take mails of a sender, or not."""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: Any, _session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Know a reader, or not."""
        answer = self.reader_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(  # noqa: N802 - the same
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        """Take a mail, or not."""
        self.connections.add(session.peer)
        answer = self.answers.pop(0) if self.answers else self.answer
        if answer.startswith("250") or answer == HANG_UP:
            self.taken.append(envelope.content)
            self.readers += envelope.rcpt_tos
            if self.on_taking is not None:
                self.on_taking(envelope.content)
        if answer == HANG_UP:
            server.transport.abort()
        return answer

    @contextmanager
    def open(self) -> Iterator[int]:
        """Serve on a port of this machine, and say which."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield port
        finally:
            controller.stop()
