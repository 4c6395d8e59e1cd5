"""Phrases tried on texts before they are rules.

What is heard is what the analysis would hear, but for one thing: shipped rules are not
asked whether they claim the same words for a theme of theirs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from feedback.nlp.annotation import Polarity
from feedback.nlp.grammar import TaughtGrammar
from feedback.nlp.loading import load_cues
from feedback.nlp.reading import read
from feedback.nlp.sentiment import weigh
from feedback.nlp.taxonomy import OwnPhrase
from feedback.nlp.themes import Stance, find_mentions

#: spaCy's passing memory belongs to one trial at a time
_TRYING = Lock()


@dataclass(frozen=True, slots=True)
class Caught:
    """Characters `start` to `end` of a text that phrase number `phrase` would catch."""

    phrase: int
    polarity: Polarity
    start: int
    end: int


def try_on(
    phrases: Sequence[OwnPhrase], language: str, texts: Iterable[str]
) -> Iterator[tuple[Caught, ...]]:
    """Yield, text by text, what phrases of a language would catch.

    Loads no language model.

    Raises:
        PatternError: for a phrase that `theme_drafts.check_phrase` refuses.
    """
    with _TRYING:
        numbered = ((str(n), phrase) for n, phrase in enumerate(phrases))
        grammar = TaughtGrammar(load_cues(language), numbered)
        for text in texts:
            with grammar.passing():
                caught = _catch(grammar, text)
            yield caught


def _catch(grammar: TaughtGrammar, text: str) -> tuple[Caught, ...]:
    reading = read(text, grammar.language)
    tokens, clauses = grammar.clauses(reading)
    for clause in clauses:
        weigh(clause)
    found = []
    for mention in find_mentions(grammar, clauses, Stance.OPEN):
        first, last = tokens[mention.start], tokens[mention.end - 1]
        start, end = reading.origin(first.idx, last.idx + len(last))
        number = int(mention.rule.theme)
        found.append(Caught(number, mention.polarity, start, end))
    return tuple(found)
