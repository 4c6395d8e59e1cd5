"""A text cut into clauses, each with what the matcher found in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(slots=True)
class Evidence:
    """Words that carry a feeling: token range, weight (-1..1) as it stands there.

    `polite` words (thanks, well done) turn into irony after a complaint. `source` is
    what knows the words: the lexicon, a turn of phrase, the rule of a theme, TextBlob.
    """

    start: int
    end: int
    weight: float
    polite: bool = False
    source: str = "lexicon"


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

    def negated(self, *places: tuple[int, int]) -> bool:
        """Tell whether one of the token ranges is negated, once all is counted.

        A negation that is itself in one of the ranges belongs to what they say.
        """
        kinds = {
            n.kind
            for n in self.negations
            if any(n.bears_on(start, end) for start, end in places)
            and not any(start <= n.start and n.end <= end for start, end in places)
        }
        return len(kinds) % 2 == 1

    def wished(self, start: int) -> bool:
        """Tell whether the token `start` stands in a wish."""
        return self.wish_from is not None and self.wish_from <= start


#: What a key of the matcher means: its kind (`cue`, `word` or `part`) and its value.
Meaning = tuple[str, str | float | int]


#: What the matcher found: its meaning, the first token and the end.
Found = tuple[Meaning, int, int]
#: A clause is cut after so many tokens, which no sentence needs.
LONGEST = 60
BORDERS = {"border", "soft_border", "question_mark", "contrast"}


def divide(length: int, matches: Iterable[Found]) -> list[Clause]:
    """Cut `length` tokens at the borders among `matches` and share the rest out."""
    ordered = sorted(matches, key=lambda match: match[1])
    clauses: list[Clause] = []
    start, contrasted, joined = 0, False, False
    ordered = _with_breaks(length, ordered)
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


def _with_breaks(length: int, ordered: list[Found]) -> list[Found]:
    """Add a border where none stands for `LONGEST` tokens, to bound the work."""
    if length <= LONGEST:
        return ordered
    borders = [0, *(last for meaning, _, last in ordered if meaning[1] in BORDERS)]
    breaks: list[Found] = [
        (("cue", "border"), at, at)
        for before, after in pairwise([*borders, length])
        for at in range(before + LONGEST, after, LONGEST)
    ]
    return sorted([*ordered, *breaks], key=lambda match: match[1])


def _share(clauses: list[Clause], ordered: Iterable[Found]) -> None:
    at = 0
    for (_, value), first, last in ordered:
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
