"""Connected systems: secrets are sealed, mappings kept, calls of no use counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.queries import list_history
from feedback.collection import sources
from feedback.collection.mapping import EventMapping, FieldRule
from feedback.collection.models import EventSource, UnusedDelivery
from feedback.collection.terms import SourceKind
from feedback.collection.unused import KEPT, list_unused, note_unused
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from tests.conftest import StoppedClock

SEALING = "the secret of an installation"
MAPPING = EventMapping(type=FieldRule(fallback="order.paid"))


@pytest.fixture
def by(clock: StoppedClock) -> dict[str, Any]:
    return {"author_id": None, "now": clock.now()}


def add(session: Session, kind: SourceKind, by: dict[str, Any]) -> str:
    return sources.create_source(
        session, name=" My  shop ", kind=kind, sealing=SEALING, **by
    )


@pytest.mark.parametrize("kind", list(SourceKind))
def test_a_secret_is_made_where_the_other_side_does_not_make_it(
    session: Session, by: dict[str, Any], kind: SourceKind
) -> None:
    public_id = add(session, kind, by)

    source = sources.get_source(session, public_id)
    secret = sources.secret_of(session, public_id, sealing=SEALING)
    assert (source.name, source.kind) == ("My shop", kind)
    assert source.has_secret == (kind not in sources.SECRET_COMES_FROM_THERE)
    assert bool(secret) == source.has_secret
    assert len(secret) in {0, 43}


def test_a_secret_cannot_be_read_from_the_database(
    session: Session, by: dict[str, Any]
) -> None:
    public_id = add(session, SourceKind.SHOPIFY, by)
    sources.change_secret(session, public_id, " whsec-1 ", sealing=SEALING, **by)

    sealed = session.scalars(select(EventSource.sealed_secret)).one()
    assert "whsec" not in sealed
    assert sources.secret_of(session, public_id, sealing=SEALING) == "whsec-1"
    with pytest.raises(Conflict, match="secret_unreadable"):
        sources.secret_of(session, public_id, sealing="another installation")


def test_a_mapping_is_kept_for_any_json_and_for_nothing_else(
    session: Session, by: dict[str, Any]
) -> None:
    mapped, shop = (
        add(session, k, by) for k in (SourceKind.MAPPED, SourceKind.SHOPIFY)
    )
    assert not sources.get_source(session, mapped).is_ready
    sources.change_mapping(session, mapped, MAPPING, **by)

    assert sources.get_source(session, mapped).mapping == MAPPING
    assert sources.get_source(session, mapped).is_ready
    with pytest.raises(Conflict, match="not_mapped"):
        sources.change_mapping(session, shop, MAPPING, **by)


def test_a_connection_is_closed_and_opened_again(
    session: Session, by: dict[str, Any]
) -> None:
    public_id = add(session, SourceKind.WOOCOMMERCE, by)
    sources.close_source(session, public_id, **by)
    sources.close_source(session, public_id, **by)
    assert not sources.get_source(session, public_id).is_ready
    sources.reopen_source(session, public_id, **by)
    sources.rename_source(session, public_id, "Another")

    assert sources.get_source(session, public_id).is_ready
    assert [one.name for one in sources.list_sources(session)] == ["Another"]
    acts = [one.action for one in list_history(session, PageRequest()).items]
    assert acts == ["source_reopened", "source_closed", "source_added"]


def test_what_is_received_is_noted_to_the_minute(
    session: Session, by: dict[str, Any], clock: StoppedClock
) -> None:
    public_id = add(session, SourceKind.SHOPIFY, by)
    number = sources.get_source(session, public_id).id
    began = clock.now()
    for _ in range(3):
        sources.note_received(session, number, now=clock.now())
        clock.advance(seconds=25)
    session.expire_all()
    assert sources.get_source(session, public_id).last_received_at == began
    sources.note_received(session, number, now=clock.now())
    session.expire_all()
    assert sources.get_source(session, public_id).last_received_at == clock.now()


def test_faults_of_a_connection_are_told(session: Session, by: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="name: missing"):
        sources.create_source(
            session, name=" ", kind=SourceKind.MAPPED, sealing=SEALING, **by
        )
    public_id = add(session, SourceKind.SHOPIFY, by)
    with pytest.raises(Invalid, match="secret: missing"):
        sources.change_secret(session, public_id, "  ", sealing=SEALING, **by)
    with pytest.raises(Invalid, match="secret: too_long"):
        sources.change_secret(session, public_id, "x" * 256, sealing=SEALING, **by)
    with pytest.raises(Invalid, match="name: too_long"):
        sources.rename_source(session, public_id, "x" * 121)
    with pytest.raises(NotFound, match="event_source"):
        sources.get_source(session, "nothing")


def test_connections_do_not_grow_without_end(
    session: Session, by: dict[str, Any]
) -> None:
    for _ in range(sources.MOST_SOURCES):
        add(session, SourceKind.SHOPIFY, by)

    with pytest.raises(Conflict, match="too_many_sources"):
        add(session, SourceKind.SHOPIFY, by)


def test_calls_of_no_use_are_counted_by_the_hour(
    session: Session, clock: StoppedClock
) -> None:
    began = clock.now()
    for number in range(90):
        faults = {f"{number}.type": "bad_type", f"{number}.id": "missing"}
        note_unused(session, "key:k", faults, is_refused=True, now=clock.now())
        clock.advance(minutes=1)
    note_unused(session, "source:s", {"": "a_test"}, is_refused=False, now=clock.now())

    found = list_unused(session, sender="key:k", since=began)
    assert [(one.code, one.place, one.count) for one in found] == [
        ("bad_type", "type", 30),
        ("missing", "id", 30),
        ("bad_type", "type", 60),
        ("missing", "id", 60),
    ]
    newest = list_unused(session, since=clock.now() - timedelta(minutes=1))[0]
    assert (newest.sender, newest.code, newest.is_refused) == (
        "source:s",
        "a_test",
        False,
    )


def test_counts_are_forgotten_after_a_month(
    session: Session, clock: StoppedClock
) -> None:
    note_unused(session, "key:k", {"": "not_json"}, is_refused=True, now=clock.now())
    clock.advance(seconds=KEPT.total_seconds() + 1)
    note_unused(session, "key:k", {"": "too_deep"}, is_refused=True, now=clock.now())

    assert session.scalars(select(UnusedDelivery.code)).all() == ["too_deep"]
