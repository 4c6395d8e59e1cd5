"""What the rules tell the learned weights: numbers with names, each about -1..1."""

from collections.abc import Iterable, Sequence
from math import tanh

from feedback.nlp.annotation import Feeling, Polarity, TextType
from feedback.nlp.clauses import Clause
from feedback.nlp.sentiment import Balance
from feedback.nlp.themes import Mention, Stance

_STANCES = tuple(stance for stance in Stance if stance is not Stance.OPEN)
#: a text of so many words is long
LONG = 200

TEXT_SIGNALS = (
    "praise", "complaint", "difference", "much_praise", "much_complaint",
    "much_difference", "contrasted", *(f"judged_{feeling}" for feeling in Feeling),
    *(f"mentions_{polarity}" for polarity in Polarity),
    *(f"type_{kind}" for kind in TextType), "length", "last", "first", "worst", "best",
    *(f"asked_to_{stance.name.lower()}" for stance in _STANCES), "negated",
    "share_negated",
)  # fmt: skip
CLAUSE_SIGNALS = (
    "sum", "worst", "best", "negated", "wished", "question", "contrasted",
    *(f"asked_to_{stance.name.lower()}" for stance in _STANCES),
    *(f"mentions_{polarity}" for polarity in Polarity),
)  # fmt: skip


def text_signals(
    clauses: Sequence[Clause],
    mentions: Sequence[Mention],
    balance: Balance,
    types: Iterable[TextType],
    stance: Stance,
) -> list[float]:
    """Return the values of `TEXT_SIGNALS` for a text that the rules have read."""
    praise, complaint = balance.praise, balance.complaint
    sums = [total for clause in clauses if (total := _sum(clause))]
    polarities = [mention.polarity for mention in mentions]
    negated = sum(bool(clause.negations) for clause in clauses)
    length = sum(clause.end - clause.start for clause in clauses)
    found = set(types)
    return [
        tanh(praise),
        tanh(complaint),
        tanh(praise - complaint),
        tanh(praise / 3),
        tanh(complaint / 3),
        tanh((praise - complaint) / 3),
        float(balance.contrasted),
        *(float(balance.feeling is feeling) for feeling in Feeling),
        *(tanh(polarities.count(polarity)) for polarity in Polarity),
        *(float(kind in found) for kind in TextType),
        min(length, LONG) / LONG,
        tanh(sums[-1]) if sums else 0.0,
        tanh(sums[0]) if sums else 0.0,
        tanh(min(sums, default=0.0)),
        tanh(max(sums, default=0.0)),
        *(float(stance is one) for one in _STANCES),
        float(negated > 0),
        negated / max(len(clauses), 1),
    ]


def clause_signals(
    clause: Clause, mentions: Sequence[Mention], stance: Stance
) -> list[float]:
    """Return the values of `CLAUSE_SIGNALS`.

    They tell how a clause speaks, not of what: themes that rules name need no weights,
    and weights that lean on them would find no others.

    Args:
        clause: one clause, weighed.
        mentions: what the rules found in it.
        stance: what the question invites.
    """
    polarities = {mention.polarity for mention in mentions}
    weights = [evidence.weight for evidence in clause.evidence]
    return [
        tanh(sum(weights)),
        tanh(min(weights, default=0.0)),
        tanh(max(weights, default=0.0)),
        float(bool(clause.negations)),
        float(clause.wish_from is not None),
        float(clause.asked),
        float(clause.contrasted),
        *(float(stance is one) for one in _STANCES),
        *(float(polarity in polarities) for polarity in Polarity),
    ]


def _sum(clause: Clause) -> float:
    return sum(evidence.weight for evidence in clause.evidence)
