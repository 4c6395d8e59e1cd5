"""Verbatims as the explorer, the map, the theme pages and the reports ask for them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import Session

from feedback.core.pagination import Page, PageRequest, page_of
from feedback.nlp.annotation import Feeling
from feedback.nlp.redaction import MASK
from feedback.voice.mentions import counted_theme, that_stand
from feedback.voice.models import AnnotationRecord, Feedback, Mention, Verbatim
from feedback.voice.reading import (
    ExplainedVerbatim,
    MentionInText,
    VerbatimInDetail,
    VerbatimInList,
    get_verbatim,
    read_explained,
    read_verbatims,
)
from feedback.voice.search import MOST_MATCHES
from feedback.voice.selection import VerbatimFilter, select_matches, select_newest
from feedback.voice.taxonomy import Stance, polarities_of, read_themes

__all__ = [
    "CountedVerbatims",
    "ExplainedVerbatim",
    "MentionInText",
    "ThemeInList",
    "VerbatimFilter",
    "VerbatimInDetail",
    "VerbatimInList",
    "count_themes",
    "count_unrated",
    "count_verbatims",
    "count_waiting",
    "get_verbatim",
    "is_search_cut",
    "iterate_verbatims",
    "list_explained",
    "list_verbatims",
    "typical_verbatims",
]

#: how many of the newest verbatims are counted when no cube of counts answers
MOST_COUNTED = 10_000
#: how many of the newest verbatims typical ones are chosen among
_CHOSEN_AMONG = 200
#: characters of a text that is long enough to tell something and short enough to quote
_QUOTABLE = range(40, 201)
_READ_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class CountedVerbatims:
    """How many there are; when capped, at least so many."""

    n: int
    is_capped: bool


@dataclass(frozen=True, kw_only=True)
class ThemeInList:
    """How many verbatims speak of a theme; one that does both counts in both."""

    theme: str
    frictions: int
    praises: int


def list_verbatims(
    session: Session, wanted: VerbatimFilter, page: PageRequest
) -> Page[VerbatimInList]:
    """List verbatims, newest first."""
    numbers = session.scalars(
        select_newest(session, wanted).offset(page.offset).limit(page.size + 1)
    ).all()
    found = page_of(list(numbers), page)
    return Page(
        items=read_verbatims(session, found.items),
        number=found.number,
        has_next=found.has_next,
    )


def list_explained(
    session: Session, wanted: VerbatimFilter, page: PageRequest
) -> Page[ExplainedVerbatim]:
    """List verbatims with what the analysis said of them, newest first."""
    numbers = session.scalars(
        select_newest(session, wanted).offset(page.offset).limit(page.size + 1)
    ).all()
    found = page_of(list(numbers), page)
    return Page(
        items=read_explained(session, found.items),
        number=found.number,
        has_next=found.has_next,
    )


def iterate_verbatims(
    session: Session, wanted: VerbatimFilter
) -> Iterator[VerbatimInList]:
    """Yield every verbatim wanted, newest first, in flat memory."""
    numbers = session.scalars(
        select_newest(session, wanted), execution_options={"yield_per": _READ_AT_ONCE}
    )
    for part in numbers.partitions():
        yield from read_verbatims(session, part)


def count_verbatims(session: Session, wanted: VerbatimFilter) -> CountedVerbatims:
    """Count the verbatims wanted, 10,000 at most."""
    newest = select_newest(session, wanted).limit(MOST_COUNTED + 1).subquery()
    n = session.scalar(select(func.count()).select_from(newest)) or 0
    return CountedVerbatims(n=min(n, MOST_COUNTED), is_capped=n > MOST_COUNTED)


def count_unrated(session: Session, wanted: VerbatimFilter) -> tuple[int, int]:
    """Count those without a feeling, and all, among the newest 10,000 wanted."""
    newest = select_newest(session, wanted).limit(MOST_COUNTED).subquery()
    unrated = func.count().filter(Verbatim.feeling == Feeling.UNRATED)
    rows = select(unrated, func.count()).join(newest, newest.c[0] == Verbatim.id)
    unrated_n, n = session.execute(rows).one()
    return unrated_n, n


def is_search_cut(session: Session, wanted: VerbatimFilter) -> bool:
    """Tell whether so many verbatims have the words that only the newest are seen."""
    matches = select_matches(session, wanted) if wanted.text is not None else None
    if matches is None:
        return False
    n = session.scalar(select(func.count()).select_from(matches.subquery())) or 0
    return n >= MOST_MATCHES


def count_themes(session: Session, wanted: VerbatimFilter) -> tuple[ThemeInList, ...]:
    """Count the themes of the newest 10,000 verbatims wanted, most spoken of first."""
    newest = select_newest(session, wanted).limit(MOST_COUNTED).subquery()
    themes_now = read_themes(session)
    key = counted_theme(themes_now)
    rows = session.execute(
        select(key, _taking(Stance.FRICTION), _taking(Stance.PRAISE))
        .join(newest, newest.c[0] == Mention.verbatim_id)
        .where(*that_stand(themes_now))
        .group_by(key)
    )
    themes = [
        ThemeInList(theme=theme, frictions=frictions, praises=praises)
        for theme, frictions, praises in rows
    ]
    return tuple(
        sorted(themes, key=lambda one: (-one.frictions - one.praises, one.theme))
    )


def count_waiting(session: Session, journey_id: int) -> CountedVerbatims:
    """Count the texts of a journey that wait for their analysis, 10,000 at most."""
    # Those that wait first, by their short index: a join would walk the journey.
    waiting = (
        select(Verbatim.feedback_id)
        .where(Verbatim.text.is_(None))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    n = session.scalar(
        select(func.count())
        .select_from(waiting)
        .join(Feedback, Feedback.id == waiting.c.feedback_id)
        .where(Feedback.journey_id == journey_id)
    )
    n = n or 0
    return CountedVerbatims(n=min(n, MOST_COUNTED), is_capped=n > MOST_COUNTED)


def typical_verbatims(
    session: Session, wanted: VerbatimFilter, *, limit: int = 3
) -> tuple[VerbatimInList, ...]:
    """Choose verbatims that speak for the others, the same ones at each call.

    Of the newest 200: first those of a length to be quoted (40 to 200 characters)
    in which nothing is masked, then those whose themes most of the others share,
    then those with the clearest feeling, then the newest. No text comes twice.
    """
    newest = select_newest(session, wanted).limit(_CHOSEN_AMONG).subquery()
    rows = session.execute(
        select(
            Verbatim.id,
            Verbatim.search_text,
            func.length(Verbatim.text).label("length"),
            Verbatim.text.contains(MASK).label("is_masked"),
            AnnotationRecord.score,
        )
        .join(newest, newest.c[0] == Verbatim.id)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
    ).all()
    themes = _themes_of(session, [row.id for row in rows])
    shared = Counter(theme for found in themes.values() for theme in found)
    ranked = sorted(
        rows,
        key=lambda row: (
            row.length not in _QUOTABLE or row.is_masked,
            -max((shared[theme] for theme in themes.get(row.id, ())), default=0),
            -abs(row.score),
            -row.id,
        ),
    )
    different = {row.search_text: row.id for row in reversed(ranked)}
    chosen = [row.id for row in ranked if different[row.search_text] == row.id]
    return read_verbatims(session, chosen[:limit])


def _themes_of(session: Session, numbers: list[int]) -> dict[int, set[str]]:
    themes = read_themes(session)
    rows = session.execute(
        select(Mention.verbatim_id, counted_theme(themes)).where(
            Mention.verbatim_id.in_(numbers), *that_stand(themes)
        )
    )
    found: dict[int, set[str]] = {}
    for number, theme in rows:
        found.setdefault(number, set()).add(theme)
    return found


def _taking(stance: Stance) -> ColumnElement[int]:
    spoken = Mention.polarity.in_(polarities_of(stance))
    return func.count(distinct(case((spoken, Mention.verbatim_id))))
