"""The work that this package owes: rules look at what happened."""

from feedback.automation.running import run_rules
from feedback.jobs.work import Work


def run(work: Work) -> None:
    """Have the rules look at the happenings of the payload."""
    run_rules(
        work.session,
        work.payload["happenings"],
        settings=work.settings,
        now=work.now(),
    )
