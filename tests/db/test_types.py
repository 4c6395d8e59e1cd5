"""Columns that behave alike on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.roles import Role
from feedback.db.audit import AuditEntry
from tests.factories import Factories

MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - the zone is drawn beside it
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.builds(
        timezone, st.timedeltas(timedelta(hours=-12), timedelta(hours=12))
    ),
)


@given(moment=MOMENTS)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_moment_comes_back_in_utc_and_is_the_same_moment(
    moment: datetime, session: Session
) -> None:
    entry = AuditEntry(created_at=moment, action="x", subject="x", details={})
    session.add(entry)
    session.flush()
    session.expire(entry)

    assert entry.created_at == moment
    assert entry.created_at.tzinfo is UTC
    session.rollback()


def test_a_moment_without_a_zone_is_refused(session: Session) -> None:
    naive = datetime(2018, 4, 1, 12)  # noqa: DTZ001 - that is the point
    session.add(AuditEntry(created_at=naive, action="x", subject="x", details={}))

    with pytest.raises(StatementError, match="naive datetime"):
        session.flush()


def test_an_enum_is_stored_by_its_value_as_text(
    session: Session, factories: Factories
) -> None:
    account = factories.account(role=Role.ANALYST)

    stored = session.scalar(text("SELECT role FROM account"))
    session.expire(account)

    assert stored == "analyst"
    assert account.role is Role.ANALYST


def test_json_keeps_accents_and_nothing_is_not_an_empty_list(
    session: Session, factories: Factories
) -> None:
    some, none = factories.account(), factories.account()
    some.mf_recovery_codes = ["é", "😀"]
    session.flush()
    session.expire_all()

    assert some.mf_recovery_codes == ["é", "😀"]
    assert none.mf_recovery_codes is None


def test_a_value_taken_out_of_a_stored_list_is_gone(
    session: Session, factories: Factories
) -> None:
    account = factories.account()
    account.mf_recovery_codes = ["a", "b"]
    session.commit()

    account.mf_recovery_codes.remove("a")
    session.commit()
    session.expire_all()

    assert session.scalars(select(Account.mf_recovery_codes)).one() == ["b"]
