"""The ledger of closed rounds: how good the machine was, and whether it got worse."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.periods import Period
from feedback.measures.agreement import Agreement, Decline, decline
from feedback.measures.intervals import Estimate
from feedback.voice.agreement.judging import Subject
from feedback.voice.agreement.models import LedgerEntry, Round, SampledVerbatim

#: how many of the newest rounds of a journey are compared
MOST_ROUNDS = 50


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """A closed round of a journey.

    Attributes:
        public_id: of the round.
        period: what its sample is from.
        closed_at: when.
        versions: of the analysis that was judged; more than one while everything was
            being analysed again.
        n: verbatims judged; None when too few for any figure.
        analysts: those whose labels count; None as well.
        agreements: of the machine with all of them; a subject of which too little
            was said is left out.
        declines: how far each fell below the best of the earlier rounds, where that
            is more than chance.
    """

    public_id: str
    period: Period
    closed_at: datetime
    versions: tuple[str, ...]
    n: int | None
    analysts: int | None
    agreements: Mapping[Subject, Agreement]
    declines: Mapping[Subject, Decline]


def read_ledger(session: Session, journey_id: int) -> tuple[LedgerRow, ...]:
    """Return the 50 newest closed rounds of a journey, the newest first."""
    rounds = session.scalars(
        select(Round)
        .where(Round.journey_id == journey_id, Round.closed_at.is_not(None))
        .order_by(Round.closed_at.desc(), Round.id.desc())
        .limit(MOST_ROUNDS)
    ).all()
    entries = _entries(session, [one.id for one in rounds])
    versions = _versions(session, [one.id for one in rounds])
    rows: list[LedgerRow] = []
    earlier: dict[Subject, list[Agreement]] = defaultdict(list)
    for one in reversed(rounds):
        kept = entries.get(one.id, {})
        found = {subject: _read(entry) for subject, entry in kept.items()}
        falls = {
            subject: decline(agreement, earlier[subject])
            for subject, agreement in found.items()
        }
        any_entry = next(iter(kept.values()), None)
        assert one.closed_at is not None  # noqa: S101 - asked for above
        rows.append(
            LedgerRow(
                public_id=one.public_id,
                period=Period(one.since, one.until),
                closed_at=one.closed_at,
                versions=versions.get(one.id, ()),
                n=any_entry.n if any_entry else None,
                analysts=any_entry.analysts if any_entry else None,
                agreements=found,
                declines={subject: fall for subject, fall in falls.items() if fall},
            )
        )
        for subject, agreement in found.items():
            earlier[subject].append(agreement)
    return tuple(reversed(rows))


def find_drift(session: Session, journey_id: int) -> LedgerRow | None:
    """Return the newest closed round when the machine fell in it, None otherwise."""
    rows = read_ledger(session, journey_id)
    return rows[0] if rows and rows[0].declines else None


def list_journeys_judged(session: Session) -> tuple[int, ...]:
    """List the journeys that have a closed round, the latest judged first."""
    return tuple(
        session.scalars(
            select(Round.journey_id)
            .where(Round.closed_at.is_not(None))
            .group_by(Round.journey_id)
            .order_by(func.max(Round.closed_at).desc())
        )
    )


def _entries(
    session: Session, round_ids: list[int]
) -> dict[int, dict[Subject, LedgerEntry]]:
    found: dict[int, dict[Subject, LedgerEntry]] = defaultdict(dict)
    for row in session.scalars(
        select(LedgerEntry).where(LedgerEntry.round_id.in_(round_ids))
    ):
        found[row.round_id][row.subject] = row
    return found


def _versions(session: Session, round_ids: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = session.execute(
        select(SampledVerbatim.round_id, SampledVerbatim.machine_version)
        .where(
            SampledVerbatim.round_id.in_(round_ids),
            SampledVerbatim.machine_version.is_not(None),
        )
        .distinct()
        .order_by(SampledVerbatim.machine_version)
    )
    for round_id, version in rows:
        found[round_id] = (*found.get(round_id, ()), str(version))
    return found


def _read(entry: LedgerEntry) -> Agreement:
    return Agreement(
        kappa=Estimate(value=entry.kappa, low=entry.low, high=entry.high, n=entry.n),
        error=entry.error,
        observed=entry.observed,
        expected=entry.expected,
    )
