"""What an analysis says of one text, as frozen data.

Every `start` and `end` is a character offset into the text as it was given, `end`
excluded, so that a reader can always be shown the very words.
"""

from dataclasses import dataclass
from enum import StrEnum


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
class Sentiment:
    """The feeling of a text, with a score from -1 (worst) to 1 (best)."""

    label: Feeling
    score: float


@dataclass(frozen=True, kw_only=True)
class ThemeMention:
    """One place where a theme is spoken of.

    `source` names the rule that found it, such as `rule:queue_wait.fr.3`;
    `confidence` runs from 0 to 1.
    """

    key: str
    polarity: Polarity
    start: int
    end: int
    source: str
    confidence: float


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """Characters that identify somebody: e-mail, phone, iban, card, nir or person."""

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
    the wording of the question that the text answers.
    """

    text: str
    language: str | None = None
    question: str | None = None
