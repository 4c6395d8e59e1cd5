"""How often one person may be asked, over all surveys and channels.

Pure. The ledger of a person, what else is planned for them, and the limits go in; a
decision comes out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

#: from this priority on a survey counts as rare: it waits instead of being dropped,
#: and the last place of a window is kept for it
RARE = 8


@dataclass(frozen=True, kw_only=True)
class Window:
    """At most so many askings in any run of so many days."""

    days: int
    most: int


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What nobody is asked beyond."""

    windows: tuple[Window, ...] = (Window(days=7, most=1), Window(days=90, most=4))
    #: days between two askings at least
    gap_days: int = 0
    #: days between two askings by the same survey at least
    same_survey_days: int = 30
    #: whether surveys that are not rare leave one place of each window of two or more
    keep_for_rare: bool = True

    @property
    def horizon(self) -> timedelta:
        """How far ahead a more important asking is looked for: one gap."""
        shortest = min((one.days for one in self.windows), default=0)
        return timedelta(days=max(self.gap_days, shortest))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One line of the ledger; without a survey somebody was asked to talk."""

    survey_id: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An asking that is planned for the person."""

    #: tells two apart that are alike in all else
    id: int
    survey_id: int | None
    #: 1 to 9, the larger first
    priority: int
    due_at: datetime
    expires_at: datetime
    #: when it was first due; None: it has not waited
    waits_since: datetime | None = None


class Verdict(StrEnum):
    """What is to be done with an asking that is due."""

    ALLOW = "allow"
    HOLD_BACK = "hold_back"
    POSTPONE = "postpone"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is to be done, and why."""

    verdict: Verdict
    #: lower_snake code: `same_survey`, `too_soon`, `window_full`, `more_important`
    reason: str | None = None
    #: what fills the words of the reason
    detail: Mapping[str, Any] = field(default_factory=dict)
    #: of what is postponed
    until: datetime | None = None


_ALLOWED = Decision(verdict=Verdict.ALLOW)


def decide(
    wanted: Wanted,
    *,
    asked: Sequence[Asked],
    limits: Limits,
    now: datetime,
    waiting: Iterable[Wanted] = (),
) -> Decision:
    """Say whether a person may be asked now, or later, or not at all.

    Nothing is ever allowed that exceeds the limits. What is allowed by them still
    yields to a more important asking that is due within the gap and would lose its
    place: the larger priority goes first, then the older. A rare survey (priority 8
    and 9) that cannot go is postponed to the first moment that is free before it
    expires, and counts one priority more for each gap that it has waited; any other
    is held back, because its occasion has passed.

    Args:
        wanted: the asking that is due.
        asked: the ledger of the person, in any order.
        limits: the policy.
        now: the moment at which it would be asked.
        waiting: what else is planned for the person; `wanted` itself is ignored.
    """
    refusal = _refusal(wanted, asked, limits, at=now)
    if refusal is not None:
        free = _first_free(wanted, asked, limits, after=now)
        return _put_off(wanted, refusal, free)
    with_it = [*asked, Asked(survey_id=wanted.survey_id, at=now)]
    for other in waiting:
        if other.id == wanted.id or not _goes_before(other, wanted, limits, now):
            continue
        moment = max(now, other.due_at)
        if (
            moment < other.expires_at
            and _refusal(other, asked, limits, at=moment) is None
            and _refusal(other, with_it, limits, at=moment) is not None
        ):
            before = [*asked, Asked(survey_id=other.survey_id, at=moment)]
            yields = Decision(
                verdict=Verdict.HOLD_BACK,
                reason="more_important",
                detail={"survey_id": other.survey_id},
            )
            return _put_off(
                wanted, yields, _first_free(wanted, before, limits, after=moment)
            )
    return _ALLOWED


def _put_off(wanted: Wanted, refusal: Decision, free: datetime | None) -> Decision:
    waits = wanted.priority >= RARE and refusal.reason != "same_survey"
    if not waits or free is None or free >= wanted.expires_at:
        return refusal
    return Decision(
        verdict=Verdict.POSTPONE,
        reason=refusal.reason,
        detail=refusal.detail,
        until=free,
    )


def _goes_before(one: Wanted, other: Wanted, limits: Limits, now: datetime) -> bool:
    """Tell whether `one` is due within the gap and ranks before `other`."""
    if one.due_at >= now + max(limits.horizon, timedelta(seconds=1)):
        return False
    return _rank(one, limits, now) < _rank(other, limits, now)


def _rank(one: Wanted, limits: Limits, now: datetime) -> tuple[float, datetime, int]:
    since = one.waits_since or one.due_at
    earned = 0
    if one.priority >= RARE and limits.horizon:
        earned = max(0, (now - since) // limits.horizon)
    return -(one.priority + earned), since, one.id


def _refusal(
    wanted: Wanted, asked: Sequence[Asked], limits: Limits, *, at: datetime
) -> Decision | None:
    """Return why the limits forbid an asking at a moment, None when they do not."""
    if not asked:  # each window has a place for everybody
        return None
    same = timedelta(days=limits.same_survey_days)
    if any(
        one.survey_id == wanted.survey_id and abs(at - one.at) < same for one in asked
    ):
        return _held("same_survey", days=limits.same_survey_days)
    gap = timedelta(days=limits.gap_days)
    if any(abs(at - one.at) < gap for one in asked):
        return _held("too_soon", days=limits.gap_days)
    for window in limits.windows:
        kept = limits.keep_for_rare and wanted.priority < RARE and window.most > 1
        if _most_within(window.days, asked, at) > window.most - kept:
            return _held(
                "window_full", days=window.days, most=window.most, kept=bool(kept)
            )
    return None


def _held(reason: str, **detail: object) -> Decision:
    return Decision(verdict=Verdict.HOLD_BACK, reason=reason, detail=detail)


def _most_within(days: int, asked: Sequence[Asked], at: datetime) -> int:
    """Return the most askings of any run of days that holds `at`, this one included.

    The ledger may know later ones: a link handed over, a clock that went ahead.
    """
    length = timedelta(days=days)
    near = sorted(one.at for one in asked if abs(at - one.at) < length)
    starts = [moment for moment in near if moment <= at] + [at]
    return max(
        sum(start <= moment < start + length for moment in near) + 1
        for start in starts
        if at < start + length
    )


def _first_free(
    wanted: Wanted, asked: Sequence[Asked], limits: Limits, *, after: datetime
) -> datetime | None:
    """Return the first moment later than `after` that the limits leave free."""
    return next(
        (
            moment
            for moment in sorted(set(_ends(asked, limits)))
            if moment > after and _refusal(wanted, asked, limits, at=moment) is None
        ),
        None,
    )


def _ends(asked: Sequence[Asked], limits: Limits) -> Iterator[datetime]:
    spans = {limits.gap_days, *(window.days for window in limits.windows)}
    for one in asked:
        for days in spans:
            yield one.at + timedelta(days=days)
