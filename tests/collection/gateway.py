"""A gateway of text messages of the test's own: it records, and answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: an answer that is none: the connection is closed
HANG_UP = 0


class Gateway:
    """Keeps what it is given, a message that comes again once."""

    def __init__(self) -> None:
        #: status and body to the next messages, before 202 holds again
        self.answers: list[tuple[int, object]] = []
        self.headers: list[dict[str, str]] = []
        self.asked: list[dict[str, Any]] = []
        #: id to message, of those that were taken
        self.taken: dict[str, dict[str, Any]] = {}
        #: set by a test that wants it to go on answering
        self.goes_on = threading.Event()
        self.goes_on.set()

    def answer(
        self, headers: dict[str, str], message: dict[str, Any]
    ) -> tuple[int, object]:
        """Take a message, or not."""
        self.headers.append(headers)
        self.asked.append(message)
        status, body = self.answers.pop(0) if self.answers else (202, {"number": "n1"})
        if status in {HANG_UP, 200, 202}:
            self.taken[message["id"]] = message
        self.goes_on.wait(10)
        return status, body

    @contextmanager
    def open(self) -> Iterator[str]:
        """Serve on a port of this machine, and say at which address."""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                message = json.loads(self.rfile.read(length))
                status, body = gateway.answer(dict(self.headers), message)
                if status == HANG_UP:
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                with suppress(OSError):  # whoever asked waits no more
                    self.end_headers()
                    self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/messages?via=test"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
