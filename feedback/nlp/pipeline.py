"""The analysis of a text, step by step."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Lock
from typing import Any

from feedback.nlp.annotation import (
    Annotation,
    Document,
    Feeling,
    PersonalData,
    Sentiment,
    TextType,
    ThemeMention,
)
from feedback.nlp.clauses import Clause
from feedback.nlp.intents import find_types
from feedback.nlp.languages import SUPPORTED, UNKNOWN, Language, identify, passages
from feedback.nlp.loading import load_grammar, load_text_blob
from feedback.nlp.reading import Reading, read
from feedback.nlp.redaction import find_personal_data
from feedback.nlp.sentiment import judge, weigh
from feedback.nlp.taxonomy import Theme, shipped_taxonomy
from feedback.nlp.themes import Mention, Stance, find_mentions

VERSION = "2026.11-1"
#: spaCy's passing memory belongs to one text at a time.
_READING = Lock()
#: Half a character, which JSON can carry and no library can encode.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
UNRATED = Sentiment(label=Feeling.UNRATED, score=0.0)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text in one language, cut into weighed clauses."""

    offset: int
    language: str
    reading: Reading
    tokens: Any
    clauses: list[Clause]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the given text of the tokens `start` to `end`."""
        last = self.tokens[end - 1]
        begin, stop = self.reading.origin(self.tokens[start].idx, last.idx + len(last))
        return self.offset + begin, self.offset + stop


class Analyser:
    """Reads texts with the themes of one deployment; one text at a time per process."""

    def __init__(self, themes: Sequence[Theme] | None = None) -> None:
        known = shipped_taxonomy() if themes is None else themes
        self._keys = frozenset(theme.key for theme in known)

    def analyse(
        self, text: str, *, language: str | None = None, question: str | None = None
    ) -> Annotation:
        """Return what is said in `text`; never raises, whatever the text.

        Args:
            text: the words as the customer gave them.
            language: `fr` or `en` when it is known; found out otherwise.
            question: the wording of the question that the text answers.
        """
        text = _LONE_SURROGATE.sub("\ufffd", text)
        spoken = Language(language, 1.0) if language in SUPPORTED else identify(text)
        personal_data = find_personal_data(text, spoken.code)
        wordless = spoken.code == UNKNOWN and not spoken.confidence
        if spoken.code not in SUPPORTED and not wordless:
            return _annotation(spoken, personal_data)
        main = SUPPORTED[0] if wordless else spoken.code  # faces speak any language
        parts = passages(text, main)
        languages = sorted({main} | {code for _, _, code in parts})
        with _READING, ExitStack() as context:
            for code in languages:
                context.enter_context(load_grammar(code).passing())
            read_passages = [
                _read_passage(text[start:end], start, code)
                for start, end, code in parts
            ]
            if not any(map(_says_something, read_passages)):
                return _annotation(spoken, personal_data)
            found = self._mentions(read_passages, _stance(question, main))
            sentiment = _feeling(read_passages, [mention for _, mention in found])
            themes = tuple(_theme(passage, mention) for passage, mention in found)
        types = find_types(
            [clause for passage in read_passages for clause in passage.clauses],
            (theme.polarity for theme in themes),
            sentiment.label,
        )
        return _annotation(spoken, personal_data, sentiment, themes, types)

    def _mentions(
        self, read_passages: Sequence[Passage], stance: Stance
    ) -> list[tuple[Passage, Mention]]:
        return [
            (passage, mention)
            for passage in read_passages
            for mention in find_mentions(
                load_grammar(passage.language), passage.clauses, stance
            )
            if mention.rule.theme in self._keys
        ]

    def analyse_many(self, documents: Iterable[Document]) -> Iterator[Annotation]:
        """Yield one annotation per document, in order, in flat memory."""
        for document in documents:
            yield self.analyse(
                document.text, language=document.language, question=document.question
            )


def _read_passage(text: str, offset: int, language: str) -> Passage:
    reading = read(text, language)
    tokens, clauses = load_grammar(language).clauses(reading)
    for clause in clauses:
        weigh(clause)
    return Passage(offset, language, reading, tokens, clauses)


def _says_something(passage: Passage) -> bool:
    """Tell whether a passage holds more than "RAS", "ok", "-" or the like."""
    for clause in passage.clauses:
        length = clause.end - clause.start
        empty = any(
            end - start >= length for start, end in clause.cues.get("nothing", ())
        )
        spoken = clause.evidence or clause.parts or length > 2
        if spoken and not empty:
            return True
    return False


def _stance(question: str | None, language: str) -> Stance:
    if not question:
        return Stance.OPEN
    _, clauses = load_grammar(language).clauses(read(question, language))
    cues = {cue for clause in clauses for cue in clause.cues}
    invited = {
        name
        for name in ("IMPROVE", "LIKE", "DISLIKE")
        if f"question_{name.lower()}" in cues
    }
    if len(invited) != 1:
        return Stance.OPEN  # "what did you like, and what should we improve?"
    return Stance[invited.pop()]


def _feeling(
    read_passages: Sequence[Passage], mentions: Sequence[Mention]
) -> Sentiment:
    owners = {
        id(clause): passage for passage in read_passages for clause in passage.clauses
    }

    def text_blob(clause: Clause) -> float:
        passage = owners[id(clause)]
        start, end = passage.reading.origin(
            passage.tokens[clause.start].idx,
            passage.tokens[clause.end - 1].idx + len(passage.tokens[clause.end - 1]),
        )
        return load_text_blob(passage.language)(passage.reading.text[start:end])

    return judge(
        [clause for passage in read_passages for clause in passage.clauses],
        [(m.clause, m.start, m.end, m.polarity) for m in mentions if m.explicit],
        fallback=text_blob,
    )


def _theme(passage: Passage, mention: Mention) -> ThemeMention:
    start, end = passage.span(mention.start, mention.end)
    return ThemeMention(
        key=mention.rule.theme,
        polarity=mention.polarity,
        start=start,
        end=end,
        source=mention.rule.source,
        confidence=mention.confidence,
    )


def _annotation(
    spoken: Language,
    personal_data: tuple[PersonalData, ...],
    sentiment: Sentiment = UNRATED,
    themes: tuple[ThemeMention, ...] = (),
    types: tuple[TextType, ...] = (),
) -> Annotation:
    """Return an annotation, by default that of a text with nothing to judge."""
    return Annotation(
        language=spoken.code,
        language_confidence=spoken.confidence,
        sentiment=sentiment,
        themes=themes,
        types=types,
        personal_data=personal_data,
        version=VERSION,
    )
