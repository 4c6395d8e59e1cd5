"""What opens a case, and that it opens once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.cases.models import CustomerCase
from feedback.cases.opening import open_for_verbatim
from feedback.cases.queries import CaseRead, get_case
from feedback.cases.settings import OpeningRules, change_rules, judge
from feedback.cases.terms import CaseReason, CaseState
from feedback.collection.telling import owe_look
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.happenings.queries import list_newest
from feedback.happenings.types import HappeningType
from feedback.journey.models import Journey
from feedback.measures.scales import Scale
from feedback.voice.models import Verbatim
from feedback.worker.runner import Worker
from tests.cases.conftest import PARIS, Customers
from tests.conftest import StoppedClock
from tests.factories import Factories


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(CustomerCase)) or 0


def read(session: Session, opened: list[str]) -> CaseRead:
    (public_id,) = opened
    return get_case(session, public_id)


def test_a_wish_to_be_called_opens_a_case_that_is_due_soon(
    session: Session, customers: Customers, clock: StoppedClock
) -> None:
    response = customers.answers(score=9, wants_call="+33612345678")

    case = read(session, customers.opened(response))
    assert case.reason == CaseReason.CALLBACK
    assert case.state == CaseState.TO_DO
    # 11:00 in Paris and four working hours, one of them after lunch
    assert case.due_at == clock.now() + timedelta(hours=5)
    assert case.has_contact


def test_a_very_low_score_opens_a_case_and_a_low_one_does_not(
    session: Session, customers: Customers
) -> None:
    case = read(session, customers.opened(customers.answers(score=2)))

    assert case.reason == CaseReason.LOW_SCORE
    assert customers.opened(customers.answers(score=3)) == []


def test_an_angry_text_opens_a_case_and_a_sad_one_does_not(
    session: Session, customers: Customers
) -> None:
    angry = customers.answers(score=7, text="C'est une honte", temper=-0.9)
    sad = customers.answers(score=7, text="Dommage", temper=-0.4)

    case = read(session, customers.opened(angry))
    assert case.reason == CaseReason.ANGRY_TEXT
    assert case.texts[0].text == "C'est une honte"
    assert customers.opened(sad) == []


def test_a_response_opens_one_case_however_often_it_is_looked_at(
    session: Session, customers: Customers
) -> None:
    response = customers.answers(score=0, wants_call="a@example.org")

    assert len(customers.opened(response)) == 1
    assert customers.opened(response) == []
    assert count(session) == 1
    (told,) = list_newest(session, [HappeningType.CASE_OPENED], most=9)
    assert told.data["reason"] == "callback"
    assert "a@example.org" not in str(told.data)


def test_an_anonymous_response_and_one_of_long_ago_open_none(
    session: Session, factories: Factories, customers: Customers, clock: StoppedClock
) -> None:
    survey = factories.survey(anonymous=True)
    anonymous = factories.response(survey, {"score": 0})
    old = customers.answers(score=0)
    assert customers.opened(anonymous) == []

    clock.advance(days=30)
    assert customers.opened(old) == []


def test_the_house_says_by_journey_what_opens_a_case(
    session: Session, customers: Customers, clock: StoppedClock
) -> None:
    journey = session.get_one(Journey, customers.survey.journey_id)
    rules = OpeningRules(low={Scale.NPS: 5}, anger="", other_hours=1, team="Service")
    change_rules(
        session, journey.key, rules, revision=0, author_id=None, now=clock.now()
    )

    case = read(session, customers.opened(customers.answers(score=5)))
    assert case.team == "Service"
    assert case.due_at == clock.now() + timedelta(hours=1)
    angry = customers.answers(score=7, text="Honte", temper=-1.0)
    assert customers.opened(angry) == []
    with pytest.raises(Conflict, match="changed_meanwhile"):
        change_rules(
            session, journey.key, rules, revision=0, author_id=None, now=clock.now()
        )


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (OpeningRules(low={Scale.NPS: 11}), "low_nps"),
        (OpeningRules(callback_hours=0), "callback_hours"),
        (OpeningRules(other_hours=401), "other_hours"),
        (OpeningRules(team="x" * 121), "team"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    session: Session, clock: StoppedClock, rules: OpeningRules, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        change_rules(session, "j", rules, revision=0, author_id=None, now=clock.now())
    assert set(caught.value.fields) == {field}


def test_a_wish_comes_before_a_score_and_this_before_a_text() -> None:
    both = {"ratings": [(Scale.NPS, 0)], "tempers": [-1.0]}
    rules = OpeningRules()

    assert judge(rules, wants_call=True, **both) == CaseReason.CALLBACK  # type: ignore[arg-type]
    assert judge(rules, wants_call=False, **both) == CaseReason.LOW_SCORE  # type: ignore[arg-type]
    assert judge(rules, wants_call=False, ratings=[], tempers=[]) is None


def test_a_case_is_opened_by_hand_from_any_verbatim_once(
    session: Session,
    factories: Factories,
    customers: Customers,
    clock: StoppedClock,
) -> None:
    person = factories.account()
    response = customers.answers(score=8, text="Bien", temper=-0.1)
    verbatim = session.scalars(select(Verbatim.public_id)).one()

    def opened() -> str:
        return open_for_verbatim(
            session, verbatim, author_id=person.id, now=clock.now(), zone=PARIS
        )

    first = opened()
    assert opened() == first
    case = get_case(session, first)
    assert case.reason == CaseReason.BY_HAND
    assert case.owner == person.public_id
    assert case.has_contact
    assert customers.opened(response) == []
    with pytest.raises(NotFound, match="verbatim"):
        open_for_verbatim(
            session, "nothing", author_id=None, now=clock.now(), zone=PARIS
        )


def test_the_worker_opens_a_case_from_what_was_owed(
    session: Session, customers: Customers, worker: Worker, clock: StoppedClock
) -> None:
    response = customers.answers(score=1)
    owe_look(session, [response.public_id], now=clock.now())
    session.commit()
    worker.drain()

    assert count(session) == 1
