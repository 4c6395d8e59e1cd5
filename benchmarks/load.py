"""People who answer: a page fetched, its form sent, the thanks read, again and again.

One process with raw sockets that stay open, so that asking costs little beside
answering: the machine that is measured is the one that asks.
"""

import multiprocessing
import random
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat

HEAD_END = b"\r\n\r\n"
STEP = b'name="step" value="'
THANKS = b"Thank you"
COMMENTS = (
    "The queue at the till was far too long.",
    "Friendly people, and the bread is excellent.",
    "La livraison est arriv%C3%A9e en retard.",
    "Tr%C3%A8s bon accueil, merci.",
    "",
)


@dataclass(frozen=True, kw_only=True)
class Load:
    """What came of asking for a while."""

    seconds: float
    #: complete answers, in seconds each: page, form, thanks
    times: tuple[float, ...]
    #: answers of the server that were not what was asked for
    faults: int

    @property
    def per_second(self) -> float:
        """Complete answers a second."""
        return len(self.times) / self.seconds


class Person:
    """One connection, on which one answer follows the other."""

    def __init__(self, port: int, paths: Iterator[str], rng: random.Random) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.times: list[float] = []
        self.faults = 0
        self._paths = paths
        self._rng = rng
        self._read = b""
        self._is_sending = False

    def begin(self) -> None:
        """Ask for the page of the next answer."""
        self._path = next(self._paths)
        self._is_sending = False
        self._since = time.perf_counter()
        self.socket.sendall(
            f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\n"
            "Accept-Language: en\r\n\r\n".encode()
        )

    def go_on(self) -> None:
        """Read what has come; when it is whole, do what comes next.

        Raises:
            ConnectionError: the server has closed the connection.
        """
        read = self.socket.recv(65536)
        if not read:
            raise ConnectionError
        self._read += read
        head, found, body = self._read.partition(HEAD_END)
        if not found or len(body) < _length(head):
            return
        self._read = b""
        is_good = head.startswith(b"HTTP/1.1 200")
        if not self._is_sending and is_good:
            self._send(body)
            return
        if is_good and THANKS in body:
            self.times.append(time.perf_counter() - self._since)
        else:
            self.faults += 1
        self.begin()

    def _send(self, page: bytes) -> None:
        self._is_sending = True
        start = page.index(STEP) + len(STEP)
        step = page[start : page.index(b'"', start)].decode()
        score, comment = self._rng.randint(0, 10), self._rng.choice(COMMENTS)
        body = (
            f"step={step}&language=en&go=next&homepage="
            f"&q.score={score}&q.comment={comment.replace(' ', '+')}"
        )
        self.socket.sendall(
            f"POST {self._path} HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )


def _length(head: bytes) -> int:
    start = head.lower().index(b"content-length:") + len(b"content-length:")
    return int(head[start:].split(b"\r\n", 1)[0])


def answer(
    port: int, paths: Iterator[str] | str, *, clients: int, seconds: float, seed: int
) -> Load:
    """Answer for so long, so many at a time; for use in a process of its own.

    Args:
        port: of the server on this machine.
        paths: address of each answer, or the one of all.
        clients: connections, each with one answer at a time.
        seconds: how long.
        seed: decides scores and comments.
    """
    rng = random.Random(seed)  # noqa: S311 - no secret
    each = repeat(paths) if isinstance(paths, str) else paths
    selector = selectors.DefaultSelector()
    people = [Person(port, each, rng) for _ in range(clients)]
    for person in people:
        selector.register(person.socket, selectors.EVENT_READ, person)
        person.begin()
    since = time.perf_counter()
    while time.perf_counter() - since < seconds:
        for key, _ in selector.select(timeout=1):
            key.data.go_on()
    took = time.perf_counter() - since
    for person in people:
        person.socket.close()
    return Load(
        seconds=took,
        times=tuple(one for person in people for one in person.times),
        faults=sum(person.faults for person in people),
    )


def answer_apart(
    port: int,
    paths: list[str] | str,
    *,
    clients: int,
    seconds: float,
    seed: int,
) -> Load:
    """Do the same in a process of its own, that nothing else slows down."""
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool:
        arguments = {"clients": clients, "seconds": seconds, "seed": seed}
        return pool.apply(_answer_list, (port, paths), arguments)


def _answer_list(
    port: int, paths: list[str] | str, *, clients: int, seconds: float, seed: int
) -> Load:
    each = paths if isinstance(paths, str) else iter(paths)
    return answer(port, each, clients=clients, seconds=seconds, seed=seed)
