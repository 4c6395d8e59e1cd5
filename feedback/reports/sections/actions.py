"""What was done, and whether it worked: the verdicts, as the pages tell them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext
from feedback.i18n.formats import format_date
from feedback.i18n.locales import named
from feedback.improvements.external_events import HappenedBeside, list_events
from feedback.improvements.verdict_words import (
    DIRECTIONS,
    LABELS,
    ToldVerdict,
    tell,
)
from feedback.improvements.verdicts import FollowedImprovement, list_followed
from feedback.improvements.wording import measure_words
from feedback.insights.words import Direction
from feedback.reports.pdf import DataTable
from feedback.reports.sections.base import Presented, Scope, Section

#: improvements that page 1 names
HEADLINES = 3


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What else happened, from its first day to its last."""

    words: str
    days: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Actions:
    """The improvements that customers could feel by the end of the month."""

    followed: tuple[FollowedImprovement, ...]
    beside: tuple[Beside, ...]


@dataclass(frozen=True, kw_only=True)
class ToldAction:
    """One improvement in words."""

    title: str
    places: str
    measure: str
    begun: str
    verdict: ToldVerdict | None


@dataclass(frozen=True, kw_only=True)
class Headline:
    """One improvement in one line."""

    words: str
    direction: Direction


def gather(session: Session, scope: Scope) -> Actions:
    """Read the verdicts on weeks before the end of the month."""
    followed = list_followed(session, scope.journey.id, until=scope.period.until)
    since = min(
        (one.plan.plan.starts_on for one in followed), default=scope.period.since
    )
    return Actions(
        followed=followed,
        beside=tuple(
            _beside(one)
            for one in list_events(session, scope.journey.id, since=since)
            if one.starts_on < scope.period.until
        ),
    )


def present(actions: Actions, scope: Scope, locale: str) -> Presented:
    """Put every verdict into words, the same as on its page."""
    return Presented(
        context={
            "actions": [_told(one, scope, locale) for one in actions.followed],
            "beside": [
                f"{one.words} ({' – '.join(dict.fromkeys(_days(one, locale)))})"
                for one in actions.beside
            ],
        },
        tables=(_table(actions, locale),) if actions.followed else (),
    )


def headlines(actions: Actions, locale: str) -> list[Headline]:
    """Return the newest improvements in one line each, for page 1."""
    return [_headline(one, locale) for one in actions.followed[:HEADLINES]]


def _headline(one: FollowedImprovement, locale: str) -> Headline:
    day = format_date(one.plan.plan.starts_on, locale)
    if one.verdict is None:
        words = gettext(
            locale,
            "%(title)s (since %(day)s): no verdict yet",
            title=one.title,
            day=day,
        )
        return Headline(words=words, direction="none")
    words = gettext(
        locale,
        "%(title)s (since %(day)s): %(verdict)s",
        title=one.title,
        day=day,
        verdict=gettext(locale, LABELS[one.verdict.kind]),
    )
    return Headline(words=words, direction=DIRECTIONS.get(one.verdict.kind, "none"))


def _told(one: FollowedImprovement, scope: Scope, locale: str) -> ToldAction:
    return ToldAction(
        title=one.title,
        places=", ".join(named(names, locale) for names in one.places),
        measure=measure_words(one.plan.plan, scope.themes, locale),
        begun=format_date(one.plan.plan.starts_on, locale),
        verdict=tell(one.verdict, scope.themes, locale) if one.verdict else None,
    )


def _beside(one: HappenedBeside) -> Beside:
    return Beside(
        words=one.words, days=(one.starts_on.isoformat(), one.ends_on.isoformat())
    )


def _days(one: Beside, locale: str) -> list[str]:
    return [format_date(date.fromisoformat(day), locale) for day in one.days]


def _table(actions: Actions, locale: str) -> DataTable:
    rows = []
    for one in actions.followed:
        figures = one.verdict.figures if one.verdict else {}
        rows.append(
            (
                one.title,
                one.plan.plan.starts_on.isoformat(),
                one.plan.sha256 or "",
                one.verdict.through.isoformat() if one.verdict else "",
                one.verdict.kind if one.verdict else "",
                *(
                    figures.get(name)
                    for name in (
                        "effect",
                        "low",
                        "high",
                        "p",
                        "smallest_detectable",
                        "n_before",
                        "n_after",
                        "primary",
                    )
                ),
            )
        )
    return DataTable(
        name="6-improvements",
        title=gettext(locale, "What was done, and whether it worked"),
        header=(
            "improvement",
            "starts_on",
            "plan_sha256",
            "through",
            "verdict",
            "effect",
            "low",
            "high",
            "p",
            "smallest_detectable",
            "n_before",
            "n_after",
            "method",
        ),
        rows=tuple(rows),
    )


SECTION = Section(name="actions", gather=gather, present=present)
