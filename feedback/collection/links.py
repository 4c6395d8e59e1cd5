"""Open links of a survey: made, listed, closed and opened again."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import OpenLink, Response
from feedback.collection.terms import LinkKind, ResponseState
from feedback.core.errors import Invalid, NotFound
from feedback.db.audit import record
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey

MOST_LINKS = 200
MOST_ORIGINS = 20
LONGEST_NAME = 120
#: letters and digits that nobody takes for another, read from paper too
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_HOST = re.compile(r"[a-z0-9.-]+")


@dataclass(frozen=True, kw_only=True)
class LinkOnList:
    """An open link with what came in by it."""

    public_id: str
    name: str
    kind: LinkKind
    slug: str
    touchpoint_names: Mapping[str, str]
    origins: tuple[str, ...]
    closes_at: datetime | None
    closed_at: datetime | None
    created_at: datetime
    complete: int
    partial: int

    def is_open(self, now: datetime) -> bool:
        """Return whether the link is answered, whatever the survey does."""
        ended = self.closes_at is not None and self.closes_at <= now
        return self.closed_at is None and not ended


def create_link(
    session: Session,
    survey: str,
    *,
    name: str,
    kind: LinkKind,
    touchpoint_id: int | None = None,
    origins: Sequence[str] = (),
    closes_at: datetime | None = None,
    actor_id: int | None,
    now: datetime,
) -> str:
    """Make an open link to a survey and return its public id.

    Args:
        session: the caller's transaction.
        survey: public id of the survey.
        name: what the house calls it, as "Poster at the till".
        kind: a link (and its QR code), a kiosk, or a widget.
        touchpoint_id: what is asked about; the survey's own unless given.
        origins: sites that may show the widget, as `https://shop.example`.
        closes_at: from when it is answered no more.
        actor_id: who makes it.
        now: the present moment.

    Raises:
        NotFound: `survey`, `touchpoint`.
        Invalid: `name`: `missing`, `too_long`; `origins`: `missing`, `not_a_site`,
            `too_many`; `closes_at`: `in_the_past`; `links`: `too_many`.
    """
    row = _survey(session, survey)
    place = session.get(Touchpoint, touchpoint_id or row.touchpoint_id)
    if place is None or place.journey_id != row.journey_id:
        raise NotFound("touchpoint")
    sites = tuple(dict.fromkeys(filter(None, map(_site, origins))))
    faults = _faults(name.strip(), kind, origins, sites, closes_at, now)
    made = select(func.count()).where(OpenLink.survey_id == row.id)
    if (session.scalar(made) or 0) >= MOST_LINKS:
        faults["links"] = "too_many"
    if faults:
        raise Invalid(faults)
    link = OpenLink(
        survey_id=row.id,
        touchpoint_id=place.id,
        name=name.strip(),
        kind=kind,
        slug="".join(secrets.choice(_LETTERS) for _ in range(10)),
        origins=list(sites) if kind == LinkKind.WIDGET else [],
        closes_at=closes_at,
        created_at=now,
    )
    session.add(link)
    session.flush()
    record(session, "link_made", link.name, actor_id=actor_id, now=now)
    return link.public_id


def close_link(
    session: Session,
    survey: str,
    public_id: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Answer a link no more; what came in by it stays.

    Raises:
        NotFound: `survey`, `link`.
    """
    link = _link(session, survey, public_id)
    if link.closed_at is None:
        link.closed_at = now
        record(session, "link_closed", link.name, actor_id=actor_id, now=now)


def reopen_link(
    session: Session,
    survey: str,
    public_id: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Answer a link again; an end that has passed is forgotten.

    Raises:
        NotFound: `survey`, `link`.
    """
    link = _link(session, survey, public_id)
    if link.closes_at is not None and link.closes_at <= now:
        link.closes_at = None
    link.closed_at = None
    record(session, "link_reopened", link.name, actor_id=actor_id, now=now)


def list_links(session: Session, survey: str) -> tuple[LinkOnList, ...]:
    """List the links of a survey, the newest first, with what came in by each.

    Raises:
        NotFound: `survey`.
    """
    return _read(session, OpenLink.survey_id == _survey(session, survey).id)


def get_link(session: Session, survey: str, public_id: str) -> LinkOnList:
    """Return one link of a survey.

    Raises:
        NotFound: `survey`, `link`.
    """
    link = _link(session, survey, public_id)
    return _read(session, OpenLink.id == link.id)[0]


def _read(session: Session, wanted: object) -> tuple[LinkOnList, ...]:
    complete = func.count().filter(Response.state == ResponseState.COMPLETE)
    partial = func.count().filter(Response.state == ResponseState.PARTIAL)
    came_in = (
        select(
            Response.open_link_id, complete.label("complete"), partial.label("partial")
        )
        .where(Response.open_link_id.is_not(None), Response.is_test.is_(False))
        .group_by(Response.open_link_id)
        .subquery()
    )
    rows = session.execute(
        select(OpenLink, Touchpoint.names, came_in.c.complete, came_in.c.partial)
        .join(Touchpoint, Touchpoint.id == OpenLink.touchpoint_id)
        .outerjoin(came_in, came_in.c.open_link_id == OpenLink.id)
        .where(wanted)  # type: ignore[arg-type]  # a comparison of columns
        .order_by(OpenLink.id.desc())
        .limit(MOST_LINKS)
    )
    return tuple(
        LinkOnList(
            public_id=link.public_id,
            name=link.name,
            kind=link.kind,
            slug=link.slug,
            touchpoint_names=names,
            origins=tuple(link.origins),
            closes_at=link.closes_at,
            closed_at=link.closed_at,
            created_at=link.created_at,
            complete=full or 0,
            partial=begun or 0,
        )
        for link, names, full, begun in rows
    )


def _faults(
    name: str,
    kind: LinkKind,
    origins: Sequence[str],
    sites: Sequence[str],
    closes_at: datetime | None,
    now: datetime,
) -> dict[str, str]:
    faults = {}
    if not name:
        faults["name"] = "missing"
    elif len(name) > LONGEST_NAME:
        faults["name"] = "too_long"
    if kind == LinkKind.WIDGET:
        if not [one for one in origins if one.strip()]:
            faults["origins"] = "missing"
        elif any(_site(one) is None for one in origins if one.strip()):
            faults["origins"] = "not_a_site"
        elif len(sites) > MOST_ORIGINS:
            faults["origins"] = "too_many"
    if closes_at is not None and closes_at <= now:
        faults["closes_at"] = "in_the_past"
    return faults


def _site(typed: str) -> str | None:
    """Return scheme and host of a site, as a browser names it; None when it is none."""
    try:
        parts = urlsplit(typed.strip().lower())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in {"https", "http"} or not _HOST.fullmatch(host):
        return None
    if parts.username is not None or parts.path not in {"", "/"} or parts.query:
        return None
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def _survey(session: Session, public_id: str) -> Survey:
    found = session.scalar(
        select(Survey).where(
            Survey.public_id == public_id, Survey.archived_at.is_(None)
        )
    )
    if found is None:
        raise NotFound("survey")
    return found


def _link(session: Session, survey: str, public_id: str) -> OpenLink:
    found = session.scalar(
        select(OpenLink).where(
            OpenLink.public_id == public_id,
            OpenLink.survey_id == _survey(session, survey).id,
        )
    )
    if found is None:
        raise NotFound("link")
    return found
