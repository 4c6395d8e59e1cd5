"""The groups that nobody has decided of, those decided, and the coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import NotFound
from feedback.core.periods import Period, add_months, next_month
from feedback.insights.dashboards import ShareFigure, share_figure
from feedback.insights.discovery.models import (
    DecisionKind,
    DiscoveredGroup,
    DiscoveredMember,
    DiscoveryDecision,
    DiscoveryRun,
)
from feedback.insights.figures import NOTHING, Counts, gather, gather_months, pool
from feedback.insights.segments import Segment
from feedback.measures.evidence import Base, base
from feedback.measures.intervals import Estimate, share_estimate
from feedback.measures.multiplicity import judge_together
from feedback.nlp.terms import GroupWord, same_subject
from feedback.voice.reading import VerbatimInList, read_verbatims

#: typical verbatims of a group on the page of all groups
QUOTES = 3
#: decisions that are listed, and looked through
MOST_DECISIONS = 500
#: months of the trend
_MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class FoundGroup:
    """A group of verbatims without a theme.

    `share` is that of all analysed verbatims of its language, with its growth against
    the period before; `quotes` are its most typical verbatims, the nearest first.
    """

    public_id: str
    language: str
    words: tuple[GroupWord, ...]
    share: ShareFigure
    quotes: tuple[VerbatimInList, ...]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What became of a group; `theme_key` is the theme that has its words."""

    public_id: str
    kind: DecisionKind
    language: str
    shown: tuple[str, ...]
    theme_key: str | None
    author: str | None
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Discovery:
    """The latest look at a journey; `n` verbatims without a theme in the period."""

    period: Period
    made_at: datetime
    n: int
    groups: tuple[FoundGroup, ...]


