"""Keys of other systems: shown once, kept as a hash, renewed with an overlap."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import (
    MOST_KEYS,
    Scope,
    find_caller,
    get_key,
    is_used_anew,
    issue_key,
    list_keys,
    note_use,
    revoke_key,
    rotate_key,
)
from feedback.accounts.models import ApiKey
from feedback.accounts.queries import list_history
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.pagination import PageRequest
from tests.conftest import StoppedClock
from tests.factories import Factories

WRITES = (Scope.EVENTS_WRITE, Scope.EVENTS_READ)


def test_a_key_holds_256_random_bits_and_only_its_hash_is_kept(
    session: Session, clock: StoppedClock, factories: Factories
) -> None:
    author = factories.account()

    issued = issue_key(
        session, name=" The  shop ", scopes=WRITES, author_id=author.id, now=clock.now()
    )

    assert re.fullmatch(r"fb_[\w-]{43}", issued.key)
    row = session.scalars(select(ApiKey)).one()
    kept = {str(getattr(row, column.key)) for column in ApiKey.__table__.columns}
    assert all(issued.key[10:] not in value for value in kept)
    read = get_key(session, issued.public_id)
    assert (read.name, read.prefix) == ("The shop", issued.key[:9])
    assert read.author == author.name
    assert read.scopes == (Scope.EVENTS_WRITE, Scope.EVENTS_READ)
    assert read.last_used_at is None


def test_a_caller_is_known_by_the_whole_key_alone(
    session: Session, clock: StoppedClock
) -> None:
    issued = issue_key(
        session, name="Shop", scopes=WRITES, author_id=None, now=clock.now()
    )

    caller = find_caller(session, issued.key, now=clock.now())

    assert caller is not None
    assert caller.scopes == set(WRITES)
    for wrong in ("", "fb_", issued.key[:-1], issued.key + "x", issued.key.upper()):
        assert find_caller(session, wrong, now=clock.now()) is None


def test_a_revoked_key_is_refused_at_once_and_for_good(
    session: Session, clock: StoppedClock
) -> None:
    issued = issue_key(
        session, name="Shop", scopes=WRITES, author_id=None, now=clock.now()
    )

    revoke_key(session, issued.public_id, actor_id=None, now=clock.now())

    assert find_caller(session, issued.key, now=clock.now()) is None
    clock.advance(days=400)
    revoke_key(session, issued.public_id, actor_id=None, now=clock.now())
    assert find_caller(session, issued.key, now=clock.now()) is None
    revoked = [a.action for a in list_history(session, PageRequest()).items]
    assert revoked.count("api_key_revoked") == 1
    with pytest.raises(Conflict, match="api_key_revoked"):
        rotate_key(session, issued.public_id, actor_id=None, now=clock.now())


def test_a_renewed_key_works_beside_its_successor_for_a_day(
    session: Session, clock: StoppedClock
) -> None:
    old = issue_key(
        session, name="Shop", scopes=WRITES, author_id=None, now=clock.now()
    )

    new = rotate_key(session, old.public_id, actor_id=None, now=clock.now())

    assert new.key != old.key
    assert get_key(session, new.public_id).scopes == WRITES
    clock.advance(hours=23, minutes=59)
    assert find_caller(session, old.key, now=clock.now()) is not None
    clock.advance(minutes=1)
    assert find_caller(session, old.key, now=clock.now()) is None
    assert find_caller(session, new.key, now=clock.now()) is not None


def test_a_key_in_its_last_day_can_still_be_revoked_at_once(
    session: Session, clock: StoppedClock
) -> None:
    old = issue_key(
        session, name="Shop", scopes=WRITES, author_id=None, now=clock.now()
    )
    rotate_key(session, old.public_id, actor_id=None, now=clock.now())

    revoke_key(session, old.public_id, actor_id=None, now=clock.now())

    assert find_caller(session, old.key, now=clock.now()) is None


def test_the_last_use_is_noted_to_the_hour(
    session: Session, clock: StoppedClock
) -> None:
    issued = issue_key(
        session, name="Shop", scopes=WRITES, author_id=None, now=clock.now()
    )
    clock.advance(minutes=25)
    caller = find_caller(session, issued.key, now=clock.now())
    assert caller is not None
    assert is_used_anew(caller, now=clock.now())

    note_use(session, caller, now=clock.now())

    again = find_caller(session, issued.key, now=clock.now())
    assert again is not None
    assert again.last_used_at == clock.now() - timedelta(minutes=25)
    assert not is_used_anew(again, now=clock.now())


def test_a_key_without_a_name_or_a_scope_is_not_made(
    session: Session, clock: StoppedClock
) -> None:
    with pytest.raises(Invalid) as caught:
        issue_key(session, name=" ", scopes=(), author_id=None, now=clock.now())
    assert caught.value.fields == {"name": "missing", "scopes": "missing"}
    with pytest.raises(Invalid, match="name: too_long"):
        issue_key(
            session, name="x" * 121, scopes=WRITES, author_id=None, now=clock.now()
        )
    assert list_keys(session) == ()


def test_a_key_that_does_not_exist_is_not_found(
    session: Session, clock: StoppedClock
) -> None:
    with pytest.raises(NotFound, match="api_key"):
        get_key(session, "nothing")
    with pytest.raises(NotFound, match="api_key"):
        revoke_key(session, "nothing", actor_id=None, now=clock.now())


def test_keys_do_not_grow_without_end(session: Session, clock: StoppedClock) -> None:
    for number in range(MOST_KEYS):
        issue_key(
            session, name=f"k{number}", scopes=WRITES, author_id=None, now=clock.now()
        )

    with pytest.raises(Conflict, match="too_many_keys"):
        issue_key(session, name="k", scopes=WRITES, author_id=None, now=clock.now())
