"""What an analysis says of one text, as frozen data.

Every `start` and `end` is a character offset into the text as it was given, `end`
excluded, so that a reader can always be shown the very words.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ScoreSide = Literal["positive", "negative"]


class Feeling(StrEnum):
    """The feeling of a whole text; `UNRATED` is an answer, not a failure."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    MIXED = "mixed"
    UNRATED = "unrated"


class Polarity(StrEnum):
    """What one mention of a theme says: a problem, a wish or a praise."""

    NEGATIVE = "negative"
    WISH = "wish"
    POSITIVE = "positive"


class TextType(StrEnum):
    """What the customer is doing; a text may be several of these, or none."""

    PROBLEM = "problem"
    REQUEST = "request"
    QUESTION = "question"
    PRAISE = "praise"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Words that made a feeling: characters `start` to `end`, excluded.

    `source` is `lexicon`, a turn of phrase (`negation`, `excess`, `wish`), the rule of
    a theme, `textblob`, or `weights` for what was learned from labelled texts. A
    `weight` above 0 speaks for a good feeling, below for a bad one; those of one
    source can be compared.
    """

    start: int
    end: int
    source: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Sentiment:
    """The feeling of a text, with a score from -1 (worst) to 1 (best), and why."""

    label: Feeling
    score: float
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ThemeMention:
    """One place where a theme is spoken of.

    `source` names the rule that found it, such as `rule:queue_wait.fr.3`, or
    `weights:queue_wait` where the words were learned; `confidence` runs from 0 to 1.
    """

    key: str
    polarity: Polarity
    start: int
    end: int
    source: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Characters that identify somebody; the kinds are those of `redaction.KINDS`."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """All that one analysis says of one text.

    `language` is `fr`, `en`, another ISO 639-1 code, or `und` when nothing can be
    told; `language_confidence` runs from 0 to 1; `version` is that of the analysis.
    """

    language: str
    language_confidence: float
    sentiment: Sentiment
    themes: tuple[ThemeMention, ...]
    types: tuple[TextType, ...]
    personal_data: tuple[PersonalData, ...]
    version: str


@dataclass(frozen=True, kw_only=True)
class Document:
    """One text to analyse, with what its sender knows of it.

    `language` is a declared `fr` or `en`, believed when it is given; `question` is
    the wording of the question that the text answers; `score` the side of the score
    that the same person gave, None in the middle and without one.
    """

    text: str
    language: str | None = None
    question: str | None = None
    score: ScoreSide | None = None
