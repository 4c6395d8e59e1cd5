"""A receiver of webhooks: a real server that answers what a test tells it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Says:
    """An answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    #: whether it says nothing until the receiver is closed
    hangs: bool = False
    #: whether the body comes byte by byte and never ends
    trickles: bool = False


@dataclass(frozen=True)
class Received:
    """What was sent."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """Keeps what it gets; `says` is its answer from now on."""

    def __init__(self) -> None:
        self.says = Says()
        self.got: list[Received] = []
        self.port = 0
        self.is_closing = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook?from=feedback"

    def ids(self) -> list[str]:
        """The ids of what it got, in order."""
        return [one.headers["webhook-id"] for one in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Have a receiver listen on a port of its own."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            headers = {key.lower(): value for key, value in self.headers.items()}
            receiver.got.append(Received(self.path, headers, self.rfile.read(size)))
            says = receiver.says
            if says.hangs:
                receiver.is_closing.wait(30)
                return
            with suppress(OSError):  # the other side has heard enough
                self._answer(says)

        def _answer(self, says: Says) -> None:
            self.send_response(says.status)
            for name, value in says.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(says.body)
            while says.trickles and not receiver.is_closing.wait(0.05):
                self.wfile.write(b".")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.port = server.server_address[1]
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )
    thread.start()
    try:
        yield receiver
    finally:
        receiver.is_closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
