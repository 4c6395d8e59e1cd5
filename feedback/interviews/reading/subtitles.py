"""Subtitles: WebVTT (the W3C's) and SubRip, cue by cue."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from feedback.interviews.reading.script import named_line, names_in
from feedback.interviews.reading.turns import NOBODY, Spoken, seconds_of

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TIMING = re.compile(rf"^\s*({_CLOCK})\s*-->\s*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>|<\d[\d:.]*>")
_NUMBER = re.compile(r"^\s*\d+\s*$")
#: blocks of WebVTT that hold no words
_SILENT = ("WEBVTT", "NOTE", "STYLE", "REGION")


def read_vtt(text: str) -> Iterator[Spoken]:
    """Yield the words of a WebVTT file; `<v NAME>` and `NAME:` say who speaks."""
    return _read(block for block in _blocks(text) if not _is_silent(block))


def read_srt(text: str) -> Iterator[Spoken]:
    """Yield the words of a SubRip file; `NAME:` says who speaks."""
    return _read(_blocks(text))


def is_srt(text: str) -> bool:
    """Tell whether a text begins as SubRip does: a number, then a timing."""
    lines = [line for line in text[:2000].splitlines() if line.strip()][:2]
    return len(lines) == 2 and bool(_NUMBER.match(lines[0]) and _TIMING.match(lines[1]))


def _blocks(text: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in text.splitlines():
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_silent(block: list[str]) -> bool:
    return block[0].startswith(_SILENT) and not any(map(_TIMING.match, block))


def _read(blocks: Iterable[list[str]]) -> Iterator[Spoken]:
    said = [one for block in blocks for one in _cue(block)]
    known = names_in(words for voice, words, _ in said if voice is None)
    for voice, words, seconds in said:
        named = None if voice is not None else named_line(words, known)
        name, words = named or (voice or NOBODY, words)  # noqa: PLW2901 - split
        yield Spoken(speaker=name, text=words, seconds=seconds)


def _cue(block: list[str]) -> Iterator[tuple[str | None, str, int]]:
    """Yield voice, words and time below the timing; a block without one is silent."""
    seconds: int | None = None
    for line in block:
        timing = _TIMING.match(line)
        if timing:
            seconds = seconds_of(timing[1])
        elif seconds is not None:
            for voice, words in _voices(line):
                yield voice, words, seconds


def _voices(line: str) -> Iterator[tuple[str | None, str]]:
    """Yield the parts of a line, cut where another voice begins."""
    parts = _VOICE.split(line)
    before = _plain(parts[0])
    if before:
        yield None, before
    for name, words in zip(parts[1::2], parts[2::2], strict=True):
        yield unescape(name), _plain(words)


def _plain(words: str) -> str:
    return unescape(_TAG.sub("", words)).strip()
