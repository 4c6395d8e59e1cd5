"""Make rounds, label their verbatims blind, finish one's part, close a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.periods import Period
from feedback.db import audit
from feedback.db.inserts import insert_missing
from feedback.voice.agreement.drawing import FEWEST, MOST, draw, draw_halves
from feedback.voice.agreement.judging import Judgement, agreement_with_all
from feedback.voice.agreement.models import (
    Label,
    LedgerEntry,
    Part,
    Round,
    SampledVerbatim,
)
from feedback.voice.agreement.queries import find_open, theme_keys
from feedback.voice.agreement.reading import (
    machine_answers,
    read_analysts,
    read_machine,
)
from feedback.voice.models import Feedback, Verbatim

#: so many analysts take part in a round at most
MOST_ANALYSTS = 10
#: what a sample in halves is made of
HALVES = ("fr", "en")


@dataclass(frozen=True, kw_only=True)
class RoundDraft:
    """What somebody wants labelled: `size` verbatims of a period, 30 to 300."""

    period: Period
    size: int
    by_language: bool = False


def create_round(
    session: Session,
    journey_id: int,
    draft: RoundDraft,
    *,
    seed: int,
    author_id: int,
    now: datetime,
) -> str:
    """Draw a sample of what is analysed and make a round of it; return its public id.

    Where the period holds fewer verbatims than wanted, all of them are taken.

    Raises:
        Invalid: `size: out_of_range`; `period: too_few_verbatims`, when fewer than
            30 can be drawn.
    """
    if not FEWEST <= draft.size <= MOST:
        raise Invalid({"size": "out_of_range"})
    if draft.by_language:
        one, other = (_analysed(session, journey_id, draft, code) for code in HALVES)
        chosen = draw_halves(one, other, draft.size, seed=seed)
    else:
        chosen = draw(_analysed(session, journey_id, draft), draft.size, seed=seed)
    if len(chosen) < FEWEST:
        raise Invalid({"period": "too_few_verbatims"})
    made = Round(
        journey_id=journey_id,
        author_id=author_id,
        since=draft.period.since,
        until=draft.period.until,
        by_language=draft.by_language,
        seed=seed,
        created_at=now,
    )
    session.add(made)
    session.flush()
    session.execute(
        insert(SampledVerbatim),
        [
            {"round_id": made.id, "verbatim_id": number, "position": position}
            for position, number in enumerate(chosen, start=1)
        ],
    )
    return made.public_id


def save_label(
    session: Session,
    public_id: str,
    position: int,
    judgement: Judgement,
    *,
    account_id: int,
    now: datetime,
) -> int | None:
    """Keep what an analyst says of one verbatim, instead of what they said before.

    Returns:
        The number of the next verbatim without a label; None when all have one.

    Raises:
        NotFound: `agreement_round`, `verbatim`, `theme`.
        Conflict: `round_closed`; `part_finished`; `too_many_analysts`.
    """
    one = _open_round(session, public_id)
    if {key for key, _ in judgement.themes} - set(theme_keys(session)):
        raise NotFound("theme")
    _take_part(session, one, account_id, now)
    sample_id = session.scalar(
        select(SampledVerbatim.id).where(
            SampledVerbatim.round_id == one.id, SampledVerbatim.position == position
        )
    )
    if sample_id is None:
        raise NotFound("verbatim")
    label = session.scalar(
        select(Label).where(
            Label.sample_id == sample_id, Label.account_id == account_id
        )
    )
    if label is None:
        label = Label(sample_id=sample_id, account_id=account_id)
        session.add(label)
    label.feeling = judgement.feeling
    label.themes = judgement.as_json()
    label.done_at = now
    session.flush()
    return find_open(session, one.id, account_id, after=position)


def finish_part(
    session: Session, public_id: str, *, account_id: int, now: datetime
) -> None:
    """Say that one's labels stand: they change no more, and the results may be seen.

    Raises:
        NotFound: `agreement_round`.
        Conflict: `round_closed`; `part_finished`; `labels_missing`.
    """
    one = _open_round(session, public_id)
    if find_open(session, one.id, account_id) is not None:
        raise Conflict("labels_missing")
    _take_part(session, one, account_id, now).finished_at = now
    session.flush()


def close_round(
    session: Session, public_id: str, *, actor_id: int, now: datetime
) -> None:
    """Close a round: keep what the machine says now, and write the ledger.

    Only the labels of those who have finished count.

    Raises:
        NotFound: `agreement_round`.
        Conflict: `round_closed`; `nobody_finished`.
    """
    one = _open_round(session, public_id, alone=True)
    analysts = read_analysts(session, one.id)
    if not analysts:
        raise Conflict("nobody_finished")
    one.closed_at = now
    _keep_machine(session, one.id)
    machine = read_machine(session, one.id)
    found = agreement_with_all(machine, list(analysts.values()), theme_keys(session))
    for subject, agreement in found.items():
        session.add(
            LedgerEntry(
                round_id=one.id,
                subject=subject,
                kappa=agreement.kappa.value,
                low=agreement.kappa.low,
                high=agreement.kappa.high,
                error=agreement.error,
                observed=agreement.observed,
                expected=agreement.expected,
                n=agreement.kappa.n,
                analysts=len(analysts),
            )
        )
    audit.record(session, "agreement_closed", public_id, actor_id=actor_id, now=now)
    session.flush()


def discard_round(session: Session, public_id: str) -> None:
    """Throw a round away in which nobody has labelled anything yet.

    Raises:
        NotFound: `agreement_round`.
        Conflict: `round_closed`; `labels_exist`.
    """
    one = _open_round(session, public_id, alone=True)
    labelled = exists().where(
        Label.sample_id == SampledVerbatim.id, SampledVerbatim.round_id == one.id
    )
    if session.scalar(select(labelled)):
        raise Conflict("labels_exist")
    session.execute(delete(Round).where(Round.id == one.id))


def _analysed(
    session: Session, journey_id: int, draft: RoundDraft, language: str | None = None
) -> Sequence[int]:
    wanted = (
        select(Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            Feedback.journey_id == journey_id,
            Feedback.day >= draft.period.since,
            Feedback.day < draft.period.until,
            Verbatim.text.is_not(None),
        )
    )
    if language is not None:
        wanted = wanted.where(Feedback.language == language)
    return session.scalars(wanted).all()


def _open_round(session: Session, public_id: str, *, alone: bool = False) -> Round:
    """Read a round that nobody closes meanwhile; `alone`: nor labels."""
    one = session.scalar(
        select(Round)
        .where(Round.public_id == public_id)
        .with_for_update(read=not alone)
        .execution_options(populate_existing=True)
    )
    if one is None:
        raise NotFound("agreement_round")
    if one.closed_at is not None:
        raise Conflict("round_closed")
    return one


def _take_part(session: Session, one: Round, account_id: int, now: datetime) -> Part:
    """Return the part of an analyst, locked; it begins with the first label."""
    key = {"round_id": one.id, "account_id": account_id}
    begun = insert_missing(
        session,
        Part,
        [{**key, "started_at": now}],
        key=[Part.round_id, Part.account_id],
        returning=Part.account_id,
    )
    if begun and _count_parts(session, one.id) > MOST_ANALYSTS:
        raise Conflict("too_many_analysts")
    part = session.scalars(
        select(Part)
        .filter_by(**key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if part.finished_at is not None:
        raise Conflict("part_finished")
    return part


def _count_parts(session: Session, round_id: int) -> int:
    counted = select(func.count()).select_from(Part).where(Part.round_id == round_id)
    return session.scalar(counted) or 0


def _keep_machine(session: Session, round_id: int) -> None:
    rows = session.scalars(
        select(SampledVerbatim).where(SampledVerbatim.round_id == round_id)
    ).all()
    said = machine_answers(session, [row.verbatim_id for row in rows])
    for row in rows:
        answer = said.get(row.verbatim_id)
        if answer is not None:
            row.machine_feeling = answer.judgement.feeling
            row.machine_themes = answer.judgement.as_json()
            row.machine_version = answer.version
    session.flush()
