"""Whether a pattern that an author wrote can be tried on what a stranger writes.

Python's `re` tries every way of matching before it gives up. A pattern as short as
`(a+)+b` has more ways than there is time, and one text of 40 letters would hold a web
process for ever. So the ways are counted before a pattern is accepted. What is counted
is a simple language: characters, classes, groups, `|`, and `? * + {m,n}`. References
and looking around are refused.
"""

import re
from dataclasses import dataclass

LONGEST_PATTERN = 200
#: characters of the longest text that a pattern is tried on
LONGEST_MATCHED = 250
#: three free repeats in a row; tried in hundredths of a second, half of one at worst
MOST_WAYS = 16_000_000
MOST_STEPS = 100_000

_QUANTIFIER = re.compile(r"([*+?]|\{(?=[0-9,])([0-9]*)(,?)([0-9]*)\})\??")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
# what `re` may read differently one day: it warns of it
_AMBIGUOUS = re.compile(r"\[[^\]]*(?:\[|--|&&|~~|\|\|)")
_ESCAPE = re.compile(r"\\(?:[dDwWsSbBtn]|[^A-Za-z0-9])", re.DOTALL)


@dataclass(frozen=True)
class _Cost:
    """How many ways a part can match one text, and how many steps one way takes."""

    ways: int
    steps: int


class _TooFreeError(Exception):
    """The pattern has too many ways, or parts that cannot be counted."""


def pattern_fault(pattern: str) -> str | None:
    """Return `pattern_broken`, `pattern_too_free`, or None for one that can be used."""
    if len(pattern) > LONGEST_PATTERN or _AMBIGUOUS.search(pattern):
        return "pattern_too_free"
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return "pattern_broken"
    try:
        _Counter(pattern).count()
    except _TooFreeError:
        return "pattern_too_free"
    return None


class _Counter:
    """Walks through a pattern that compiles, part by part."""

    def __init__(self, pattern: str) -> None:
        self.rest = pattern

    def count(self) -> None:
        self.alternatives()
        if self.rest:
            raise _TooFreeError

    def alternatives(self) -> _Cost:
        cost = self.sequence()
        while self.rest.startswith("|"):
            self.rest = self.rest[1:]
            further = self.sequence()
            cost = _bounded(cost.ways + further.ways, max(cost.steps, further.steps))
        return cost

    def sequence(self) -> _Cost:
        cost = _Cost(1, 0)
        while self.rest and self.rest[0] not in "|)":
            part = self.quantified(self.atom())
            cost = _bounded(cost.ways * part.ways, cost.steps + part.steps)
        return cost

    def atom(self) -> _Cost:
        if self.rest.startswith("("):
            return self.group()
        for shape in (_CLASS, _ESCAPE):
            if found := shape.match(self.rest):
                self.rest = self.rest[found.end() :]
                return _Cost(1, 1)
        if self.rest[0] in "\\[":
            raise _TooFreeError
        self.rest = self.rest[1:]
        return _Cost(1, 1)

    def group(self) -> _Cost:
        opening = "(?:" if self.rest.startswith("(?:") else "("
        self.rest = self.rest[len(opening) :]
        if self.rest.startswith("?"):
            raise _TooFreeError
        inside = self.alternatives()
        self.rest = self.rest.removeprefix(")")
        return _Cost(inside.ways, max(inside.steps, 1))

    def quantified(self, part: _Cost) -> _Cost:
        found = _QUANTIFIER.match(self.rest)
        if found is None:
            return part
        self.rest = self.rest[found.end() :]
        if self.rest[:1] in {"*", "+", "?"}:
            raise _TooFreeError
        least, most = _times(found)
        if part.ways == 1:
            return _bounded(most - least + 1, most * part.steps)
        ways = 0
        for times in range(least, most + 1):
            ways += _bounded(part.ways ** min(times, 40), 0).ways
        return _bounded(ways, most * part.steps)


def _times(quantifier: re.Match[str]) -> tuple[int, int]:
    sign, least, comma, most = quantifier.groups()
    if sign in {"*", "+", "?"}:
        return (int(sign == "+"), 1 if sign == "?" else LONGEST_MATCHED)
    if not comma:
        return int(least), int(least)
    return int(least or 0), int(most) if most else LONGEST_MATCHED + int(least or 0)


def _bounded(ways: int, steps: int) -> _Cost:
    if ways > MOST_WAYS or steps > MOST_STEPS:
        raise _TooFreeError
    return _Cost(ways, steps)
