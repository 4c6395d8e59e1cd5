"""Try phrases on what customers said, before they are saved."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Invalid
from feedback.journey.models import Journey
from feedback.nlp.loading import load_cues
from feedback.nlp.reading import misspellings, read
from feedback.nlp.taxonomy import OwnPhrase
from feedback.nlp.trying import Caught, try_on
from feedback.voice.mentions import that_stand
from feedback.voice.models import AnnotationRecord, Feedback, Mention, Verbatim
from feedback.voice.reading import MentionInText
from feedback.voice.search import ids_with_any, split_words
from feedback.voice.taxonomy import read_themes
from feedback.voice.theme_drafts import check_phrase, tidy_phrase

#: the newest verbatims of a language that phrases are tried on
NEWEST = 20_000
#: of those, the ones with a word of the phrases that are read; bounds the time
MOST_READ = 2_500
MOST_WORDS = 300
MOST_EXAMPLES = 10


@dataclass(frozen=True, kw_only=True)
class Example:
    """A verbatim that phrases would catch, masked; the mentions are what they catch."""

    public_id: str
    journey_key: str
    text: str
    mentions: tuple[MentionInText, ...]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What phrases of a language would catch.

    Attributes:
        language: the language of phrases and verbatims.
        tried_on: how many of the newest verbatims stand behind the counts.
        caught: in how many of them at least one phrase catches something.
        by_phrase: pattern and in how many it catches something, in the order given.
        examples: the newest of them.
    """

    language: str
    tried_on: int
    caught: int
    by_phrase: tuple[tuple[OwnPhrase, int], ...]
    examples: tuple[Example, ...]


def try_phrases(
    session: Session,
    language: str,
    phrases: Sequence[OwnPhrase],
    *,
    among: str | None = None,
) -> Tried:
    """Try phrases on the newest 20,000 verbatims of their language.

    The index of words finds those that are worth reading. Where there are more than
    `MOST_READ`, the newest are read, and `tried_on` says how far back that reaches.
    With `among`, the key of a theme, only verbatims that speak of it are read.

    Raises:
        Invalid: `pattern` with what `check_phrase` says, and the `pattern`.
    """
    tidy = tuple(dict.fromkeys(map(tidy_phrase, phrases)))
    for phrase in tidy:
        code = check_phrase(phrase)
        if code is not None:
            raise Invalid({"pattern": code}, pattern=phrase.pattern)
    n, first, last = _newest(session, language)
    if not tidy or not n:
        return _tried(language, n, tidy)
    rows = session.execute(
        _worth_reading(session, language, tidy, (first, last), among)
    ).all()
    if len(rows) == MOST_READ:
        n = _since(session, language, rows[-1].id)
    found = [
        (row, caught)
        for row, caught in zip(
            rows, try_on(tidy, language, (row.text or "" for row in rows)), strict=True
        )
        if caught
    ]
    counts = Counter(number for _, here in found for number in {c.phrase for c in here})
    return Tried(
        language=language,
        tried_on=n,
        caught=len(found),
        by_phrase=tuple((phrase, counts[n]) for n, phrase in enumerate(tidy)),
        examples=tuple(
            Example(
                public_id=row.public_id,
                journey_key=row.key,
                text=row.text or "",
                mentions=tuple(map(_mention, caught)),
            )
            for row, caught in found[:MOST_EXAMPLES]
        ),
    )


def _tried(language: str, n: int, phrases: Sequence[OwnPhrase]) -> Tried:
    return Tried(
        language=language,
        tried_on=n,
        caught=0,
        by_phrase=tuple((phrase, 0) for phrase in phrases),
        examples=(),
    )


def _newest(session: Session, language: str) -> tuple[int, int, int]:
    """Return how many verbatims are looked at, and their lowest and highest number."""
    newest = (
        select(AnnotationRecord.verbatim_id)
        .where(AnnotationRecord.language == language)
        .order_by(AnnotationRecord.verbatim_id.desc())
        .limit(NEWEST)
        .subquery()
    )
    number = newest.c[0]
    n, first, last = session.execute(
        select(func.count(), func.min(number), func.max(number))
    ).one()
    return n, first or 0, last or 0


def _since(session: Session, language: str, first: int) -> int:
    counted = select(func.count()).where(
        AnnotationRecord.language == language, AnnotationRecord.verbatim_id >= first
    )
    return session.scalar(counted) or 0


def _worth_reading(
    session: Session,
    language: str,
    phrases: Sequence[OwnPhrase],
    within: tuple[int, int],
    among: str | None,
) -> Select[int, str, str | None, str]:
    wanted = (
        select(Verbatim.id, Verbatim.public_id, Verbatim.text, Journey.key)
        .join(AnnotationRecord, AnnotationRecord.verbatim_id == Verbatim.id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .join(Journey, Journey.id == Feedback.journey_id)
        .where(AnnotationRecord.language == language, Verbatim.text.is_not(None))
        .order_by(Verbatim.id.desc())
        .limit(MOST_READ)
    )
    if among is not None:
        themes = read_themes(session)
        spoken = select(Mention.verbatim_id).where(
            Mention.theme_key.in_(themes.sources(among)),
            Mention.verbatim_id >= within[0],
            *that_stand(themes),
        )
        wanted = wanted.where(Verbatim.id.in_(spoken))
    words = _search_words(language, phrases)
    if words is None:
        return wanted.where(Verbatim.id >= within[0])
    return wanted.where(Verbatim.id.in_(ids_with_any(session, words, within=within)))


def _search_words(language: str, phrases: Sequence[OwnPhrase]) -> set[str] | None:
    """Return words of which a text that is caught has one; None when all may have."""
    words: set[str] = set()
    for phrase in phrases:
        for way in load_cues(language).spell_out(phrase.pattern):
            parts = [found for part in way if (found := _of_part(language, part))]
            if not parts:
                return None
            words |= min(parts, key=len)
    for word in tuple(words):
        short = misspellings(word, language)
        words |= {piece for one in short for piece in split_words(one)}
    return words if words and len(words) <= MOST_WORDS else None


def _of_part(language: str, phrases: set[str]) -> set[str] | None:
    """Return the longest word of each phrase; None when one has none but numbers."""
    found = set()
    for phrase in phrases:
        folded = read(phrase, language).folded
        words = [word for word in split_words(folded) if word.isalpha()]
        if not words:
            return None
        found.add(max(words, key=len))
    return found


def _mention(caught: Caught) -> MentionInText:
    return MentionInText(
        theme="",
        polarity=caught.polarity,
        start=caught.start,
        end=caught.end,
        origin="",
        confidence=1.0,
        rejected=False,
    )
