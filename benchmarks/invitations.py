"""100,000 invitations that are due at once: planned, throttled, queued; flat memory.

Every tenth customer has two invitations that are due, every fifth was asked days ago,
every twentieth is on the stop list, and every fiftieth is asleep: so every rule has its
work. One worker does the job; others would wait for it, batch by batch.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from feedback.collection.models import (
    Asking,
    Contact,
    Invitation,
    Sending,
    StoppedAddress,
)
from feedback.collection.owing import PLAN, owe_planning
from feedback.collection.stop_list import address_key
from feedback.collection.terms import Channel, InvitationState, StopReason
from feedback.config import Settings
from feedback.core.ids import new_public_id
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.journey.models import Journey, Touchpoint
from feedback.surveys.models import Survey, SurveyState
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker

#: a Thursday morning in Paris, and night in Los Angeles
NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
ROWS_AT_ONCE = 5_000


class MorningClock:
    """Stands on a morning on which people may be asked, and goes on from there."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def now(self) -> datetime:
        """Return the moment."""
        return NOW + timedelta(seconds=time.monotonic() - self._start)


def fill(session: Session, *, invitations: int, secret: str) -> None:
    """Make the customers, what they were asked before, and what is due."""
    draw_journeys(session, now=NOW)
    journey = session.scalars(select(Journey).order_by(Journey.id)).first()
    assert journey is not None
    point = session.scalars(
        select(Touchpoint).where(Touchpoint.journey_id == journey.id)
    ).first()
    assert point is not None
    surveys = [
        Survey(
            journey_id=journey.id,
            touchpoint_id=point.id,
            name=f"Survey {number}",
            state=SurveyState.OPEN,
            draft={},
            created_at=NOW,
        )
        for number in range(2)
    ]
    session.add_all(surveys)
    session.flush()
    first, second = (survey.id for survey in surveys)
    people = range(1, invitations * 10 // 11 + 1)
    _add(session, Contact, (_contact(number) for number in people))
    _add(session, Asking, (_asked(one, second) for one in people if one % 5 == 0))
    _add(session, StoppedAddress, (_stop(n, secret) for n in people if n % 20 == 1))
    place = {"journey_id": journey.id, "touchpoint_id": point.id}
    both = ((first, 1), (second, 10))
    _add(
        session,
        Invitation,
        (
            _invitation(number, survey) | place
            for survey, every in both
            for number in people
            if number % every == 0
        ),
    )


def _add(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        session.execute(insert(model), batch)


def _contact(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "public_id": new_public_id(),
        "customer": f"C{number}",
        "email": f"customer{number}@example.org",
        "locale": "fr",
        "time_zone": "America/Los_Angeles" if number % 50 == 7 else "Europe/Paris",
        "attributes": {},
        "created_at": NOW,
    }


def _asked(number: int, survey: int) -> dict[str, Any]:
    return {
        "contact_id": number,
        "survey_id": survey,
        "channel": Channel.EMAIL,
        "asked_at": NOW - timedelta(days=3 if number % 10 else 40),
    }


def _stop(number: int, secret: str) -> dict[str, Any]:
    return {
        "address_key": address_key(f"customer{number}@example.org", secret=secret),
        "reason": StopReason.OPT_OUT,
        "created_at": NOW,
    }


def _invitation(number: int, survey: int) -> dict[str, Any]:
    return {
        "public_id": new_public_id(),
        "origin_key": f"bench:{survey}:{number}",
        "survey_id": survey,
        "contact_id": number,
        "channel": Channel.EMAIL,
        "locale": "fr",
        "state": InvitationState.PLANNED,
        "priority": 5 + survey % 2,
        "due_at": NOW - timedelta(seconds=number % 3600),
        "expires_at": NOW + timedelta(days=14),
        "facts": {},
        "created_at": NOW,
    }


def memory() -> float:
    """Return the memory of this process in MiB, without files that it maps."""
    status = Path("/proc/self/status").read_text()
    line = next(one for one in status.splitlines() if one.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def planned_by(worker: Worker) -> list[float]:
    """Have the worker plan all that is due; return its memory twenty times a second."""
    seen: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            seen.append(memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    worker.run_once()
    done.set()
    watcher.join()
    return seen or [memory()]


def main() -> None:
    """Plan what is due, and print how long it took and what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invitations", type=int, default=100_000)
    parser.add_argument("--database", default="", help="SQLAlchemy address, empty")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch), database_url=asked.database)
        database = Database(settings.database)
        migrate.upgrade(database)
        clock = MorningClock()
        with database.transaction() as session:
            fill(session, invitations=asked.invitations, secret=settings.secret())
            owe_planning(session, [NOW], now=NOW)
        worker = Worker(
            database,
            settings=settings,
            clock=clock,
            handlers={PLAN: HANDLERS[PLAN]},
        )
        start, spent = time.perf_counter(), time.process_time()
        seen = planned_by(worker)
        seconds = time.perf_counter() - start
        own = time.process_time() - spent
        with database.transaction(writes=False) as session:
            states = session.execute(
                select(Invitation.state, Invitation.reason, func.count())
                .group_by(Invitation.state, Invitation.reason)
                .order_by(func.count().desc())
            ).all()
            sendings = session.scalar(select(func.count()).select_from(Sending))
        database.dispose()
    kind = asked.database.partition(":")[0] or "sqlite"
    total = sum(count for _, _, count in states)
    print(f"| {kind}, {total:,} invitations due | |")
    print("|---|---|")
    print(f"| seconds | {seconds:.1f} |")
    print(f"| seconds of CPU of the worker | {own:.1f} |")
    print(f"| invitations/s | {total / seconds:,.0f} |")
    tenth = max(seen[: len(seen) // 10 + 1])
    print(f"| memory after a tenth of the time | {tenth:.0f} MiB |")
    print(f"| largest memory | {max(seen):.0f} MiB |")
    for state, reason, count in states:
        print(f"| {state.value}{f', {reason}' if reason else ''} | {count:,} |")
    print(f"| messages owed | {sendings:,} |")


if __name__ == "__main__":
    main()
