"""Texts and days as people type them, made fit to be kept."""

import re
import unicodedata
from datetime import date

#: characters of the longest answer that is kept
LONGEST_ANSWER = 5000
#: characters of what is typed beside "other"
LONGEST_OTHER = 250

# controls, halves of surrogate pairs, and marks that turn the direction of what
# follows; line ends and tabs are kept for later
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
_SPACES = re.compile(r"\s+")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WRITTEN_DAY = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")


def clean(text: str, *, lines: bool = False) -> str:
    """Return a text without control characters, lone surrogates or outer spaces.

    Composed (NFC). Line ends become single newlines when `lines` are kept; otherwise
    the text is one line with single spaces. Cleaning twice changes nothing.
    """
    text = _UNFIT.sub("", _LINE_ENDS.sub("\n", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if lines:
        return text.replace("\t", " ").strip()
    return _SPACES.sub(" ", text).strip()


def is_overlong(text: str) -> bool:
    """Tell whether a text is too long even to be cleaned."""
    return len(text) > 4 * LONGEST_ANSWER


def parse_day(text: str) -> str | None:
    """Return a day as `YYYY-MM-DD`, None when it is none.

    Read are `2026-12-31` and, with the day first, `31/12/2026`, `31.12.2026` and
    `31-12-2026`; years from 1900 to 2200.
    """
    text = text.strip()
    if found := _ISO_DAY.fullmatch(text):
        year, month, day = found.groups()
    elif found := _WRITTEN_DAY.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    if not 1900 <= int(year) <= 2200:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
