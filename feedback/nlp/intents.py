"""What rules say that the customer does: report a problem, ask, question, praise."""

from collections.abc import Iterable, Sequence

from feedback.nlp.annotation import Feeling, Polarity, TextType
from feedback.nlp.clauses import Clause


def find_types(
    clauses: Sequence[Clause], polarities: Iterable[Polarity], feeling: Feeling
) -> tuple[TextType, ...]:
    """Return the types of a text, in the order of `TextType`."""
    said = set(polarities)
    asks = any(clause.asked for clause in clauses)
    wishes = any(clause.wish_from is not None and _mild(clause) for clause in clauses)
    found = {
        TextType.PROBLEM: Polarity.NEGATIVE in said
        or feeling in {Feeling.NEGATIVE, Feeling.MIXED},
        TextType.REQUEST: Polarity.WISH in said or (wishes and not asks),
        TextType.QUESTION: asks,
        TextType.PRAISE: Polarity.POSITIVE in said
        or feeling in {Feeling.POSITIVE, Feeling.MIXED},
    }
    return tuple(kind for kind in TextType if found[kind])


def _mild(clause: Clause) -> bool:
    return all(evidence.weight > -0.5 for evidence in clause.evidence)
