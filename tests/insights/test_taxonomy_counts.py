"""What is hidden or merged counts so at once, and exactly once it is counted again."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.insights.figures import gather, pool
from feedback.insights.refresh import refresh_days, refresh_stale, stale_months
from feedback.insights.segments import Segment
from feedback.insights.themes_counted import Spoken, count_spoken
from feedback.journey.models import Touchpoint
from feedback.nlp.annotation import Feeling, Polarity
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice.corrections import reject_theme
from feedback.voice.models import Verbatim
from feedback.voice.queries import VerbatimFilter, count_themes, count_verbatims
from feedback.voice.taxonomy import Stance
from feedback.voice.theme_history import newest_revision, undo
from feedback.voice.theming import add_theme, hide_theme, merge_theme
from tests.factories import Factories
from tests.insights.said import NOW, say

DAY = date(2026, 10, 5)
WAIT = ("queue_wait", Polarity.NEGATIVE)
EFFORT = ("process_effort", Polarity.NEGATIVE)


@pytest.fixture
def point(session: Session, factories: Factories) -> Touchpoint:
    """Five verbatims: two wait, two of effort, one of both."""
    point = factories.touchpoint()
    for themes in ([WAIT], [WAIT], [EFFORT], [EFFORT], [WAIT, EFFORT]):
        say(session, point, DAY, feeling=Feeling.NEGATIVE, themes=themes)
    refresh_days(session, point.journey_id, [DAY])
    return point


def frictions(session: Session, point: Touchpoint) -> tuple[dict[str, int], int]:
    """Verbatims by theme, and those with any."""
    period = Period(date(2026, 10, 1), date(2026, 11, 1))
    segment = Segment(journey_id=point.journey_id, period=period)
    counts = pool(gather(session, segment).values())
    return {
        key: n
        for (key, stance), n in counts.themes.items()
        if stance is Stance.FRICTION
    }, counts.themed


def count_again(session: Session, point: Touchpoint) -> None:
    months = stale_months(session, point.journey_id)
    assert months
    for month in months:
        refresh_stale(session, point.journey_id, month)


def hide(session: Session, key: str, *, hidden: bool = True) -> None:
    revision = newest_revision(session)
    hide_theme(session, key, hidden=hidden, revision=revision, author_id=None, now=NOW)


def merge(session: Session, into: str | None) -> None:
    merge_theme(
        session, "queue_wait", into=into, revision=None, author_id=None, now=NOW
    )


def test_a_hidden_theme_is_counted_nowhere_and_comes_back(
    session: Session, point: Touchpoint
) -> None:
    before = frictions(session, point)
    assert before == ({"queue_wait": 3, "process_effort": 3}, 5)

    hide(session, "queue_wait")
    assert frictions(session, point)[0] == {"process_effort": 3}
    count_again(session, point)
    assert frictions(session, point) == ({"process_effort": 3}, 3)

    hide(session, "queue_wait", hidden=False)
    assert frictions(session, point)[0] == before[0]
    count_again(session, point)
    assert frictions(session, point) == before


def test_a_merge_counts_at_once_and_each_verbatim_once_when_counted_again(
    session: Session, point: Touchpoint
) -> None:
    merge(session, "process_effort")
    assert frictions(session, point)[0] == {"process_effort": 6}
    count_again(session, point)
    assert frictions(session, point) == ({"process_effort": 5}, 5)
    assert count_spoken(session)["process_effort"] == Spoken(frictions=5, praises=0)

    merge(session, None)
    count_again(session, point)
    assert frictions(session, point)[0] == {"queue_wait": 3, "process_effort": 3}


def test_what_was_merged_into_a_hidden_theme_is_hidden_with_it(
    session: Session, point: Touchpoint
) -> None:
    merge(session, "process_effort")
    hide(session, "process_effort")
    count_again(session, point)

    assert frictions(session, point) == ({}, 0)


def test_the_list_of_verbatims_knows_merged_and_hidden_themes(
    session: Session, point: Touchpoint
) -> None:
    wanted = VerbatimFilter(journey_id=point.journey_id, theme="process_effort")
    everything = VerbatimFilter(journey_id=point.journey_id)
    merge(session, "process_effort")
    session.info.clear()

    assert count_verbatims(session, wanted).n == 5
    (counted,) = count_themes(session, everything)
    assert (counted.theme, counted.frictions) == ("process_effort", 5)
    hide(session, "process_effort")
    assert count_themes(session, everything) == ()


def test_what_an_undone_theme_has_found_is_shown_no_more(
    session: Session, point: Touchpoint
) -> None:
    phrases = [OwnPhrase("fr", "consigne")]
    for split, expected in (
        (None, {"queue_wait": 3, "process_effort": 3}),
        (
            "queue_wait",
            {"queue_wait": 4, "process_effort": 3},
        ),
    ):
        key = add_theme(
            session,
            names={"en": "Lockers"},
            brake="service",
            phrases=phrases,
            split_from=split,
            author_id=None,
            now=NOW,
        )
        say(
            session,
            point,
            DAY,
            feeling=Feeling.NEGATIVE,
            themes=[(key, Polarity.NEGATIVE)],
        )
        refresh_days(session, point.journey_id, [DAY])
        assert frictions(session, point)[0][key] == 1

        undo(session, revision=newest_revision(session), author_id=None, now=NOW)
        assert frictions(session, point)[0] == expected
        count_again(session, point)
        assert frictions(session, point)[0] == expected
        session.info.clear()
        wanted = VerbatimFilter(journey_id=point.journey_id, theme="queue_wait")
        assert count_verbatims(session, wanted).n == expected["queue_wait"]


def test_a_theme_rejected_by_its_new_name_is_gone_by_its_old_one(
    session: Session, point: Touchpoint, factories: Factories
) -> None:
    merge(session, "process_effort")
    account = factories.account()
    verbatim = session.query(Verbatim).order_by(Verbatim.id).first()
    assert verbatim is not None
    reject_theme(
        session,
        verbatim.public_id,
        "process_effort",
        Polarity.NEGATIVE,
        author_id=account.id,
        now=NOW,
    )
    count_again(session, point)

    assert frictions(session, point) == ({"process_effort": 4}, 4)
