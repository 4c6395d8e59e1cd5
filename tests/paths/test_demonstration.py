"""The whole way on the demonstration: what was planted is found, and nothing else.

Two years of made-up feedback and two weeks of asking are recorded, analysed by the
real language models, counted and compared; SQLite only, for the time that it takes.
"""

import shutil
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.core.periods import Period, add_months
from feedback.demo.company import draw_journeys
from feedback.demo.fortnight import ask_customers
from feedback.demo.history import MONTHS, write_history
from feedback.demo.improvements import note_improvements
from feedback.demo.rates import PLACES, PLANTED, Planted
from feedback.improvements.queries import get_improvement
from feedback.improvements.verdicts import find_outcome
from feedback.insights.dashboards import CellFigures, living_map
from feedback.insights.segments import Segment
from feedback.journey.queries import get_map
from feedback.measures.comparison import Change
from feedback.voice.taxonomy import Stance
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories

#: both sides of a comparison
SIDE = 4
VERDICTS = {
    "improvement_that_works": Change.DOWN,
    "improvement_that_does_not": Change.NONE_DETECTABLE,
    "friction_that_grows": Change.UP,
    "nothing_happened": Change.NONE_DETECTABLE,
}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "feedback.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


def figures_of(
    session: Session, clock: StoppedClock, journey_key: str, touchpoint: str, since: int
) -> CellFigures:
    """The figures of a touchpoint from month `since` on, against those before."""
    journey = get_map(session, journey_key)
    point = next(one for one in journey.touchpoints if one.key == touchpoint)
    first = add_months(clock.now().date(), since - MONTHS)
    segment = Segment(
        journey_id=journey.id,
        period=Period(first, add_months(first, SIDE)),
        touchpoint_ids=(point.id,),
    )
    drawn = living_map(session, journey, segment, now=clock.now())
    return next(
        one.figures
        for phase in drawn.phases
        for one in phase.touchpoints
        if one.touchpoint.key == touchpoint
    )


def verdict(session: Session, clock: StoppedClock, planted: Planted) -> Change:
    figures = figures_of(
        session, clock, planted.journey, planted.touchpoint, planted.month
    )
    return next(
        theme.share.comparison.change
        for theme in figures.themes
        if theme.key == planted.theme and theme.stance is Stance.FRICTION
    )


@pytest.mark.slow
def test_the_planted_effects_are_found_and_nothing_is_found_where_nothing_is(
    session: Session,
    worker: Worker,
    clock: StoppedClock,
    settings: Settings,
    factories: Factories,
) -> None:
    draw_journeys(session, now=clock.now())
    write_history(session, now=clock.now(), zone=ZONE)
    ask_customers(session, settings=settings, now=clock.now())
    session.commit()
    worker.drain()

    for planted in PLANTED:
        assert verdict(session, clock, planted) is VERDICTS[planted.story], planted

    made = note_improvements(
        session,
        locale="en",
        author_id=factories.account().id,
        now=clock.now(),
        zone=ZONE,
    )
    session.commit()
    worker.drain()
    judged = []
    for public_id in made:
        outcome = find_outcome(session, get_improvement(session, public_id).id)
        assert outcome is not None
        judged.append(outcome.verdict.kind)
    assert judged == ["improved", "none_detectable"]

    false_alarms = [
        (place.touchpoint, theme.key)
        for journey_key, places in PLACES.items()
        for place in places
        for theme in figures_of(session, clock, journey_key, place.touchpoint, 8).themes
        if theme.share.comparison.change in {Change.UP, Change.DOWN}
    ]
    # Before anything was planted: a false discovery rate of 10 % lets hardly one in.
    assert len(false_alarms) <= 1, false_alarms
