"""What rules say of the feeling of clauses and of whole texts.

TextBlob's polarity alone is worse on French feedback than a constant answer. So the
words of a lexicon made for feedback come first, corrected by negation, degree, wish
and contrast; TextBlob judges the clauses in which none of them stands. The learned
weights hear this as one voice among the words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import tanh

from feedback.nlp.annotation import Feeling, Polarity
from feedback.nlp.clauses import Clause, Evidence
from feedback.nlp.negation import find_negations

DEGREES = ("strong", "weak", "excess")
STRONGER, WEAKER = 1.3, 0.6
#: A praise denied is a complaint; a complaint denied is a mild praise.
DENIED_PRAISE, DENIED_COMPLAINT = -0.9, -0.6
BARE_NEGATION, BARE_EXCESS, BARE_WISH = -0.5, -0.5, -0.15
#: TextBlob's share is small: it speaks for clauses without one word of the lexicon,
#: and is right there little more often than wrong.
TEXT_BLOB_SHARE, TEXT_BLOB_FLOOR = 0.5, 0.3
THEME_WEIGHT = 1.0
CONTRAST = 1.8
RATED = 0.35
#: What the lesser side must weigh, and its share of the greater, to be heard.
MIXED, MIXED_IN_CONTRAST = (0.7, 0.5), (0.5, 0.25)


@dataclass(frozen=True, slots=True)
class Balance:
    """The praise and the complaint of a text, both from 0 up, and what they make."""

    praise: float
    complaint: float
    contrasted: bool

    @property
    def score(self) -> float:
        """How good (1) or bad (-1) it is by the rules alone."""
        return round(tanh(self.praise - self.complaint), 3)

    @property
    def feeling(self) -> Feeling:
        """What the rules alone would call it."""
        if max(self.praise, self.complaint) < RATED:
            return Feeling.NEUTRAL
        less, more = sorted((self.praise, self.complaint))
        floor, ratio = MIXED_IN_CONTRAST if self.contrasted else MIXED
        if less >= floor and less >= ratio * more:
            return Feeling.MIXED
        if self.praise > self.complaint:
            return Feeling.POSITIVE
        return Feeling.NEGATIVE


def weigh(clause: Clause) -> None:
    """Fill in the negations, the wish and the evidence of a clause."""
    words = _longest(clause.words)
    fixed = [(start, end) for start, end, _ in words if end - start > 1]
    for found in (*clause.parts.values(), *map(clause.cues.get, DEGREES)):
        fixed += [place for place in found or () if place[1] - place[0] > 1]
    clause.negations = find_negations(clause, fixed)
    clause.wish_from = _wish(clause)
    polite = set(clause.cues.get("polite", ()))
    for start, end, weight in words:
        evidence = Evidence(start, end, weight, polite=(start, end) in polite)
        evidence.weight = _corrected(clause, evidence)
        if evidence.weight:
            clause.evidence.append(evidence)
    if polite and not clause.contrasted:  # "thanks for your great efforts"
        for evidence in clause.evidence:
            evidence.polite = evidence.weight > 0
    clause.evidence += _bare(clause)


def judge(
    clauses: Sequence[Clause],
    mentions: Iterable[tuple[Clause, int, int, Polarity, str]],
    *,
    fallback: Callable[[Clause], float],
) -> Balance:
    """Weigh the praise of a text against its complaint; completes its evidence.

    Args:
        clauses: clauses already weighed.
        mentions: what explicit rules found: clause, first token, end, polarity, rule.
        fallback: polarity (-1..1) of a clause that holds no evidence.
    """
    for clause, start, end, polarity, source in mentions:
        _add_theme(clause, start, end, polarity, source)
    praise, complaint, politeness = 0.0, 0.0, 0.0
    for clause in clauses:
        if not clause.evidence:
            guess = fallback(clause)
            if abs(guess) >= TEXT_BLOB_FLOOR:
                weight = TEXT_BLOB_SHARE * guess
                whole = Evidence(clause.start, clause.end, weight, source="textblob")
                clause.evidence.append(whole)
        scale = CONTRAST if clause.contrasted else 1.0
        for evidence in clause.evidence:
            if evidence.weight < 0:
                complaint -= scale * evidence.weight
            elif evidence.polite:
                politeness += scale * evidence.weight
            else:
                praise += scale * evidence.weight
    if complaint >= RATED and praise < RATED:
        complaint += politeness / 2  # "bravo" after a complaint is irony
    else:
        praise += politeness
    contrasted = any(clause.contrasted for clause in clauses)
    return Balance(praise, complaint, contrasted)


def _longest(words: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    """Keep the longest of overlapping words, the first one where equal."""
    kept: list[tuple[int, int, float]] = []
    taken: set[int] = set()
    for word in sorted(words, key=lambda word: (word[0] - word[1], word[0])):
        tokens = range(word[0], word[1])
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            kept.append(word)
    return sorted(kept)


def _wish(clause: Clause) -> int | None:
    starts = [start for start, _ in clause.cues.get("wish", ())]
    opening = clause.cues.get("wish_opening", ())
    starts += [start for start, _ in opening if start <= clause.start + 1]
    return min(starts, default=None)


def _corrected(clause: Clause, evidence: Evidence) -> float:
    """Return the weight of a word as negation, degree and wish leave it."""
    weight, start = evidence.weight, evidence.start
    if clause.negated((start, evidence.end)):
        return weight * (DENIED_PRAISE if weight > 0 else DENIED_COMPLAINT)
    if _precedes(clause, "excess", start):
        return -abs(weight)
    if weight > 0 and clause.wished(start) and not evidence.polite:
        return 0.0
    if _precedes(clause, "strong", start):
        weight *= STRONGER
    elif _precedes(clause, "weak", start):
        weight *= WEAKER
    return weight


def _precedes(clause: Clause, cue: str, start: int) -> bool:
    return any(end in {start, start - 1} for _, end in clause.cues.get(cue, ()))


def _bare(clause: Clause) -> list[Evidence]:
    """Return what a clause says by negation, excess or wish alone."""
    if clause.evidence or clause.asked:
        return []
    if clause.wish_from is not None:
        return [
            Evidence(clause.wish_from, clause.wish_from + 1, BARE_WISH, source="wish")
        ]
    found = [
        Evidence(n.start, n.end, BARE_NEGATION, source="negation")
        for n in clause.negations[:1]
    ]
    excess = clause.cues.get("excess", ())[:1]
    return found + [
        Evidence(start, end, BARE_EXCESS, source="excess") for start, end in excess
    ]


def _add_theme(
    clause: Clause, start: int, end: int, polarity: Polarity, source: str
) -> None:
    if polarity is Polarity.WISH:
        return
    weight = THEME_WEIGHT if polarity is Polarity.POSITIVE else -THEME_WEIGHT
    same = [
        e
        for e in clause.evidence
        if e.start < end and start < e.end and e.weight * weight > 0
    ]
    clause.evidence = [
        e
        for e in clause.evidence
        if e in same or not (start <= e.start and e.end <= end)
    ]
    if not same:
        clause.evidence.append(Evidence(start, end, weight, source=source))
