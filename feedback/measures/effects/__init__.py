"""Whether an improvement worked: what was planned, what came in, what may be said.

`judge` takes weeks before and after a start and gives one of four verdicts, with its
interval and the smallest effect that could have been seen. How it is reached stands in
docs/measures.md; how often it is wrong is measured by `python -m benchmarks.verdicts`.
"""

from feedback.measures.effects.judging import judge
from feedback.measures.effects.plan import EffectPlan, Week
from feedback.measures.effects.results import (
    Coefficient,
    DifferenceInDifferences,
    Method,
    Placebo,
    PlaceboDate,
    Regression,
    Segmented,
    TwoPeriod,
    Verdict,
    VerdictKind,
)

__all__ = [
    "Coefficient",
    "DifferenceInDifferences",
    "EffectPlan",
    "Method",
    "Placebo",
    "PlaceboDate",
    "Regression",
    "Segmented",
    "TwoPeriod",
    "Verdict",
    "VerdictKind",
    "Week",
    "judge",
]
