"""The work that this package owes: telling those who listen."""

from feedback.happenings.service import take_unspread
from feedback.jobs.ledger import enqueue
from feedback.jobs.work import Work

TOLD_AT_ONCE = 200


def spread(work: Work) -> None:
    """Tell those who listen of what happened, until nothing is left."""
    done = 0
    while numbers := take_unspread(work.session, most=TOLD_AT_ONCE, now=work.now()):
        told = {"happenings": list(numbers)}
        enqueue(work.session, "webhooks.take", told, due_at=work.now())
        enqueue(work.session, "automation.run", told, due_at=work.now())
        done += len(numbers)
        work.step(done, None)
