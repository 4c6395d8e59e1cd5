"""Which verbatims somebody wants to see, and the query that walks to them.

Each query follows an index from the newest on and stops where its page ends, so
that a page costs as much on a million verbatims as on a thousand: the index of a
theme when one is asked for, that of a touchpoint, or that of the journey.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Select, false, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from feedback.core.periods import Period
from feedback.measures.scales import ScoreClass
from feedback.nlp.annotation import Feeling
from feedback.voice.models import Feedback, Mention, Verbatim
from feedback.voice.search import MOST_MATCHES, matching_ids, parse_words
from feedback.voice.taxonomy import Stance, polarities_of, read_themes

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class VerbatimFilter:
    """What is wanted; None asks nothing.

    `touchpoint_ids` are those of a phase, or one touchpoint alone. `stance` counts
    only with a theme. `text` is what was typed into the search box; `without_source`
    leaves out what came in so.
    """

    journey_id: int
    period: Period | None = None
    touchpoint_ids: tuple[int, ...] | None = None
    channel: str | None = None
    persona_id: int | None = None
    theme: str | None = None
    stance: Stance | None = None
    feeling: Feeling | None = None
    score_class: ScoreClass | None = None
    language: str | None = None
    source: str | None = None
    without_source: str | None = None
    text: str | None = None


def select_newest(session: Session, wanted: VerbatimFilter) -> Select[int]:
    """Return a query for the numbers of the verbatims wanted, newest first.

    Only what was analysed is among them: nothing is shown before it is masked.
    """
    if wanted.theme is not None:
        return _by_theme(session, wanted, wanted.theme)
    return (
        select(Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            Verbatim.text.is_not(None),
            _equal(session, wanted, Feedback.journey_id, wanted.journey_id),
            *_of_occasion(session, wanted),
            *_of_text(session, wanted),
            *_between(wanted.period, Feedback.day),
        )
        .order_by(Feedback.day.desc(), Feedback.id.desc(), Verbatim.id.desc())
    )


def select_matches(session: Session, wanted: VerbatimFilter) -> Select[int] | None:
    """Return a query for the newest verbatims with the words typed, 20,000 at most.

    Where there are more, only the numbers that occur in the period are looked at, so
    that newer matches do not take the places of those wanted. None when no word was
    typed.
    """
    words = parse_words(wanted.text or "")
    if not words:
        return None
    matches = matching_ids(session, words)
    if wanted.period is None or not _is_cut(session, wanted, matches):
        return matches
    return matching_ids(session, words, within=_numbers_of(session, wanted))


def _is_cut(session: Session, wanted: VerbatimFilter, matches: Select[int]) -> bool:
    """Tell whether more verbatims have the words; asked once a session."""

    def ask() -> bool:
        counted = select(func.count()).select_from(matches.subquery())
        return (session.scalar(counted) or 0) >= MOST_MATCHES

    return _once(session, ("cut", wanted.text), ask)


def _numbers_of(session: Session, wanted: VerbatimFilter) -> tuple[int, int]:
    """Return the lowest and highest number in the period; asked once a session."""

    def ask() -> tuple[int, int]:
        numbers = (
            select(func.min(Verbatim.id), func.max(Verbatim.id))
            .join(Feedback, Feedback.id == Verbatim.feedback_id)
            .where(
                Feedback.journey_id == wanted.journey_id,
                *_between(wanted.period, Feedback.day),
            )
        )
        first, last = session.execute(numbers).one()
        return first or 0, last or 0

    return _once(session, ("numbers", wanted.journey_id, wanted.period), ask)


def _once(session: Session, key: object, ask: Callable[[], T]) -> T:
    """Keep an answer with the session: a page asks for list, count and themes."""
    kept = session.info.setdefault("feedback.voice.search", {})
    if key not in kept:
        kept[key] = ask()
    return cast("T", kept[key])


def _by_theme(session: Session, wanted: VerbatimFilter, theme: str) -> Select[int]:
    """Walk the mentions of one theme; a verbatim with several of them comes once."""
    stance: list[ColumnElement[bool]] = []
    if wanted.stance is not None:
        stance.append(Mention.polarity.in_(polarities_of(wanted.stance)))
    return (
        select(Mention.verbatim_id)
        .join(Verbatim, Verbatim.id == Mention.verbatim_id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            _equal(session, wanted, Mention.journey_id, wanted.journey_id),
            Mention.theme_key.in_(_keys_of(session, wanted, theme)),
            Mention.rejected.is_(False),
            *stance,
            *_of_occasion(session, wanted),
            *_of_text(session, wanted),
            *_between(wanted.period, Mention.day),
        )
        .group_by(Mention.day, Mention.verbatim_id)
        .order_by(Mention.day.desc(), Mention.verbatim_id.desc())
    )


def _keys_of(session: Session, wanted: VerbatimFilter, theme: str) -> tuple[str, ...]:
    """Return the keys under which a theme has mentions; merged ones keep theirs.

    A key without any mention is left out, as one key is walked along an index and
    several are sorted.
    """
    own, *merged = read_themes(session).sources(theme)

    def ask() -> tuple[str, ...]:
        spoken = [
            key
            for key in merged
            if session.scalar(
                select(Mention.id)
                .where(
                    Mention.journey_id == wanted.journey_id, Mention.theme_key == key
                )
                .limit(1)
            )
        ]
        return (own, *spoken)

    return _once(session, ("keys", wanted.journey_id, theme), ask)


def _equal(
    session: Session,
    wanted: VerbatimFilter,
    column: InstrumentedAttribute[int],
    *values: int,
) -> ColumnElement[bool]:
    """Ask for one of the values.

    In a form that no index of SQLite answers when

    - words are searched: it would walk the journey, the touchpoint or the theme, and
      search again for each row of it;
    - there are several values: it would read all rows of each and sort them, instead
      of walking the journey from the newest on.
    """
    sqlite = session.get_bind().dialect.name == "sqlite"
    unindexed = sqlite and (wanted.text is not None or len(values) > 1)
    asked = column + 0 if unindexed else column
    return asked == values[0] if len(values) == 1 else asked.in_(values)


def _of_occasion(session: Session, wanted: VerbatimFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.touchpoint_ids is not None:
        asked.append(
            _equal(session, wanted, Feedback.touchpoint_id, *wanted.touchpoint_ids)
        )
    columns: tuple[tuple[InstrumentedAttribute[Any], object], ...] = (
        (Feedback.channel, wanted.channel),
        (Feedback.persona_id, wanted.persona_id),
        (Feedback.score_class, wanted.score_class),
        (Feedback.language, wanted.language),
        (Feedback.source, wanted.source),
    )
    asked += [column == value for column, value in columns if value is not None]
    if wanted.without_source is not None:
        asked.append(Feedback.source != wanted.without_source)
    return asked


def _of_text(session: Session, wanted: VerbatimFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.feeling is not None:
        asked.append(Verbatim.feeling == wanted.feeling)
    if wanted.text is not None:
        matches = select_matches(session, wanted)
        asked.append(false() if matches is None else Verbatim.id.in_(matches))
    return asked


def _between(
    period: Period | None, column: InstrumentedAttribute[date]
) -> list[ColumnElement[bool]]:
    if period is None:
        return []
    return [column >= period.since, column < period.until]
