"""The plan of an improvement: what is measured, where, from when. Pure.

A plan is written as canonical JSON: keys sorted, no spaces, UTF-8. Its SHA-256 proves
later that it was not changed.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from feedback.core.periods import EARLIEST, LATEST
from feedback.improvements.terms import MeasureKind
from feedback.measures.scales import Scale

LONGEST_WASHOUT = 180
#: of the written form
_VERSION = 1
#: the largest difference that each figure can show
_WIDEST = {Scale.NPS: 200.0, Scale.CES: 6.0, Scale.CSAT: 1.0, Scale.STARS: 1.0}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What will tell whether an improvement worked, written down beforehand.

    Attributes:
        kind: whether a score is measured, or the share of verbatims with a theme.
        scale: of the score; None for a theme.
        theme_key: the theme; None for a score.
        touchpoints: keys of the touchpoints of the population.
        persona: key, None for everybody.
        language: code, None for all.
        starts_on: the day on which customers begin to feel it.
        washout_days: days after it that are left out, while things settle.
        smallest_that_matters: in the unit of the figure: points for NPS, 0..1 for
            shares, points of the scale for CES.
        comparison: keys of touchpoints that it does not touch, to compare with.
    """

    kind: MeasureKind
    scale: Scale | None = None
    theme_key: str | None = None
    touchpoints: tuple[str, ...]
    persona: str | None = None
    language: str | None = None
    starts_on: date
    washout_days: int = 0
    smallest_that_matters: float
    comparison: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of 0..1, told in percent."""
        return self.scale not in {Scale.NPS, Scale.CES}

    @property
    def higher_is_better(self) -> bool:
        """Whether more is better: so with every score, not with complaints."""
        return self.kind is MeasureKind.SCORE


def faults_of(plan: Plan) -> dict[str, str]:
    """Return what is wrong with a plan by itself, one code per field."""
    widest = _WIDEST[plan.scale] if plan.scale else 1.0
    found = {
        "scale": "missing"
        if plan.kind is MeasureKind.SCORE and plan.scale is None
        else None,
        "theme_key": "missing"
        if plan.kind is MeasureKind.THEME and plan.theme_key is None
        else None,
        "touchpoints": None if plan.touchpoints else "missing",
        "comparison": "compared_with_itself"
        if set(plan.comparison) & set(plan.touchpoints)
        else None,
        "starts_on": None if EARLIEST <= plan.starts_on < LATEST else "out_of_range",
        "washout_days": None
        if 0 <= plan.washout_days <= LONGEST_WASHOUT
        else "out_of_range",
        "smallest_that_matters": None
        if 0 < plan.smallest_that_matters <= widest
        else "out_of_range",
    }
    return {name: code for name, code in found.items() if code}


def write(plan: Plan, *, journey: str) -> str:
    """Return the canonical JSON of a plan in a journey, given by its key."""
    measure = (
        {"kind": plan.kind.value, "scale": plan.scale and plan.scale.value}
        if plan.kind is MeasureKind.SCORE
        else {"kind": plan.kind.value, "theme": plan.theme_key, "stance": "friction"}
    )
    return json.dumps(
        {
            "version": _VERSION,
            "measure": measure,
            "population": {
                "journey": journey,
                "touchpoints": sorted(plan.touchpoints),
                "persona": plan.persona,
                "language": plan.language,
            },
            "starts_on": plan.starts_on.isoformat(),
            "washout_days": plan.washout_days,
            "smallest_that_matters": plan.smallest_that_matters,
            "comparison": sorted(plan.comparison),
        },
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )


def read(content: str) -> Plan:
    """Return the plan that `write` wrote."""
    data = json.loads(content)
    measure, population = data["measure"], data["population"]
    kind = MeasureKind(measure["kind"])
    return Plan(
        kind=kind,
        scale=Scale(measure["scale"]) if kind is MeasureKind.SCORE else None,
        theme_key=measure.get("theme"),
        touchpoints=tuple(population["touchpoints"]),
        persona=population["persona"],
        language=population["language"],
        starts_on=date.fromisoformat(data["starts_on"]),
        washout_days=data["washout_days"],
        smallest_that_matters=data["smallest_that_matters"],
        comparison=tuple(data["comparison"]),
    )


def sha256_of(content: str) -> str:
    """Return the SHA-256 of a written plan, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
