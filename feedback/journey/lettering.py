"""How wide words are in the house's type, and where their lines break.

A drawing that is made without a browser has to know it beforehand.
"""

import unicodedata

# Advance widths of Inter, weight 600, in thousandths of the size, from space to
# tilde; a text of weight 400 is a little narrower.
# fmt: off
_ASCII = (
    252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465,
    319, 379, 660, 423, 623, 636, 666, 612, 640, 576, 640, 640, 319, 329,
    673, 673, 673, 543, 999, 728, 659, 737, 722, 605, 588, 749, 746, 277,
    580, 703, 565, 922, 759, 769, 645, 773, 652, 650, 660, 736, 728, 1020,
    720, 713, 652, 373, 379, 373, 481, 469, 351, 574, 624, 583, 624, 591,
    389, 625, 612, 262, 262, 569, 262, 900, 612, 609, 624, 624, 397, 549,
    353, 612, 587, 839, 569, 588, 566, 455, 359, 455, 673,
)
# fmt: on
_OTHERS = {
    "’": 294,
    "«": 634,
    "»": 634,
    "“": 507,
    "”": 501,
    "–": 500,
    "—": 1000,
    "…": 956,
    "œ": 992,
    "Œ": 1014,
    "æ": 913,
    "ß": 644,
}
_USUAL = 660
_WIDE = 1000


def text_width(text: str, size: float) -> float:
    """Return the width of a text on one line, in the unit of `size`; rather too wide.

    An accent adds nothing to its letter; East Asian characters are a full square.
    """
    return sum(_advance(mark) for mark in text) * size / 1000


def wrap(text: str, size: float, width: float) -> list[str]:
    """Return the lines of a text, none wider than `width`, at least one.

    Lines break at spaces, and inside a word that is wider than a whole line.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, size, width)
        lines += full
    return [*lines, line]


def _pieces(word: str, size: float, width: float) -> list[str]:
    pieces, piece = [], ""
    for mark in word:
        if piece and text_width(piece + mark, size) > width:
            pieces.append(piece)
            piece = ""
        piece += mark
    return [*pieces, piece]


def _advance(mark: str) -> int:
    if unicodedata.combining(mark):
        return 0
    if mark in _OTHERS:
        return _OTHERS[mark]
    letter = unicodedata.normalize("NFKD", mark)[0]
    if " " <= letter <= "~":
        return _ASCII[ord(letter) - ord(" ")]
    return _WIDE if unicodedata.east_asian_width(mark) in {"W", "F"} else _USUAL
