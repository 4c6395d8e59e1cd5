"""What learned weights make of a text that the rules have read."""

from collections.abc import Sequence

import numpy as np

from feedback.nlp.annotation import Feeling, TextType
from feedback.nlp.clauses import Clause
from feedback.nlp.grammar import Rule
from feedback.nlp.themes import Mention
from feedback.nlp.weights import (
    CLAUSE,
    FEELINGS,
    OF_TEXT,
    POLARITIES,
    TOPICS,
    TYPES,
    Said,
    Values,
)

#: from which probability on a theme that no rule named is believed
TOPIC_FROM = 0.5
#: and each type; requests are rare, and seldom put in words that nothing else has
TYPE_FROM = dict.fromkeys(TextType, 0.5) | {TextType.REQUEST: 0.3}
#: by how much, in logits, a mixed text must stand out: one side is the usual case
MIXED_BY = 0.4
#: the words that carry an inferred theme are at most so many
LONGEST_SPAN = 8


def choose_feeling(logits: Values) -> tuple[Feeling, float]:
    """Return the likeliest feeling, and how good (1) or bad (-1) it is expected."""
    margins = logits[: len(FEELINGS)].copy()
    margins[FEELINGS.index(Feeling.MIXED)] -= MIXED_BY
    shares = np.exp(margins - margins.max())
    shares /= shares.sum()
    good = shares[FEELINGS.index(Feeling.POSITIVE)]
    bad = shares[FEELINGS.index(Feeling.NEGATIVE)]
    return FEELINGS[int(shares.argmax())], round(float(good - bad), 3)


def choose_types(logits: Values) -> tuple[TextType, ...]:
    """Return the types of a text, in the order of `TextType`."""
    chances = _chances(logits[len(FEELINGS) : OF_TEXT])
    return tuple(
        kind
        for kind, chance in zip(TYPES, chances, strict=True)
        if chance >= TYPE_FROM[kind]
    )


def infer_mentions(
    clause: Clause, logits: Values, said: Said, known: set[str]
) -> list[Mention]:
    """Return the mentions of themes in a clause that are not `known` already.

    Args:
        clause: where they are looked for.
        logits: of its topics and polarities.
        said: what each word of its passage adds.
        known: themes that the rules found in the text.
    """
    chances = _chances(logits[: len(TOPICS)])
    polarity = POLARITIES[int(logits[len(TOPICS) :].argmax())]
    found = []
    for topic in np.flatnonzero(chances >= TOPIC_FROM):
        run = heaviest(
            said.values[clause.start : clause.end, CLAUSE.start + topic].tolist(),
            [any(map(str.isalnum, w)) for w in said.words[clause.start : clause.end]],
        )
        if run is not None and TOPICS[topic] not in known:
            rule = Rule(TOPICS[topic], None, (), False, f"weights:{TOPICS[topic]}")
            start, end = clause.start + run[0], clause.start + run[1]
            chance = round(float(chances[topic]), 2)
            found.append(Mention(rule, clause, start, end, polarity, chance))
    return found


def heaviest(
    weights: Sequence[float], worded: Sequence[bool]
) -> tuple[int, int] | None:
    """Return the run of at most `LONGEST_SPAN` neighbours with the greatest sum.

    It begins and ends with a word. Of equal runs the first and shortest; None where
    there is no word.
    """
    runs = [
        (sum(weights[start:end]), -start, start - end)
        for start in range(len(weights))
        for end in range(start + 1, min(start + LONGEST_SPAN, len(weights)) + 1)
        if worded[start] and worded[end - 1]
    ]
    if not runs:
        return None
    _, start, length = max(runs)
    return -start, -start - length


def _chances(logits: Values) -> Values:
    chances: Values = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return chances
