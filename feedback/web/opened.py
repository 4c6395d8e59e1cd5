"""The verbatim that is open: its themes, the machine's answer, the corrections."""

import re
from dataclasses import dataclass
from datetime import datetime

from feedback.journey.queries import JourneyMap
from feedback.nlp.annotation import Feeling, Polarity
from feedback.nlp.languages import SUPPORTED, UNKNOWN
from feedback.voice.explaining import confidence_words, source_words
from feedback.voice.queries import VerbatimInDetail
from feedback.voice.reading import KeptCorrection, MentionInText
from feedback.voice.settling import ANALYST
from feedback.voice.taxonomy import STANCES, theme_name
from feedback.voice.wording import feeling_name, polarity_name
from feedback.web.context import current_session, locale
from feedback.web.language import gettext, named

#: of a longer text, only so many words are offered one by one
MOST_WORDS = 300
_WORD = re.compile(r"[^\s.,;:!?…()«»“”\"]+")


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word of the text, for those who choose where a theme begins and ends.

    A text without any, such as one of signs only, is one word as a whole.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Why:
    """Words that made a feeling or a theme, and what knows them.

    `sign` is `positive` or `negative` in a feeling, empty in a theme; `confidence` is
    that of a theme in words, empty in a feeling.
    """

    words: str
    source: str
    sign: str = ""
    confidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A theme of the verbatim with the words that carry it, and what found it."""

    theme: str
    name: str
    polarity: Polarity
    label: str
    words: tuple[str, ...]
    whys: tuple[Why, ...]
    by_analyst: bool


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A correction in words."""

    id: int
    words: str
    author: str
    at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """All that the page shows of one verbatim."""

    detail: VerbatimInDetail
    phase: str
    touchpoint: str
    persona: str
    #: what made the feeling of the analysis, the heaviest first
    whys: tuple[Why, ...]
    #: said in their place where there are none
    why_none: str
    tags: tuple[Tag, ...]
    deeds: tuple[Deed, ...]
    words: tuple[Word, ...]

    @property
    def found(self) -> tuple[MentionInText, ...]:
        """What the machine found, with what an analyst rejected of it."""
        return tuple(one for one in self.detail.mentions if one.origin != ANALYST)

    @property
    def is_feeling_corrected(self) -> bool:
        """Whether an analyst says something else than the machine."""
        return self.detail.shown.feeling != self.detail.machine.feeling


def show(detail: VerbatimInDetail, journey: JourneyMap) -> Opened:
    """Return a verbatim as the page shows it."""
    shown = detail.shown
    point = next((p for p in journey.touchpoints if p.id == shown.touchpoint_id), None)
    phase = next((p for p in journey.phases if point and p.id == point.phase_id), None)
    persona = next((p for p in journey.personas if p.id == shown.persona_id), None)
    return Opened(
        detail=detail,
        phase=named(phase.names) if phase else "",
        touchpoint=named(point.names) if point else "",
        persona=named(persona.names) if persona else "",
        whys=_whys(detail),
        why_none=_why_none(detail),
        tags=_tags(detail),
        deeds=tuple(_deed(one) for one in reversed(detail.corrections)),
        words=_words(shown.text),
    )


def _whys(detail: VerbatimInDetail) -> tuple[Why, ...]:
    session, text = current_session(), detail.shown.text
    return tuple(
        Why(
            words=text[one.start : one.end],
            source=source_words(session, one.source, locale()),
            sign="positive" if one.weight > 0 else "negative",
        )
        for one in detail.machine.reasons or ()
    )


def _why_none(detail: VerbatimInDetail) -> str:
    """Return why no word is named for a feeling."""
    machine = detail.machine
    if machine.feeling == Feeling.UNRATED:
        if machine.language in {*SUPPORTED, UNKNOWN}:
            return gettext("There is nothing to judge in this text.")
        return gettext("The analysis reads French and English, no other language.")
    if machine.reasons is None:
        return gettext("This text was analysed before reasons were kept.")
    return gettext("No word weighs more than the others.")


def _tags(detail: VerbatimInDetail) -> tuple[Tag, ...]:
    """Put the mentions of one theme together that one button would take away."""
    groups: dict[object, list[MentionInText]] = {}
    for mention in detail.shown.mentions:
        by = mention.origin == ANALYST
        groups.setdefault((mention.theme, STANCES[mention.polarity], by), []).append(
            mention
        )
    return tuple(_tag(detail.shown.text, group) for group in groups.values())


def _tag(text: str, mentions: list[MentionInText]) -> Tag:
    first = mentions[0]
    return Tag(
        theme=first.theme,
        name=theme_name(current_session(), first.theme, locale()),
        polarity=first.polarity,
        label=polarity_name(first.polarity, locale()),
        words=tuple(text[one.start : one.end] for one in mentions),
        whys=tuple(
            Why(
                words=text[one.start : one.end],
                source=source_words(current_session(), one.origin, locale()),
                confidence=confidence_words(one.confidence, locale()),
            )
            for one in mentions
        ),
        by_analyst=first.origin == ANALYST,
    )


def _deed(correction: KeptCorrection) -> Deed:
    return Deed(
        id=correction.id,
        words=_told(correction),
        author=correction.author or gettext("a closed account"),
        at=correction.created_at,
        withdrawn_at=correction.withdrawn_at,
    )


def _told(correction: KeptCorrection) -> str:
    if correction.polarity is None:
        return gettext(
            "Feeling: %(feeling)s instead of %(previous)s",
            feeling=feeling_name(Feeling(correction.value), locale()),
            previous=feeling_name(Feeling(correction.previous or ""), locale()),
        )
    values = {
        "theme": theme_name(current_session(), correction.value, locale()),
        "polarity": polarity_name(correction.polarity, locale()),
    }
    if correction.start is None:
        return gettext("Theme rejected: %(theme)s (%(polarity)s)", **values)
    return gettext("Theme added: %(theme)s (%(polarity)s)", **values)


def _words(text: str) -> tuple[Word, ...]:
    found = [
        Word(text=match.group(), start=match.start(), end=match.end())
        for match in _WORD.finditer(text)
    ]
    if not found:
        found = [Word(text=text, start=0, end=len(text))]
    if len(found) > MOST_WORDS:
        found = [*found[: MOST_WORDS - 1], found[-1]]
    return tuple(found)
