"""A shop that sends events and customers who answer, until each is acknowledged.

Whatever goes wrong meanwhile is tried again: the same event under the same id, the
same form with the same step. What counts as acknowledged was answered with success.
"""

import contextlib
import http.client
import json
import queue
import random
import threading
import time
import urllib.parse
from collections.abc import Iterable
from typing import Any

from benchmarks.asking import SLUG
from benchmarks.load import STEP, THANKS
from benchmarks.mailbox import Mailbox

SOURCE = "https://shop.example"
EVENT_TYPE = "order.delivered"
BATCH = 20
PATIENCE_SECONDS = 20
AGAIN_SECONDS = 0.1
#: how long a customer waits for a mail before answering by the open link
MAIL_SECONDS = 5
#: what a customer says, with a word of their own that tells whose answer it is
WORDS = (
    "The queue at the till was far too long, {}.",
    "Friendly people and excellent bread, {}.",
    "La livraison est arrivée en retard, {}.",
    "Très bon accueil à la boutique, {}.",
)
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


def word_of(number: int) -> str:
    """Return a word that no other number has, and that is no personal data."""
    word = ""
    for _ in range(5):
        number, consonant = divmod(number, len(CONSONANTS))
        number, vowel = divmod(number, len(VOWELS))
        word += CONSONANTS[consonant] + VOWELS[vowel]
    return f"{word}x"


class Refused(Exception):
    """The product said no to something that it should take."""


class Crowd:
    """Threads that send events and answers, as fast as `share` allows."""

    def __init__(
        self,
        ports: list[int],
        key: str,
        mailbox: Mailbox,
        *,
        events: int,
        answers: int,
        seed: int,
    ) -> None:
        self._ports, self._key, self._mailbox = ports, key, mailbox
        self._events, self._answers = events, answers
        self._rng = random.Random(seed)  # noqa: S311 - no secret
        #: of the work, how much may be done by now, 0 to 1
        self.share = 0.0
        self.acknowledged_events: set[str] = set()
        #: words of the answers
        self.acknowledged_answers: set[str] = set()
        self.by_personal_link = 0
        #: requests that were cut off or refused and tried again
        self.tries_again = 0
        self.problems: list[str] = []
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, answering: int = 12) -> None:
        """Begin, with so many who answer at the same time."""
        numbers: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(self._answers):
            numbers.put(number)
        work: list[tuple[Any, ...]] = [(self._send_events,)]
        work += [(self._send_answers, numbers)] * answering
        for target, *arguments in work:
            thread = threading.Thread(
                target=self._guarded, args=(target, *arguments), daemon=True
            )
            thread.start()
            self._threads.append(thread)

    @property
    def share_done(self) -> float:
        """Of the work, how much was answered, 0 to 1: the slower of both kinds."""
        answered = len(self.acknowledged_answers) + len(self.problems)
        return min(
            len(self.acknowledged_events) / self._events, answered / self._answers
        )

    def is_done(self) -> bool:
        """Whether everything was acknowledged, or a thread gave up."""
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Give up what is not done yet."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _guarded(self, target: Any, *arguments: Any) -> None:
        try:
            target(*arguments)
        except (Refused, ValueError) as error:
            self.problems.append(repr(error))

    def _send_events(self) -> None:
        for first in range(0, self._events, BATCH):
            if not self._wait_for_share(first, self._events):
                return
            numbers = range(first, min(first + BATCH, self._events))
            body = json.dumps([event_of(number) for number in numbers])
            answer = self._ask_until(
                "POST",
                "/api/v1/events",
                body,
                {
                    "Authorization": f"Bearer {self._key}",
                    "Content-Type": "application/cloudevents-batch+json",
                },
                good=(202,),
            )
            told = json.loads(answer)
            self.acknowledged_events.update(one["id"] for one in told["receipts"])
            if told["refused"]:
                raise Refused(str(told["refusals"])[:500])

    def _send_answers(self, numbers: "queue.SimpleQueue[int]") -> None:
        while not self._stop.is_set():
            try:
                number = numbers.get_nowait()
            except queue.Empty:
                return
            if not self._wait_for_share(number, self._answers):
                return
            path = f"/s/{SLUG}"
            if number % 2 == 0:  # every second one waits for a mail
                with contextlib.suppress(queue.Empty):
                    path = self._mailbox.links.get(timeout=MAIL_SECONDS)
                    self.by_personal_link += 1
            word = word_of(number)
            try:
                self._answer(path, self._rng.choice(WORDS).format(word))
            except (Refused, ValueError) as error:
                # told at the end; the others go on
                self.problems.append(f"{path[:3]} {error!r}")
            else:
                self.acknowledged_answers.add(word)

    def _answer(self, path: str, comment: str) -> None:
        page = self._ask_until("GET", path, None, {"Accept-Language": "en"})
        start = page.index(STEP) + len(STEP)
        form = {
            "step": page[start : page.index(b'"', start)].decode(),
            "language": "en",
            "go": "next",
            "homepage": "",
            "q.score": str(self._rng.randint(0, 10)),
            "q.comment": comment,
        }
        thanks = self._ask_until(
            "POST",
            path,
            urllib.parse.urlencode(form),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        if THANKS not in thanks:
            raise Refused(f"no thanks for {path[:4]}: {thanks[:300]!r}")

    def _wait_for_share(self, done: int, total: int) -> bool:
        while done >= self.share * total and self.share < 1:
            if self._stop.wait(AGAIN_SECONDS):
                return False
        return not self._stop.is_set()

    def _ask_until(
        self,
        method: str,
        path: str,
        body: str | None,
        headers: dict[str, str],
        good: Iterable[int] = (200,),
    ) -> bytes:
        """Ask one of the web servers until it answers with success.

        Raises:
            Refused: it answered that this is not to be had.
        """
        while not self._stop.is_set():
            try:
                status, content = self._ask(method, path, body, headers)
            except (OSError, http.client.HTTPException):
                status, content = 0, b""
            if status in good:
                return content
            if 400 <= status < 500 and status not in {408, 429}:
                raise Refused(f"{method} {path[:12]} {status}: {content[:300]!r}")
            self.tries_again += 1
            time.sleep(AGAIN_SECONDS)
        raise Refused("stopped")

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._rng.choice(self._ports), timeout=PATIENCE_SECONDS
        )
        with contextlib.closing(connection):
            sent = body.encode() if body is not None else None
            connection.request(method, path, sent, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


def event_of(number: int) -> dict[str, Any]:
    """Return an order that was delivered to a customer of its own, as a CloudEvent."""
    return {
        "specversion": "1.0",
        "id": f"order-{number}",
        "source": SOURCE,
        "type": EVENT_TYPE,
        "data": {
            "customer": {
                "id": f"customer-{number}",
                "email": reader_of(number),
                "locale": "en",
            },
            "order": {"total": 10 + number % 90},
        },
    }


def reader_of(number: int) -> str:
    """Return the address of the customer of an event."""
    return f"customer{number}@example.org"
