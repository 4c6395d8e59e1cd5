"""How much an improvement could take away: complaints a month where it is felt.

The priority of the board is this impact by the effort. Neither says that the complaints
would go: it says how many there are to win over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.insights.figures import NOTHING, Counts, gather, pool
from feedback.insights.segments import Segment, default_period, find_span
from feedback.nlp.annotation import Feeling
from feedback.voice.taxonomy import Stance, read_themes

_DAYS_OF_MONTH = 365.25 / 12
#: effort up to which an improvement can be a quick win
QUICK_EFFORT = 2


@dataclass(frozen=True, kw_only=True)
class Impact:
    """Complaints where an improvement is felt, in the newest months with feedback.

    `complaints` are verbatims that complain of its theme, or all negative verbatims of
    an improvement without a theme, among `verbatims` in `period`.
    """

    complaints: int
    verbatims: int
    period: Period | None

    @property
    def a_month(self) -> float:
        """Complaints a month, 0 without feedback."""
        if self.period is None:
            return 0.0
        return self.complaints * _DAYS_OF_MONTH / self.period.days

    def written(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {
            "complaints": self.complaints,
            "verbatims": self.verbatims,
            "period": str(self.period) if self.period else None,
        }


class Reckoner:
    """Reckons the impact of the improvements of one journey from four queries."""

    def __init__(self, session: Session, journey_id: int, *, today: date) -> None:
        self._themes = read_themes(session)
        span = find_span(session, journey_id)
        self._period: Period | None = None
        self._counts: Mapping[int, Counts] = {}
        if span is not None:
            newest = default_period(span, today=today)
            self._period = Period(newest.since, min(newest.until, span.until))
            self._counts = gather(
                session, Segment(journey_id=journey_id, period=self._period)
            )

    def impact(self, touchpoint_ids: Iterable[int], theme_key: str | None) -> Impact:
        """Return the impact of an improvement at these places on this theme."""
        there = pool(self._counts.get(one, NOTHING) for one in touchpoint_ids)
        if theme_key is None:
            complaints = there.feelings.get(Feeling.NEGATIVE, 0)
        else:
            theme = self._themes.current(theme_key) or theme_key
            complaints = there.themes.get((theme, Stance.FRICTION), 0)
        return Impact(
            complaints=complaints, verbatims=there.verbatims, period=self._period
        )


def is_quick_win(impact: float, effort: int, usual: float) -> bool:
    """Tell whether little effort meets at least the usual impact.

    Args:
        impact: complaints a month.
        effort: 1 to 5.
        usual: median impact of the open improvements of the journey.
    """
    return effort <= QUICK_EFFORT and impact > 0 and impact >= usual


def usual_impact(impacts: Iterable[float]) -> float:
    """Return the median, 0 of none."""
    known = list(impacts)
    return median(known) if known else 0.0
