"""People: added once, never without an administrator, each act logged."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.queries import (
    Standing,
    get_person,
    get_person_by_email,
    list_history,
    list_people,
)
from feedback.accounts.roles import Role
from feedback.accounts.service import (
    add_person,
    change_role,
    close_account,
    rename,
    reopen_account,
    set_password,
)
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.db.session import Database
from tests.conftest import StoppedClock
from tests.factories import Factories


def add(session: Session, clock: StoppedClock, **given: object) -> int:
    values: dict[str, object] = {
        "email": "zoe@example.org",
        "name": "Zoé",
        "role": Role.ANALYST,
        "locale": "fr",
        "now": clock.now(),
    }
    return add_person(session, **(values | given))  # type: ignore[arg-type]  # of each test


def acts(session: Session) -> list[tuple[str, str, str | None]]:
    page = list_history(session, PageRequest())
    return [(act.action, act.subject, act.actor) for act in page.items]


def test_a_person_is_found_by_their_address_in_any_case(
    session: Session, clock: StoppedClock
) -> None:
    add(session, clock, email="  Zoe@Example.org ", name="  Zoé   Durand ")

    person = get_person_by_email(session, "ZOE@example.org")

    assert person.email == "zoe@example.org"
    assert person.name == "Zoé Durand"
    assert person.standing is Standing.INVITED
    assert acts(session) == [("person_added", "zoe@example.org", None)]


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"email": "zoe"}, {"email": "not_an_address"}),
        ({"email": "zoe@localhost"}, {"email": "not_an_address"}),
        ({"email": "zoe@example.org\nBcc: x@example.org"}, {"email": "not_an_address"}),
        ({"name": " \t"}, {"name": "missing"}),
    ],
)
def test_what_no_mail_would_reach_is_refused(
    given: dict[str, str], faults: dict[str, str], session: Session, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid) as refused:
        add(session, clock, **given)

    assert refused.value.fields == faults
    assert session.scalars(select(Account)).all() == []


def test_an_address_belongs_to_one_person(
    session: Session, clock: StoppedClock
) -> None:
    add(session, clock)

    with pytest.raises(Invalid) as refused:
        add(session, clock, email="ZOE@example.org")

    assert refused.value.fields == {"email": "email_taken"}


def test_a_changed_role_is_logged_with_who_changed_it(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    boss = factories.account(role=Role.ADMINISTRATOR)
    other = factories.account(role=Role.MANAGER)

    change_role(session, other.id, Role.ANALYST, actor_id=boss.id, now=clock.now())
    change_role(session, other.id, Role.ANALYST, actor_id=boss.id, now=clock.now())

    assert other.role is Role.ANALYST
    assert acts(session) == [("role_changed", other.email, boss.name)]


def test_the_last_administrator_stays_one(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    last = factories.account(role=Role.ADMINISTRATOR)
    closed = factories.account(role=Role.ADMINISTRATOR)
    close_account(session, closed.id, actor_id=last.id, now=clock.now())

    with pytest.raises(Conflict, match="last_administrator"):
        change_role(session, last.id, Role.ANALYST, actor_id=None, now=clock.now())
    with pytest.raises(Conflict, match="last_administrator"):
        close_account(session, last.id, actor_id=None, now=clock.now())


def test_nobody_locks_themselves_out(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    me = factories.account(role=Role.ADMINISTRATOR)
    factories.account(role=Role.ADMINISTRATOR)

    with pytest.raises(Conflict, match="own_account"):
        change_role(session, me.id, Role.ANALYST, actor_id=me.id, now=clock.now())
    with pytest.raises(Conflict, match="own_account"):
        close_account(session, me.id, actor_id=me.id, now=clock.now())


def test_two_administrators_who_dismiss_each_other_do_not_both_succeed(
    session: Session, factories: Factories, clock: StoppedClock, database: Database
) -> None:
    pair = [factories.account(role=Role.ADMINISTRATOR).id for _ in range(2)]
    session.commit()
    together = threading.Barrier(2)
    refused: list[str] = []

    def dismiss(victim: int, actor: int) -> None:
        together.wait()
        try:
            with database.transaction() as one:
                change_role(one, victim, Role.MANAGER, actor_id=actor, now=clock.now())
        except Conflict as error:
            refused.append(error.code)

    threads = [
        threading.Thread(target=dismiss, args=(victim, actor))
        for victim, actor in (pair, pair[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    session.expire_all()
    left = session.scalars(
        select(Account).where(Account.role == Role.ADMINISTRATOR)
    ).all()
    assert refused == ["last_administrator"]
    assert len(left) == 1


def test_closing_changes_what_sessions_are_known_by_and_can_be_undone(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    person = factories.account()
    before = person.fs_uniquifier

    close_account(session, person.id, actor_id=None, now=clock.now())
    assert get_person(session, person.public_id).standing is Standing.CLOSED
    assert person.fs_uniquifier != before

    reopen_account(session, person.id, actor_id=None, now=clock.now())
    assert get_person(session, person.public_id).standing is Standing.INVITED
    assert [act[0] for act in acts(session)] == ["account_reopened", "account_closed"]


def test_a_new_password_takes_the_second_factor_off(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    person = factories.account()
    person.tf_primary_method, person.tf_totp_secret = "authenticator", "x"
    person.mf_recovery_codes, person.totp_counter = ["a"], 5

    set_password(session, person.id, "a hash", now=clock.now())

    found = get_person(session, person.public_id)
    assert found.standing is Standing.ACTIVE
    assert not found.has_second_factor
    assert found.recovery_codes == 0


def test_a_name_without_a_letter_is_refused(
    session: Session, factories: Factories
) -> None:
    person = factories.account()

    with pytest.raises(Invalid):
        rename(session, person.id, "  ")
    rename(session, person.id, "x" * 500)

    assert len(person.name) == 120


def test_people_are_listed_by_name_page_by_page(
    session: Session, factories: Factories
) -> None:
    for name in ("Zoé", "Ada", "Max"):
        factories.account().name = name
    session.flush()

    first = list_people(session, PageRequest(size=2))
    second = list_people(session, PageRequest(number=2, size=2))

    assert [person.name for person in first.items] == ["Ada", "Max"]
    assert first.has_next
    assert [person.name for person in second.items] == ["Zoé"]
    assert not second.has_next


def test_an_unknown_person_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="account"):
        get_person(session, "nobody")
    with pytest.raises(NotFound, match="account"):
        rename(session, 12345, "x")
