"""The improvements of the demonstration: planned before they began, then judged."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.pagination import PageRequest
from feedback.demo.company import draw_journeys
from feedback.demo.improvements import note_improvements
from feedback.improvements.board import BoardFilter, list_improvements
from feedback.improvements.planning import list_plans
from feedback.improvements.terms import State
from feedback.jobs.models import Job
from tests.factories import Factories

ZONE = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)


def test_both_plans_were_locked_before_customers_felt_anything(
    session: Session, factories: Factories
) -> None:
    draw_journeys(session, now=NOW)

    made = note_improvements(
        session, locale="fr", author_id=factories.account().id, now=NOW, zone=ZONE
    )

    cards = list_improvements(session, BoardFilter(), PageRequest()).items
    assert {card.public_id for card in cards} == set(made)
    assert {card.state for card in cards} == {State.DONE}
    assert {card.journey_key for card in cards} == {"baguette", "concert"}
    for card in cards:
        (plan,) = list_plans(session, card.id)
        assert plan.locked_at is not None
        assert plan.locked_at.date() < plan.plan.starts_on
        assert plan.plan.theme_key == card.theme_key
    owed = session.scalars(select(Job.name)).all()
    assert set(owed) == {"improvements.evaluate", "happenings.spread"}, "no mail"
