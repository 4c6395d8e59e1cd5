"""Plain text: `Name: words`, with or without times, line by line.

Two forms are read: the name before a colon on the same line, and a line of name and
time above the words, as video conferences write it. A line that names nobody belongs
to whoever spoke before.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from feedback.core.text import fold
from feedback.interviews.reading.turns import NOBODY, Spoken, seconds_of

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
#: `[00:12:34] Anna: ...`, `(00:12) Anna: ...`
_TIME = re.compile(rf"^\s*[\[(]?({_CLOCK})[\])]?\s*[-–—]?\s+")
_NAME = r"[^\W_][^:.!?;,\n]{0,58}"
_NAMED = re.compile(rf"^\s*[-–—*]*\s*({_NAME}?)\s*:\*{{0,2}}(?:\s+|$)(.*)$")
_TIME_AFTER = re.compile(rf"^(.*?)\s*[\[(]({_CLOCK})[\])]$")
#: `Anna Martin   0:03` alone on its line
_HEADING = re.compile(rf"^\s*({_NAME}?)\s+({_CLOCK})\s*$")
_MOST_WORDS = 5


def read_script(text: str) -> Iterator[Spoken]:
    """Yield the words of a plain transcript, in order."""
    lines = text.splitlines()
    known = names_in(lines)
    speaker, seconds = NOBODY, None
    for line in lines:
        heading = _HEADING.match(line)
        if heading and _is_name(heading[1]):
            speaker, seconds = heading[1], seconds_of(heading[2])
            continue
        time = _TIME.match(line)
        if time:
            seconds = seconds_of(time[1])
        rest = line[time.end() :] if time else line
        name, words = named_line(rest, known) or (speaker, rest)
        speaker = name
        yield Spoken(speaker=speaker, text=words, seconds=seconds)


def names_in(lines: Iterable[str]) -> frozenset[str]:
    """Return the names that lines begin with, without accents or case.

    Where there are more than two, one that comes once only is a turn of phrase ("To be
    honest: no") rather than a speaker.
    """
    found = Counter(
        fold(named[0]) for line in lines if (named := _split(_without_time(line)))
    )
    if len(found) <= 2:
        return frozenset(found)
    return frozenset(name for name, n in found.items() if n > 1)


def named_line(line: str, known: frozenset[str]) -> tuple[str, str] | None:
    """Return name and words of a line that begins with a known name, else None."""
    found = _split(line)
    return found if found and fold(found[0]) in known else None


def _without_time(line: str) -> str:
    time = _TIME.match(line)
    return line[time.end() :] if time else line


def _split(line: str) -> tuple[str, str] | None:
    found = _NAMED.match(line)
    if not found:
        return None
    after = _TIME_AFTER.match(found[1])
    name = after[1] if after else found[1]
    return (name, found[2]) if _is_name(name) else None


def _is_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _MOST_WORDS
