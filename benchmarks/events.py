"""Events a second by the API: one a call, and a hundred a call, each call committed.

One shop sends them over one connection. What comes of them is measured by
`benchmarks.invitations`; here they wait.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path

from benchmarks.answers import running
from benchmarks.asking import SLUG, set_scene, switch_on
from benchmarks.crowd import EVENT_TYPE, event_of
from feedback.config import Settings
from feedback.db import migrate
from feedback.db.session import Database

ENOUGH_CALLS = "1000000"


class Shop:
    """One connection that sends events nobody has sent before."""

    def __init__(self, port: int, key: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/cloudevents-batch+json",
        }
        self._numbers = count()

    def send(self, size: int) -> None:
        """Send so many in one call.

        Raises:
            RuntimeError: they were not taken.
        """
        body = json.dumps([event_of(next(self._numbers)) for _ in range(size)])
        self._connection.request("POST", "/api/v1/events", body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status}: {content[:300]!r}")

    def send_for(self, seconds: float, size: int) -> float:
        """Send call after call for so long; return events a second."""
        since, sent = time.perf_counter(), 0
        while time.perf_counter() - since < seconds:
            self.send(size)
            sent += size
        return sent / (time.perf_counter() - since)


def main() -> None:
    """Send, and print how many a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    asked = parser.parse_args()
    speeds: dict[int, list[float]] = {1: [], 100: []}
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch) / "var")
        settings.data_dir.mkdir()
        database = Database(settings.database)
        migrate.upgrade(database)
        key = switch_on(database, set_scene(database), event_type=EVENT_TYPE)
        more = {"FEEDBACK_API_CALLS_PER_MINUTE": ENOUGH_CALLS}
        with running(settings, "wsgi:app", f"/s/{SLUG}", **more) as side:
            shop = Shop(side.port, key)
            for number in range(-1, asked.rounds):  # the first one warms up
                for size, found in speeds.items():
                    speed = shop.send_for(asked.seconds, size)
                    if number >= 0:
                        found.append(speed)
        database.dispose()
    print("| what | a second |")
    print("|---|---|")
    for size, found in speeds.items():
        print(f"| events taken, {size} a call | {statistics.median(found):,.0f} |")


if __name__ == "__main__":
    main()
