"""Which language a text is in, and which passages of it are in the other one."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.nlp.loading import load_identifier

SUPPORTED = ("fr", "en")
UNKNOWN = "und"
#: A third language is believed from so many words and such a probability on.
ENOUGH_WORDS, SURE = 4, 0.9
_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?\n]+|$)")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")


@dataclass(frozen=True, slots=True)
class Language:
    """A language code, or `und`, and the confidence in it, 0 to 1."""

    code: str
    confidence: float


def identify(text: str) -> Language:
    """Return the language of `text`; French where two are equally likely."""
    words = [word.lower() for word in _WORD.findall(text[:2000])]
    if not words:
        return Language(UNKNOWN, 0.0)
    if not _LATIN.search("".join(words)):
        code, confidence = load_identifier()(text[:2000])[0]
        return Language(code if code not in SUPPORTED else UNKNOWN, confidence)
    ranked = load_identifier()(text[:2000])
    marks = {code: _count(words, code) for code in SUPPORTED}
    best, confidence = ranked[0]
    if (
        best not in SUPPORTED
        and len(words) >= ENOUGH_WORDS
        and confidence >= SURE
        and max(marks.values()) * 4 < len(words)
    ):
        return Language(best, round(confidence, 3))
    return _choose(dict(ranked), marks)


def _choose(probabilities: dict[str, float], marks: dict[str, int]) -> Language:
    weights = {
        code: (probabilities.get(code, 0.0) + 1e-4) * 4.0 ** min(marks[code], 10)
        for code in SUPPORTED
    }
    code = max(SUPPORTED, key=weights.__getitem__)
    return Language(code, round(weights[code] / sum(weights.values()), 3))


def passages(text: str, language: str) -> list[tuple[int, int, str]]:
    """Cut a text where its language changes: start, end, `fr` or `en`.

    A sentence belongs to the other language when it holds at least two of its
    everyday words and none of the main one.
    """
    other = "en" if language == "fr" else "fr"
    found: list[tuple[int, int, str]] = []
    for sentence in _SENTENCE.finditer(text):
        words = [word.lower() for word in _WORD.findall(sentence[0])]
        foreign = _count(words, other) >= 2 and not _count(words, language)
        code = other if foreign else language
        if found and found[-1][2] == code:
            found[-1] = (found[-1][0], sentence.end(), code)
        else:
            found.append((found[-1][1] if found else 0, sentence.end(), code))
    if not found:
        return [(0, len(text), language)]
    start, _, code = found[-1]
    return [*found[:-1], (start, len(text), code)]


def _count(words: list[str], code: str) -> int:
    marks = _everyday_words()[code]
    return sum(word in marks for word in words)


@cache
def _everyday_words() -> dict[str, frozenset[str]]:
    source = files("feedback.nlp") / "data" / "everyday_words.toml"
    lists = tomllib.loads(source.read_text(encoding="utf-8"))
    return {code: frozenset(lists[code].split()) for code in SUPPORTED}
