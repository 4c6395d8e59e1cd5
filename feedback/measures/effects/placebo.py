"""The same look at dates when nothing was done."""

import numpy as np
from scipy.special import stdtr

from feedback.measures.comparison import SIGNIFICANT_BELOW
from feedback.measures.effects.drift import Array, Drift, Mixture, products_of
from feedback.measures.effects.results import Placebo, PlaceboDate
from feedback.measures.effects.segmented import SEASONAL, change, expected
from feedback.measures.effects.weeks import WEEKS_AFTER, WEEKS_BEFORE, Weeks

#: As many dates at most, evenly spread.
MOST = 12


def placebo(weeks: Weeks, mixture: Mixture) -> Placebo | None:
    """Return what is seen before the start at dates that have enough weeks around.

    With the likeliest drift taken for known, so that it is a look beside the verdict,
    and a little too ready to see a change. None when no date has enough weeks.
    """
    before = weeks.without_after()
    places = candidates(before)
    if not places:
        return None
    common = expected(before.starts)
    pairs = []
    for place in places:
        late = np.arange(len(before.starts)) >= place
        pairs.append(change(before.answers, late))
    drift = mixture.likeliest
    columns = np.column_stack([common, *pairs, before.means])
    products, _ = products_of(
        columns, before.answers, np.array([drift.variance]), np.array([drift.memory])
    )
    dates = tuple(
        _at(before, place, products[0], 6 + 2 * index, drift)
        for index, place in enumerate(places)
    )
    return Placebo(
        dates=dates,
        found=sum(one.p < SIGNIFICANT_BELOW for one in dates),
        as_large=sum(abs(one.effect) >= abs(mixture.mean) for one in dates),
    )


def candidates(before: Weeks) -> list[int]:
    """Return the weeks at which a placebo may start, evenly spread."""
    known = np.cumsum(before.answers > 0)
    if not len(known):
        return []
    possible = [
        week
        for week in range(1, len(known))
        if known[week - 1] >= WEEKS_BEFORE
        and known[-1] - known[week - 1] >= WEEKS_AFTER
    ]
    if len(possible) <= MOST:
        return possible
    return [possible[round(i)] for i in np.linspace(0, len(possible) - 1, MOST)]


def _at(
    before: Weeks, place: int, products: Array, first: int, drift: Drift
) -> PlaceboDate:
    chosen = [*range(6), first, first + 1]
    sizes = drift.season * np.array(SEASONAL)
    crossed = products[np.ix_(chosen, chosen)]
    crossed = crossed + np.diag([0.0, 0.0, *(1 / sizes**2), 0.0, 0.0])
    right = products[chosen, -1]
    inverse = np.linalg.inv(crossed)
    found = inverse @ right
    freedom = before.freedom + float((before.answers > 0).sum()) - 4
    left = before.squares + max(float(products[-1, -1] - found @ right), 0.0)
    effect, error = float(found[-1]), float(np.sqrt(left / freedom * inverse[-1, -1]))
    return PlaceboDate(
        day=before.starts[place],
        effect=effect,
        p=2 * float(stdtr(freedom, -abs(effect) / error)),
    )
