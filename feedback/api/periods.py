"""The days that an address asks for."""

from collections.abc import Mapping
from typing import Any

from feedback.core.errors import Invalid
from feedback.core.periods import EARLIEST, LATEST, Period


def read_period(wanted: Mapping[str, Any]) -> Period | None:
    """Return the days from `since` on and before `until`; None where neither is asked.

    Raises:
        Invalid: `until: empty_period`.
    """
    since, until = wanted.get("since", EARLIEST), wanted.get("until", LATEST)
    if (since, until) == (EARLIEST, LATEST):
        return None
    if until <= since:
        raise Invalid({"until": "empty_period"})
    return Period(since, until)
