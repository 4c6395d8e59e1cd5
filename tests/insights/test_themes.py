"""The themes of a segment: volume, places, months, words and neighbours."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.periods import parse_period
from feedback.insights.dashboards import living_map
from feedback.insights.refresh import refresh_days
from feedback.insights.segments import Segment
from feedback.insights.themes import ThemeStory, list_theme_figures, theme_figures
from feedback.journey.models import Journey, Touchpoint
from feedback.journey.queries import get_map
from feedback.measures.comparison import Change
from feedback.nlp.annotation import Feeling, Polarity
from tests.factories import Factories
from tests.insights.said import NOW, say

APRIL = parse_period("2026-04")
DAYS = [date(2026, 2, 10), date(2026, 3, 10), date(2026, 4, 10)]
QUEUE = ("queue_wait", Polarity.NEGATIVE)
PRICE = ("price_fees", Polarity.NEGATIVE)
QUICK = ("queue_wait", Polarity.POSITIVE)


@pytest.fixture
def journey(factories: Factories) -> Journey:
    return factories.journey("bakery")


@pytest.fixture
def till(journey: Journey, factories: Factories) -> Touchpoint:
    return factories.touchpoint(factories.phase(journey), "till")


@pytest.fixture
def phone(journey: Journey, factories: Factories) -> Touchpoint:
    return factories.touchpoint(factories.phase(journey), "phone")


def _segment(journey: Journey) -> Segment:
    return Segment(journey_id=journey.id, period=APRIL)


def _story(session: Session, journey: Journey, key: str = "queue_wait") -> ThemeStory:
    refresh_days(session, journey.id, DAYS)
    return theme_figures(session, get_map(session, journey.key), _segment(journey), key)


def _speak(
    session: Session, point: Touchpoint, day: date, n: int, *themes: object
) -> None:
    for _ in range(n):
        say(session, point, day, feeling=Feeling.NEGATIVE, themes=themes)  # type: ignore[arg-type]  # pairs


def test_the_list_is_ranked_by_friction_and_names_the_silent(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    _speak(session, till, DAYS[2], 25, PRICE)
    _speak(session, till, DAYS[2], 10, QUEUE)
    _speak(session, till, DAYS[2], 30, QUICK)
    refresh_days(session, journey.id, DAYS)

    found = list_theme_figures(session, _segment(journey))

    assert found.is_ranked
    assert [row.key for row in found.rows] == ["price_fees", "queue_wait"]
    assert found.rows[1].friction.share.hits == 10
    assert found.rows[1].praise.share.hits == 30
    assert found.rows[0].praise.share.hits == 0
    assert "refund_return" in found.silent
    assert found.coverage.estimate is not None
    assert found.coverage.estimate.value == 1.0


def test_a_small_base_is_listed_in_the_usual_order(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    _speak(session, till, DAYS[2], 8, PRICE)
    _speak(session, till, DAYS[2], 2, QUEUE)
    refresh_days(session, journey.id, DAYS)

    found = list_theme_figures(session, _segment(journey))

    assert not found.is_ranked
    assert [row.key for row in found.rows] == ["queue_wait", "price_fees"]


def test_the_verdict_is_the_same_on_the_map_and_on_the_page_of_the_theme(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    _speak(session, till, DAYS[1], 60, PRICE)
    _speak(session, till, DAYS[1], 5, QUEUE)
    _speak(session, till, DAYS[2], 40, PRICE)
    _speak(session, till, DAYS[2], 40, QUEUE)

    story = _story(session, journey)
    journey_map = get_map(session, journey.key)
    figures = living_map(session, journey_map, _segment(journey), now=NOW)

    (on_map,) = [one for one in figures.total.themes if one.key == "queue_wait"]
    assert story.row.friction == on_map
    assert on_map.share.comparison.change is Change.UP


def test_places_are_ranked_by_share_and_small_bases_come_last(
    session: Session,
    factories: Factories,
    journey: Journey,
    till: Touchpoint,
    phone: Touchpoint,
) -> None:
    small = factories.touchpoint(factories.phase(journey), "small")
    quiet = factories.touchpoint(factories.phase(journey), "quiet")
    _speak(session, small, DAYS[2], 12, QUEUE)
    _speak(session, till, DAYS[2], 20, PRICE)
    _speak(session, till, DAYS[2], 20, QUEUE)
    _speak(session, phone, DAYS[2], 40, QUEUE)
    _speak(session, quiet, DAYS[2], 40, QUICK)

    places = [place.touchpoint.key for place in _story(session, journey).places]

    assert places == ["phone", "till", "small"]


def test_months_run_without_a_gap_to_the_end_of_the_period(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    _speak(session, till, DAYS[0], 3, QUEUE)
    _speak(session, till, DAYS[2], 12, QUEUE)
    _speak(session, till, DAYS[2], 4, PRICE)

    months = _story(session, journey).months

    assert [(one.month.month, one.verbatims, one.frictions) for one in months] == [
        (2, 3, 3),
        (3, 0, 0),
        (4, 16, 12),
    ]
    assert months[1].friction is None
    assert months[2].friction is not None
    assert months[2].friction.value == pytest.approx(12 / 16)


def test_neighbours_share_the_same_verbatims(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    _speak(session, till, DAYS[2], 10, QUEUE, PRICE)
    _speak(session, till, DAYS[2], 30, QUEUE)
    _speak(session, till, DAYS[2], 30, ("refund_return", Polarity.NEGATIVE))

    story = _story(session, journey)

    assert [(one.key, one.share.value) for one in story.neighbours] == [
        ("price_fees", 0.25)
    ]
    assert story.sampled == 40


def test_typical_words_are_those_of_the_spans(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    for theme, text in (
        (QUEUE, "interminable attente"),
        (PRICE, "croissant trop cher"),
    ):
        for _ in range(20):
            say(
                session,
                till,
                DAYS[2],
                feeling=Feeling.NEGATIVE,
                themes=[theme],
                text=text,
            )
    words = {one.word for one in _story(session, journey).words}
    assert words == {"interminable", "attente"}


def test_a_theme_that_nobody_knows_is_not_found(
    session: Session, journey: Journey, till: Touchpoint
) -> None:
    with pytest.raises(NotFound, match="theme"):
        _story(session, journey, "sunshine")
    assert _story(session, journey, "trust_privacy").places == ()
