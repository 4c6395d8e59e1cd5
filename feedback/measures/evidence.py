"""How much stands behind a figure, and whether it may be printed."""

from datetime import datetime, timedelta
from enum import StrEnum

#: Below this many answers a figure is not printed.
PRINTED_FROM = 10
#: Below this many answers a figure is marked as a small base and never ranked. The
#: number is a convention of the trade, not a law.
ENOUGH_FROM = 30
#: Without an answer for longer than this, a figure speaks of the past.
FRESH_FOR = timedelta(days=90)


class Evidence(StrEnum):
    """How far a figure can be trusted, for the shading of the map."""

    NONE = "none"
    LITTLE = "little"
    ENOUGH = "enough"
    STALE = "stale"


class Base(StrEnum):
    """What may be done with a figure, given its number of answers."""

    PRINTABLE = "printable"
    SMALL = "small"
    HIDDEN = "hidden"


def evidence(n: int, last_seen: datetime | None, *, now: datetime) -> Evidence:
    """Tell how much evidence there is.

    None without an answer, little below 30, stale when there would be enough but the
    last answer is older than 90 days, enough otherwise.

    Args:
        n: answers behind the figure.
        last_seen: moment of the last of them, aware; None is never stale.
        now: the moment to judge from, aware.
    """
    if n == 0:
        return Evidence.NONE
    if n < ENOUGH_FROM:
        return Evidence.LITTLE
    if last_seen is not None and now - last_seen > FRESH_FOR:
        return Evidence.STALE
    return Evidence.ENOUGH


def base(n: int) -> Base:
    """Return hidden below 10 answers, small below 30, printable from there on."""
    if n < PRINTED_FROM:
        return Base.HIDDEN
    return Base.SMALL if n < ENOUGH_FROM else Base.PRINTABLE
