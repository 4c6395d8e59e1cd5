"""Analyse again what was analysed before: in the background, stopped at will.

New answers are put aside, and the old ones stand until the new are complete. Then they
take their places batch by batch, and the figures are counted again once, at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict, NotFound
from feedback.core.ids import new_public_id
from feedback.db.inserts import insert_missing
from feedback.jobs.ledger import enqueue
from feedback.journey.models import Journey
from feedback.voice.annotating import AnalysedText, version_of
from feedback.voice.house.queries import read_houses
from feedback.voice.intake import mark_stale
from feedback.voice.models import AnnotationRecord, Feedback, Verbatim
from feedback.voice.rules.models import Reanalysis, ReanalysisState
from feedback.voice.staging import put_aside
from feedback.voice.taxonomy import read_taxonomy

__all__ = ["ReanalysisState"]  # what the edges, which know no models, name it by

JOB = "voice.annotate_again"
#: the only place there is for one that runs
THE_ONE = 1
#: what was analysed has an annotation
ANALYSED = AnnotationRecord.verbatim_id


@dataclass(frozen=True, kw_only=True)
class ReanalysisRead:
    """Where an analysis made again stands; `done` of `total` verbatims."""

    id: int
    public_id: str
    journey_id: int | None
    author: str | None
    state: ReanalysisState
    version: str
    done: int
    total: int
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.finished_at is None


@dataclass(frozen=True, kw_only=True)
class Currency:
    """How many of the verbatims analysed were so by the rules in force."""

    current: int
    total: int

    @property
    def is_owed(self) -> bool:
        """Whether some were analysed by other rules."""
        return self.current < self.total


def start(
    session: Session,
    *,
    journey_id: int | None = None,
    author_id: int | None,
    now: datetime,
) -> str:
    """Owe the analysis of all that is shown, or of a journey, once more.

    Returns:
        The public id of this analysis.

    Raises:
        Conflict: `reanalysis_running`.
    """
    wanted = _wanted(journey_id)
    total, upto = session.execute(
        wanted.with_only_columns(func.count(), func.coalesce(func.max(ANALYSED), 0))
    ).one()
    row = {
        "public_id": new_public_id(),
        "created_at": now,
        "journey_id": journey_id,
        "author_id": author_id,
        "state": ReanalysisState.ANALYSING,
        "slot": THE_ONE,
        "version": version_in_force(session),
        "upto_id": upto,
        "last_id": 0,
        "total": total,
        "done": 0,
    }
    added = insert_missing(
        session,
        Reanalysis,
        [row],
        key=[Reanalysis.slot],
        returning=Reanalysis.id,
    )
    if not added:
        raise Conflict("reanalysis_running")
    owe(session, added[0], now=now)
    return str(row["public_id"])


def stop(session: Session, public_id: str, *, now: datetime) -> None:
    """Stop an analysis: nothing of it is kept, and the old answers stand.

    Raises:
        NotFound: `reanalysis`.
        Conflict: `reanalysis_applying`, when its answers take their places already;
            `reanalysis_ended`.
    """
    stopped = session.scalar(
        update(Reanalysis)
        .where(
            Reanalysis.public_id == public_id,
            Reanalysis.state == ReanalysisState.ANALYSING,
        )
        .values(state=ReanalysisState.STOPPED, slot=None, finished_at=now)
        .returning(Reanalysis.id)
    )
    if stopped is not None:
        owe(session, stopped, now=now)
        return
    state = session.scalar(
        select(Reanalysis.state).where(Reanalysis.public_id == public_id)
    )
    if state is None:
        raise NotFound("reanalysis")
    applying = state == ReanalysisState.APPLYING
    raise Conflict("reanalysis_applying" if applying else "reanalysis_ended")


def owe(session: Session, reanalysis_id: int, *, now: datetime) -> None:
    """Owe the next part of the work, after what else is due."""
    enqueue(session, JOB, {"reanalysis_id": reanalysis_id}, due_at=now)


def find_newest(session: Session) -> ReanalysisRead | None:
    """Return the analysis that runs or was begun last, None before the first."""
    return _read(session, select(Reanalysis).order_by(Reanalysis.id.desc()).limit(1))


def get(session: Session, reanalysis_id: int) -> ReanalysisRead | None:
    """Return one analysis by its number, None when it is gone."""
    return _read(session, select(Reanalysis).where(Reanalysis.id == reanalysis_id))


def is_applying(session: Session) -> bool:
    """Tell whether new answers are taking the places of old ones at this moment."""
    running = select(Reanalysis.id).where(
        Reanalysis.slot == THE_ONE, Reanalysis.state == ReanalysisState.APPLYING
    )
    return session.scalar(running) is not None


def version_in_force(session: Session) -> str:
    """Return the version of what a text would be analysed by now."""
    return version_of(read_taxonomy(session), read_houses(session))


def count_current(session: Session) -> Currency:
    """Count the verbatims that were analysed, and those by the rules in force."""
    version = version_in_force(session)
    counted = select(func.count()).select_from(AnnotationRecord)
    return Currency(
        current=session.scalar(counted.where(AnnotationRecord.version == version)) or 0,
        total=session.scalar(counted) or 0,
    )


def next_texts(session: Session, reanalysis_id: int, *, most: int) -> Sequence[int]:
    """Return the numbers of the verbatims that come next, none at the end."""
    row = _progress(session, reanalysis_id)
    return session.scalars(
        _wanted(row.journey_id)
        .where(row.last_id < ANALYSED, row.upto_id >= ANALYSED)
        .order_by(ANALYSED)
        .limit(most)
    ).all()


def keep_answers(
    session: Session, reanalysis_id: int, analysed: Sequence[AnalysedText]
) -> bool:
    """Put answers aside and note how far it got; False when it was stopped."""
    last = analysed[-1].given.verbatim_id
    went_on = session.scalar(
        update(Reanalysis)
        .where(
            Reanalysis.id == reanalysis_id,
            Reanalysis.state == ReanalysisState.ANALYSING,
            Reanalysis.last_id < analysed[0].given.verbatim_id,
        )
        .values(last_id=last, done=Reanalysis.done + len(analysed))
        .returning(Reanalysis.id)
    )
    if went_on is None:
        return False
    put_aside(session, reanalysis_id, analysed)
    return True


def begin_anew(session: Session, reanalysis_id: int, version: str) -> None:
    """Analyse by other rules from the first verbatim on; nothing may be put aside."""
    session.execute(
        update(Reanalysis)
        .where(Reanalysis.id == reanalysis_id)
        .values(version=version, last_id=0, done=0)
    )


def turn(session: Session, reanalysis_id: int, to: ReanalysisState) -> bool:
    """Have an analysis of which all answers are there go on; False if stopped."""
    turned = session.scalar(
        update(Reanalysis)
        .where(
            Reanalysis.id == reanalysis_id,
            Reanalysis.state == ReanalysisState.ANALYSING,
        )
        .values(state=to)
        .returning(Reanalysis.id)
    )
    return turned is not None


def end(
    session: Session, reanalysis_id: int, state: ReanalysisState, *, now: datetime
) -> None:
    """Note that it has ended, and owe all counts when answers took their places."""
    ended = session.execute(
        update(Reanalysis)
        .where(Reanalysis.id == reanalysis_id, Reanalysis.finished_at.is_(None))
        .values(state=state, slot=None, finished_at=now)
        .returning(Reanalysis.journey_id)
    ).first()
    if ended is None or state != ReanalysisState.DONE:
        return
    journeys = select(Journey.id).order_by(Journey.id)
    if ended.journey_id is not None:
        journeys = journeys.where(Journey.id == ended.journey_id)
    for journey_id in session.scalars(journeys).all():
        days = select(Feedback.day).where(Feedback.journey_id == journey_id).distinct()
        mark_stale(session, journey_id, session.scalars(days).all(), now=now)


def _wanted(journey_id: int | None) -> Select[Any]:
    wanted = select(ANALYSED)
    if journey_id is None:
        return wanted
    return (
        wanted.join(Verbatim, Verbatim.id == ANALYSED)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(Feedback.journey_id == journey_id)
    )


def _progress(session: Session, reanalysis_id: int) -> Any:
    columns = (Reanalysis.journey_id, Reanalysis.last_id, Reanalysis.upto_id)
    return session.execute(select(*columns).where(Reanalysis.id == reanalysis_id)).one()


def _read(session: Session, query: Select[Any]) -> ReanalysisRead | None:
    row = session.execute(query.execution_options(populate_existing=True)).scalar()
    if row is None:
        return None
    author = row.author_id and session.get(Account, row.author_id)
    return ReanalysisRead(
        id=row.id,
        public_id=row.public_id,
        journey_id=row.journey_id,
        author=author.name if author else None,
        state=row.state,
        version=row.version,
        done=row.done,
        total=row.total,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
