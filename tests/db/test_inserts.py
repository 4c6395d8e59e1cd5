"""insert_missing: what is there already is left alone, whoever wrote it."""

import threading
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.db.inserts import insert_missing
from feedback.db.session import Database
from feedback.jobs.models import Job, JobState
from tests.conftest import StoppedClock


def row(now: datetime, key: str, name: str = "some.work") -> dict[str, Any]:
    return {
        "public_id": f"{key}-{name}"[:12],
        "name": name,
        "payload": {},
        "state": JobState.DUE,
        "due_at": now,
        "created_at": now,
        "dedupe_key": key,
        "attempts": 0,
        "max_attempts": 5,
        "progress_done": 0,
    }


def insert(session: Session, rows: list[dict[str, Any]]) -> list[str]:
    return insert_missing(
        session, Job, rows, key=[Job.dedupe_key], returning=Job.dedupe_key
    )


def test_only_what_was_missing_is_inserted_and_returned(
    session: Session, clock: StoppedClock
) -> None:
    now = clock.now()

    assert insert(session, [row(now, "a")]) == ["a"]
    assert set(insert(session, [row(now, "a", "other"), row(now, "b")])) == {"b"}
    assert insert(session, [row(now, "a"), row(now, "b")]) == []

    names = session.scalars(select(Job.name).where(Job.dedupe_key == "a")).all()
    assert names == ["some.work"]


def test_nothing_to_insert_is_nothing(session: Session) -> None:
    assert insert(session, []) == []


def test_rows_may_come_back_as_objects(session: Session, clock: StoppedClock) -> None:
    (made,) = insert_missing(
        session, Job, [row(clock.now(), "a")], key=[Job.dedupe_key], returning=Job
    )

    assert isinstance(made, Job)
    assert made.dedupe_key == "a"


def test_writers_at_the_same_time_insert_each_row_once(
    database: Database, clock: StoppedClock
) -> None:
    together = threading.Barrier(4)
    inserted: list[str] = []

    def write() -> None:
        together.wait()
        with database.transaction() as session:
            inserted.extend(
                insert(session, [row(clock.now(), f"key-{n}") for n in range(20)])
            )

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.session(writes=False) as session:
        count = session.scalar(select(func.count()).select_from(Job))
    assert count == 20
    assert sorted(inserted) == sorted(f"key-{n}" for n in range(20))
