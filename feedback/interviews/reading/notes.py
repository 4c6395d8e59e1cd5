"""Notes taken during a talk, turned into turns.

A line is what the participant said. One that begins with `?` is what was asked, one
that begins with `#` a thought of whoever writes. `[14:05]` before it is the time of
day, `[14:05 @key]` marks a phase from there on.
"""

import re
from collections.abc import Iterator

from feedback.interviews.reading.turns import Spoken, seconds_of
from feedback.interviews.terms import SpeakerRole

#: who speaks in notes, by role
SPEAKERS = {
    SpeakerRole.CUSTOMER: "participant",
    SpeakerRole.INTERVIEWER: "interviewer",
    SpeakerRole.OTHER: "observer",
}
_SIGNS = {"?": SpeakerRole.INTERVIEWER, "#": SpeakerRole.OTHER}
_MARK = re.compile(r"^\s*\[(\d{1,2}:\d{2}(?::\d{2})?)(?:\s+@([\w-]{1,60}))?\]\s*(.*)$")
_DAY = 24 * 3600


def read_notes(notes: str) -> Iterator[Spoken]:
    """Yield what was noted, with seconds since the first time of day in it."""
    began: int | None = None
    seconds: int | None = None
    phase: str | None = None
    for line in notes.splitlines():
        words = line
        mark = _MARK.match(line)
        if mark:
            moment = _moment(mark[1])
            began = moment if began is None else began
            seconds = (moment - began) % _DAY
            phase, words = mark[2] or phase, mark[3]
        sign = words.lstrip()[:1]
        role = _SIGNS.get(sign, SpeakerRole.CUSTOMER)
        if sign in _SIGNS:
            words = words.lstrip()[1:]
        yield Spoken(speaker=SPEAKERS[role], text=words, seconds=seconds, mark=phase)


def _moment(clock: str) -> int:
    """Return the seconds of the day of `14:05` or `14:05:09`."""
    return seconds_of(clock if clock.count(":") == 2 else f"{clock}:00") % _DAY
