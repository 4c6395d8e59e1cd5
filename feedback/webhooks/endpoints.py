"""Who is told of what: add, change, stop, and renew the secret."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.audit import record
from feedback.db.sealing import seal, unseal
from feedback.happenings.types import HappeningType
from feedback.webhooks.models import WebhookEndpoint
from feedback.webhooks.places import Network, check_url
from feedback.webhooks.queries import MOST_ENDPOINTS
from feedback.webhooks.signatures import new_secret
from feedback.webhooks.terms import Stopped

LONGEST_NAME = 120
#: how long the secret before still signs
OVERLAP = timedelta(hours=24)
#: what somebody may ask to be told of
OFFERED = tuple(one for one in HappeningType if one is not HappeningType.WEBHOOK_TESTED)


def create_endpoint(
    session: Session,
    *,
    name: str,
    url: str,
    types: Collection[HappeningType],
    allowed: Sequence[Network],
    sealing: str,
    author_id: int | None,
    now: datetime,
) -> str:
    """Add an address that is told of some kinds of happenings; return its public id.

    Raises:
        Invalid: `name`: `missing`, `too_long`; `url`: see `places.check_url`.
        Conflict: `too_many_endpoints`, when there are 50.
    """
    clean, address = _checked(name, url, allowed)
    there = session.scalar(select(func.count()).select_from(WebhookEndpoint)) or 0
    if there >= MOST_ENDPOINTS:
        raise Conflict("too_many_endpoints")
    endpoint = WebhookEndpoint(
        name=clean,
        url=address,
        types=sorted(str(one) for one in types if one in OFFERED),
        sealed_secret=seal(new_secret(), sealing),
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    record(session, "endpoint_added", clean, actor_id=author_id, now=now)
    return endpoint.public_id


def change_endpoint(
    session: Session,
    public_id: str,
    *,
    name: str,
    url: str,
    types: Collection[HappeningType],
    revision: int,
    allowed: Sequence[Network],
    author_id: int | None,
    now: datetime,
) -> None:
    """Change an endpoint; what waits for it goes to the new address.

    Raises:
        NotFound: `webhook_endpoint`.
        Invalid: as for `create_endpoint`.
        Conflict: `changed_meanwhile`, when `revision` is no longer the newest.
    """
    clean, address = _checked(name, url, allowed)
    endpoint = _get(session, public_id)
    if endpoint.revision != revision:
        raise Conflict("changed_meanwhile")
    endpoint.name, endpoint.url = clean, address
    endpoint.types = sorted(str(one) for one in types if one in OFFERED)
    endpoint.revision += 1
    record(session, "endpoint_changed", clean, actor_id=author_id, now=now)


def renew_secret(
    session: Session,
    public_id: str,
    *,
    sealing: str,
    author_id: int | None,
    now: datetime,
) -> None:
    """Make a new secret; the one before signs beside it for 24 hours."""
    endpoint = _get(session, public_id)
    endpoint.sealed_previous = endpoint.sealed_secret
    endpoint.previous_until = now + OVERLAP
    endpoint.sealed_secret = seal(new_secret(), sealing)
    name = endpoint.name
    record(session, "endpoint_secret_renewed", name, actor_id=author_id, now=now)


def stop_endpoint(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Tell an endpoint nothing more; what waits for it is given up, and kept."""
    endpoint = _get(session, public_id)
    if endpoint.stopped is None:
        endpoint.stopped, endpoint.stopped_at = Stopped.BY_HAND, now
        name = endpoint.name
        record(session, "endpoint_stopped", name, actor_id=author_id, now=now)


def resume_endpoint(
    session: Session, public_id: str, *, author_id: int | None, now: datetime
) -> None:
    """Tell an endpoint again of what happens from now on."""
    endpoint = _get(session, public_id)
    if endpoint.stopped is not None:
        endpoint.stopped = endpoint.stopped_at = endpoint.resting_until = None
        endpoint.silent_calls = 0
        name = endpoint.name
        record(session, "endpoint_resumed", name, actor_id=author_id, now=now)


def secrets_of(
    session: Session, public_id: str, *, sealing: str, now: datetime
) -> tuple[str, ...]:
    """Return the secrets that sign at a moment, the newest first.

    Raises:
        NotFound: `webhook_endpoint`.
        Conflict: `secret_unreadable`, when they were sealed by another installation.
    """
    return signing_secrets(_get(session, public_id), sealing=sealing, now=now)


def signing_secrets(
    endpoint: WebhookEndpoint, *, sealing: str, now: datetime
) -> tuple[str, ...]:
    """Return the secrets of a row; see `secrets_of`."""
    kept = [endpoint.sealed_secret]
    until = endpoint.previous_until
    if endpoint.sealed_previous and until is not None and now < until:
        kept.append(endpoint.sealed_previous)
    return tuple(unseal(one, sealing) for one in kept)


def _checked(name: str, url: str, allowed: Sequence[Network]) -> tuple[str, str]:
    faults: dict[str, str] = {}
    clean, address = " ".join(name.split()), ""
    if not clean:
        faults["name"] = "missing"
    elif len(clean) > LONGEST_NAME:
        faults["name"] = "too_long"
    try:
        address = check_url(url, allowed)
    except Invalid as error:
        faults |= error.fields
    if faults:
        raise Invalid(faults)
    return clean, address


def _get(session: Session, public_id: str) -> WebhookEndpoint:
    endpoint = session.scalar(
        select(WebhookEndpoint)
        .where(WebhookEndpoint.public_id == public_id)
        .with_for_update()
    )
    if endpoint is None:
        raise NotFound("webhook_endpoint")
    return endpoint
