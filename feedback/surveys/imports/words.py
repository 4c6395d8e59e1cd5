"""Words, keys and scales of foreign files made ours."""

import re
from collections.abc import Sequence
from html import unescape
from unicodedata import combining, normalize

from feedback.core.text import fold, shorten
from feedback.surveys.imports.remarks import Remarks
from feedback.surveys.questionnaire import LONGEST_TEXT, Text
from feedback.surveys.questions.choices import WORDS
from feedback.surveys.questions.patterns import pattern_fault

_LONGEST_KEY = 60


class Keys:
    """Gives each name of a file a key of ours, no key twice."""

    def __init__(self, *, reserved: frozenset[str] = frozenset()) -> None:
        self._of: dict[str, str] = {}
        self._taken = set(reserved)

    def give(self, name: str) -> str:
        """Return the key of a name, the same each time it is asked."""
        if name not in self._of:
            self._of[name] = self.fresh(name)
        return self._of[name]

    def find(self, name: str) -> str | None:
        """Return the key that a name was given, None when it got none."""
        return self._of.get(name)

    def fresh(self, name: str) -> str:
        """Return a key made of a name that nothing has yet."""
        split = normalize("NFKD", name)
        bare = "".join(mark for mark in split if not combining(mark))
        stem = re.sub(r"[^0-9A-Za-z]+", "_", bare).strip("_")[:_LONGEST_KEY] or "q"
        key, number = stem, 1
        while key in self._taken:
            number += 1
            ending = f"_{number}"
            key = stem[: _LONGEST_KEY - len(ending)] + ending
        self._taken.add(key)
        return key


def choice_keys() -> Keys:
    """Return the keys for the choices of one question."""
    return Keys(reserved=frozenset(WORDS))


_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h[1-6]|/tr)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>")
_LOST = {
    "a": "links_left_out",
    **dict.fromkeys(
        ("img", "video", "audio", "iframe", "object", "embed", "svg"),
        "media_left_out",
    ),
    "script": "scripts_left_out",
    **dict.fromkeys(
        ("b", "i", "u", "em", "strong", "table", "ul", "ol", "h1", "h2", "h3", "mark"),
        "formatting_left_out",
    ),
}


def plain(markup: str) -> tuple[str, frozenset[str]]:
    """Return the words of a piece of HTML, and codes of what was lost on the way.

    Paragraphs and breaks become line breaks; a lone `<` stays.
    """
    lost = {_LOST[tag.lower()] for tag in _TAG.findall(markup) if tag.lower() in _LOST}
    text = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", markup)))
    lines = (" ".join(_spaced(line)) for line in unescape(text).split("\n"))
    whole = "\n".join(lines).replace("\0", "").strip()
    return re.sub(r"\n{3,}", "\n\n", whole), frozenset(lost)


def _spaced(line: str) -> list[str]:
    # French needs its no-break spaces, so only those of the source code are made one
    return [part for part in re.split(r"[ \t\r\f\v]+", line) if part]


def clean(markup: str, place: str, remarks: Remarks) -> str:
    """Return plain words that fit a questionnaire, with a remark on what was lost."""
    words, lost = plain(markup)
    for code in sorted(lost):
        remarks.add(code, place)
    if len(words) > LONGEST_TEXT:
        remarks.add("text_cut", place, most=LONGEST_TEXT)
        return shorten(words, LONGEST_TEXT)
    return words


#: parts of the words for recommending, without accents
_RECOMMENDING = ("recomm", "recommand", "conseiller", "empfehl", "aanbevel")


def scale_kind(points: Sequence[float], text: Text) -> str | None:
    """Return the kind of a question on whole points, None when none of ours fits.

    0 to 10 is `nps` when its words speak of recommending, 1 to 5 is `csat`, 1 to 7
    `ces`.
    """
    found = list(points)
    if found == list(range(11)):
        said = fold(" ".join(text.values()))
        return "nps" if any(part in said for part in _RECOMMENDING) else None
    if found == list(range(1, 6)):
        return "csat"
    return "ces" if found == list(range(1, 8)) else None


def searching_pattern(written: str) -> str | None:
    """Return a pattern for a whole answer out of one that is sought in it.

    None when patterns of ours cannot say it; see `questions.patterns`.
    """
    before = "" if written.startswith("^") else ".*"
    after = "" if written.endswith("$") and not written.endswith(r"\$") else ".*"
    pattern = f"{before}(?:{written}){after}" if before or after else written
    return None if not written or pattern_fault(pattern) else pattern


def yes_no() -> tuple[Text, Text]:
    """Return the words for yes and no, which some files take for granted."""
    return {"fr": "Oui", "en": "Yes"}, {"fr": "Non", "en": "No"}


def number(value: object) -> int | float | None:
    """Return a number that a setting holds, also as text; None without one."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # what is no number at all compares with nothing
    if not abs(value) <= 1e12:
        return None
    return int(value) if float(value).is_integer() else float(value)