@dataclass(frozen=True, kw_only=True)
class CoverageMonth:
    """Share of the verbatims of one month with a theme; None without any verbatim."""

    month: date
    n: int
    share: Estimate | None

    @property
    def base(self) -> Base:
        """Whether the share may be printed."""
        return base(self.n)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Share of verbatims in which a theme was found, and its way over the months.

    `by_language` holds the languages that were spoken in the segment.
    """

    total: ShareFigure
    by_language: Mapping[str, ShareFigure]
    months: tuple[CoverageMonth, ...]


def find_discovery(session: Session, journey_id: int) -> Discovery | None:
    """Return the latest look with the groups that nobody has decided of, None before.

    The largest group comes first. All of them are judged together for their growth,
    those decided of included, so that no verdict depends on what is shown.
    """
    run = session.scalar(
        select(DiscoveryRun).where(DiscoveryRun.journey_id == journey_id)
    )
    if run is None:
        return None
    rows = session.scalars(
        select(DiscoveredGroup)
        .where(DiscoveredGroup.run_id == run.id)
        .order_by(DiscoveredGroup.hits.desc(), DiscoveredGroup.id)
    ).all()
    decided = _decisions(session, journey_id)
    shown = [
        (row, share)
        for row, share in zip(rows, _shares(rows), strict=True)
        if not _find(decided, row.language, _signature(row))
    ]
    return Discovery(
        period=Period(run.since, run.until),
        made_at=run.made_at,
        n=run.n,
        groups=tuple(_read(session, row, share, QUOTES) for row, share in shown),
    )


def get_group(
    session: Session, journey_id: int, public_id: str, *, quotes: int
) -> FoundGroup:
    """Return a group with its most typical verbatims, at most 50.

    Raises:
        NotFound: `group`, also when the verbatims were grouped anew since.
    """
    rows = session.scalars(
        select(DiscoveredGroup)
        .join(DiscoveryRun, DiscoveryRun.id == DiscoveredGroup.run_id)
        .where(DiscoveryRun.journey_id == journey_id)
        .order_by(DiscoveredGroup.id)
    ).all()
    for row, share in zip(rows, _shares(rows), strict=True):
        if row.public_id == public_id:
            return _read(session, row, share, quotes)
    raise NotFound("group")


def find_decision(
    session: Session, journey_id: int, language: str, signature: Sequence[str]
) -> Decision | None:
    """Return what was decided of the group that has these words, None before."""
    decided = _decisions(session, journey_id, language=language)
    found = _find(decided, language, signature)
    return _as_read(found, None) if found else None


def list_decisions(session: Session, journey_id: int) -> tuple[Decision, ...]:
    """List what was decided of groups, the newest first; at most 500."""
    rows = session.execute(
        select(DiscoveryDecision, Account.name)
        .outerjoin(Account, Account.id == DiscoveryDecision.author_id)
        .where(DiscoveryDecision.journey_id == journey_id)
        .order_by(DiscoveryDecision.id.desc())
        .limit(MOST_DECISIONS)
    )
    return tuple(_as_read(row, name) for row, name in rows)


def read_coverage(session: Session, segment: Segment) -> Coverage:
    """Return the coverage of a segment, by language and over up to twelve months."""
    languages = (segment.language,) if segment.language else ("fr", "en")
    whole, before = (
        pool(gather(session, one).values()) for one in (segment, segment.previous)
    )
    parts = {}
    for code in languages:
        part = replace(segment, language=code)
        counts, earlier = (
            pool(gather(session, one).values()) for one in (part, part.previous)
        )
        if counts.verbatims:
            parts[code] = _share_of(counts, earlier)
    return Coverage(
        total=_share_of(whole, before),
        by_language=parts,
        months=_months(session, segment),
    )


def _months(session: Session, segment: Segment) -> tuple[CoverageMonth, ...]:
    last = segment.period.until.replace(day=1)
    until = last if last == segment.period.until else next_month(last)
    window = replace(segment, period=Period(add_months(until, -_MONTHS), until))
    found = gather_months(session, window)
    months = [
        CoverageMonth(
            month=month,
            n=found.get(month, NOTHING).verbatims,
            share=share_estimate(
                found.get(month, NOTHING).themed, found.get(month, NOTHING).verbatims
            ),
        )
        for month in window.period.months()
    ]
    first = next((place for place, one in enumerate(months) if one.n), len(months))
    return tuple(months[first:])


def _share_of(after: Counts, before: Counts) -> ShareFigure:
    return share_figure(after.themed, after.verbatims, before.themed, before.verbatims)


def _shares(rows: Sequence[DiscoveredGroup]) -> list[ShareFigure]:
    """Return the share of each group, their growths judged together."""
    shares = [
        share_figure(row.hits, row.of, row.hits_before, row.of_before) for row in rows
    ]
    verdicts = judge_together([share.comparison for share in shares])
    return [
        replace(share, comparison=verdict)
        for share, verdict in zip(shares, verdicts, strict=True)
    ]


def _read(
    session: Session, row: DiscoveredGroup, share: ShareFigure, quotes: int
) -> FoundGroup:
    numbers = session.scalars(
        select(DiscoveredMember.verbatim_id)
        .where(DiscoveredMember.group_id == row.id)
        .order_by(DiscoveredMember.place)
        .limit(quotes)
    ).all()
    return FoundGroup(
        public_id=row.public_id,
        language=row.language,
        words=tuple(_word(word) for word in row.words),
        share=share,
        quotes=read_verbatims(session, numbers),
    )


def _word(kept: Mapping[str, object]) -> GroupWord:
    variants = kept["variants"]
    assert isinstance(variants, list)  # noqa: S101 - we wrote it
    return GroupWord(
        key=str(kept["key"]),
        shown=str(kept["shown"]),
        variants=tuple(str(one) for one in variants),
    )


def _signature(row: DiscoveredGroup) -> list[str]:
    return [str(word["key"]) for word in row.words]


def _decisions(
    session: Session, journey_id: int, *, language: str | None = None
) -> Sequence[DiscoveryDecision]:
    wanted = select(DiscoveryDecision).where(DiscoveryDecision.journey_id == journey_id)
    if language is not None:
        wanted = wanted.where(DiscoveryDecision.language == language)
    newest = wanted.order_by(DiscoveryDecision.id.desc()).limit(MOST_DECISIONS)
    return session.scalars(newest).all()


def _find(
    decided: Sequence[DiscoveryDecision], language: str, signature: Sequence[str]
) -> DiscoveryDecision | None:
    return next(
        (
            one
            for one in decided
            if one.language == language and same_subject(one.signature, signature)
        ),
        None,
    )


def _as_read(row: DiscoveryDecision, author: str | None) -> Decision:
    return Decision(
        public_id=row.public_id,
        kind=row.kind,
        language=row.language,
        shown=tuple(row.shown),
        theme_key=row.theme_key,
        author=author,
        created_at=row.created_at,
    )
