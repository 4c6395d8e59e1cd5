"""Small operations on texts that every part needs alike."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Return `text` without accents or case, spaces made single.

    Two texts that a person would call the same word have the same fold:
    `Été`, `ete` and `ÉTÉ` become `ete`; `œ` becomes `oe`.
    """
    text = text.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae")
    split = unicodedata.normalize("NFKD", text)
    plain = "".join(mark for mark in split if not unicodedata.combining(mark))
    return _SPACES.sub(" ", plain.casefold()).strip()


def shorten(text: str, longest: int) -> str:
    """Return `text` cut at a word end to `longest` characters, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    head, space, _ = cut.rpartition(" ")
    return f"{head if space and len(head) > longest // 2 else cut}…"
