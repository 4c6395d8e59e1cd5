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
#: Coefficients that are not drawn: level, trend, change of slope and step.
FIXED = 4


def placebo(weeks: Weeks, mixture: Mixture) -> Placebo | None:
    """Return what is seen before the start at dates that have enough weeks around.

    With the likeliest drift taken for known, so that it is a look beside the verdict,
    and a little too ready to see a change. None when no date has enough weeks.
    """
    before = weeks.without_after()
    places = candidates(before)
    if not places:
        return None
    pairs = [
        change(before.answers, np.arange(len(before.starts)) >= place)
        for place in places
    ]
    common = expected(before.starts)
    drift = mixture.likeliest
    products, _ = products_of(
        np.column_stack([common, *pairs, before.means]),
        before.answers,
        np.array([drift.variance]),
        np.array([drift.memory]),
    )
    freedom = before.freedom + before.count_before - FIXED
    effects, errors = _at_once(products[0], len(places), drift, before.squares, freedom)
    chances = 2 * stdtr(freedom, -np.abs(effects) / errors)
    return Placebo(
        dates=tuple(
            PlaceboDate(day=before.starts[place], effect=float(effect), p=float(p))
            for place, effect, p in zip(places, effects, chances, strict=True)
        ),
        found=int((chances < SIGNIFICANT_BELOW).sum()),
        as_large=int((np.abs(effects) >= abs(mixture.mean)).sum()),
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


def _at_once(
    products: Array, places: int, drift: Drift, squares: float, freedom: float
) -> tuple[Array, Array]:
    """Return effect and standard error at each place, from the products of all columns.

    The columns are what was expected, a pair for each place, and the means.
    """
    shared = len(SEASONAL) + 2
    chosen = np.array(
        [
            [*range(shared), shared + 2 * place, shared + 2 * place + 1]
            for place in range(places)
        ]
    )
    penalty = np.zeros(shared + 2)
    penalty[2:shared] = (drift.season * np.array(SEASONAL)) ** -2
    crossed = products[chosen[:, :, None], chosen[:, None, :]] + np.diag(penalty)
    right = products[chosen, -1]
    inverse = np.linalg.inv(crossed)
    found = np.einsum("pij,pj->pi", inverse, right)
    left = products[-1, -1] - np.einsum("pi,pi->p", found, right)
    variances = (squares + np.maximum(left, 0.0)) / freedom
    return found[:, -1], np.sqrt(variances * inverse[:, -1, -1])
