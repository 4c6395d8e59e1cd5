"""The log of acts: only ever added to, newest first."""

from sqlalchemy.orm import Session

from feedback.core.pagination import PageRequest
from feedback.db.audit import list_acts, record
from tests.conftest import StoppedClock
from tests.factories import Factories


def test_acts_are_read_newest_first_and_page_by_page(
    session: Session, clock: StoppedClock
) -> None:
    for number in range(5):
        record(session, f"act_{number}", "x", actor_id=None, now=clock.now())
        clock.advance(seconds=1)

    first = list_acts(session, PageRequest(size=3))
    second = list_acts(session, PageRequest(number=2, size=3))

    assert [act.action for act in first.items] == ["act_4", "act_3", "act_2"]
    assert [act.action for act in second.items] == ["act_1", "act_0"]
    assert first.has_next
    assert not second.has_next


def test_acts_of_the_same_moment_keep_their_order(
    session: Session, clock: StoppedClock
) -> None:
    for action in ("first", "then"):
        record(session, action, "x", actor_id=None, now=clock.now())
        session.flush()

    acts = list_acts(session, PageRequest()).items

    assert [act.action for act in acts] == ["then", "first"]


def test_an_act_outlives_the_person_and_long_subjects_are_cut(
    session: Session, clock: StoppedClock, factories: Factories
) -> None:
    person = factories.account()
    record(
        session,
        "act",
        "é" * 400,
        actor_id=person.id,
        now=clock.now(),
        details={"n": 1},
    )
    session.flush()
    session.delete(person)
    session.flush()
    session.expire_all()

    (act,) = list_acts(session, PageRequest()).items
    assert act.actor_id is None
    assert len(act.subject) == 255
    assert act.details == {"n": 1}
