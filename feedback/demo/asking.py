"""What the made-up company asks: surveys of the library, links, triggers.

Whom it asks, and what they answer, is told in clients.py, visits.py, fortnight.py.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.links import create_link, get_link
from feedback.collection.terms import LinkKind
from feedback.collection.trigger_draft import TriggerDraft
from feedback.collection.triggers import create_trigger, switch_trigger
from feedback.config import Settings
from feedback.demo.company import DATA, JOURNEYS
from feedback.journey.queries import JourneyMap, get_map
from feedback.surveys import service
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.library import get_template
from feedback.surveys.models import Survey

#: the first surveys were published so long ago
SINCE = timedelta(days=15)


@dataclass(frozen=True, kw_only=True)
class AskedSurvey:
    """A survey of the demonstration."""

    id: int
    public_id: str
    journey: str
    #: key of the touchpoint
    touchpoint: str


@dataclass(frozen=True, kw_only=True)
class AskedLink:
    """An open link, and how many answers came by it in two weeks."""

    slug: str
    survey: AskedSurvey
    answers: int


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All that the made-up company asks."""

    journeys: Mapping[str, JourneyMap]
    surveys: Mapping[str, AskedSurvey]
    links: Sequence[AskedLink]


def plot() -> Mapping[str, Any]:
    """Return what is asked, whom and when; see `data/asking.toml`."""
    return tomllib.loads((DATA / "asking.toml").read_text(encoding="utf-8"))


def is_asking(session: Session) -> bool:
    """Tell whether the demonstration has surveys already."""
    return session.scalar(select(Survey.id).where(Survey.is_demo).limit(1)) is not None


def set_up(session: Session, *, settings: Settings, now: datetime) -> Asked:
    """Publish the surveys, make the links, switch the triggers on."""
    told, since = plot(), now - SINCE
    journeys = {key: get_map(session, key) for key in JOURNEYS}
    surveys = {
        one["key"]: _publish(session, one, journeys[one["journey"]], now=since)
        for one in told["surveys"]
    }
    for one in told["triggers"]:
        _listen(session, one, surveys, journeys, settings.locale, now=since)
    links = tuple(
        _open(session, one, surveys[one["survey"]], settings.locale, now=since)
        for one in told["links"]
    )
    return Asked(journeys=journeys, surveys=surveys, links=links)


def close_what_is_over(session: Session, asked: Asked, *, now: datetime) -> None:
    """Close the surveys that are answered no more."""
    for one in plot()["surveys"]:
        if one.get("state") == "closed":
            public_id = asked.surveys[one["key"]].public_id
            service.close(session, public_id, author_id=None, now=now)


def _publish(
    session: Session, told: Mapping[str, Any], journey: JourneyMap, *, now: datetime
) -> AskedSurvey:
    point = next(one for one in journey.touchpoints if one.key == told["touchpoint"])
    public_id = service.create_survey(
        session,
        journey.id,
        point.id,
        get_template(told["template"]).questionnaire,
        anonymous=told.get("anonymous", False),
        author_id=None,
        now=now,
        is_demo=True,
    )
    if told.get("state") != "draft":
        service.publish(session, public_id, author_id=None, now=now)
    number = session.scalars(
        select(Survey.id).where(Survey.public_id == public_id)
    ).one()
    return AskedSurvey(
        id=number, public_id=public_id, journey=journey.key, touchpoint=point.key
    )


def _listen(
    session: Session,
    told: Mapping[str, Any],
    surveys: Mapping[str, AskedSurvey],
    journeys: Mapping[str, JourneyMap],
    locale: str,
    *,
    now: datetime,
) -> None:
    survey = surveys[told["survey"]]
    conditions = tuple(
        Condition(subject="event", **one) for one in told.get("rule", ())
    )
    draft = TriggerDraft(
        name=told["names"][locale],
        survey=survey.public_id,
        event_type=told["event_type"],
        rule=Rule(conditions=conditions) if conditions else None,
        delay_minutes=told.get("delay_minutes", 0),
        share=told.get("share", 1.0),
        priority=told.get("priority", 5),
        expires_after_days=told.get("expires_after_days", 14),
        reminders=told.get("reminders", ()),
        thanks=told.get("thanks", False),
    )
    public_id = create_trigger(
        session,
        journeys[survey.journey].id,
        draft,
        actor_id=None,
        now=now,
        is_demo=True,
    )
    if told["is_on"]:
        switch_trigger(session, public_id, on=True, actor_id=None, now=now)


def _open(
    session: Session,
    told: Mapping[str, Any],
    survey: AskedSurvey,
    locale: str,
    *,
    now: datetime,
) -> AskedLink:
    public_id = create_link(
        session,
        survey.public_id,
        name=told["names"][locale],
        kind=LinkKind(told["kind"]),
        origins=told.get("origins", ()),
        actor_id=None,
        now=now,
    )
    link = get_link(session, survey.public_id, public_id)
    return AskedLink(slug=link.slug, survey=survey, answers=told["answers"])
