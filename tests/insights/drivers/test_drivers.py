"""Drivers of a segment: read from what was said, told in words, remembered."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.insights.drivers.queries import ScoreDrivers, score_drivers
from feedback.insights.drivers.words import DriverWords, method_words, why_not
from feedback.insights.segments import Segment
from feedback.journey.models import Touchpoint
from feedback.measures.drivers.analysis import Method, Reason
from feedback.measures.drivers.contrast import Kind
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling, Polarity
from tests.factories import Factories
from tests.insights.said import say

DAY = date(2026, 10, 1)
QUEUE, STAFF = "queue_wait", "staff_attitude"


@pytest.fixture
def till(factories: Factories, session: Session) -> Touchpoint:
    """Queues go with low scores, kind staff with high ones; others lie between."""
    point = factories.touchpoint(factories.phase(factories.journey("bakery")), "till")
    for number in range(120):
        kind = number % 4
        theme = {0: [(QUEUE, Polarity.NEGATIVE)], 1: [(STAFF, Polarity.POSITIVE)]}
        value = {0: 1 + number % 8 // 4, 1: 5, 2: 3, 3: 4}[kind]
        say(
            session,
            point,
            DAY,
            ratings=[(Scale.CSAT, value)],
            feeling=Feeling.NEUTRAL,
            themes=theme.get(kind, []),
        )
    return point


def drivers_of(session: Session, point: Touchpoint, **wanted: Scale) -> ScoreDrivers:
    segment = Segment(
        journey_id=point.journey_id, period=Period(DAY, date(2026, 10, 2))
    )
    return score_drivers(session, segment, **wanted)


def test_what_goes_with_the_score_is_told_with_its_kind(
    session: Session, till: Touchpoint
) -> None:
    found = drivers_of(session, till)
    assert (found.scale, found.scales) == (Scale.CSAT, (Scale.CSAT,))
    by_key = {one.key: one.figures for one in found.drivers}
    assert set(by_key) == {QUEUE, STAFF}
    assert by_key[QUEUE].kind is Kind.BASIC
    assert by_key[STAFF].kind is Kind.EXCITEMENT
    # 60 of 120 are satisfied, of the 90 that do not speak of queues 60 are
    assert by_key[QUEUE].impact.value == pytest.approx(60 / 120 - 60 / 90)
    assert by_key[QUEUE].complaints == 30


def test_who_wrote_nothing_is_not_in_the_base(
    session: Session, till: Touchpoint
) -> None:
    say(session, till, DAY, ratings=[(Scale.CSAT, 1)])
    found = drivers_of(session, till).found
    assert found is not None
    assert found.n == 120


def test_the_same_answers_are_weighed_once(session: Session, till: Touchpoint) -> None:
    assert drivers_of(session, till).found is drivers_of(session, till).found


def test_a_theme_spoken_of_by_few_is_named_as_left_out(
    session: Session, till: Touchpoint
) -> None:
    say(
        session,
        till,
        DAY,
        ratings=[(Scale.CSAT, 2)],
        feeling=Feeling.NEGATIVE,
        themes=[("price_fees", Polarity.NEGATIVE)],
    )
    assert drivers_of(session, till).silent == ("price_fees",)


def test_another_scale_is_looked_at_when_asked_for(
    session: Session, till: Touchpoint
) -> None:
    say(
        session,
        till,
        DAY,
        ratings=[(Scale.NPS, 2), (Scale.CES, 7)],
        feeling=Feeling.NEGATIVE,
    )
    found = drivers_of(session, till, scale=Scale.NPS)
    assert found.scale is Scale.NPS
    assert found.found is not None
    assert found.found.reason is Reason.TOO_FEW_ANSWERS
    assert set(found.scales) == {Scale.CSAT, Scale.NPS, Scale.CES}


def test_without_any_answer_nothing_is_told(
    session: Session, factories: Factories
) -> None:
    found = drivers_of(session, factories.touchpoint())
    assert found.found is None
    assert "Nobody" in (why_not(found, "en") or "")


def test_words_describe_and_never_speak_of_causes(
    session: Session, till: Touchpoint
) -> None:
    found = drivers_of(session, till)
    assert why_not(found, "en") is None
    for locale, lower in (("en", "lower than without"), ("fr", "plus bas de")):
        words = DriverWords(locale=locale, scale=Scale.CSAT)
        told = {one.key: words.driver(one) for one in found.drivers}
        assert lower in told[QUEUE].sentence
        assert found.found is not None
        assert found.found.r2 is not None
        said = " ".join(
            [
                words.explained(found.found.r2),
                *(method_words(one, locale) for one in Method),
                *(
                    part
                    for one in told.values()
                    for part in (one.sentence, one.kind_means)
                ),
            ]
        )
        assert "caus" not in said.lower()
        assert "too" not in told[QUEUE].kind
        assert told[QUEUE].reward is None


def test_a_base_that_is_too_small_is_said_in_words(
    session: Session, till: Touchpoint
) -> None:
    say(session, till, DAY, ratings=[(Scale.NPS, 2)], feeling=Feeling.NEGATIVE)
    found = drivers_of(session, till, scale=Scale.NPS)
    assert "100" in (why_not(found, "en") or "")
    assert "100" in (why_not(found, "fr") or "")
