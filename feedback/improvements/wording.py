"""What is measured, and how much of it, in words: for the pages and for the report."""

from feedback.i18n.catalogs import gettext, mark
from feedback.improvements.plan import Plan
from feedback.insights.words import SHARE, Written, scale_name, score_words
from feedback.measures.scales import Scale
from feedback.voice.taxonomy import Themes

_SCORES = {
    Scale.NPS: mark("NPS, in points"),
    Scale.CSAT: mark("CSAT, the share of the answers 4 and 5"),
    Scale.CES: mark("CES, the mean from 1 to 7"),
    Scale.STARS: mark("Stars, the share of the answers 4 and 5"),
}


def measure_words(plan: Plan, themes: Themes, locale: str) -> str:
    """Return what a plan measures, in full."""
    if plan.scale is not None:
        return gettext(locale, _SCORES[plan.scale])
    return gettext(
        locale,
        "Share of the verbatims that complain of “%(theme)s”",
        theme=themes.name(plan.theme_key or "", locale),
    )


def short_measure(plan: Plan, themes: Themes, locale: str) -> str:
    """Return what a plan measures, in a few words."""
    if plan.scale is not None:
        return scale_name(plan.scale, locale)
    return gettext(
        locale,
        "complaints of “%(theme)s”",
        theme=themes.name(plan.theme_key or "", locale),
    )


def written_as(plan: Plan) -> Written:
    """Return how the figure of a plan is written."""
    return score_words(plan.scale) if plan.scale is not None else SHARE


def points_words(plan: Plan, difference: float, locale: str) -> str:
    """Return the size of a difference: `5 points`, `0.3`."""
    return written_as(plan).difference(difference, locale)
