"""What was said in interviews is counted apart from scores and from shares."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.core.pagination import PageRequest
from feedback.core.periods import Period
from feedback.insights.figures import count_excerpts, gather, pool
from feedback.insights.refresh import refresh_days
from feedback.insights.segments import Segment, verbatims_of
from feedback.insights.themes_counted import count_spoken
from feedback.journey.models import Touchpoint
from feedback.nlp.annotation import Polarity
from feedback.voice.deciding import Decided, DecidedTheme, decide
from feedback.voice.intake import GivenText, Occasion, record
from feedback.voice.models import Source
from feedback.voice.queries import list_verbatims, typical_verbatims
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories


@pytest.fixture
def segment(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> Segment:
    """One survey's verbatim and two excerpts, all of the queue at the till."""
    point: Touchpoint = factories.touchpoint()
    author = factories.account()
    factories.feedback(point, text="Far too long a queue at the till.", nps=2)
    for number in range(2):
        record(
            session,
            point.journey_id,
            [
                Occasion(
                    origin_key=f"excerpt:{number}",
                    touchpoint_id=point.id,
                    said_at=clock.now(),
                    channel=point.channel,
                    source=Source.INTERVIEW,
                    texts=[GivenText(text="I waited in a long queue at the till.")],
                )
            ],
            now=clock.now(),
            zone=ZONE,
        )
        decide(
            session,
            f"excerpt:{number}",
            Decided(themes=(DecidedTheme("queue_wait", Polarity.NEGATIVE),)),
            author_id=author.id,
            now=clock.now(),
        )
    session.commit()
    worker.drain()
    today = clock.now().date()
    refresh_days(session, point.journey_id, [today])
    return Segment(
        journey_id=point.journey_id,
        period=Period(date(today.year, today.month, 1), date(today.year, 12, 1)),
    )


def test_figures_hold_no_interview_unless_asked_for(
    session: Session, segment: Segment
) -> None:
    all_of_it = pool(gather(session, segment).values())
    apart = pool(gather(session, replace(segment, source="interview")).values())

    assert (all_of_it.occasions, all_of_it.verbatims) == (1, 1)
    assert sum(all_of_it.themes.values()) == 1
    assert (apart.occasions, apart.verbatims) == (2, 2)
    assert apart.ratings == {}


def test_excerpts_are_counted_by_touchpoint(session: Session, segment: Segment) -> None:
    assert list(count_excerpts(session, segment).values()) == [2]
    assert count_excerpts(session, replace(segment, source="survey")) == {}


def test_how_often_a_theme_is_spoken_of_is_told_without_excerpts(
    session: Session, segment: Segment
) -> None:
    assert count_spoken(session)["queue_wait"].frictions == 1


def test_no_excerpt_is_quoted_for_a_figure(session: Session, segment: Segment) -> None:
    quoted = typical_verbatims(session, verbatims_of(segment, theme="queue_wait"))

    assert [one.source for one in quoted] == ["import"]


def test_the_explorer_shows_both(session: Session, segment: Segment) -> None:
    wanted = verbatims_of(segment, with_interviews=True)

    page = list_verbatims(session, wanted, PageRequest())
    assert sorted(one.source for one in page.items) == [
        "import",
        "interview",
        "interview",
    ]
