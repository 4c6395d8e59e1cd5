"""Why a text got its feeling: the words that weighed the most."""

from collections.abc import Iterator, Sequence

import numpy as np

from feedback.nlp.annotation import Feeling, Reason
from feedback.nlp.passages import Passage
from feedback.nlp.weights import FEELINGS, WORDS, Said

#: how many reasons are told, of the rules and of the weights each
TOLD = 3
_GOOD, _BAD = FEELINGS.index(Feeling.POSITIVE), FEELINGS.index(Feeling.NEGATIVE)


def reasons_of(
    feeling: Feeling, passages: Sequence[Passage], said: Sequence[Said]
) -> tuple[Reason, ...]:
    """Return what weighed the most for a feeling, in reading order.

    For a mixed or neutral text what spoke for either side is told.
    """
    sides = {Feeling.POSITIVE: (1,), Feeling.NEGATIVE: (-1,)}.get(feeling, (1, -1))
    told: list[Reason] = []
    for source in (_by_rule(passages), _by_weight(passages, said)):
        every = sorted(source, key=lambda reason: (-abs(reason.weight), reason.start))
        for side in sides:
            told += [
                reason
                for reason in every
                if reason.weight * side > 0
                and not any(r.start < reason.end and reason.start < r.end for r in told)
            ][:TOLD]
    return tuple(sorted(told, key=lambda reason: (reason.start, reason.end)))


def _by_rule(passages: Sequence[Passage]) -> Iterator[Reason]:
    for passage in passages:
        for clause in passage.clauses:
            for evidence in clause.evidence:
                start, end = passage.span(evidence.start, evidence.end)
                yield Reason(
                    start=start,
                    end=end,
                    source=evidence.source,
                    weight=round(evidence.weight, 2),
                )


def _by_weight(passages: Sequence[Passage], said: Sequence[Said]) -> Iterator[Reason]:
    size = max(sum(int(one.sizes.sum()) for one in said), 1)
    for passage, one in zip(passages, said, strict=True):
        sides = (one.values[:, _GOOD] - one.values[:, _BAD]) * WORDS / np.sqrt(size)
        for at, weight in enumerate(sides):
            if any(map(str.isalnum, one.words[at])) and abs(weight) >= 0.1:
                start, end = passage.span(at, at + 1)
                yield Reason(
                    start=start,
                    end=end,
                    source="weights",
                    weight=round(float(weight), 2),
                )
