"""Fatigue: never more than the limits, and no rare survey starved by frequent ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.collection.fatigue import (
    RARE,
    Asked,
    Limits,
    Verdict,
    Wanted,
    Window,
    decide,
)

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)
AFTER_SALE, RELATION, OTHER = 1, 2, 3


def ago(days: float, survey: int = OTHER) -> Asked:
    return Asked(survey_id=survey, at=NOW - timedelta(days=days))


def wanted(
    *,
    number: int = 1,
    survey: int = AFTER_SALE,
    priority: int = 5,
    due: float = 0,
    expires: float = 14,
    waits: float | None = None,
) -> Wanted:
    return Wanted(
        id=number,
        survey_id=survey,
        priority=priority,
        due_at=NOW + timedelta(days=due),
        expires_at=NOW + timedelta(days=expires),
        waits_since=None if waits is None else NOW - timedelta(days=waits),
    )


def said(
    one: Wanted,
    asked: Sequence[Asked] = (),
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    waiting: Sequence[Wanted] = (),
) -> tuple[str, str | None]:
    decision = decide(one, asked=asked, limits=limits, now=NOW, waiting=waiting)
    return decision.verdict.value, decision.reason


def test_who_was_never_asked_may_be_asked() -> None:
    assert said(wanted()) == ("allow", None)


@pytest.mark.parametrize(
    ("days", "verdict"), [(0, "hold_back"), (6.99, "hold_back"), (7, "allow")]
)
def test_a_week_lies_between_two_askings(days: float, verdict: str) -> None:
    assert said(wanted(), [ago(days)])[0] == verdict


def test_three_in_ninety_days_are_for_all_and_the_fourth_for_a_rare_survey() -> None:
    three = [ago(10), ago(30), ago(50)]

    assert said(wanted(), three) == ("hold_back", "window_full")
    assert said(wanted(priority=RARE), three) == ("allow", None)
    assert said(wanted(priority=RARE), [*three, ago(70)])[0] == "hold_back"


def test_no_place_is_kept_when_the_policy_keeps_none() -> None:
    three = [ago(10), ago(30), ago(50)]

    assert said(wanted(), three, limits=Limits(keep_for_rare=False))[0] == "allow"


def test_the_same_survey_is_not_asked_again_within_its_days() -> None:
    assert said(wanted(), [ago(29, AFTER_SALE)]) == ("hold_back", "same_survey")
    assert said(wanted(), [ago(30, AFTER_SALE)]) == ("allow", None)
    assert said(wanted(priority=9), [ago(29, AFTER_SALE)]) == (
        "hold_back",
        "same_survey",
    )


def test_the_gap_holds_back_whatever_the_windows_say() -> None:
    limits = Limits(windows=(), gap_days=3)

    assert said(wanted(), [ago(2)], limits=limits) == ("hold_back", "too_soon")
    assert said(wanted(), [ago(3)], limits=limits) == ("allow", None)


def test_a_rare_survey_waits_for_the_first_free_moment() -> None:
    decision = decide(
        wanted(priority=RARE), asked=[ago(4)], limits=Limits(), now=NOW, waiting=[]
    )

    assert decision.verdict == Verdict.POSTPONE
    assert decision.reason == "window_full"
    assert decision.until == NOW + timedelta(days=3)


def test_a_rare_survey_that_would_expire_first_is_held_back() -> None:
    assert said(wanted(priority=RARE, expires=3), [ago(4)])[0] == "hold_back"
    assert said(wanted(priority=RARE, expires=3.1), [ago(4)])[0] == "postpone"


def test_of_two_that_are_due_the_larger_priority_goes_first() -> None:
    low, high = wanted(number=1, priority=5), wanted(number=2, priority=6, survey=OTHER)

    assert said(low, waiting=[low, high]) == ("hold_back", "more_important")
    assert said(high, waiting=[low, high]) == ("allow", None)


def test_one_that_is_due_soon_keeps_its_place_and_one_far_off_does_not() -> None:
    low = wanted()

    soon = wanted(number=2, survey=OTHER, priority=6, due=6.9)
    assert said(low, waiting=[soon]) == ("hold_back", "more_important")
    far = wanted(number=2, survey=OTHER, priority=6, due=7)
    assert said(low, waiting=[far]) == ("allow", None)


def test_nothing_yields_to_what_may_not_be_asked_itself() -> None:
    again = wanted(number=2, survey=OTHER, priority=9, due=1)
    too_late = wanted(number=3, survey=RELATION, priority=9, due=1, expires=0.5)

    assert said(wanted(), [ago(20, OTHER)], waiting=[again, too_late]) == (
        "allow",
        None,
    )


def test_of_two_alike_the_older_goes_first() -> None:
    older = wanted(number=2, survey=OTHER, due=-1)
    younger = wanted(number=1)

    assert said(younger, waiting=[older])[0] == "hold_back"
    assert said(older, waiting=[younger])[0] == "allow"


def test_a_rare_survey_that_waited_goes_before_a_larger_priority() -> None:
    waited = wanted(number=1, priority=8, waits=14)
    fresh = wanted(number=2, survey=OTHER, priority=9)

    assert said(waited, waiting=[fresh])[0] == "allow"
    assert said(fresh, waiting=[waited])[0] == "postpone"


def test_two_that_do_not_hinder_each_other_are_both_asked() -> None:
    limits = Limits(windows=(Window(days=7, most=3),))
    high = wanted(number=2, survey=OTHER, priority=7)

    assert said(wanted(), limits=limits, waiting=[high])[0] == "allow"


class Person:
    """Plays the planner for one person: decides what is due, moment after moment."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.asked: list[Asked] = []
        self.waiting: list[Wanted] = []
        self.asked_at: dict[int, datetime] = {}

    def look(self, now: datetime, *, backwards: bool = False) -> None:
        """Decide what is due, one after the other, in an order of no meaning."""
        due = sorted(
            (one for one in self.waiting if one.due_at <= now),
            key=lambda one: one.id,
            reverse=backwards,
        )
        for one in due:
            decision = decide(
                one,
                asked=self.asked,
                limits=self.limits,
                now=now,
                waiting=self.waiting,
            )
            self.waiting.remove(one)
            if decision.verdict == Verdict.ALLOW:
                self.asked.append(Asked(survey_id=one.survey_id, at=now))
                self.asked_at[one.id] = now
            elif decision.verdict == Verdict.POSTPONE:
                assert decision.until is not None
                assert now < decision.until < one.expires_at
                self.waiting.append(
                    Wanted(
                        id=one.id,
                        survey_id=one.survey_id,
                        priority=one.priority,
                        due_at=decision.until,
                        expires_at=one.expires_at,
                        waits_since=one.waits_since or one.due_at,
                    )
                )

    def live(self, wanted: Sequence[Wanted], *, backwards: bool) -> None:
        """Have askings come in at their moments, until nothing waits."""
        coming = sorted(wanted, key=lambda one: one.due_at)
        while coming or self.waiting:
            moments = [one.due_at for one in (*coming[:1], *self.waiting)]
            now = min(moments)
            while coming and coming[0].due_at <= now:
                self.waiting.append(coming.pop(0))
            self.look(now, backwards=backwards)


