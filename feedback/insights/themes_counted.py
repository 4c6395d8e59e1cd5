"""How much each theme of the deployment is spoken of, over all journeys and times."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.insights.models import Grain, ThemeCount, not_picked
from feedback.journey.models import Journey
from feedback.voice.taxonomy import Stance, read_themes


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Verbatims in which a theme is a friction, and in which it is praised."""

    frictions: int = 0
    praises: int = 0


def count_spoken(session: Session) -> Mapping[str, Spoken]:
    """Return the counts by key, of hidden themes as well; those of none left out."""
    themes = read_themes(session)
    rows = session.execute(
        select(ThemeCount.theme_key, ThemeCount.stance, func.sum(ThemeCount.n))
        .where(
            # Named, so that an index leads to the months and past all the days.
            ThemeCount.journey_id.in_(select(Journey.id)),
            ThemeCount.theme_key.in_(themes.kept),
            ThemeCount.grain == Grain.MONTH,
            not_picked(ThemeCount),
        )
        .group_by(ThemeCount.theme_key, ThemeCount.stance)
    )
    counts: Counter[tuple[str, Stance]] = Counter()
    for key, stance, n in rows:
        counts[themes.end(key), stance] += n
    return {
        key: Spoken(
            frictions=counts[key, Stance.FRICTION], praises=counts[key, Stance.PRAISE]
        )
        for key, _ in counts
    }
