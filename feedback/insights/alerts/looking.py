"""Look at a journey: raise what has changed, close what is over."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.ids import new_public_id
from feedback.core.periods import local_day
from feedback.db.inserts import insert_missing
from feedback.insights.alerts.models import Alert, AlertKind, Ending
from feedback.insights.alerts.series import Key, Series, read_series
from feedback.insights.alerts.unhappy import DAYS, LEAST, USUAL_WEEKS, count_unhappy
from feedback.insights.discovery.queries import FoundGroup, find_discovery
from feedback.journey.models import Journey
from feedback.journey.queries import read_map
from feedback.measures.comparison import Change
from feedback.measures.monitoring import Signal, Watch, Way
from feedback.nlp.terms import same_subject

#: new alerts of one look at most; the surest come first
MOST_NEW = 50
#: from so long open on, a level is what is usual now
SETTLED_AFTER = timedelta(weeks=26)
#: adjusted p of a group of words, below which its growth is an alert
_WORDS_BELOW = 0.01


@dataclass(frozen=True, kw_only=True)
class RaisedAlert:
    """A new alert of a look, for whoever is to be told.

    Keys are those of the journey's map and of the taxonomy; None where an alert has no
    touchpoint or no theme. `words` are of an alert on words alone.
    """

    public_id: str
    kind: AlertKind
    journey_key: str
    touchpoint_key: str | None
    theme_key: str | None
    words: tuple[str, ...]
    way: Way
    began_on: date
    hits: int
    n: int
    usual_hits: int
    usual_n: int
    p: float
    adjusted_p: float
    is_muted: bool


def told_of(alert: RaisedAlert) -> dict[str, Any]:
    """Return what others may know of an alert; no words of a customer."""
    return {
        "alert": alert.public_id,
        "kind": alert.kind.value,
        "journey": alert.journey_key,
        "touchpoint": alert.touchpoint_key,
        "theme": alert.theme_key,
        "direction": alert.way.value,
        "began_on": alert.began_on.isoformat(),
        "hits": alert.hits,
        "n": alert.n,
        "usual_hits": alert.usual_hits,
        "usual_n": alert.usual_n,
        "adjusted_p": alert.adjusted_p,
    }


def look(
    session: Session, journey_id: int, *, now: datetime, zone: ZoneInfo
) -> tuple[RaisedAlert, ...]:
    """Look at a journey and return the alerts that are new.

    What is open is not raised again; what is muted is raised muted. Looking twice
    changes nothing.
    """
    _wait_for_turn(session, journey_id)
    turn = _Turn(session, journey_id, now=now, today=local_day(now, zone))
    return turn.take()


class _Turn:
    def __init__(
        self, session: Session, journey_id: int, *, now: datetime, today: date
    ) -> None:
        self._session = session
        self._now = now
        self._today = today
        journey = session.get_one(Journey, journey_id)
        self._map = read_map(session, journey, archived=False)
        self._points = {point.id: point.key for point in self._map.touchpoints}
        self._open = list(
            session.scalars(
                select(Alert).where(
                    Alert.journey_id == journey_id, Alert.closed_at.is_(None)
                )
            )
        )

    def take(self) -> tuple[RaisedAlert, ...]:
        found = [*self._shares(), *self._words(), *self._unhappy()]
        self._session.flush()
        made = insert_missing(
            self._session,
            Alert,
            found[:MOST_NEW],
            key=[Alert.slot],
            returning=Alert,
        )
        return tuple(self._as_raised(one) for one in made)

    def _shares(self) -> list[dict[str, object]]:
        series = read_series(self._session, self._map, today=self._today)
        since, after = self._levels()
        watch = series.watch(since)
        self._close_shares(series, watch)
        first = [series.place(after[key]) if key in after else 0 for key in series.keys]
        told = watch.look(series.days, after=np.array(first, np.int64))
        known = self._of(AlertKind.SHARE)
        taken = {(one.touchpoint_id, one.theme_key) for one in known}
        return [
            self._share(series.keys[one.series], one, series)
            for one in told
            if series.keys[one.series] not in taken
        ]

    def _levels(self) -> tuple[Mapping[Key, date], Mapping[Key, date]]:
        """Return since when another level holds, and until when was told already."""
        rows = self._session.execute(
            select(
                Alert.touchpoint_id,
                Alert.theme_key,
                Alert.began_on,
                Alert.closed_at,
                Alert.ending,
            )
            .where(
                Alert.journey_id == self._map.id,
                Alert.kind == AlertKind.SHARE,
                Alert.closed_at.is_not(None),
            )
            .order_by(Alert.id)
        )
        since: dict[Key, date] = {}
        after: dict[Key, date] = {}
        for point, theme, began_on, closed_at, ending in rows:
            key = (point or 0, theme or "")
            if ending is Ending.SETTLED:
                since[key] = began_on
            if closed_at is not None:
                after[key] = closed_at.date()
        return since, after

    def _close_shares(self, series: Series, watch: Watch) -> None:
        place = {key: number for number, key in enumerate(series.keys)}
        for one in self._of(AlertKind.SHARE):
            number = place.get((one.touchpoint_id or 0, one.theme_key or ""))
            if number is None:
                self._close(one, Ending.GONE)
            elif watch.is_back(_signal(one, number, series), series.days):
                self._close(one, Ending.BACK)
            elif self._now - one.created_at > SETTLED_AFTER:
                self._close(one, Ending.SETTLED)

    def _share(self, key: Key, signal: Signal, series: Series) -> dict[str, object]:
        point, theme = key
        return self._row(
            AlertKind.SHARE,
            touchpoint_id=point,
            theme_key=theme,
            way=signal.way,
            began_on=series.day(signal.began),
            hits=signal.hits,
            n=signal.n,
            usual_hits=signal.usual_hits,
            usual_n=signal.usual_n,
            p=signal.p,
            adjusted_p=signal.adjusted,
            slot=f"{self._map.id}:share:{point}:{theme}",
        )

    def _words(self) -> Iterator[dict[str, object]]:
        discovery = find_discovery(self._session, self._map.id)
        if discovery is None:
            return
        growing = [one for one in discovery.groups if _is_burst(one)]
        known = [self._of_words(one, growing) for one in self._of(AlertKind.WORDS)]
        for one in growing:
            keys = [word.key for word in one.words]
            comparison = one.share.comparison
            if one.public_id in known:
                continue
            yield self._row(
                AlertKind.WORDS,
                way=Way.UP,
                language=one.language,
                signature=keys,
                shown=[word.shown for word in one.words],
                began_on=discovery.period.since,
                hits=one.share.hits,
                n=one.share.n,
                usual_hits=round((comparison.before or 0) * comparison.n_before),
                usual_n=comparison.n_before,
                p=comparison.p or 0.0,
                adjusted_p=comparison.adjusted_p or 0.0,
                slot=f"{self._map.id}:words:{one.language}:{keys[0]}"[:160],
            )

    def _of_words(self, alert: Alert, growing: Sequence[FoundGroup]) -> str | None:
        """Return the group that an open alert is about; close it when none grows."""
        for one in growing:
            keys = [word.key for word in one.words]
            if one.language == alert.language and same_subject(alert.signature, keys):
                return one.public_id
        self._close(alert, Ending.BACK)
        return None

    def _unhappy(self) -> Iterator[dict[str, object]]:
        found = count_unhappy(self._session, self._map.id, today=self._today)
        taken = set()
        for one in self._of(AlertKind.UNHAPPY):
            still = found.get(one.touchpoint_id or 0)
            if one.touchpoint_id not in self._points:
                self._close(one, Ending.GONE)
            elif still is None or still.customers < LEAST:
                self._close(one, Ending.BACK)
            else:
                taken.add(one.touchpoint_id)
        for point, unhappy in found.items():
            if unhappy.is_alarming and point in self._points and point not in taken:
                yield self._row(
                    AlertKind.UNHAPPY,
                    touchpoint_id=point,
                    way=Way.UP,
                    began_on=unhappy.first,
                    hits=unhappy.customers,
                    n=DAYS,
                    usual_hits=unhappy.usual,
                    usual_n=USUAL_WEEKS * DAYS,
                    p=unhappy.p,
                    adjusted_p=min(1.0, unhappy.p * max(1, len(self._points))),
                    slot=f"{self._map.id}:unhappy:{point}",
                )

    def _of(self, kind: AlertKind) -> list[Alert]:
        return [one for one in self._open if one.kind is kind]

    def _close(self, alert: Alert, ending: Ending) -> None:
        alert.closed_at, alert.ending, alert.slot = self._now, ending, None

    def _row(self, kind: AlertKind, **told: object) -> dict[str, object]:
        row: dict[str, object] = {
            "public_id": new_public_id(),
            "created_at": self._now,
            "journey_id": self._map.id,
            "kind": kind,
            "touchpoint_id": None,
            "theme_key": None,
            "language": None,
            "signature": [],
            "shown": [],
            "revision": 1,
            "muted_at": None,
            "muted_until": None,
            "mute_reason": None,
            "muted_by_id": None,
            **told,
        }
        return {**row, **self._mute_of(row)}

    def _mute_of(self, row: Mapping[str, object]) -> dict[str, object]:
        """Return how an earlier alert on the same is muted, as long as that holds."""
        last = self._session.scalar(
            select(Alert)
            .where(
                Alert.journey_id == self._map.id,
                Alert.kind == row["kind"],
                Alert.muted_until >= self._today,
                *(
                    getattr(Alert, name) == row[name]
                    for name in ("touchpoint_id", "theme_key", "language")
                ),
            )
            .order_by(Alert.id.desc())
            .limit(1)
        )
        if last is None or (
            last.kind is AlertKind.WORDS
            and not same_subject(last.signature, row["signature"])  # type: ignore[arg-type]  # a row of any values
        ):
            return {}
        names = ("muted_at", "muted_until", "mute_reason", "muted_by_id")
        return {name: getattr(last, name) for name in names}

    def _as_raised(self, one: Alert) -> RaisedAlert:
        return RaisedAlert(
            public_id=one.public_id,
            kind=one.kind,
            journey_key=self._map.key,
            touchpoint_key=self._points.get(one.touchpoint_id or 0),
            theme_key=one.theme_key,
            words=tuple(one.shown),
            way=one.way,
            began_on=one.began_on,
            hits=one.hits,
            n=one.n,
            usual_hits=one.usual_hits,
            usual_n=one.usual_n,
            p=one.p,
            adjusted_p=one.adjusted_p,
            is_muted=one.muted_until is not None and one.muted_until >= self._today,
        )


def _signal(alert: Alert, series: int, counted: Series) -> Signal:
    return Signal(
        series=series,
        way=alert.way,
        began=counted.place(alert.began_on),
        hits=alert.hits,
        n=alert.n,
        usual_hits=alert.usual_hits,
        usual_n=alert.usual_n,
        p=alert.p,
        adjusted=alert.adjusted_p,
    )


def _is_burst(group: FoundGroup) -> bool:
    comparison = group.share.comparison
    return (
        comparison.change is Change.UP
        and comparison.adjusted_p is not None
        and comparison.adjusted_p <= _WORDS_BELOW
    )


def _wait_for_turn(session: Session, journey_id: int) -> None:
    """Let one look at a journey be taken at a time, on PostgreSQL."""
    session.execute(
        select(Journey.id)
        .where(Journey.id == journey_id)
        .with_for_update(key_share=True)
    )
