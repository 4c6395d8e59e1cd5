"""The living map: its figures are those of the raw answers, and claim no more."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from feedback.core.periods import Period, month_of, parse_period
from feedback.insights.dashboards import CellFigures, LivingMap, living_map
from feedback.insights.refresh import refresh_days
from feedback.insights.segments import Segment
from feedback.journey.models import Journey, Touchpoint
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.comparison import Change
from feedback.measures.evidence import Evidence
from feedback.measures.nps import net_promoter_score
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.intake import mark_stale
from feedback.voice.models import Feedback, Rating
from feedback.voice.taxonomy import Stance
from tests.factories import Factories
from tests.insights.said import NOW, say

MARCH, APRIL = parse_period("2026-03"), parse_period("2026-04")
IN_MARCH, IN_APRIL = date(2026, 3, 10), date(2026, 4, 10)


@pytest.fixture
def journey(factories: Factories) -> Journey:
    return factories.journey("bakery")


@pytest.fixture
def point(journey: Journey, factories: Factories) -> Touchpoint:
    return factories.touchpoint(factories.phase(journey, "purchase"), "till")


def _look(
    session: Session, period: Period, *, now: datetime = NOW, **asked: str
) -> LivingMap:
    journey_map = get_map(session, "bakery")
    days = session.scalars(select(Feedback.day).distinct()).all()
    refresh_days(session, journey_map.id, days)
    segment = Segment(
        journey_id=journey_map.id, period=period, channel=asked.get("channel")
    )
    return living_map(session, journey_map, segment, now=now)


def _theme(cell: CellFigures, key: str, stance: Stance = Stance.FRICTION) -> Change:
    (found,) = [one for one in cell.themes if one.key == key and one.stance is stance]
    return found.share.comparison.change


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "text", ["2026-04", "2026-03-17..2026-05-03", "2026-01-01..2027-01-01"]
)
def test_the_nps_on_the_map_is_that_of_the_raw_answers(
    session: Session,
    factories: Factories,
    journey: Journey,
    point: Touchpoint,
    seed: int,
    text: str,
) -> None:
    rng, period = Random(seed), parse_period(text)
    other = factories.touchpoint(factories.phase(journey), "phone")
    for _ in range(150):
        say(
            session,
            rng.choice((point, other)),
            date(2026, 3, 1) + timedelta(days=rng.randrange(80)),
            ratings=[(Scale.NPS, rng.randrange(11))],
        )

    figures = _look(session, period)

    phases = [phase.figures for phase in figures.phases]
    for cell, points in (
        (figures.total, [point.id, other.id]),
        (phases[0], [point.id]),
        (phases[1], [other.id]),
    ):
        raw = Counter(
            session.scalars(
                select(Rating.value)
                .join(Feedback, Feedback.id == Rating.feedback_id)
                .where(
                    Feedback.touchpoint_id.in_(points),
                    Feedback.day >= period.since,
                    Feedback.day < period.until,
                )
            )
        )
        (shown,) = cell.scores
        assert shown.estimate == net_promoter_score(raw)


def test_a_filter_counts_only_what_it_asks_for(
    session: Session, point: Touchpoint
) -> None:
    for channel in ("store", "store", "phone"):
        say(session, point, IN_APRIL, ratings=[(Scale.NPS, 9)], channel=channel)

    assert _look(session, APRIL).total.occasions == 3
    assert _look(session, APRIL, channel="phone").total.occasions == 1
    assert _look(session, MARCH).total.occasions == 0


def test_a_phase_pools_the_answers_of_its_touchpoints_each_weighing_the_same(
    session: Session, factories: Factories, point: Touchpoint
) -> None:
    phase = get_map(session, "bakery").phases[0]
    other = factories.touchpoint(key="other")
    other.journey_id, other.phase_id = point.journey_id, phase.id
    session.flush()
    for value in [10] * 40:
        say(session, point, IN_APRIL, ratings=[(Scale.NPS, value)])
    for value in [0] * 10:
        say(session, other, IN_APRIL, ratings=[(Scale.NPS, value)])

    (shown,) = _look(session, APRIL).phases[0].figures.scores

    assert shown.estimate.value == pytest.approx(60)
    assert shown.estimate.n == 50


@pytest.mark.parametrize("seed", range(4))
def test_a_planted_rise_of_a_friction_is_told(
    session: Session, point: Touchpoint, seed: int
) -> None:
    rng = Random(seed)
    for day, share in ((IN_MARCH, 0.08), (IN_APRIL, 0.28)):
        _talk(session, point, rng, day, {"payment_billing": share, "queue_wait": 0.2})

    cell = _look(session, APRIL).phases[0].figures

    assert _theme(cell, "payment_billing") is Change.UP
    assert _theme(cell, "queue_wait") is Change.NONE_DETECTABLE
    assert cell.top_frictions[0].key in {"payment_billing", "queue_wait"}


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_not_told_as_a_change(
    session: Session, point: Touchpoint, seed: int
) -> None:
    rng = Random(100 + seed)
    shares = {f"theme_{number}": 0.12 for number in range(8)}
    for day in (IN_MARCH, IN_APRIL):
        _talk(session, point, rng, day, shares)

    cell = _look(session, APRIL).phases[0].figures

    assert len(cell.themes) == 8
    verdicts = {one.share.comparison.change for one in cell.themes}
    assert verdicts == {Change.NONE_DETECTABLE}
    for one in cell.themes:
        assert one.share.comparison.smallest_detectable is not None


def _talk(
    session: Session,
    point: Touchpoint,
    rng: Random,
    day: date,
    shares: dict[str, float],
) -> None:
    for _ in range(150):
        themes = [
            (theme, Polarity.NEGATIVE)
            for theme, share in shares.items()
            if rng.random() < share
        ]
        feeling = Feeling.NEGATIVE if themes else Feeling.NEUTRAL
        say(session, point, day, feeling=feeling, themes=themes)


def test_a_small_base_is_never_ranked_nor_told_as_a_change(
    session: Session, point: Touchpoint
) -> None:
    for number in range(29):
        for day, value in ((IN_MARCH, 10), (IN_APRIL, 0)):
            say(
                session,
                point,
                day,
                ratings=[(Scale.NPS, value)],
                feeling=Feeling.NEGATIVE,
                themes=[("queue_wait", Polarity.NEGATIVE)] if number else [],
            )

    cell = _look(session, APRIL).phases[0].figures

    assert cell.top_frictions == ()
    assert cell.evidence is Evidence.LITTLE
    assert cell.scores[0].comparison.change is Change.NOT_ENOUGH_DATA
    assert _theme(cell, "queue_wait") is Change.NOT_ENOUGH_DATA


def test_a_verbatim_counts_once_in_a_theme_and_a_wish_is_a_friction(
    session: Session, point: Touchpoint
) -> None:
    say(
        session,
        point,
        IN_APRIL,
        feeling=Feeling.MIXED,
        themes=[
            ("queue_wait", Polarity.NEGATIVE),
            ("queue_wait", Polarity.WISH),
            ("queue_wait", Polarity.POSITIVE),
        ],
    )
    say(session, point, IN_APRIL, feeling=Feeling.UNRATED)

    cell = _look(session, APRIL).phases[0].figures

    assert {(one.stance, one.share.hits, one.share.n) for one in cell.themes} == {
        (Stance.FRICTION, 1, 2),
        (Stance.PRAISE, 1, 2),
    }
    assert (cell.coverage.hits, cell.coverage.n) == (1, 2)
    assert (cell.unrated.hits, cell.unrated.n) == (1, 2)
    assert (cell.negative.hits, cell.negative.n) == (0, 1)


def test_an_emotion_is_the_mean_over_occasions(
    session: Session, point: Touchpoint
) -> None:
    say(session, point, IN_APRIL, ratings=[(Scale.NPS, 10)])
    say(session, point, IN_APRIL, feeling=Feeling.NEGATIVE)
    say(session, point, IN_APRIL, feeling=Feeling.UNRATED)

    emotion = _look(session, APRIL).phases[0].figures.emotion

    assert emotion.n == 2
    assert emotion.estimate is not None
    assert emotion.estimate.value == pytest.approx((2.0 - 1.5) / 2)


def test_evidence_is_judged_at_the_end_of_the_period(
    session: Session, factories: Factories, journey: Journey, point: Touchpoint
) -> None:
    silent = factories.touchpoint(factories.phase(journey), "silent")
    for _ in range(30):
        say(session, point, date(2026, 1, 5), ratings=[(Scale.NPS, 9)])

    def state(text: str) -> Evidence:
        return _look(session, parse_period(text)).phases[0].figures.evidence

    assert state("2026-01") is Evidence.ENOUGH
    assert state("2026-01-01..2026-03-01") is Evidence.ENOUGH
    assert state("2026-01-01..2027-01-01") is Evidence.STALE
    assert state("2026-02") is Evidence.NONE
    figures = _look(session, month_of(date(2026, 1, 5)))
    assert figures.phases[1].touchpoints[0].touchpoint.key == silent.key
    assert figures.phases[1].figures.evidence is Evidence.NONE


def test_the_map_says_when_feedback_is_not_counted_yet(
    session: Session, point: Touchpoint
) -> None:
    assert not _look(session, APRIL).is_counting
    mark_stale(session, point.journey_id, [IN_APRIL], now=NOW)
    assert _look(session, APRIL).is_counting


@pytest.mark.parametrize("period", [APRIL, Period(date(2026, 3, 9), IN_APRIL)])
def test_the_number_of_queries_does_not_grow_with_what_was_said(
    session: Session, factories: Factories, journey: Journey, period: Period
) -> None:
    points = [factories.touchpoint(factories.phase(journey)) for _ in range(6)]
    counts = []
    for n in (1, 40):
        for point in points:
            for _ in range(n):
                say(session, point, IN_APRIL, ratings=[(Scale.CSAT, 4)])
        refresh_days(session, journey.id, [IN_APRIL])
        journey_map = get_map(session, "bakery")
        segment = Segment(journey_id=journey.id, period=period)
        counts.append(_count_queries(session, journey_map, segment))

    assert counts[0] == counts[1] <= 10


def _count_queries(session: Session, journey_map: JourneyMap, segment: Segment) -> int:
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        living_map(session, journey_map, segment, now=NOW)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
