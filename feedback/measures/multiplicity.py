"""Many comparisons at once: how many of the changes found may be chance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feedback.measures.comparison import Change, Comparison, change_of


@dataclass(frozen=True, kw_only=True)
class AdjustedP:
    """A probability among many: as it was, as adjusted, and whether it still tells."""

    p: float
    adjusted: float
    is_discovery: bool


def adjust(p_values: Sequence[float], *, rate: float = 0.10) -> tuple[AdjustedP, ...]:
    """Adjust many probabilities so that at most `rate` of the finds are false.

    Benjamini and Hochberg (1995), in the order given; nothing in, nothing out.

    Args:
        p_values: two-sided probabilities, each 0..1.
        rate: the false discovery rate to keep to, 0..1.
    """
    count = len(p_values)
    order = sorted(range(count), key=lambda index: p_values[index], reverse=True)
    adjusted = [1.0] * count
    least = 1.0
    for rank, index in zip(range(count, 0, -1), order, strict=True):
        least = min(least, p_values[index] * (count / rank))
        adjusted[index] = least
    return tuple(
        AdjustedP(p=p, adjusted=q, is_discovery=q <= rate)
        for p, q in zip(p_values, adjusted, strict=True)
    )


def judge_together(
    comparisons: Sequence[Comparison], *, rate: float = 0.10
) -> tuple[Comparison, ...]:
    """Judge comparisons that are shown side by side, in the order given.

    Those with enough data get their adjusted p and a verdict from it, since among
    forty themes two would seem to move by chance alone. The others are untouched.
    """
    judged = list(comparisons)
    family = [
        (index, one.p, one.difference)
        for index, one in enumerate(comparisons)
        if one.change is not Change.NOT_ENOUGH_DATA
        and one.p is not None
        and one.difference is not None
    ]
    together = adjust([p for _, p, _ in family], rate=rate)
    for (index, _, difference), result in zip(family, together, strict=True):
        judged[index] = replace(
            comparisons[index],
            adjusted_p=result.adjusted,
            change=change_of(difference, found=result.is_discovery),
        )
    return tuple(judged)
