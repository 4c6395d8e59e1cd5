"""A text cut at the words that carry its themes, ready to be underlined."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from feedback.nlp.annotation import Polarity
from feedback.voice.reading import MentionInText

#: where several themes share words, the line under them says the first of these
_STRONGEST = (Polarity.NEGATIVE, Polarity.WISH, Polarity.POSITIVE)


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Words that carry the same themes; `polarity` is None where there are none."""

    text: str
    themes: tuple[str, ...]
    polarity: Polarity | None


def cut(text: str, mentions: Sequence[MentionInText]) -> tuple[Stretch, ...]:
    """Cut a text at the bounds of its mentions, which may overlap.

    The stretches joined are exactly the text; none is empty.
    """
    bounds = {0, len(text)}
    for mention in mentions:
        bounds |= {min(mention.start, len(text)), min(mention.end, len(text))}
    places = sorted(bounds)
    return tuple(
        _stretch(text, start, end, mentions) for start, end in pairwise(places)
    )


def _stretch(
    text: str, start: int, end: int, mentions: Sequence[MentionInText]
) -> Stretch:
    here = [one for one in mentions if one.start <= start and end <= one.end]
    polarities = {one.polarity for one in here}
    return Stretch(
        text=text[start:end],
        themes=tuple(dict.fromkeys(one.theme for one in here)),
        polarity=next((one for one in _STRONGEST if one in polarities), None),
    )
