"""Which responses of a survey are looked at, and what they can be told apart by."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from feedback.collection.models import Response
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.core.periods import Period
from feedback.surveys.models import SurveyVersion


@dataclass(frozen=True, kw_only=True)
class ResponseFilter:
    """The responses of one survey that are wanted; None asks for all."""

    survey_id: int
    period: Period | None = None
    #: number of the version
    version: int | None = None
    touchpoint_id: int | None = None
    channel: Channel | None = None
    language: str | None = None
    #: whether those count that were left in the midst
    with_partial: bool = False
    #: whether those are left out about which something is odd
    without_flagged: bool = False
    #: only those with this flag
    flag: Flag | None = None
    #: whether those are there that somebody of the house gave to try the survey
    with_tests: bool = False

    @property
    def is_narrowed(self) -> bool:
        """Whether fewer responses are wanted than the survey has complete ones."""
        chosen = (self.version, self.touchpoint_id, self.channel, self.language)
        return any(one is not None for one in chosen) or self.without_flagged


@dataclass(frozen=True, kw_only=True)
class ResponseFacets:
    """What the responses of a survey differ in, each sorted."""

    #: numbers, the newest first
    versions: tuple[int, ...]
    touchpoint_ids: tuple[int, ...]
    channels: tuple[Channel, ...]
    languages: tuple[str, ...]


def conditions(wanted: ResponseFilter) -> list[ColumnElement[bool]]:
    """Return what a response must meet."""
    states = [ResponseState.COMPLETE]
    if wanted.with_partial:
        states.append(ResponseState.PARTIAL)
    found = [
        Response.survey_id == wanted.survey_id,
        Response.state.in_(states),
    ]
    if wanted.period is not None:
        found += [
            Response.day >= wanted.period.since,
            Response.day < wanted.period.until,
        ]
    if wanted.version is not None:
        found.append(
            Response.version_id.in_(
                select(SurveyVersion.id).where(
                    SurveyVersion.survey_id == wanted.survey_id,
                    SurveyVersion.number == wanted.version,
                )
            )
        )
    if wanted.touchpoint_id is not None:
        found.append(Response.touchpoint_id == wanted.touchpoint_id)
    if wanted.channel is not None:
        found.append(Response.channel == wanted.channel)
    if wanted.language is not None:
        found.append(Response.language == wanted.language)
    flags = cast(Response.flags, String)
    if wanted.without_flagged:
        found.append(flags == "[]")
    if wanted.flag is not None:
        found.append(flags.contains(f'"{wanted.flag}"', autoescape=True))
    if not wanted.with_tests:
        found.append(Response.is_test.is_(False))
    return found


def find_span(session: Session, wanted: ResponseFilter) -> Period | None:
    """Return the days from the first to the last response, None without any."""
    first = session.scalar(select(func.min(Response.day)).where(*conditions(wanted)))
    last = session.scalar(select(func.max(Response.day)).where(*conditions(wanted)))
    if first is None or last is None:
        return None
    return Period(first, last + timedelta(days=1))


def count_responses(session: Session, wanted: ResponseFilter) -> int:
    """Count the responses that are wanted."""
    statement = select(func.count()).select_from(Response).where(*conditions(wanted))
    return session.scalar(statement) or 0


def list_facets(session: Session, survey_id: int) -> ResponseFacets:
    """List what the responses of a survey differ in."""
    rows = session.execute(
        select(
            SurveyVersion.number,
            Response.touchpoint_id,
            Response.channel,
            Response.language,
        )
        .join(SurveyVersion, SurveyVersion.id == Response.version_id)
        .where(Response.survey_id == survey_id)
        .distinct()
    ).all()
    return ResponseFacets(
        versions=tuple(sorted({row[0] for row in rows}, reverse=True)),
        touchpoint_ids=tuple(sorted({row[1] for row in rows})),
        channels=tuple(sorted({row[2] for row in rows})),
        languages=tuple(sorted({row[3] for row in rows})),
    )
