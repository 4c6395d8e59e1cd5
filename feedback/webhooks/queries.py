"""Read endpoints, what they are owed, and every attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import NotFound
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.happenings.models import Happening
from feedback.happenings.types import HappeningType
from feedback.webhooks.calling import Failure
from feedback.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from feedback.webhooks.terms import DeliveryState, Stopped

MOST_ENDPOINTS = 50
#: of one message the newest are shown
MOST_SHOWN_ATTEMPTS = 50


@dataclass(frozen=True, kw_only=True)
class EndpointRead:
    """An address that is told, without its secrets."""

    id: int
    public_id: str
    name: str
    url: str
    types: tuple[HappeningType, ...]
    stopped: Stopped | None
    stopped_at: datetime | None
    previous_until: datetime | None
    revision: int
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryRead:
    """One message to one endpoint."""

    public_id: str
    endpoint: str
    happening: str
    type: HappeningType
    subject: str
    state: DeliveryState
    body: str
    attempts: int
    next_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AttemptRead:
    """One call."""

    at: datetime
    failure: Failure | None
    status: int | None
    said: str


def list_endpoints(session: Session) -> tuple[EndpointRead, ...]:
    """List the endpoints by name, at most 50, those told nothing last."""
    rows = session.scalars(
        select(WebhookEndpoint)
        .order_by(
            WebhookEndpoint.stopped.is_not(None),
            WebhookEndpoint.name,
            WebhookEndpoint.id,
        )
        .limit(MOST_ENDPOINTS)
    )
    return tuple(map(_as_read, rows))


def get_endpoint(session: Session, public_id: str) -> EndpointRead:
    """Return one endpoint.

    Raises:
        NotFound: `webhook_endpoint`.
    """
    row = session.scalar(
        select(WebhookEndpoint).where(WebhookEndpoint.public_id == public_id)
    )
    if row is None:
        raise NotFound("webhook_endpoint")
    return _as_read(row)


def count_deliveries(session: Session) -> Mapping[str, Mapping[DeliveryState, int]]:
    """Return how many messages stand where, by the public id of the endpoint."""
    counts: dict[str, dict[DeliveryState, int]] = {}
    rows = session.execute(
        select(WebhookEndpoint.public_id, WebhookDelivery.state, func.count())
        .join(WebhookDelivery, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
        .group_by(WebhookEndpoint.public_id, WebhookDelivery.state)
    )
    for public_id, state, count in rows:
        counts.setdefault(public_id, {})[state] = count
    return counts


def list_deliveries(
    session: Session,
    endpoint: str,
    wanted: PageRequest,
    *,
    state: DeliveryState | None = None,
) -> Page[DeliveryRead]:
    """List the messages to an endpoint, newest first."""
    query = (
        select(WebhookDelivery, Happening, WebhookEndpoint.public_id)
        .join(Happening, Happening.id == WebhookDelivery.happening_id)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookEndpoint.public_id == endpoint)
        .order_by(WebhookDelivery.id.desc())
    )
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    rows = session.execute(query.offset(wanted.offset).limit(wanted.size + 1))
    return page_of([_delivery(*row) for row in rows], wanted)


def get_delivery(session: Session, public_id: str) -> DeliveryRead:
    """Return one message.

    Raises:
        NotFound: `webhook_delivery`.
    """
    row = session.execute(
        select(WebhookDelivery, Happening, WebhookEndpoint.public_id)
        .join(Happening, Happening.id == WebhookDelivery.happening_id)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.public_id == public_id)
    ).first()
    if row is None:
        raise NotFound("webhook_delivery")
    return _delivery(*row)


def list_attempts(session: Session, delivery: str) -> tuple[AttemptRead, ...]:
    """List the calls for a message, newest first, 50 at most."""
    rows = session.scalars(
        select(WebhookAttempt)
        .join(WebhookDelivery, WebhookDelivery.id == WebhookAttempt.delivery_id)
        .where(WebhookDelivery.public_id == delivery)
        .order_by(WebhookAttempt.id.desc())
        .limit(MOST_SHOWN_ATTEMPTS)
    )
    return tuple(
        AttemptRead(at=row.at, failure=row.failure, status=row.status, said=row.said)
        for row in rows
    )


def _delivery(row: WebhookDelivery, told: Happening, endpoint: str) -> DeliveryRead:
    return DeliveryRead(
        public_id=row.public_id,
        endpoint=endpoint,
        happening=told.public_id,
        type=told.type,
        subject=told.subject,
        state=row.state,
        body=row.body,
        attempts=row.attempts,
        next_at=row.next_at,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def _as_read(row: WebhookEndpoint) -> EndpointRead:
    return EndpointRead(
        id=row.id,
        public_id=row.public_id,
        name=row.name,
        url=row.url,
        types=tuple(HappeningType(one) for one in row.types),
        stopped=row.stopped,
        stopped_at=row.stopped_at,
        previous_until=row.previous_until,
        revision=row.revision,
        created_at=row.created_at,
    )
