"""A text cut into clauses, each with what the matcher found in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Evidence:
    """Words that carry a feeling: token range, weight (-1..1) as it stands there.

    `polite` words (thanks, well done) turn into irony after a complaint.
    """

    start: int
    end: int
    weight: float
    polite: bool = False


@dataclass(frozen=True, slots=True)
class Negation:
    """A negating word: token range, the tokens it bears on, and its kind.

    Two negations of one kind count once (French "jamais rien"), of two kinds they
    cancel out ("pas sans défaut").
    """

    start: int
    end: int
    first: int
    last: int
    kind: str

    def bears_on(self, start: int, end: int) -> bool:
        """Tell whether it negates the tokens `start` to `end`, not being in them."""
        inside = start <= self.start and self.end <= end
        return not inside and start < self.last and self.first < end


@dataclass(slots=True)
class Clause:
    """Tokens `start` to `end` (excluded) with their cues, words and theme parts."""

    start: int
    end: int
    cues: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    words: list[tuple[int, int, float]] = field(default_factory=list)
    parts: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    negations: list[Negation] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    #: after "but"; joined to the clause before by a comma; ended by a question mark
    contrasted: bool = False
    joined: bool = False
    asked: bool = False
    wish_from: int | None = None

    def negated(self, start: int, end: int) -> bool:
        """Tell whether the tokens `start` to `end` are negated, once all is counted."""
        kinds = {n.kind for n in self.negations if n.bears_on(start, end)}
        return len(kinds) % 2 == 1

    def wished(self, start: int) -> bool:
        """Tell whether the token `start` stands in a wish."""
        return self.wish_from is not None and self.wish_from <= start


#: What a key of the matcher means: its kind (`cue`, `word` or `part`) and its value.
Meaning = tuple[str, str | float | int]


BORDERS = {"border", "soft_border", "question_mark", "contrast"}


def divide(length: int, matches: Iterable[tuple[Meaning, int, int]]) -> list[Clause]:
    """Cut `length` tokens at the borders among `matches` and share the rest out."""
    ordered = sorted(matches, key=lambda match: match[1])
    clauses: list[Clause] = []
    start, contrasted, joined = 0, False, False
    for (kind, value), first, last in ordered:
        if kind != "cue" or value not in BORDERS or first < start:
            continue
        if first > start:
            clauses.append(Clause(start, first, contrasted=contrasted, joined=joined))
            contrasted = joined = False
        if clauses and value == "question_mark":
            clauses[-1].asked = True
        contrasted = contrasted or value == "contrast"
        joined = value == "soft_border"
        start = last
    if start < length:
        clauses.append(Clause(start, length, contrasted=contrasted, joined=joined))
    _share(clauses, ordered)
    return clauses


def _share(clauses: list[Clause], ordered: Iterable[tuple[Meaning, int, int]]) -> None:
    at = 0
    for (kind, value), first, last in ordered:
        while at < len(clauses) and clauses[at].end <= first:
            at += 1
        if at == len(clauses):
            return
        clause = clauses[at]
        if first < clause.start or clause.end < last:
            continue
        if isinstance(value, str):
            clause.cues.setdefault(value, []).append((first, last))
        elif isinstance(value, int):
            clause.parts.setdefault(value, []).append((first, last))
        else:
            clause.words.append((first, last, value))
