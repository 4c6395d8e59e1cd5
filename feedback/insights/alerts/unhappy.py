"""Very unhappy customers: the lowest scores with an angry text, more than usual."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from scipy.special import pdtrc
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.models import AnnotationRecord, Feedback, Rating, Verbatim

#: days that are looked at, and weeks before them that say what is usual
DAYS, USUAL_WEEKS = 7, 26
#: customers that an alert takes at least
LEAST = 3
#: chance of as many in an ordinary week, below which there is an alert
_CHANCE = 0.0001
#: NPS answers up to this one, the lowest point of the other scales
_WORST_NPS = 2
#: score of a text, -1 to 1, up to which it is angry
_ANGRY = -0.5


@dataclass(frozen=True, kw_only=True)
class Unhappy:
    """Very unhappy customers of one touchpoint.

    Attributes:
        customers: different ones in the last seven days.
        first: the first of these days with one.
        usual: how many there were in the 26 weeks before.
        p: chance of as many in an ordinary week.
    """

    customers: int
    first: date
    usual: int
    p: float

    @property
    def is_alarming(self) -> bool:
        """Whether there are many more than usual."""
        return self.customers >= LEAST and self.p < _CHANCE


def count_unhappy(
    session: Session, journey_id: int, *, today: date
) -> Mapping[int, Unhappy]:
    """Return the very unhappy customers by touchpoint, where there were any this week.

    A customer whom the source names counts once, whoever is not named once an occasion.
    """
    week = today - timedelta(days=DAYS - 1)
    first = week - timedelta(weeks=USUAL_WEEKS)
    who = func.coalesce(Feedback.customer, Feedback.public_id)
    worst = or_(
        and_(Rating.scale == Scale.NPS, Rating.value <= _WORST_NPS),
        and_(Rating.scale != Scale.NPS, Rating.value == Scale.CSAT.lowest),
    )
    rows = session.execute(
        select(Feedback.touchpoint_id, Feedback.day, who)
        .join(Rating, Rating.feedback_id == Feedback.id)
        .join(Verbatim, Verbatim.feedback_id == Feedback.id)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .where(
            Feedback.journey_id == journey_id,
            Feedback.day >= first,
            Feedback.day <= today,
            Verbatim.feeling == Feeling.NEGATIVE,
            AnnotationRecord.score <= _ANGRY,
            worst,
        )
        .distinct()
    ).all()
    now: dict[int, dict[str, date]] = defaultdict(dict)
    usual: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for point, day, customer in rows:
        if day >= week:
            known = now[point].get(customer, day)
            now[point][customer] = min(known, day)
        else:
            usual[point].add((customer, (week - day).days // DAYS))
    return {
        point: Unhappy(
            customers=len(people),
            first=min(people.values()),
            usual=len(usual[point]),
            p=_chance(len(people), len(usual[point])),
        )
        for point, people in now.items()
    }


def _chance(customers: int, usual: int) -> float:
    """Return the Poisson chance of so many and more, at the rate of before."""
    return float(pdtrc(customers - 1, (usual + 0.5) / USUAL_WEEKS))