limits_of_any_kind = st.builds(
    Limits,
    windows=st.lists(
        st.builds(Window, days=st.integers(1, 40), most=st.integers(1, 4)), max_size=3
    ).map(tuple),
    gap_days=st.integers(0, 10),
    same_survey_days=st.integers(0, 20),
    keep_for_rare=st.booleans(),
)
streams = st.lists(
    st.tuples(st.floats(0, 60), st.integers(1, 9), st.integers(1, 4)), max_size=40
)


def stream(drawn: Sequence[tuple[float, int, int]], *, expires: float) -> list[Wanted]:
    numbers = count(1)
    return [
        wanted(
            number=next(numbers),
            survey=survey,
            priority=priority,
            due=day,
            expires=day + expires,
        )
        for day, priority, survey in drawn
    ]


@settings(deadline=None)
@given(limits_of_any_kind, streams, st.booleans())
def test_no_run_of_days_ever_holds_more_than_its_most(
    limits: Limits, drawn: list[tuple[float, int, int]], backwards: bool
) -> None:
    person = Person(limits)
    person.live(stream(drawn, expires=30), backwards=backwards)

    moments = sorted(one.at for one in person.asked)
    for window in limits.windows:
        for start in moments:
            end = start + timedelta(days=window.days)
            assert sum(start <= one < end for one in moments) <= window.most
    for one, other in pairwise(moments):
        assert other - one >= timedelta(days=limits.gap_days)


@settings(deadline=None)
@given(limits_of_any_kind, streams, st.booleans())
def test_the_same_survey_never_comes_back_within_its_days(
    limits: Limits, drawn: list[tuple[float, int, int]], backwards: bool
) -> None:
    person = Person(limits)
    person.live(stream(drawn, expires=30), backwards=backwards)

    for survey in {one.survey_id for one in person.asked}:
        moments = sorted(one.at for one in person.asked if one.survey_id == survey)
        for one, other in pairwise(moments):
            assert other - one >= timedelta(days=limits.same_survey_days)


@settings(deadline=None, max_examples=200)
@given(
    limits_of_any_kind,
    st.lists(
        st.tuples(st.floats(0, 120), st.integers(1, RARE - 1), st.integers(1, 4)),
        max_size=60,
    ),
    st.floats(0, 60),
    st.integers(RARE, 9),
    st.booleans(),
)
def test_a_rare_survey_is_never_starved_by_frequent_ones(
    limits: Limits,
    low: list[tuple[float, int, int]],
    day: float,
    priority: int,
    backwards: bool,
) -> None:
    rare = wanted(number=1000, survey=99, priority=priority, due=day, expires=day + 365)
    person = Person(limits)
    person.live([*stream(low, expires=14), rare], backwards=backwards)

    came = [one.at for one in person.asked if one.at < rare.due_at]
    alone = Person(limits)
    alone.asked = [Asked(survey_id=OTHER, at=at) for at in came]
    alone.live([rare], backwards=False)
    # it goes when it would have gone, had nobody else been waiting from then on
    assert person.asked_at[1000] == alone.asked_at[1000]


@settings(deadline=None)
@given(st.integers(2, 12))
def test_rare_surveys_do_not_starve_each_other(stream_length: int) -> None:
    person = Person(Limits(same_survey_days=0))
    nines = [
        wanted(number=n, survey=n, priority=9, due=7 * n, expires=7 * n + 300)
        for n in range(1, stream_length + 1)
    ]
    eight = wanted(number=100, survey=100, priority=8, due=7, expires=400)
    person.live([*nines, eight], backwards=False)

    assert person.asked_at[100] <= NOW + timedelta(days=180)
