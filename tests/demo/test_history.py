"""The demonstration: always the same story, with its effects where planted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.demo.company import JOURNEYS, draw_journeys
from feedback.demo.history import Storyteller, write_history
from feedback.demo.loading import load
from feedback.demo.rates import PLACES, PLANTED
from feedback.journey.queries import get_map
from feedback.voice.models import Feedback
from tests.factories import Factories

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)


def test_the_same_seed_tells_the_same_story_and_nothing_of_the_future(
    session: Session,
) -> None:
    draw_journeys(session, now=NOW)
    for key in JOURNEYS:
        journey = get_map(session, key)
        once = list(Storyteller(journey, zone=ZONE).occasions(until=NOW))
        again = list(Storyteller(journey, zone=ZONE).occasions(until=NOW))

        assert once == again
        assert max(one.said_at for one in once) < NOW
        assert {one.language for one in once} == {"fr", "en"}
        assert len({one.origin_key for one in once}) == len(once)


def test_every_touchpoint_of_the_maps_is_heard(session: Session) -> None:
    draw_journeys(session, now=NOW)
    for key in JOURNEYS:
        journey = get_map(session, key)
        assert {place.touchpoint for place in PLACES[key]} == {
            point.key for point in journey.touchpoints
        }


def test_planted_effects_change_the_rate_at_their_touchpoint_and_nothing_else() -> None:
    planted = {(one.journey, one.touchpoint, one.theme): one.story for one in PLANTED}
    changed: Counter[str] = Counter()
    for journey, places in PLACES.items():
        for place in places:
            for theme, rate in place.frictions.items():
                is_steady = len({rate(month) for month in range(25)}) == 1
                story = planted.get((journey, place.touchpoint, theme))
                if not is_steady:
                    changed[theme] += 1
                if story in {"improvement_that_does_not", "nothing_happened"}:
                    assert is_steady
    assert changed == {"payment_billing": 1, "queue_wait": 2}


def test_writing_twice_adds_nothing(session: Session) -> None:
    draw_journeys(session, now=NOW)
    early = NOW - timedelta(days=3)

    added = write_history(session, now=NOW, zone=ZONE, months=1)

    stored = session.scalar(select(func.count()).select_from(Feedback))
    assert added == stored
    assert added > 500
    assert write_history(session, now=NOW, zone=ZONE, months=1) == 0
    assert write_history(session, now=early, zone=ZONE, months=1) == 0


def test_an_installation_with_people_is_left_alone(
    session: Session, factories: Factories, settings: Settings
) -> None:
    factories.account()

    with pytest.raises(Conflict, match="not_empty"):
        load(session, settings=settings, now=NOW, hash_password=str.upper)
