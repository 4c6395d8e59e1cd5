"""What the form of an excerpt sends: words, place, themes, feeling, a thought."""

from collections.abc import Mapping
from dataclasses import dataclass

from feedback.core.errors import Invalid
from feedback.interviews.excerpt_queries import ExcerptRead
from feedback.interviews.excerpts import ExcerptDraft
from feedback.interviews.spans import Passage, Span
from feedback.interviews.terms import MOST_THEMES
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.deciding import DecidedTheme

#: rows to add themes in, beside those that stand
SPARE_ROWS = 2
#: as far as a number of a turn or a character goes
_LARGEST = 10_000_000


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """A row of the form: a theme and what is said of it, empty to add one."""

    theme: str = ""
    polarity: str = Polarity.NEGATIVE.value
    is_proposed: bool = False


@dataclass(frozen=True, kw_only=True)
class ExcerptFields:
    """What the form shows."""

    rows: tuple[ThemeRow, ...]
    touchpoint: int | None
    persona: int | None
    feeling: str
    comment: str


def span_of(sent: Mapping[str, str]) -> Span:
    """Return the span that an address or a form names.

    `turn` alone is the whole turn.

    Raises:
        Invalid: `words: no_customer_words`, when no turn is named.
    """
    turn = _number(sent.get("turn"))
    if turn is None:
        raise Invalid({"words": "no_customer_words"})
    end = _number(sent.get("end"))
    return Span(
        first_turn=turn,
        first_character=_number(sent.get("start")) or 0,
        last_turn=max(_number(sent.get("to")) or turn, turn),
        last_character=_LARGEST if end is None else end,
    )


def fields_of_passage(
    passage: Passage, *, touchpoint: int | None, persona: int | None
) -> ExcerptFields:
    """Return what the form shows of words that are not marked yet: the proposal."""
    proposed = [
        ThemeRow(theme=one.theme, polarity=one.polarity.value, is_proposed=True)
        for one in passage.proposal.themes
    ]
    return ExcerptFields(
        rows=_with_spare(proposed),
        touchpoint=touchpoint,
        persona=persona,
        feeling="",
        comment="",
    )


def fields_of_excerpt(excerpt: ExcerptRead) -> ExcerptFields:
    """Return what the form shows of an excerpt: what was decided."""
    rows = [
        ThemeRow(
            theme=one.theme,
            polarity=one.polarity.value,
            is_proposed=any(
                (one.theme, one.polarity) == (other.theme, other.polarity)
                for other in excerpt.proposal.themes
            ),
        )
        for one in excerpt.themes
    ]
    return ExcerptFields(
        rows=_with_spare(rows),
        touchpoint=excerpt.touchpoint_id,
        persona=excerpt.persona_id,
        feeling=excerpt.feeling.value if excerpt.feeling else "",
        comment=excerpt.comment,
    )


def fields_of_form(sent: Mapping[str, str]) -> ExcerptFields:
    """Return what the form shows when it was sent and refused: what was typed."""
    rows = [
        ThemeRow(
            theme=sent.get(f"theme-{place}", ""),
            polarity=sent.get(f"polarity-{place}", ""),
        )
        for place in range(MOST_THEMES)
    ]
    return ExcerptFields(
        rows=_with_spare([one for one in rows if one.theme]),
        touchpoint=_number(sent.get("touchpoint")),
        persona=_number(sent.get("persona")),
        feeling=sent.get("feeling", ""),
        comment=sent.get("comment", ""),
    )


def draft_of(sent: Mapping[str, str]) -> ExcerptDraft:
    """Return the excerpt that a form describes.

    Raises:
        Invalid: `words: no_customer_words`; `themes`, `feeling`, `touchpoint`:
            `unknown_choice`.
    """
    fields = fields_of_form(sent)
    try:
        themes = tuple(
            DecidedTheme(theme=one.theme, polarity=Polarity(one.polarity))
            for one in fields.rows
            if one.theme
        )
    except ValueError as error:
        raise Invalid({"themes": "unknown_choice"}) from error
    try:
        feeling = Feeling(fields.feeling) if fields.feeling else None
    except ValueError as error:
        raise Invalid({"feeling": "unknown_choice"}) from error
    return ExcerptDraft(
        span=span_of(sent),
        touchpoint_id=fields.touchpoint or 0,
        persona_id=fields.persona,
        themes=themes,
        feeling=feeling,
        comment=fields.comment.replace("\r\n", "\n"),
    )


def _with_spare(rows: list[ThemeRow]) -> tuple[ThemeRow, ...]:
    return (*rows, *(ThemeRow() for _ in range(SPARE_ROWS)))[:MOST_THEMES]


def _number(typed: str | None) -> int | None:
    if typed and typed.isascii() and typed.isdigit() and len(typed) <= 8:
        return int(typed)
    return None
