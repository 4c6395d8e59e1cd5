"""Create the touchpoints that a file names and the map lacks, where it was said."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.core.errors import Invalid
from feedback.core.text import fold
from feedback.journey.channels import CHANNELS
from feedback.journey.queries import get_map
from feedback.journey.service import add_touchpoint
from feedback.journey.terms import Kind
from feedback.voice.imports.mapping import FileMapping
from feedback.voice.imports.places import Places, phase_for, places_of

OTHER = "other"


def create_missing(
    session: Session,
    journey_key: str,
    mapping: FileMapping,
    places: Places,
    values: Iterable[str],
    *,
    author_id: int | None,
    now: datetime,
) -> Places:
    """Create a touchpoint for each unknown value that has a phase; return the places.

    A value that cannot be one, being too long or one too many for its phase, stays
    unknown, and its lines are refused.
    """
    missing = {
        fold(value): value
        for value in values
        if value and places.touchpoint(value) is None and phase_for(mapping, value)
    }
    if not missing:
        return places
    channel = mapping.fixed_channel or OTHER
    for value in missing.values():
        try:
            add_touchpoint(
                session,
                journey_key,
                phase_for(mapping, value) or "",
                names={"fr": value, "en": value},
                channel=channel,
                kind=_kind(channel),
                author_id=author_id,
                now=now,
            )
        except Invalid:
            continue
    return places_of(get_map(session, journey_key), mapping)


def _kind(channel: str) -> Kind:
    return next((one.kind for one in CHANNELS if one.key == channel), Kind.PHYSICAL)
