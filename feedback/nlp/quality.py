"""How often the machine is right about each theme, as it was last measured."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: written by `make quality`
SOURCE = Path(__file__).with_name("data") / "quality.json"


@dataclass(frozen=True, kw_only=True)
class ThemeQuality:
    """Counts on labelled verbatims: frictions of one theme.

    Attributes:
        right: how many of those that were found are there.
        found: how many were found.
        heard: how many of those that are there were found.
        there: how many are there.
    """

    right: int
    found: int
    heard: int
    there: int


@cache
def measured_themes() -> dict[str, ThemeQuality]:
    """Return the counts of each shipped theme; empty when nothing was measured."""
    if not SOURCE.exists():
        return {}
    stored = json.loads(SOURCE.read_text(encoding="utf-8"))
    return {
        key: ThemeQuality(
            right=one["precision"][0],
            found=one["precision"][1],
            heard=one["recall"][0],
            there=one["recall"][1],
        )
        for key, one in stored["themes"].items()
    }
