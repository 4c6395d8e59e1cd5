"""An SMTP server of the test's own, which answers what the test says."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class PostOffice:
    """Keeps what it takes, counts connections."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.taken: list[bytes] = []
        self.connections: set[object] = set()

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: Any, session: Any, envelope: Any
    ) -> str:
        """Take a mail, or not."""
        self.connections.add(session.peer)
        if self.answer.startswith("250"):
            self.taken.append(envelope.content)
        return self.answer

    @contextmanager
    def open(self) -> Iterator[int]:
        """Serve on a port of this machine, and say which."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        yield port
        controller.stop()
