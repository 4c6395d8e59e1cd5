"""Interviews in the report: quoted with consent, left out without."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.interviews.excerpt_queries import list_quotable
from feedback.interviews.terms import ConsentScope
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.interviews.talks import Talks

MONTH = Period(date(2026, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("scopes", "quoted"),
    [
        ((ConsentScope.RECORDING, ConsentScope.QUOTATION), 1),
        ((ConsentScope.RECORDING,), 0),
    ],
)
def test_only_who_agreed_to_it_is_quoted(
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    worker: Worker,
    scopes: tuple[ConsentScope, ...],
    quoted: int,
) -> None:
    talks = Talks(session, factories, clock)
    talks.mark(talks.written_down(worker, scopes), talks.draft(2))
    session.commit()
    worker.drain()

    found = list_quotable(session, talks.point.journey_id, MONTH, most=6)

    assert len(found) == quoted
