"""What the page of an improvement shows of its plan and of its verdict."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from feedback.core.periods import local_day
from feedback.improvements.drawing import Chart, draw_series
from feedback.improvements.external_events import HappenedBeside, list_events
from feedback.improvements.planning import WrittenPlan, list_plans
from feedback.improvements.queries import ImprovementRead
from feedback.improvements.verdict_words import ToldVerdict, tell
from feedback.improvements.verdicts import Outcome, find_outcome
from feedback.improvements.wording import measure_words, written_as
from feedback.journey.queries import JourneyMap
from feedback.voice.taxonomy import read_themes
from feedback.web.context import current_session, locale, settings
from feedback.web.improvement_plan_words import plan_differences


@dataclass(frozen=True, kw_only=True)
class OpenedImprovement:
    """The plans of an improvement, the original first, and its verdict in words."""

    plans: tuple[WrittenPlan, ...]
    zone: ZoneInfo
    outcome: Outcome | None = None
    told: ToldVerdict | None = None
    told_original: ToldVerdict | None = None
    chart: Chart | None = None
    events: tuple[HappenedBeside, ...] = field(default=())
    measure: str = ""

    @property
    def plan(self) -> WrittenPlan | None:
        """The plan that stands, None before one is written."""
        return self.plans[-1] if self.plans else None

    @property
    def is_locked(self) -> bool:
        """Whether the work has started."""
        return bool(self.plans) and self.plans[0].locked_at is not None

    @property
    def is_retrospective(self) -> bool:
        """Whether the plan was locked when customers felt it already."""
        first = self.plans[0] if self.plans else None
        return (
            first is not None
            and first.locked_at is not None
            and first.plan.starts_on < local_day(first.locked_at, self.zone)
        )

    def differences(
        self, edit: WrittenPlan, journey: JourneyMap
    ) -> list[tuple[str, str, str]]:
        """Return how an edit differs from the plan before it."""
        before = self.plans[edit.number - 2]
        return plan_differences(before.plan, edit.plan, journey)

    def value(self, value: float) -> str:
        """Return a figure of the chart as it is written."""
        assert self.outcome is not None  # noqa: S101 - it has a chart
        return written_as(self.outcome.verdict.plan.plan).value(value, locale())


def opened(one: ImprovementRead) -> OpenedImprovement:
    """Read what hangs on an improvement."""
    session, zone = current_session(), settings().zone
    plans = list_plans(session, one.id)
    outcome = find_outcome(session, one.id)
    if outcome is None:
        return OpenedImprovement(plans=plans, zone=zone)
    verdict, themes = outcome.verdict, read_themes(session)
    since = verdict.treated[0].start if verdict.treated else verdict.plan.plan.starts_on
    events = tuple(
        event
        for event in list_events(session, one.journey_id, since=since)
        if event.starts_on <= verdict.through
    )
    return OpenedImprovement(
        plans=plans,
        zone=zone,
        outcome=outcome,
        told=tell(verdict, themes, locale()),
        told_original=tell(outcome.by_original, themes, locale())
        if outcome.by_original
        else None,
        chart=draw_series(
            verdict.plan.plan, verdict.treated, verdict.comparison, events
        )
        if verdict.treated
        else None,
        events=events,
        measure=measure_words(verdict.plan.plan, themes, locale()),
    )
