"""Outcome rates of the American Association for Public Opinion Research (AAPOR).

Standard Definitions, 10th edition (2023), web surveys of specifically named persons.
Nobody is divided by "opened": whether a mail was opened is rarely known, and who did
not open it was asked all the same. An open link has no count of those asked, and so
no response rate: its participation is a count.
"""

from dataclasses import dataclass
from enum import StrEnum

from feedback.measures.intervals import Estimate, share_estimate

#: share of the shown questions from which on a response counts as complete
COMPLETE_SHARE = 0.8
#: and from which on as partial; below it is a break-off
PARTIAL_SHARE = 0.5


class Completeness(StrEnum):
    """How much of what was shown a response answers."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    #: left so early that it counts as a refusal
    BREAK_OFF = "break_off"


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """How many of the people who were asked ended how; none is below 0.

    Raises:
        ValueError: a count is below 0.
    """

    #: I
    complete: int = 0
    #: P
    partial: int = 0
    #: R: refused, opted out, or broken off
    refused: int = 0
    #: NC: asked, and nothing came back
    non_contact: int = 0
    #: O: eligible and not asked to the end for another reason
    other: int = 0
    #: UH + UO: nobody knows whether they could be asked
    unknown: int = 0

    def __post_init__(self) -> None:
        if any(count < 0 for count in vars(self).values()):
            raise ValueError(f"a count below 0 in {self}")

    @property
    def eligible(self) -> int:
        """Those known to be eligible: (I + P) + (R + NC + O)."""
        return (
            self.complete + self.partial + self.refused + self.non_contact + self.other
        )

    @property
    def contacted(self) -> int:
        """Those who are known to have been reached: (I + P) + R + O."""
        return self.eligible - self.non_contact

    @property
    def all(self) -> int:
        """Everybody who was asked, eligible or unknown."""
        return self.eligible + self.unknown


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The rates that are proportions, with Wilson intervals; None without a base."""

    rr1: Estimate | None
    rr2: Estimate | None
    rr5: Estimate | None
    rr6: Estimate | None
    coop1: Estimate | None
    ref1: Estimate | None
    con1: Estimate | None


def completeness(answered: int, shown: int) -> Completeness:
    """Return what a response counts as that was left before its end.

    Complete from 80 % of the shown questions on, partial from 50 %, a break-off
    below, and when nothing was shown. Statements are no questions.

    Raises:
        ValueError: `answered` is not within 0..`shown`.
    """
    if not 0 <= answered <= shown:
        raise ValueError(f"{answered} answered of {shown}")
    share = answered / shown if shown else 0.0
    if share >= COMPLETE_SHARE:
        return Completeness.COMPLETE
    return Completeness.PARTIAL if share >= PARTIAL_SHARE else Completeness.BREAK_OFF


def rates(outcomes: Outcomes) -> Rates:
    """Return every rate that is a proportion."""
    return Rates(
        rr1=rr1(outcomes),
        rr2=rr2(outcomes),
        rr5=rr5(outcomes),
        rr6=rr6(outcomes),
        coop1=coop1(outcomes),
        ref1=ref1(outcomes),
        con1=con1(outcomes),
    )


def rr1(given: Outcomes) -> Estimate | None:
    """Response rate 1, the lowest: I / ((I + P) + (R + NC + O) + (UH + UO))."""
    return share_estimate(given.complete, given.all)


def rr2(given: Outcomes) -> Estimate | None:
    """Response rate 2: (I + P) / ((I + P) + (R + NC + O) + (UH + UO))."""
    return share_estimate(given.complete + given.partial, given.all)


def rr3(given: Outcomes, *, e: float) -> float | None:
    """Response rate 3: I / ((I + P) + (R + NC + O) + e (UH + UO)), 0..1.

    It has no interval here: `e` is an estimate of its own.

    Args:
        given: the outcomes.
        e: share of the unknown that is held to be eligible, 0..1; whoever publishes
            the rate says how it was set.

    Raises:
        ValueError: `e` is not within 0..1.
    """
    return _with_estimated(given.complete, given, e)


def rr4(given: Outcomes, *, e: float) -> float | None:
    """Response rate 4: (I + P) over the denominator of response rate 3, 0..1.

    Raises:
        ValueError: `e` is not within 0..1.
    """
    return _with_estimated(given.complete + given.partial, given, e)


def rr5(given: Outcomes) -> Estimate | None:
    """Response rate 5: I / ((I + P) + (R + NC + O)); rate 3 with an `e` of 0."""
    return share_estimate(given.complete, given.eligible)


def rr6(given: Outcomes) -> Estimate | None:
    """Response rate 6, the highest: (I + P) / ((I + P) + (R + NC + O))."""
    return share_estimate(given.complete + given.partial, given.eligible)


def coop1(given: Outcomes) -> Estimate | None:
    """Cooperation rate 1, of those reached: I / ((I + P) + R + O)."""
    return share_estimate(given.complete, given.contacted)


def ref1(given: Outcomes) -> Estimate | None:
    """Refusal rate 1: R / ((I + P) + (R + NC + O) + (UH + UO))."""
    return share_estimate(given.refused, given.all)


def con1(given: Outcomes) -> Estimate | None:
    """Contact rate 1: ((I + P) + R + O) / ((I + P) + R + O + NC + (UH + UO))."""
    return share_estimate(given.contacted, given.all)


def _with_estimated(hits: int, given: Outcomes, e: float) -> float | None:
    if not 0 <= e <= 1:
        raise ValueError(f"{e} is no share")
    base = given.eligible + e * given.unknown
    return hits / base if base else None
