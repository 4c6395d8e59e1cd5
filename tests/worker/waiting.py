"""Messages that wait, and nobody who takes them."""

import threading

from feedback.jobs.broker import BrokerAway


class Waiting:
    """Messages that nobody takes."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.is_away = False
        #: set once somebody has asked, and once somebody has told
        self.asked, self.got = threading.Event(), threading.Event()

    def send(self, job_id: int) -> None:
        """Keep the number."""
        if self.is_away:
            raise BrokerAway
        self.told.append(job_id)
        self.got.set()

    def waiting(self) -> int:
        """Return how many there are."""
        self.asked.set()
        if self.is_away:
            raise BrokerAway
        return len(self.told)
