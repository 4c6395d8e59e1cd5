"""A plan in words, line by line; and how two plans differ."""

from collections.abc import Iterable

from feedback.i18n.formats import format_date
from feedback.improvements.plan import Plan
from feedback.improvements.wording import measure_words, points_words
from feedback.journey.queries import JourneyMap
from feedback.voice.taxonomy import read_themes
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale
from feedback.web.language import gettext, named, ngettext

Line = tuple[str, str]


def plan_lines(plan: Plan, journey: JourneyMap) -> list[Line]:
    """Return what each line of a plan is called, and what it says."""
    personas = {one.key: named(one.names) for one in journey.personas}
    return [
        (
            gettext("What is measured"),
            measure_words(plan, read_themes(current_session()), locale()),
        ),
        (gettext("Where it is measured"), _places(plan.touchpoints, journey)),
        (
            gettext("Of whom"),
            ", ".join(
                (
                    personas.get(plan.persona, plan.persona)
                    if plan.persona
                    else gettext("All personas"),
                    language_name(plan.language, locale())
                    if plan.language
                    else gettext("all languages"),
                )
            ),
        ),
        (gettext("Customers feel it from"), format_date(plan.starts_on, locale())),
        (
            gettext("Days after it that are left out"),
            ngettext(
                "%(days)s day",
                "%(days)s days",
                plan.washout_days,
                days=plan.washout_days,
            ),
        ),
        (
            gettext("Smallest change that would matter"),
            points_words(plan, plan.smallest_that_matters, locale()),
        ),
        (
            gettext("Compared with"),
            _places(plan.comparison, journey) or gettext("Nothing"),
        ),
    ]


def plan_differences(
    standing: Plan | None, typed: Plan, journey: JourneyMap
) -> list[tuple[str, str, str]]:
    """Return each line in which the plan that stands and the typed one differ."""
    mine = plan_lines(typed, journey)
    theirs = (
        plan_lines(standing, journey) if standing else [(name, "–") for name, _ in mine]
    )
    return [
        (name, before, after)
        for (name, before), (_, after) in zip(theirs, mine, strict=True)
        if before != after
    ]


def _places(keys: Iterable[str], journey: JourneyMap) -> str:
    wanted = set(keys)
    return ", ".join(
        named(point.names) for point in journey.touchpoints if point.key in wanted
    )
