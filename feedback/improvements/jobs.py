"""Compute verdicts: of one improvement, or each month of all."""

from datetime import date, timedelta

from feedback.core.errors import Conflict, NotFound
from feedback.core.periods import local_day
from feedback.improvements.evaluating import (
    EVALUATE,
    evaluate,
    last_day_counted,
    list_to_evaluate,
)
from feedback.improvements.service import reckon_again
from feedback.jobs.ledger import enqueue
from feedback.jobs.work import Work

#: while figures are being counted, a verdict would rest on half of them
WAITS = timedelta(seconds=30)
#: longer than that nobody waits: the next month computes it again
_LONGEST = 240


def evaluate_due(work: Work) -> None:
    """Compute the verdict of one improvement, or of all whose work has started.

    What is still being counted is tried again after 30 seconds.
    """
    asked = work.payload.get("improvement")
    through = work.payload.get("through")
    last = (
        date.fromisoformat(through)
        if through
        else last_day_counted(work.now(), work.settings.zone)
    )
    wanted = (asked,) if asked else list_to_evaluate(work.session)
    for done, public_id in enumerate(wanted, start=1):
        try:
            evaluate(work.session, public_id, through=last, now=work.now())
        except NotFound:
            continue
        except Conflict as error:
            if error.code == "still_counting":
                _again(work, public_id, last)
        work.step(done, len(wanted))
    if not asked:
        today = local_day(work.now(), work.settings.zone)
        reckon_again(work.session, today=today)


def _again(work: Work, public_id: str, through: date) -> None:
    tried = int(work.payload.get("tried", 0))
    if tried < _LONGEST:
        enqueue(
            work.session,
            EVALUATE,
            {
                "improvement": public_id,
                "through": through.isoformat(),
                "tried": tried + 1,
            },
            due_at=work.now() + WAITS,
            dedupe_key=f"{EVALUATE}:{public_id}:{through}:again",
        )
