"""What was said, speaker by speaker, within bounds."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from feedback.core.errors import Invalid
from feedback.interviews.terms import LONGEST_TURN, MOST_CHARACTERS, MOST_TURNS

#: of words that no name stands before
NOBODY = ""
MOST_SPEAKERS = 20
LONGEST_NAME = 60
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """Some words of one speaker; `seconds` since the beginning, where it is known.

    `mark` is the key of a phase that was marked there, in notes.
    """

    speaker: str
    text: str
    seconds: int | None = None
    mark: str | None = None


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """The speakers in the order in which they spoke first, and their turns.

    The speaker of a turn is a place among `speakers`.
    """

    speakers: tuple[str, ...]
    turns: tuple[tuple[int, Spoken], ...]


def put_together(said: Iterable[Spoken]) -> Transcript:
    """Join what one speaker said in a row, cut what is too long for one turn.

    Words without a name belong to whoever spoke before. Spaces are made single; what
    is blank is left out. All words are kept, in their order.

    Raises:
        Invalid: `file`: `nothing_said`, `too_many_turns`, `too_many_speakers`,
            `transcript_too_long`.
    """
    turns = [
        part for one in _joined(_named(_tidy(said))) for part in _cut(one, LONGEST_TURN)
    ]
    if not turns:
        raise Invalid({"file": "nothing_said"})
    if len(turns) > MOST_TURNS:
        raise Invalid({"file": "too_many_turns"})
    if sum(len(one.text) for one in turns) > MOST_CHARACTERS:
        raise Invalid({"file": "transcript_too_long"})
    speakers = tuple(dict.fromkeys(one.speaker for one in turns))
    if len(speakers) > MOST_SPEAKERS:
        raise Invalid({"file": "too_many_speakers"})
    places = {name: place for place, name in enumerate(speakers)}
    return Transcript(
        speakers=speakers, turns=tuple((places[one.speaker], one) for one in turns)
    )


def seconds_of(clock: str) -> int:
    """Return the seconds of a time as `1:02:03`, `02:03` or `00:00:03,500`."""
    whole = re.split(r"[.,]", clock)[0]
    seconds = 0
    for part in whole.split(":"):
        seconds = 60 * seconds + int(part)
    return seconds


def tidy_name(name: str) -> str:
    """Return a name of a speaker with single spaces, cut to what is shown."""
    return " ".join(name.split())[:LONGEST_NAME].strip()


def _tidy(said: Iterable[Spoken]) -> Iterator[Spoken]:
    for one in said:
        text = " ".join(one.text.replace("\0", " ").split())
        if text:
            yield replace(one, text=text, speaker=tidy_name(one.speaker))


def _named(said: Iterable[Spoken]) -> Iterator[Spoken]:
    before = NOBODY
    for one in said:
        before = one.speaker or before
        yield replace(one, speaker=before)


def _joined(said: Iterable[Spoken]) -> Iterator[Spoken]:
    held: list[Spoken] = []
    for one in said:
        if held and not _goes_on(held, one):
            yield _one_of(held)
            held = []
        held.append(one)
    if held:
        yield _one_of(held)


def _goes_on(held: Sequence[Spoken], one: Spoken) -> bool:
    first = held[0]
    return (one.speaker, one.mark) == (first.speaker, first.mark)


def _one_of(held: Sequence[Spoken]) -> Spoken:
    return replace(held[0], text=" ".join(one.text for one in held))


def _cut(one: Spoken, longest: int) -> Iterator[Spoken]:
    """Yield a turn in parts of at most so many characters, cut at sentences."""
    part = ""
    for piece in _pieces(one.text, longest):
        if part and len(part) + 1 + len(piece) > longest:
            yield replace(one, text=part)
            part = piece
        else:
            part = f"{part} {piece}" if part else piece
    if part:
        yield replace(one, text=part)


def _pieces(text: str, longest: int) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        rest = sentence
        while len(rest) > longest:
            head, space, _ = rest[: longest + 1].rpartition(" ")
            cut = head if space and head else rest[:longest]
            yield cut
            rest = rest[len(cut) :].lstrip()
        if rest:
            yield rest
