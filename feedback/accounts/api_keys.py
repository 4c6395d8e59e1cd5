"""Keys with which other systems call: issued once, kept as a hash, revoked, renewed."""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from feedback.accounts.models import Account, ApiKey
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record

#: what every key begins with, so that one that lies about is recognised
MARK = "fb_"
#: characters after the mark: 256 random bits
SECRET_LENGTH = 43
#: characters that are kept, by which people tell keys apart
SHOWN = 9
LONGEST_NAME = 120
MOST_KEYS = 200
#: a key that was renewed goes on working for so long
OVERLAP = timedelta(hours=24)


class Scope(StrEnum):
    """One thing that a key may be allowed to do."""

    EVENTS_WRITE = "events:write"
    """Send events."""
    EVENTS_READ = "events:read"
    """Read what came of an event."""
    CONTACTS_WRITE = "contacts:write"
    """Add customers, change them, and stop writing to them."""
    CONTACTS_READ = "contacts:read"
    """See the contact details that customers left in their answers."""
    INVITATIONS_WRITE = "invitations:write"
    """Ask one customer by hand, and get the personal link."""
    SURVEYS_READ = "surveys:read"
    """List the surveys."""
    RESPONSES_READ = "responses:read"
    """Read what customers answered."""
    VERBATIMS_READ = "verbatims:read"
    """Read what customers said, masked, and what the analysis made of it."""


@dataclass(frozen=True, kw_only=True)
class KeyRead:
    """A key, without its secret."""

    public_id: str
    name: str
    #: first characters of the key
    prefix: str
    scopes: tuple[Scope, ...]
    #: None when the person is gone
    author: str | None
    created_at: datetime
    #: to the hour; None for a key that was never used
    last_used_at: datetime | None
    #: from this moment on it is refused; None while nobody revoked it
    revoked_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class IssuedKey:
    """A new key; the one moment at which its secret is known."""

    public_id: str
    name: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Caller:
    """The key behind a call."""

    id: int
    public_id: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    last_used_at: datetime | None


def issue_key(
    session: Session,
    *,
    name: str,
    scopes: Collection[Scope],
    author_id: int | None,
    now: datetime,
) -> IssuedKey:
    """Make a key and return it, the only time that it can be seen.

    Raises:
        Invalid: `name: missing`, `name: too_long`, `scopes: missing`.
        Conflict: `too_many_keys`, when 200 are in use.
    """
    clean = " ".join(name.split())
    faults = {}
    if not clean:
        faults["name"] = "missing"
    elif len(clean) > LONGEST_NAME:
        faults["name"] = "too_long"
    if not scopes:
        faults["scopes"] = "missing"
    if faults:
        raise Invalid(faults)
    if sum(1 for one in list_keys(session) if one.revoked_at is None) >= MOST_KEYS:
        raise Conflict("too_many_keys")
    issued = _add(session, clean, scopes, author_id=author_id, now=now)
    _record(session, "api_key_issued", clean, author_id, now)
    return issued


def rotate_key(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> IssuedKey:
    """Make a successor with the same name and scopes.

    The old key goes on working for 24 hours, so that nothing stops meanwhile.

    Raises:
        NotFound: `api_key`.
        Conflict: `api_key_revoked`.
    """
    old = _locked(session, public_id)
    if old.revoked_at is not None:
        raise Conflict("api_key_revoked")
    scopes = [Scope(one) for one in old.scopes]
    issued = _add(session, old.name, scopes, author_id=actor_id, now=now)
    old.revoked_at = now + OVERLAP
    _record(session, "api_key_rotated", old.name, actor_id, now)
    return issued


def revoke_key(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> None:
    """Have a key refused from this moment on; once more changes nothing.

    Raises:
        NotFound: `api_key`.
    """
    key = _locked(session, public_id)
    if key.revoked_at is not None and key.revoked_at <= now:
        return
    key.revoked_at = now
    _record(session, "api_key_revoked", key.name, actor_id, now)


def list_keys(session: Session) -> tuple[KeyRead, ...]:
    """List the newest keys, at most 400, those in use first."""
    rows = session.execute(
        select(ApiKey, Account.name)
        .outerjoin(Account, Account.id == ApiKey.author_id)
        .order_by(ApiKey.revoked_at.is_not(None), ApiKey.id.desc())
        .limit(2 * MOST_KEYS)
    )
    return tuple(_as_read(key, author) for key, author in rows)


def get_key(session: Session, public_id: str) -> KeyRead:
    """Return one key.

    Raises:
        NotFound: `api_key`.
    """
    row = session.execute(
        select(ApiKey, Account.name)
        .outerjoin(Account, Account.id == ApiKey.author_id)
        .where(ApiKey.public_id == public_id)
    ).one_or_none()
    if row is None:
        raise NotFound("api_key")
    return _as_read(*row)


def find_caller(session: Session, key: str, *, now: datetime) -> Caller | None:
    """Return who calls with this key, None when it is unknown or revoked.

    It is looked up by its hash, and the hashes are compared in constant time: what
    the database tells by its speed is nothing that could be typed.
    """
    wanted = _hash(key)
    row = session.scalar(select(ApiKey).where(ApiKey.key_hash == wanted))
    if row is None or not hmac.compare_digest(row.key_hash, wanted):
        return None
    if row.revoked_at is not None and row.revoked_at <= now:
        return None
    return Caller(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(Scope(one) for one in row.scopes),
        last_used_at=row.last_used_at,
    )


def is_used_anew(caller: Caller, *, now: datetime) -> bool:
    """Return whether the key was not yet seen in this hour."""
    return caller.last_used_at is None or caller.last_used_at < _hour(now)


def note_use(session: Session, caller: Caller, *, now: datetime) -> None:
    """Note that a key was used, to the hour."""
    hour = _hour(now)
    session.execute(
        update(ApiKey)
        .where(
            ApiKey.id == caller.id,
            or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < hour),
        )
        .values(last_used_at=hour)
    )


def _add(
    session: Session,
    name: str,
    scopes: Collection[Scope],
    *,
    author_id: int | None,
    now: datetime,
) -> IssuedKey:
    key = MARK + secrets.token_urlsafe(32)
    row = ApiKey(
        name=name,
        key_hash=_hash(key),
        prefix=key[:SHOWN],
        scopes=[one.value for one in Scope if one in scopes],
        author_id=author_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return IssuedKey(public_id=row.public_id, name=name, key=key)


def _locked(session: Session, public_id: str) -> ApiKey:
    key = session.scalar(
        select(ApiKey).where(ApiKey.public_id == public_id).with_for_update()
    )
    if key is None:
        raise NotFound("api_key")
    return key


def _as_read(key: ApiKey, author: str | None) -> KeyRead:
    return KeyRead(
        public_id=key.public_id,
        name=key.name,
        prefix=key.prefix,
        scopes=tuple(Scope(one) for one in key.scopes),
        author=author,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )


def _record(
    session: Session, action: str, name: str, actor_id: int | None, now: datetime
) -> None:
    record(session, action, name, actor_id=actor_id, now=now)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
