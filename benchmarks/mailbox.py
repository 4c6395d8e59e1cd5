"""A mail server of the measurement's own: who got which mail, and the links in them."""

import contextlib
import queue
import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller

from benchmarks.serving import free_port

LINK = re.compile(r"/a/[A-Za-z0-9_-]{43}")


class Mailbox:
    """Takes every mail, and remembers whose it was."""

    def __init__(self) -> None:
        #: mails by the address of their reader
        self.by_reader: Counter[str] = Counter()
        self.by_message_id: Counter[str] = Counter()
        #: personal links, one a mail
        self.links: queue.SimpleQueue[str] = queue.SimpleQueue()

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take a mail."""
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.by_reader.update(envelope.rcpt_tos)
        self.by_message_id[str(mail["Message-ID"])] += 1
        body = mail.get_body(("plain",))
        found = LINK.search(body.get_content()) if body else None
        if found:
            self.links.put(found[0])
        return "250 OK"

    @contextlib.contextmanager
    def open(self) -> Iterator[int]:
        """Serve on a port of this machine, and say which."""
        port = free_port()
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield port
        finally:
            controller.stop()
