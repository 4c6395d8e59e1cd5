"""Rounds as their pages show them: never a label of others before its time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.core.periods import Period
from feedback.journey.models import Journey
from feedback.voice.agreement.judging import (
    Judgement,
    unpack_themes,
)
from feedback.voice.agreement.models import Label, Part, Round, SampledVerbatim
from feedback.voice.models import Feedback, Verbatim
from feedback.voice.taxonomy import list_themes


@dataclass(frozen=True, kw_only=True)
class RoundInList:
    """A round with how far the reader and the others are; `size` verbatims."""

    public_id: str
    journey_names: Mapping[str, str]
    period: Period
    size: int
    author: str | None
    created_at: datetime
    closed_at: datetime | None
    mine: int
    has_finished: bool
    analysts: int


@dataclass(frozen=True, kw_only=True)
class PartOfAnalyst:
    """How many verbatims an analyst has labelled, and when they finished."""

    account_id: int
    name: str
    done: int
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class RoundInDetail:
    """A round as one analyst sees it.

    `mine` is None before the first label. `next_open` is the number of the first
    verbatim that the analyst has not labelled. `may_see` says whether the results are
    theirs to see: their own part is finished, or the round is closed.
    """

    id: int
    public_id: str
    journey_key: str
    journey_names: Mapping[str, str]
    period: Period
    by_language: bool
    seed: int
    size: int
    author: str | None
    created_at: datetime
    closed_at: datetime | None
    parts: tuple[PartOfAnalyst, ...]
    mine: PartOfAnalyst | None
    next_open: int | None

    @property
    def may_see(self) -> bool:
        """Whether results may be shown to this analyst."""
        mine = self.mine is not None and self.mine.finished_at is not None
        return mine or self.closed_at is not None

    @property
    def may_label(self) -> bool:
        """Whether this analyst may still label."""
        return not self.may_see

    @property
    def finished(self) -> tuple[PartOfAnalyst, ...]:
        """The parts that count."""
        return tuple(part for part in self.parts if part.finished_at is not None)


@dataclass(frozen=True, kw_only=True)
class VerbatimToLabel:
    """One verbatim of a round, masked, with the reader's own label alone.

    `before` and `after` are the numbers of its neighbours, None at the ends.
    """

    position: int
    before: int | None
    after: int | None
    text: str
    language: str | None
    question: str | None
    label: Judgement | None


def list_rounds(
    session: Session, wanted: PageRequest, *, account_id: int
) -> Page[RoundInList]:
    """List rounds, the newest first, with how far this analyst is in each."""
    rows = session.execute(
        select(
            Round,
            Journey.names,
            Account.name,
            _size().label("size"),
            _done(account_id).label("mine"),
            _analysts().label("analysts"),
            Part.finished_at,
        )
        .join(Journey, Journey.id == Round.journey_id)
        .outerjoin(Account, Account.id == Round.author_id)
        .outerjoin(Part, (Part.round_id == Round.id) & (Part.account_id == account_id))
        .order_by(Round.id.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of(
        [
            RoundInList(
                public_id=row.Round.public_id,
                journey_names=row.names,
                period=Period(row.Round.since, row.Round.until),
                size=row.size,
                author=row.name,
                created_at=row.Round.created_at,
                closed_at=row.Round.closed_at,
                mine=row.mine,
                has_finished=row.finished_at is not None,
                analysts=row.analysts,
            )
            for row in rows
        ],
        wanted,
    )


def get_round(session: Session, public_id: str, *, account_id: int) -> RoundInDetail:
    """Return a round as this analyst sees it.

    Raises:
        NotFound: `agreement_round`.
    """
    row = session.execute(
        select(Round, Journey.key, Journey.names, Account.name, _size().label("size"))
        .join(Journey, Journey.id == Round.journey_id)
        .outerjoin(Account, Account.id == Round.author_id)
        .where(Round.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("agreement_round")
    found = row.Round
    parts = _read_parts(session, found.id)
    return RoundInDetail(
        id=found.id,
        public_id=public_id,
        journey_key=row.key,
        journey_names=row.names,
        period=Period(found.since, found.until),
        by_language=found.by_language,
        seed=found.seed,
        size=row.size,
        author=row.name,
        created_at=found.created_at,
        closed_at=found.closed_at,
        parts=parts,
        mine=next((part for part in parts if part.account_id == account_id), None),
        next_open=find_open(session, found.id, account_id),
    )


def find_open(
    session: Session, round_id: int, account_id: int, *, after: int = 0
) -> int | None:
    """Return the number of the next verbatim without a label, from the first again."""
    open_ones = session.scalars(
        select(SampledVerbatim.position)
        .outerjoin(
            Label,
            (Label.sample_id == SampledVerbatim.id) & (Label.account_id == account_id),
        )
        .where(SampledVerbatim.round_id == round_id, Label.id.is_(None))
        .order_by(SampledVerbatim.position)
    ).all()
    return next((one for one in open_ones if one > after), min(open_ones, default=None))


def get_to_label(
    session: Session, round_id: int, position: int, *, account_id: int
) -> VerbatimToLabel:
    """Return one verbatim of a round and what this analyst said of it, nothing else.

    Raises:
        NotFound: `verbatim`, when the round has none of this number any more.
    """
    row = session.execute(
        select(Verbatim.text, Verbatim.question, Feedback.language, Label)
        .join(SampledVerbatim, SampledVerbatim.verbatim_id == Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .outerjoin(
            Label,
            (Label.sample_id == SampledVerbatim.id) & (Label.account_id == account_id),
        )
        .where(
            SampledVerbatim.round_id == round_id,
            SampledVerbatim.position == position,
            Verbatim.text.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise NotFound("verbatim")
    numbers = SampledVerbatim.position
    others = SampledVerbatim.round_id == round_id
    return VerbatimToLabel(
        position=position,
        before=session.scalar(
            select(func.max(numbers)).where(others, numbers < position)
        ),
        after=session.scalar(
            select(func.min(numbers)).where(others, numbers > position)
        ),
        text=row.text,
        language=row.language,
        question=row.question,
        label=row.Label
        and Judgement(
            feeling=row.Label.feeling, themes=unpack_themes(row.Label.themes)
        ),
    )


def theme_keys(session: Session) -> list[str]:
    """Return the themes that a label can name, in the order in which they are shown."""
    return [theme.key for theme in list_themes(session)]


def _read_parts(session: Session, round_id: int) -> tuple[PartOfAnalyst, ...]:
    rows = session.execute(
        select(
            Part.account_id,
            Account.name,
            _done(Part.account_id).label("done"),
            Part.finished_at,
        )
        .join(Account, Account.id == Part.account_id)
        .join(Round, Round.id == Part.round_id)
        .where(Part.round_id == round_id)
        .order_by(Part.started_at, Part.account_id)
    )
    return tuple(
        PartOfAnalyst(
            account_id=row.account_id,
            name=row.name,
            done=row.done,
            finished_at=row.finished_at,
        )
        for row in rows
    )


def _size() -> ScalarSelect[int]:
    """Count the verbatims of the round of the query around."""
    counted = select(func.count()).select_from(SampledVerbatim)
    of_round = counted.where(SampledVerbatim.round_id == Round.id)
    return of_round.correlate(Round).scalar_subquery()


def _done(account_id: int | InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """Count what an analyst has labelled in the round of the query around."""
    return (
        select(func.count())
        .select_from(Label)
        .join(SampledVerbatim, SampledVerbatim.id == Label.sample_id)
        .where(SampledVerbatim.round_id == Round.id, Label.account_id == account_id)
        .correlate(Round, Part)
        .scalar_subquery()
    )


def _analysts() -> ScalarSelect[int]:
    """Count those who take part in the round of the query around."""
    taking = aliased(Part)
    return (
        select(func.count())
        .select_from(taking)
        .where(taking.round_id == Round.id)
        .correlate(Round)
        .scalar_subquery()
    )
