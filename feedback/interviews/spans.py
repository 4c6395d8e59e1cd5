"""Passages of a talk: from a character of a turn to a character of a turn. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.core.errors import Invalid
from feedback.interviews.proposals import Proposal, together, within
from feedback.interviews.terms import LONGEST_EXCERPT, SpeakerRole


@dataclass(frozen=True, kw_only=True)
class SaidTurn:
    """A turn, masked, with who spoke and what the analysis proposes of it."""

    position: int
    #: None as long as nobody said what the speaker is
    role: SpeakerRole | None
    #: place of the speaker
    speaker: int
    text: str
    seconds: int | None
    phase_id: int | None
    proposal: Proposal


@dataclass(frozen=True, kw_only=True)
class Span:
    """From character `first_character` of turn `first_turn` to the end, excluded."""

    first_turn: int
    first_character: int
    last_turn: int
    last_character: int


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The customer's words in a span, and what is proposed of them.

    `question` is what was asked right before, None where nobody did.
    """

    span: Span
    text: str
    question: str | None
    proposal: Proposal


def cut(turns: Sequence[SaidTurn], span: Span) -> Passage:
    """Return the customer's words in a span of a talk, tidied to where words lie.

    `turns` are those of the span and the one before it, in order. What others say in
    between is left out.

    Raises:
        Invalid: `words`: `no_customer_words`, `excerpt_too_long`.
    """
    parts: list[str] = []
    proposals: list[Proposal] = []
    ends: list[tuple[int, int, int]] = []
    for turn in turns:
        if turn.role is not SpeakerRole.CUSTOMER:
            continue
        start, end = _bounds(turn, span)
        words = turn.text[start:end]
        if words.strip():
            start += len(words) - len(words.lstrip())
            end -= len(words) - len(words.rstrip())
            parts.append(turn.text[start:end])
            proposals.append(within(turn.proposal, start, end))
            ends.append((turn.position, start, end))
    text = "\n".join(parts)
    if not text:
        raise Invalid({"words": "no_customer_words"})
    if len(text) > LONGEST_EXCERPT:
        raise Invalid({"words": "excerpt_too_long"})
    first, last = ends[0], ends[-1]
    return Passage(
        span=Span(
            first_turn=first[0],
            first_character=first[1],
            last_turn=last[0],
            last_character=last[2],
        ),
        text=text,
        question=_question(turns, first[0]),
        proposal=together(proposals),
    )


def _bounds(turn: SaidTurn, span: Span) -> tuple[int, int]:
    if not span.first_turn <= turn.position <= span.last_turn:
        return 0, 0
    start = span.first_character if turn.position == span.first_turn else 0
    end = span.last_character if turn.position == span.last_turn else len(turn.text)
    return max(start, 0), min(end, len(turn.text))


def _question(turns: Sequence[SaidTurn], first: int) -> str | None:
    before = [turn for turn in turns if turn.position == first - 1]
    asked = [turn.text for turn in before if turn.role is SpeakerRole.INTERVIEWER]
    return asked[0] if asked else None
