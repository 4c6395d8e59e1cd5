"""Alerts: raised once, closed when over, muted with a reason, mailed once a day."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.happenings.queries import list_newest
from feedback.happenings.types import HappeningType
from feedback.insights.alerts import service
from feedback.insights.alerts.looking import RaisedAlert, look
from feedback.insights.alerts.mailing import mail_alerts
from feedback.insights.alerts.models import Alert, AlertKind, Ending
from feedback.insights.alerts.queries import (
    count_open,
    get_alert,
    list_alerts,
    read_charts,
)
from feedback.insights.alerts.words import tell_alert
from feedback.insights.models import Grain, ThemeCount, VerbatimCount
from feedback.jobs.models import Job
from feedback.journey.models import Touchpoint
from feedback.journey.queries import get_map
from feedback.measures.monitoring import Way
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.voice.models import AnnotationRecord, Feedback
from feedback.voice.taxonomy import Stance
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.insights.said import say

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 15, 6, tzinfo=UTC)
TODAY = NOW.date()
#: days of feedback before now, and complaints among six verbatims a day
DAYS = 420


def count(
    session: Session,
    point: Touchpoint,
    complaints: Callable[[int], int],
    *,
    until: date = TODAY,
    days: int = DAYS,
    theme: str = "queue_wait",
) -> None:
    """Count six verbatims a day; `complaints` says how many of day 0, the last."""
    for back in range(days):
        day = until - timedelta(days=back)
        shared = {
            "grain": Grain.DAY,
            "start": day,
            "channel": "store",
            "language": "fr",
            "source": "survey",
            "journey_id": point.journey_id,
            "touchpoint_id": point.id,
            "feeling": Feeling.NEGATIVE,
        }
        session.add(VerbatimCount(n=6, themed=1, **shared))
        if hits := complaints(back):
            session.add(
                ThemeCount(n=hits, theme_key=theme, stance=Stance.FRICTION, **shared)
            )
    session.flush()


def risen(back: int) -> int:
    """One complaint every other day, four a day for three weeks."""
    return 4 if back < 21 else back % 2


@pytest.fixture
def till(factories: Factories) -> Touchpoint:
    journey = factories.journey("bakery")
    return factories.touchpoint(factories.phase(journey), "till")


def seen(
    session: Session, point: Touchpoint, *, days: int = 0
) -> tuple[RaisedAlert, ...]:
    return look(session, point.journey_id, now=NOW + timedelta(days=days), zone=ZONE)


def only(session: Session) -> Alert:
    session.flush()
    session.expire_all()
    return session.scalars(select(Alert)).one()


def test_what_has_risen_is_raised_with_where_what_and_since_when(
    session: Session, till: Touchpoint
) -> None:
    count(session, till, risen)
    (raised,) = seen(session, till)
    assert raised.kind is AlertKind.SHARE
    assert (raised.journey_key, raised.touchpoint_key) == ("bakery", "till")
    assert (raised.theme_key, raised.way) == ("queue_wait", Way.UP)
    assert abs((raised.began_on - (TODAY - timedelta(days=20))).days) <= 7
    assert raised.hits / raised.n > 3 * raised.usual_hits / raised.usual_n
    assert raised.p <= raised.adjusted_p <= 0.10
    assert not raised.is_muted


def test_a_second_look_raises_nothing_again(session: Session, till: Touchpoint) -> None:
    count(session, till, risen)
    assert len(seen(session, till)) == 1
    assert seen(session, till) == ()
    assert seen(session, till, days=1) == ()
    assert count_open(session, today=TODAY) == 1


def test_what_never_changes_raises_nothing(session: Session, till: Touchpoint) -> None:
    count(session, till, lambda back: back % 2)
    assert seen(session, till) == ()


def test_nothing_was_said_yet(session: Session, till: Touchpoint) -> None:
    assert seen(session, till) == ()


def test_an_alert_closes_when_the_share_is_back_and_is_not_raised_again(
    session: Session, till: Touchpoint
) -> None:
    later = 70
    count(
        session,
        till,
        lambda back: risen(back - later) if back >= later else back % 2,
        until=TODAY + timedelta(days=later),
    )
    assert len(seen(session, till)) == 1
    assert seen(session, till, days=30) == ()
    for days in (60, later):
        assert seen(session, till, days=days) == ()
    alert = only(session)
    assert alert.ending is Ending.BACK
    assert alert.slot is None
    assert count_open(session, today=TODAY) == 0


def test_after_half_a_year_a_level_is_what_is_usual(
    session: Session, till: Touchpoint
) -> None:
    later = 190
    count(
        session,
        till,
        lambda back: 4 if back < later + 21 else back % 2,
        until=TODAY + timedelta(days=later),
        days=DAYS + later,
    )
    assert len(seen(session, till)) == 1
    assert seen(session, till, days=later) == ()
    assert only(session).ending is Ending.SETTLED
    assert seen(session, till, days=later) == ()


def test_an_alert_on_a_touchpoint_that_is_gone_closes(
    session: Session, till: Touchpoint
) -> None:
    count(session, till, risen)
    seen(session, till)
    till.archived_at = NOW
    session.flush()
    seen(session, till, days=1)
    assert only(session).ending is Ending.GONE


def test_a_mute_says_who_why_and_until_when_and_ends_by_itself(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    count(session, till, risen)
    (raised,) = seen(session, till)
    person = factories.account()
    until = TODAY + timedelta(days=3)
    service.mute(
        session,
        till.journey_id,
        raised.public_id,
        revision=1,
        reason=" The second till is being repaired. ",
        until=until,
        author_id=person.id,
        now=NOW,
        zone=ZONE,
    )
    drawn = get_map(session, "bakery")
    found = list_alerts(session, drawn, today=TODAY)
    assert found.open == ()
    (muted,) = found.muted
    assert muted.mute is not None
    assert muted.mute.reason == "The second till is being repaired."
    assert (muted.mute.author, muted.mute.until) == (person.name, until)
    assert count_open(session, today=TODAY) == 0
    assert count_open(session, today=until + timedelta(days=1)) == 1

    service.unmute(session, till.journey_id, raised.public_id, revision=2)
    session.flush()
    assert len(list_alerts(session, drawn, today=TODAY).open) == 1


def test_a_mute_of_what_somebody_else_has_changed_is_refused(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    count(session, till, risen)
    (raised,) = seen(session, till)
    author = factories.account().id

    def mute(reason: str, until: date | None, public_id: str, revision: int) -> None:
        service.mute(
            session,
            till.journey_id,
            public_id,
            revision=revision,
            reason=reason,
            until=until,
            author_id=author,
            now=NOW,
            zone=ZONE,
        )

    with pytest.raises(Conflict, match="changed_meanwhile"):
        mute("Known.", TODAY, raised.public_id, 7)
    with pytest.raises(NotFound, match="alert"):
        mute("Known.", TODAY, "nobody-knows", 1)
    with pytest.raises(Invalid, match="reason: required, until: required"):
        mute("  ", None, raised.public_id, 1)
    with pytest.raises(Invalid, match="reason: too_long, until: in_the_past"):
        mute("x" * 501, TODAY - timedelta(days=1), raised.public_id, 1)
    with pytest.raises(Invalid, match="until: too_far"):
        mute("Known.", TODAY + timedelta(days=400), raised.public_id, 1)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        service.unmute(session, till.journey_id, raised.public_id, revision=9)


def test_what_is_muted_is_raised_muted_when_it_comes_again(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    count(session, till, risen)
    (raised,) = seen(session, till)
    service.mute(
        session,
        till.journey_id,
        raised.public_id,
        revision=1,
        reason="Known.",
        until=TODAY + timedelta(days=60),
        author_id=factories.account().id,
        now=NOW,
        zone=ZONE,
    )
    alert = only(session)
    alert.closed_at, alert.ending = NOW - timedelta(days=200), Ending.BACK
    alert.slot = None
    session.flush()
    (again,) = seen(session, till)
    assert again.is_muted


def test_the_chart_holds_the_weeks_around_the_beginning(
    session: Session, till: Touchpoint
) -> None:
    count(session, till, risen)
    seen(session, till)
    drawn = get_map(session, "bakery")
    alerts = list_alerts(session, drawn, today=TODAY).open
    charts = read_charts(session, drawn, alerts, today=TODAY)
    first, chart = charts[alerts[0].public_id]
    assert first.weekday() == 0
    assert chart.usual == pytest.approx(1 / 12, abs=0.02)
    assert chart.points[-1].is_outside
    assert not chart.points[0].is_outside
    assert read_charts(session, drawn, (), today=TODAY) == {}


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en", "more complaints, Point till"),
        ("fr", "davantage de plaintes, Point till"),
    ],
)
def test_an_alert_is_told_in_words(
    session: Session, till: Touchpoint, locale: str, title: str
) -> None:
    count(session, till, risen)
    (raised,) = seen(session, till)
    drawn = get_map(session, "bakery")
    told = tell_alert(
        session, get_alert(session, drawn, raised.public_id, today=TODAY), locale
    )
    assert title in told.title
    assert told.is_worse
    assert str(raised.hits) in told.text
    assert "Benjamini" in told.sure


def unhappy(session: Session, point: Touchpoint, day: date, customer: str) -> None:
    say(
        session,
        point,
        day,
        ratings=[(Scale.CSAT, 1)],
        feeling=Feeling.NEGATIVE,
        text="Quelle honte, plus jamais, voleurs.",
    )
    one = session.scalars(select(Feedback).order_by(Feedback.id.desc()).limit(1)).one()
    one.customer = customer
    for record in session.scalars(select(AnnotationRecord)):
        record.score = -0.9
    session.flush()


def test_many_very_unhappy_customers_raise_one_alert_and_each_counts_once(
    session: Session, till: Touchpoint
) -> None:
    for number in range(4):
        unhappy(session, till, TODAY - timedelta(days=number), "the same")
    assert seen(session, till) == ()
    for number in range(3):
        unhappy(session, till, TODAY - timedelta(days=number), f"another {number}")
    (raised,) = seen(session, till)
    assert (raised.kind, raised.hits) == (AlertKind.UNHAPPY, 4)
    assert seen(session, till) == ()
    assert seen(session, till, days=20) == ()
    assert only(session).ending is Ending.BACK


def test_as_many_unhappy_customers_as_usual_raise_nothing(
    session: Session, till: Touchpoint
) -> None:
    for week in range(26):
        for number in range(3):
            day = TODAY - timedelta(weeks=week, days=number)
            unhappy(session, till, day, f"customer {week} {number}")
    assert seen(session, till) == ()


def test_each_reader_gets_one_mail_a_day_in_their_language(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    count(session, till, risen)
    english, french = factories.account(), factories.account(locale="fr")
    for person in (english, french, french):
        service.subscribe(
            session, till.journey_id, person.id, now=NOW - timedelta(days=9)
        )
    seen(session, till)

    def mails(days: int) -> int:
        return mail_alerts(
            session, till.journey_id, now=NOW + timedelta(days=days), zone=ZONE
        )

    assert mails(0) == 2
    assert mails(0) == 0
    assert mails(1) == 0
    payloads = [
        job.payload for job in session.scalars(select(Job)) if "to" in job.payload
    ]
    titles = {one["to"]: one["context"]["alerts"][0]["title"] for one in payloads}
    assert "more complaints" in titles[english.email]
    assert "davantage de plaintes" in titles[french.email]


def test_who_wants_no_more_mails_gets_none(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    count(session, till, risen)
    person = factories.account()
    service.subscribe(session, till.journey_id, person.id, now=NOW - timedelta(days=9))
    service.unsubscribe(session, till.journey_id, person.id)
    seen(session, till)
    assert mail_alerts(session, till.journey_id, now=NOW, zone=ZONE) == 0


def test_the_daily_look_is_owed_once_for_each_journey(
    session: Session, till: Touchpoint
) -> None:
    for _ in range(2):
        service.owe_daily(session, now=NOW, zone=ZONE)
    jobs = session.scalars(select(Job).where(Job.name == service.ALERTS)).all()
    assert [job.payload for job in jobs] == [{"journey_id": till.journey_id}]
    assert jobs[0].due_at.astimezone(ZONE).hour == 6
    assert jobs[0].due_at > NOW


def test_a_new_alert_is_told_to_other_systems_once(
    session: Session, till: Touchpoint, worker: Worker, clock: StoppedClock
) -> None:
    count(session, till, risen)
    clock.set(NOW)
    for _ in range(2):
        service.owe_soon(session, till.journey_id, now=NOW - service.SOON)
        session.commit()
        worker.drain()

    (told,) = list_newest(session, [HappeningType.ALERT_RAISED], most=9)
    assert told.subject == f"alert/{only(session).public_id}"
    assert (told.data["touchpoint"], told.data["direction"]) == (till.key, "up")
