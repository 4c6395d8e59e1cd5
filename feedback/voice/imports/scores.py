"""Scores as files write them."""

import re

from feedback.core.text import fold
from feedback.measures.scales import Scale, is_on_scale

_SCORE = re.compile(r"(-?\d{1,6})(?:[.,]0+)?(?: ?/ ?(\d{1,3}))?")
_STARS = re.compile(r"([★⭐]{1,10})[☆✩]{0,10}")
_NUMBER = re.compile(r"-?\d{1,6}[.,]\d+")
#: how people write that there is no answer
BLANK = frozenset(
    {"", "-", "--", "n/a", "na", "nc", "nr", "nsp", "null", "none", "nan"}
    | {"sans reponse", "non renseigne", "no answer", "not answered", "#n/a"}
)


def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing."""
    return fold(text) in BLANK


def read_score(text: str, scale: Scale) -> int | str:
    """Return a score on its scale, or the reason why it is none.

    `8`, `8.0`, `8/10` and, for stars, `★★★☆☆` are read.

    Returns:
        The value, or `score_not_a_number`, `score_not_whole`, `score_off_scale`.
    """
    text = text.strip()
    if scale is Scale.STARS and (stars := _STARS.fullmatch(text)):
        return read_score(str(len(stars[1])), scale)
    match = _SCORE.fullmatch(text)
    if match is None:
        return "score_not_whole" if _NUMBER.fullmatch(text) else "score_not_a_number"
    if match[2] and int(match[2]) != scale.highest:
        return "score_off_scale"
    value = int(match[1])
    return value if is_on_scale(scale, value) else "score_off_scale"
