"""The alerts of a journey with their charts, and who gets them by mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.insights.alerts.models import (
    Alert,
    AlertKind,
    AlertSubscription,
    Ending,
)
from feedback.insights.alerts.series import read_series
from feedback.journey.queries import JourneyMap, TouchpointOnMap
from feedback.measures.control import ControlChart
from feedback.measures.monitoring import Way
from feedback.voice.taxonomy import read_themes

#: alerts of each state that are listed
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Mute:
    """Who had an alert stand aside, why, and until which day."""

    author: str | None
    at: datetime
    until: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class AlertOnList:
    """An alert as it was raised.

    Attributes:
        touchpoint: where; None for words, which are said anywhere.
        theme: its key; None where there is none.
        words: of a group without a theme, in `language`.
        hits: verbatims, or customers of an alert on very unhappy ones, since it began.
        n: all verbatims, or days.
        usual_hits: the same before; `usual_n` likewise.
    """

    public_id: str
    kind: AlertKind
    touchpoint: TouchpointOnMap | None
    theme: str | None
    words: tuple[str, ...]
    language: str | None
    way: Way
    began_on: date
    seen_at: datetime
    hits: int
    n: int
    usual_hits: int
    usual_n: int
    p: float
    adjusted_p: float
    closed_at: datetime | None
    ending: Ending | None
    mute: Mute | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """The alerts of a journey, the newest first."""

    open: tuple[AlertOnList, ...]
    muted: tuple[AlertOnList, ...]
    closed: tuple[AlertOnList, ...]


@dataclass(frozen=True, kw_only=True)
class AlertReader:
    """Somebody who gets alerts by mail, with the moment of the last one."""

    account_id: int
    name: str
    email: str
    locale: str
    since: datetime
    mailed_at: datetime | None


def list_alerts(session: Session, journey_map: JourneyMap, *, today: date) -> Alerts:
    """List the alerts of a journey: at most 100 open, muted and closed ones each."""
    muted = Alert.muted_until >= today
    is_open = Alert.closed_at.is_(None)
    return Alerts(
        open=_list(session, journey_map, is_open, _not(muted), today=today),
        muted=_list(session, journey_map, is_open, muted, today=today),
        closed=_list(session, journey_map, Alert.closed_at.is_not(None), today=today),
    )


def get_alert(
    session: Session, journey_map: JourneyMap, public_id: str, *, today: date
) -> AlertOnList:
    """Return one alert.

    Raises:
        NotFound: `alert`.
    """
    found = _list(session, journey_map, Alert.public_id == public_id, today=today)
    if not found:
        raise NotFound("alert")
    return found[0]


def count_open(session: Session, *, today: date, journey_id: int | None = None) -> int:
    """Return how many alerts stand open and unmuted, of one journey or of all."""
    wanted = select(func.count()).where(
        Alert.closed_at.is_(None), _not(Alert.muted_until >= today)
    )
    if journey_id is not None:
        wanted = wanted.where(Alert.journey_id == journey_id)
    return session.scalar(wanted) or 0


def read_charts(
    session: Session,
    journey_map: JourneyMap,
    alerts: Sequence[AlertOnList],
    *,
    today: date,
) -> Mapping[str, tuple[date, ControlChart]]:
    """Return the control charts of alerts on shares, with their first Monday."""
    keys = {
        one.public_id: (one.touchpoint.id, one.theme)
        for one in alerts
        if one.kind is AlertKind.SHARE and one.touchpoint and one.theme
    }
    if not keys:
        return {}
    series = read_series(
        session, journey_map, today=today, only=frozenset(keys.values())
    )
    drawn = {
        one.public_id: series.chart(keys[one.public_id], began_on=one.began_on)
        for one in alerts
        if one.public_id in keys
    }
    return {name: (day, chart) for name, (day, chart) in drawn.items() if chart}


def list_readers(session: Session, journey_id: int) -> tuple[AlertReader, ...]:
    """List who gets the alerts of a journey; closed accounts are left out."""
    rows = session.execute(
        select(Account, AlertSubscription)
        .join(AlertSubscription, AlertSubscription.account_id == Account.id)
        .where(AlertSubscription.journey_id == journey_id, Account.active)
        .order_by(Account.id)
    )
    return tuple(
        AlertReader(
            account_id=person.id,
            name=person.name,
            email=person.email,
            locale=person.locale,
            since=asked.mailed_at or asked.created_at,
            mailed_at=asked.mailed_at,
        )
        for person, asked in rows
    )


def is_reader(session: Session, journey_id: int, account_id: int) -> bool:
    """Tell whether a person gets the alerts of a journey by mail."""
    found = session.scalar(
        select(AlertSubscription.id).where(
            AlertSubscription.journey_id == journey_id,
            AlertSubscription.account_id == account_id,
        )
    )
    return found is not None


def list_new(
    session: Session, journey_map: JourneyMap, *, after: datetime, today: date
) -> tuple[AlertOnList, ...]:
    """List the open and unmuted alerts that were seen after a moment."""
    return _list(
        session,
        journey_map,
        Alert.closed_at.is_(None),
        _not(Alert.muted_until >= today),
        Alert.created_at > after,
        today=today,
    )


def _not(muted: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(Alert.muted_until.is_(None), and_(~muted))


def _list(
    session: Session,
    journey_map: JourneyMap,
    *wanted: ColumnElement[bool],
    today: date,
) -> tuple[AlertOnList, ...]:
    points = {point.id: point for point in journey_map.touchpoints}
    themes = read_themes(session)
    rows = session.execute(
        select(Alert, Account.name)
        .outerjoin(Account, Account.id == Alert.muted_by_id)
        .where(Alert.journey_id == journey_map.id, *wanted)
        .order_by(Alert.created_at.desc(), Alert.id.desc())
        .limit(MOST)
    )
    return tuple(
        AlertOnList(
            public_id=row.public_id,
            kind=row.kind,
            touchpoint=points.get(row.touchpoint_id or 0),
            theme=themes.end(row.theme_key) if row.theme_key else None,
            words=tuple(row.shown),
            language=row.language,
            way=row.way,
            began_on=row.began_on,
            seen_at=row.created_at,
            hits=row.hits,
            n=row.n,
            usual_hits=row.usual_hits,
            usual_n=row.usual_n,
            p=row.p,
            adjusted_p=row.adjusted_p,
            closed_at=row.closed_at,
            ending=row.ending,
            mute=_mute(row, author, today),
            revision=row.revision,
        )
        for row, author in rows
    )


def _mute(row: Alert, author: str | None, today: date) -> Mute | None:
    if row.muted_at is None or row.muted_until is None or row.muted_until < today:
        return None
    return Mute(
        author=author,
        at=row.muted_at,
        until=row.muted_until,
        reason=row.mute_reason or "",
    )
