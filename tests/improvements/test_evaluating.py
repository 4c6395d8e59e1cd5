"""From a locked plan and counted feedback to a verdict that is kept."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import PageRequest
from feedback.happenings.queries import list_newest
from feedback.happenings.types import HappeningType
from feedback.improvements.draft import ImprovementDraft
from feedback.improvements.drawing import draw_series
from feedback.improvements.evaluating import evaluate, list_to_evaluate, owe_monthly
from feedback.improvements.external_events import list_events, note_event
from feedback.improvements.plan import Plan, read, sha256_of, write
from feedback.improvements.planning import edit_plan, save_plan, start_work
from feedback.improvements.queries import get_improvement
from feedback.improvements.series import read_series
from feedback.improvements.service import create_improvement
from feedback.improvements.terms import EventKind, MeasureKind
from feedback.improvements.verdict_words import tell
from feedback.improvements.verdicts import find_outcome
from feedback.insights.refresh import refresh_days
from feedback.jobs.queries import list_jobs
from feedback.journey.models import Journey, Touchpoint
from feedback.measures.scales import Scale
from feedback.voice.intake import GivenRating, Occasion, record
from feedback.voice.models import Source, StaleDay
from feedback.voice.taxonomy import read_themes
from tests.conftest import StoppedClock
from tests.factories import Factories

ZONE = ZoneInfo("Europe/Paris")
START = date(2026, 7, 6)
THROUGH = date(2026, 10, 11)
FIRST, WEEKS = date(2026, 1, 5), 40
PLAN = Plan(
    kind=MeasureKind.SCORE,
    scale=Scale.CSAT,
    touchpoints=("till",),
    starts_on=START,
    washout_days=7,
    smallest_that_matters=0.1,
)


@pytest.fixture
def shop(session: Session, factories: Factories, clock: StoppedClock) -> Journey:
    """A journey whose till has ten answers a week: few content, most from July on."""
    journey = factories.journey("shop")
    phase = factories.phase(journey, "purchase")
    till = factories.touchpoint(phase, "till")
    factories.touchpoint(phase, "counter")
    days, told = [], []
    for week in range(WEEKS):
        monday = FIRST + timedelta(weeks=week)
        content = 9 if monday >= START else 3
        for number in range(10):
            day = monday + timedelta(days=number % 7)
            wobble = (week * 3 + number) % 5 == 0
            value = 5 if (number < content) != wobble else 2
            days.append(day)
            told.append(
                Occasion(
                    origin_key=f"{week} {number}",
                    touchpoint_id=till.id,
                    said_at=datetime(day.year, day.month, day.day, 12, tzinfo=ZONE),
                    channel="store",
                    source=Source.SURVEY,
                    ratings=[GivenRating(scale=Scale.CSAT, value=value)],
                )
            )
    record(session, journey.id, told, now=clock.now(), zone=ZONE)
    count(session, journey, days)
    return journey


def count(session: Session, journey: Journey, days: list[date]) -> None:
    session.flush()
    refresh_days(session, journey.id, days)
    session.execute(delete(StaleDay))


def begun(session: Session, journey: Journey, clock: StoppedClock, plan: Plan) -> str:
    till = session.scalars(
        select(Touchpoint.id).where(
            Touchpoint.journey_id == journey.id, Touchpoint.key == "till"
        )
    ).one()
    act = {"author_id": None, "now": clock.now()}
    made = create_improvement(
        session,
        journey.id,
        ImprovementDraft(title="Terminals", touchpoint_ids=(till,)),
        today=clock.now().date(),
        **act,  # type: ignore[arg-type]  # one value a name
    )
    saved = save_plan(session, made.public_id, plan, revision=made.revision, **act)  # type: ignore[arg-type]  # the same
    start_work(session, made.public_id, revision=saved.revision, **act)  # type: ignore[arg-type]  # the same
    return made.public_id


def test_a_plan_is_read_as_it_was_written_and_the_hash_is_of_its_bytes() -> None:
    content = write(PLAN, journey="shop")

    assert read(content) == PLAN
    assert write(read(content), journey="shop") == content
    assert sha256_of(content) != sha256_of(content.replace("0.1", "0.2"))


def test_the_weekly_share_is_read_from_the_counts(
    session: Session, shop: Journey
) -> None:
    series = read_series(session, shop.id, PLAN, through=THROUGH)

    assert series.comparison is None
    assert len(series.treated) == WEEKS
    assert {one.moments.n for one in series.treated} == {10}
    assert series.treated[0].start == FIRST
    assert all(one.start.weekday() == 0 for one in series.treated)
    half = read_series(session, shop.id, PLAN, through=THROUGH - timedelta(days=1))
    assert len(half.treated) == WEEKS - 1, "a week that is not over does not count"


def test_what_worked_is_called_improved_once_with_what_it_rests_on(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    public_id = begun(session, shop, clock, PLAN)

    (found,) = evaluate(session, public_id, through=THROUGH, now=clock.now())
    (again,) = evaluate(session, public_id, through=THROUGH, now=clock.now())

    assert (found.kind, found.is_new) == ("improved", True)
    assert again.public_id == found.public_id
    assert not again.is_new
    (started, *_), (judged, *more) = (
        list_newest(session, [kind], most=9)
        for kind in (
            HappeningType.IMPROVEMENT_STARTED,
            HappeningType.IMPROVEMENT_EVALUATED,
        )
    )
    assert (started.subject, more) == (f"improvement/{public_id}", [])
    assert (judged.data["verdict"], judged.data["journey"]) == ("improved", shop.key)
    one = get_improvement(session, public_id)
    outcome = find_outcome(session, one.id)
    assert outcome is not None
    assert len(outcome.verdict.treated) == WEEKS
    assert find_outcome(session, one.id, until=THROUGH) is None
    for locale, word in (("en", "Improved"), ("fr", "Amélioré")):
        told = tell(outcome.verdict, read_themes(session), locale)
        assert told.label == word
        assert told.direction == "better"
        assert "CSAT" in told.sentence


def test_an_edit_is_judged_beside_the_original(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    public_id = begun(session, shop, clock, PLAN)
    one = get_improvement(session, public_id)
    later = replace(PLAN, starts_on=date(2026, 8, 31))
    edit_plan(
        session,
        public_id,
        later,
        reason="Delivered late",
        revision=one.revision,
        author_id=None,
        now=clock.now(),
    )

    original, edited = evaluate(session, public_id, through=THROUGH, now=clock.now())

    assert (original.plan_number, edited.plan_number) == (1, 2)
    outcome = find_outcome(session, one.id)
    assert outcome is not None
    assert outcome.by_original is not None
    assert outcome.by_original.plan.plan == PLAN
    assert outcome.verdict.plan.plan == later


def test_too_few_weeks_are_said_to_be_too_few(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    late = replace(PLAN, starts_on=date(2026, 10, 5), washout_days=0)
    public_id = begun(session, shop, clock, late)

    (found,) = evaluate(session, public_id, through=THROUGH, now=clock.now())

    assert found.kind == "not_enough_data"
    outcome = find_outcome(session, get_improvement(session, public_id).id)
    assert outcome is not None
    assert (
        "Not enough data" in tell(outcome.verdict, read_themes(session), "en").sentence
    )


def test_nothing_is_judged_while_feedback_is_being_counted(
    session: Session, shop: Journey, clock: StoppedClock, factories: Factories
) -> None:
    public_id = begun(session, shop, clock, PLAN)
    till = session.scalars(select(Touchpoint).where(Touchpoint.key == "till")).one()
    factories.feedback(till, ratings=[(Scale.CSAT, 5)])

    with pytest.raises(Conflict, match="still_counting"):
        evaluate(session, public_id, through=THROUGH, now=clock.now())


def test_the_chart_shows_the_start_and_what_happened_beside_it(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    note_event(
        session,
        shop.id,
        kind=EventKind.STRIKE,
        words="Strike",
        starts_on=date(2026, 8, 3),
        ends_on=date(2026, 8, 9),
        author_id=None,
        now=clock.now(),
    )
    series = read_series(session, shop.id, PLAN, through=THROUGH)

    chart = draw_series(
        PLAN, series.treated, series.comparison, list_events(session, shop.id)
    )

    assert chart is not None
    assert chart.weeks_a_point == 4
    assert len(chart.dots) == 11, (
        "six and a half before the start, three and a half after"
    )
    assert chart.start_x == 650.0
    assert len(chart.events) == 1
    assert chart.events[0].x > chart.start_x
    assert len(chart.levels) == 2
    many = [replace(one, moments=replace(one.moments, n=40)) for one in series.treated]
    by_week = draw_series(PLAN, many, None, ())
    assert by_week is not None
    assert by_week.weeks_a_point == 1
    assert len(by_week.dots) == WEEKS


def test_an_event_cannot_end_before_it_begins(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid, match="ends_before_start"):
        note_event(
            session,
            shop.id,
            kind=EventKind.OTHER,
            words="Backwards",
            starts_on=START,
            ends_on=START - timedelta(days=1),
            author_id=None,
            now=clock.now(),
        )


def test_verdicts_are_owed_on_the_third_up_to_the_end_of_the_month_before(
    session: Session, shop: Journey, clock: StoppedClock
) -> None:
    public_id = begun(session, shop, clock, PLAN)

    owe_monthly(session, now=clock.now(), zone=ZONE)
    owe_monthly(session, now=clock.now(), zone=ZONE)

    owed = [
        one
        for one in list_jobs(session, PageRequest(size=50)).items
        if one.name == "improvements.evaluate"
    ]
    assert len(owed) == 1
    assert owed[0].due_at == datetime(2026, 11, 3, 5, tzinfo=ZONE)
    assert list_to_evaluate(session) == (public_id,)
