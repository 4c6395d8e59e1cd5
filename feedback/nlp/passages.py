"""A stretch of a text in one language, cut into weighed clauses."""

from dataclasses import dataclass
from typing import Any

from feedback.nlp.clauses import Clause
from feedback.nlp.features import DENIED
from feedback.nlp.grammar import Grammar
from feedback.nlp.reading import Reading, read
from feedback.nlp.sentiment import weigh


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a text: where it begins, its rules, tokens and clauses."""

    offset: int
    grammar: Grammar
    reading: Reading
    tokens: Any
    clauses: list[Clause]

    @property
    def language(self) -> str:
        """`fr` or `en`."""
        return self.grammar.language

    @property
    def words(self) -> list[str]:
        """The folded words, marks among them; those that are denied are marked."""
        words = [token.text for token in self.tokens]
        for clause in self.clauses:
            for at in range(clause.start, clause.end if clause.negations else 0):
                if words[at].isalpha() and clause.negated((at, at + 1)):
                    words[at] = DENIED + words[at]
        return words

    @property
    def says_something(self) -> bool:
        """Tell whether it holds more than "RAS", "ok", "-" or the like."""
        for clause in self.clauses:
            length = clause.end - clause.start
            empty = any(
                end - start >= length for start, end in clause.cues.get("nothing", ())
            )
            spoken = clause.evidence or clause.parts or length > 2
            if spoken and not empty:
                return True
        return False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the given text of the tokens `start` to `end`."""
        begin, stop = self._places(start, end)
        return self.offset + begin, self.offset + stop

    def given(self, start: int, end: int) -> str:
        """Return the words of the tokens `start` to `end` as they were given."""
        begin, stop = self._places(start, end)
        return self.reading.text[begin:stop]

    def _places(self, start: int, end: int) -> tuple[int, int]:
        last = self.tokens[end - 1]
        return self.reading.origin(self.tokens[start].idx, last.idx + len(last))


def read_passage(text: str, offset: int, grammar: Grammar) -> Passage:
    """Read and weigh a stretch of a text that begins at `offset`."""
    reading = read(text, grammar.language)
    tokens, clauses = grammar.clauses(reading)
    for clause in clauses:
        weigh(clause)
    return Passage(offset, grammar, reading, tokens, clauses)
