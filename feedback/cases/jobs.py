"""The work that this package owes: opening, telling what is late, forgetting."""

from feedback.cases.closing import empty_cases
from feedback.cases.escalation import AT_ONCE
from feedback.cases.escalation import escalate as tell_late
from feedback.cases.opening import look as look_at
from feedback.jobs.work import Work


def look(work: Work) -> None:
    """Open a case for each response of the payload that calls for one."""
    look_at(
        work.session,
        work.payload["responses"],
        now=work.now(),
        zone=work.settings.zone,
    )


def escalate(work: Work) -> None:
    """Tell of the cases that are late, until none is left."""
    done, told = 0, AT_ONCE
    while told == AT_ONCE:
        told = tell_late(work.session, now=work.now())
        done += told
        work.step(done, None)


def forget(work: Work) -> None:
    """Empty the cases of customers who are forgotten."""
    empty_cases(work.session, work.payload["contacts"])
