"""Keep the counts up with what was said."""

from feedback.insights.refresh import refresh_stale, stale_months
from feedback.jobs.work import Work

REFRESH = "insights.refresh"


def refresh(work: Work) -> None:
    """Count the marked days of a journey again, one month after the other."""
    journey_id = int(work.payload["journey_id"])
    months = stale_months(work.session, journey_id)
    for done, month in enumerate(months, start=1):
        refresh_stale(work.session, journey_id, month)
        work.step(done, len(months))
