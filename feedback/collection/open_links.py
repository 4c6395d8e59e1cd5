"""Open links as those who follow them find them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from feedback.collection.models import OpenLink
from feedback.collection.terms import Channel, LinkKind
from feedback.journey.models import Touchpoint
from feedback.surveys.models import Survey, SurveyState, SurveyVersion

SLUG = re.compile(r"[A-Za-z0-9_-]{1,32}")
_CHANNELS = {
    LinkKind.LINK: Channel.OPEN,
    LinkKind.KIOSK: Channel.KIOSK,
    LinkKind.WIDGET: Channel.WIDGET,
}


_links, _surveys = OpenLink.__table__, Survey.__table__
_versions, _points = SurveyVersion.__table__, Touchpoint.__table__
#: made once: a page of a survey takes little longer than this
_FOUND = (
    select(
        _links.c.id,
        _links.c.slug,
        _links.c.kind,
        _links.c.origins,
        _links.c.closes_at,
        _links.c.closed_at,
        _links.c.touchpoint_id,
        _points.c.names,
        _surveys.c.id.label("survey_id"),
        _surveys.c.journey_id,
        _surveys.c.anonymous,
        _surveys.c.state,
        _versions.c.id.label("version_id"),
        _versions.c.checksum,
    )
    .join(_surveys, _surveys.c.id == _links.c.survey_id)
    .join(_points, _points.c.id == _links.c.touchpoint_id)
    .join(
        _versions,
        (_versions.c.survey_id == _surveys.c.id)
        & (_versions.c.number == _surveys.c.version),
    )
    .where(_links.c.slug == bindparam("slug"))
)


@dataclass(frozen=True, kw_only=True)
class FoundLink:
    """An open link with the survey that it leads to."""

    id: int
    slug: str
    kind: LinkKind
    #: sites that may show the widget, as `https://shop.example`
    origins: tuple[str, ...]
    journey_id: int
    touchpoint_id: int
    touchpoint_names: Mapping[str, str]
    survey_id: int
    anonymous: bool
    #: the version that is answered now
    version_id: int
    checksum: str
    #: whether it is answered: neither link nor survey has been closed
    is_open: bool

    @property
    def channel(self) -> Channel:
        """How somebody is asked by it."""
        return _CHANNELS[self.kind]


def find_link(session: Session, slug: str, now: datetime) -> FoundLink | None:
    """Return the open link of an address, closed ones too; None of an unknown one.

    A link to a survey of which nothing was published is unknown. One SELECT.
    """
    # what cannot be a name takes as long as a guessed one
    asked = slug if SLUG.fullmatch(slug) else ""
    row = session.connection().execute(_FOUND, {"slug": asked}).first()
    if row is None:
        return None
    closed = row.closed_at is not None or (
        row.closes_at is not None and row.closes_at <= now
    )
    return FoundLink(
        id=row.id,
        slug=row.slug,
        kind=row.kind,
        origins=tuple(row.origins),
        journey_id=row.journey_id,
        touchpoint_id=row.touchpoint_id,
        touchpoint_names=row.names,
        survey_id=row.survey_id,
        anonymous=row.anonymous,
        version_id=row.version_id,
        checksum=row.checksum,
        is_open=not closed and row.state == SurveyState.OPEN,
    )
