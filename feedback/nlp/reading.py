"""A text as the rules read it: folded, yet tied to the text as it was given.

Customers type without accents, IN CAPITALS, with repeeeated letters, in SMS spelling
and through broken encodings. Folding brings all of that to one plain form, and keeps
for every character of it the place where it came from.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files

LONGEST_WORD = 60
#: Letters of French and English typed in UTF-8 and read as Windows-1252, the usual
#: accident of an export: "Ã©" for "é".
_DAMAGED = {
    damaged: letter
    for letter in "éèêëàâäîïôöûüùçœæÉÈÊÀÂÎÔÙÇŒ’‘“”«»–…€°£"
    if (damaged := letter.encode().decode("cp1252", errors="ignore")) != letter
}
#: The same accident with the older code page 850, as seen in till exports.
_DAMAGED_IN_WORD = {"‚": "e", "Š": "e", "ˆ": "e", "ƒ": "a", "‡": "c"}
_INVISIBLE = (
    "\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
)
_BY_SHAPE = re.compile(
    "|".join(
        (
            rf"(?P<invisible>[{_INVISIBLE}\U0001f3fb-\U0001f3ff]+)",
            "(?P<damaged>" + "|".join(map(re.escape, _DAMAGED)) + ")",
            r"(?<=[a-z])(?P<damaged_in_word>[‚Šˆƒ‡])",
            r"(?P<tag></?[a-zA-Z][^<>]{0,200}>)",
            r"(?P<entity>&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});)",
        )
    )
)
_BY_SPELLING = re.compile(
    r"(?P<number>(?<![a-z]{2})\d+(?:[., \u00a0\u202f]\d+)*)"
    r"|(?P<line>\n\s*)"
    r"|(?P<stretched>([a-z.!?,:;*_=-])\4{2,})"
    r"|(?<=[a-z]{2})(?P<glued>[.!?,;:…]+)(?=[a-z])"
    rf"|(?P<endless>\S{{{LONGEST_WORD}}})(?=\S)"
)


def _plain(character: str) -> str:
    base = unicodedata.normalize("NFKD", character)[0].lower()
    return base if len(base) == 1 else character


_TABLE = {
    code: _plain(chr(code))
    for code in range(0xC0, 0x250)
    if unicodedata.category(chr(code)).startswith("L")
}
_TABLE |= dict.fromkeys((*range(32), 127, *range(128, 161)), " ")
_TABLE |= {ord("\n"): "\n", 0x202F: " ", 0x2009: " ", 0x3000: " ", 0x2028: "\n"}
_TABLE |= dict.fromkeys(map(ord, "’‘ʼ´`′"), "'") | dict.fromkeys(map(ord, "–—−‑"), "-")
_TABLE |= dict.fromkeys(map(ord, "«»“”„"), '"')
_HYPHEN = re.compile(r"(?<=\w)[-/](?=\w)")
_ELISION = re.compile(r"\b(qu|[cdjlmnst]) (?=[aeiouyh]\w)")


@dataclass(frozen=True, slots=True)
class Reading:
    """A folded text and the way back to the characters given.

    `starts` and `ends` hold, for each folded character, the range that it stands
    for; None means that both texts match character for character.
    """

    text: str
    folded: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the given text behind a folded one, on word borders."""
        text = self.text
        if self.starts is not None and self.ends is not None:
            start, end = self.starts[start], self.ends[end - 1]
        while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
            start -= 1
        while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
            end += 1
        return start, end


def read(text: str, language: str) -> Reading:
    """Fold `text`: no accents, no capitals, plain spelling, numbers as `0`."""
    reading = _rewrite(Reading(text, text), _BY_SHAPE, _mend)
    folded = reading.folded.translate(_TABLE).lower()
    if len(folded) != len(reading.folded):  # a letter that lower() makes two of
        folded = "".join(
            c.lower() if len(c.lower()) == 1 else c
            for c in reading.folded.translate(_TABLE)
        )
    folded = _HYPHEN.sub(" ", folded)
    if language == "fr":
        folded = _ELISION.sub(r"\1'", folded)
    reading = Reading(text, folded, reading.starts, reading.ends)
    reading = _rewrite(reading, _BY_SPELLING, _straighten)
    spelling = _spelling(language)
    return _rewrite(reading, spelling[0], lambda found: spelling[1][found[0]])


def misspellings(word: str, language: str) -> set[str]:
    """Return the short and wrong spellings that are read as words with `word`."""
    full = _spelling(language)[1]
    return {short for short, long in full.items() if word in long.split()}


def _mend(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "damaged":
            return _DAMAGED[found[0]]
        case "damaged_in_word":
            return _DAMAGED_IN_WORD[found[0]]
        case "entity":
            return unescape(found[0])
        case "tag":
            return " "
        case _:
            return ""


def _straighten(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "number":
            return "0"
        case "line":
            return " . "
        case "glued" | "endless":
            return f"{found[0]} "
        case _:
            return found[0][0]


def _rewrite(
    reading: Reading,
    pattern: re.Pattern[str],
    change: Callable[[re.Match[str]], str],
) -> Reading:
    """Replace what `pattern` finds and keep the way back to the given text."""
    folded = reading.folded
    found = pattern.search(folded)
    if found is None:
        return reading
    old_starts = reading.starts or range(len(folded))
    old_ends = reading.ends or range(1, len(folded) + 1)
    pieces, starts, ends = list[str](), list[int](), list[int]()
    done = 0
    for found in pattern.finditer(folded):
        start, end = found.span()
        new = change(found)
        pieces += folded[done:start], new
        starts += old_starts[done:start]
        ends += old_ends[done:start]
        if len(new) == end - start:
            starts += old_starts[start:end]
            ends += old_ends[start:end]
        else:
            starts += [old_starts[start]] * len(new)
            ends += [old_ends[end - 1]] * len(new)
        done = end
    pieces.append(folded[done:])
    starts += old_starts[done:]
    ends += old_ends[done:]
    return Reading(reading.text, "".join(pieces), starts, ends)


@cache
def _spelling(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    source = files("feedback.nlp") / "data" / f"spelling_{language}.tsv"
    lines = source.read_text(encoding="utf-8").splitlines()
    full = dict(
        line.split("\t", 1) for line in lines if line and not line.startswith("#")
    )
    words = "|".join(sorted(map(re.escape, full), key=len, reverse=True))
    return re.compile(rf"(?<![\w'])(?:{words})(?![\w'])"), full
