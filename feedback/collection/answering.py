"""What a link opens: who is asked which version, and what they answered so far."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from feedback.collection.facts import read_facts
from feedback.collection.invitations import ANSWERABLE
from feedback.collection.models import (
    Contact,
    Invitation,
    InvitationToken,
    Response,
)
from feedback.collection.open_links import find_link
from feedback.collection.terms import Channel, InvitationState, ResponseState
from feedback.core.tokens import derived, fingerprint, keyed_fingerprint
from feedback.surveys.conditions import Facts
from feedback.surveys.models import Survey, SurveyState, SurveyVersion
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Theme

#: what was left in the midst can be gone on with for so long, unless an invitation says
#: how long
PARTIAL_AFTER = timedelta(days=7)

#: how the secret of a response begins that somebody of the house gives to try
TEST_KEY = "test."


#: nothing has been saved yet
_NOT_BEGUN = ANSWERABLE - {InvitationState.STARTED}


class Standing(StrEnum):
    """Whether a link can be answered, and why not."""

    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    #: the survey or the open link was closed
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was saved of a response."""

    id: int
    version_id: int
    checksum: str
    #: the last page was left, or the time to go on is over and voice has the rest
    is_over: bool
    language: str
    answers: Mapping[str, Any]
    seconds: Mapping[str, float]
    question_seconds: Mapping[str, float]
    #: Flag values
    flags: tuple[str, ...]
    #: key of the ending that was shown
    ending: str | None


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A link that was followed: who is asked what, and where they stand."""

    standing: Standing
    #: SHA-256 of the secret under which the response is kept
    key_hash: str
    channel: Channel
    journey_id: int
    survey_id: int
    touchpoint_id: int
    anonymous: bool
    #: the version to answer: the one begun, else the newest
    version_id: int
    checksum: str
    #: when a part that was answered can no longer be gone on with
    lapses_at: datetime
    #: whether somebody of the house tries the survey; counted nowhere
    is_test: bool = False
    #: language of the invitation, None of an open link
    locale: str | None = None
    invitation_id: int | None = None
    open_link_id: int | None = None
    #: None of an anonymous survey
    contact_id: int | None = None
    #: for conditions and piping; nothing in an anonymous survey
    known: Facts = field(default_factory=dict)
    #: `name`, `email`, `phone`: what need not be asked; nothing when anonymous
    reach: Mapping[str, str] = field(default_factory=dict)
    kept: Kept | None = None

    @property
    def is_personal(self) -> bool:
        """Whether one person was invited, and not whoever passes by."""
        return self.invitation_id is not None

    @property
    def seed(self) -> str:
        """What decides random orders: the same all through one response."""
        return self.key_hash[:16]

    def known_in(self, language: str) -> Facts:
        """Return what is known, with the language that is spoken now."""
        return {**self.known, ("language", ""): language}

    @property
    def answers(self) -> Mapping[str, Any]:
        """What was answered so far."""
        return self.kept.answers if self.kept else {}


def response_key(token: str, *, secret: str) -> str:
    """Return what a personal link's response is kept under.

    It is made with the installation's secret, so that the database alone cannot tell
    which invitation an anonymous response belongs to.
    """
    key = derived(secret, "response")
    return fingerprint(keyed_fingerprint(token, key))


def open_personal(
    session: Session,
    token: str,
    *,
    now: datetime,
    secret: str,
    is_first: bool = False,
    to_write: bool = False,
) -> Opened | None:
    """Return what a personal link opens, whatever its state; None of an unknown one.

    One SELECT; two once the answering has begun, and unless `is_first`, which lets the
    state of the invitation tell that. `to_write` holds the invitation until the
    transaction ends, so that of two pages that arrive at once the second sees what the
    first saved. The database compares SHA-256 sums, of which a guess tells nothing.
    """
    wanted = fingerprint(token)  # a malformed one takes as long as a guessed one
    query = _INVITED_HELD if to_write else _INVITED
    row = session.connection().execute(query, {"token_hash": wanted}).first()
    if row is None or not hmac.compare_digest(row.token_hash, wanted):
        return None
    key_hash, kept = response_key(token, secret=secret), None
    if not is_first or row.state not in _NOT_BEGUN:
        kept = (
            _find_kept(session, _BY_KEY, key_hash)
            if row.anonymous
            else _find_kept(session, _BY_INVITATION, row.id)
        )
    return Opened(
        standing=_standing(row, kept, now),
        key_hash=key_hash,
        channel=row.channel,
        journey_id=row.journey_id,
        survey_id=row.survey_id,
        touchpoint_id=row.touchpoint_id,
        anonymous=row.anonymous,
        version_id=kept.version_id if kept else row.version_id,
        checksum=kept.checksum if kept else row.checksum,
        locale=row.locale,
        invitation_id=row.id,
        contact_id=None if row.anonymous else row.contact_id,
        known={} if row.anonymous else read_facts(row.facts),
        reach={} if row.anonymous else _reach(row),
        kept=kept,
        lapses_at=now + PARTIAL_AFTER if row.anonymous else row.expires_at,
    )


def open_by_slug(
    session: Session,
    slug: str,
    *,
    now: datetime,
    key: str,
    is_first: bool = False,
    to_write: bool = False,
) -> Opened | None:
    """Return what an open link opens, closed ones too; None of an unknown one.

    `key` is the secret of the response. One SELECT; two unless `is_first`, which says
    that nothing can have been saved under it.
    """
    link = find_link(session, slug, now)
    if link is None:
        return None
    key_hash = fingerprint(key)
    kept = None
    if not is_first:
        kept = _find_kept(session, _BY_KEY_HELD if to_write else _BY_KEY, key_hash)
    standing = Standing.OPEN if link.is_open else Standing.CLOSED
    if kept and kept.is_over:
        standing = Standing.COMPLETE
    return Opened(
        standing=standing,
        key_hash=key_hash,
        channel=link.channel,
        journey_id=link.journey_id,
        survey_id=link.survey_id,
        touchpoint_id=link.touchpoint_id,
        anonymous=link.anonymous,
        version_id=kept.version_id if kept else link.version_id,
        checksum=kept.checksum if kept else link.checksum,
        open_link_id=link.id,
        is_test=key.startswith(TEST_KEY),
        kept=kept,
        lapses_at=now + PARTIAL_AFTER,
    )


def _standing(row: Row[*tuple[Any, ...]], kept: Kept | None, now: datetime) -> Standing:
    if row.state == InvitationState.COMPLETE or (kept and kept.is_over):
        return Standing.COMPLETE
    if row.state == InvitationState.REFUSED:
        return Standing.REFUSED
    if row.state == InvitationState.EXPIRED or row.expires_at <= now:
        return Standing.EXPIRED
    if row.state not in ANSWERABLE:
        return Standing.WITHDRAWN
    if row.survey_state != SurveyState.OPEN:
        return Standing.CLOSED
    return Standing.OPEN


def _reach(row: Row[*tuple[Any, ...]]) -> dict[str, str]:
    known = {"name": row.name, "email": row.email, "phone": row.phone}
    return {name: value for name, value in known.items() if value}


_responses, _versions = Response.__table__, SurveyVersion.__table__
_tokens, _invitations = InvitationToken.__table__, Invitation.__table__
_surveys, _contacts = Survey.__table__, Contact.__table__
# Statements are made once, and run on the bare connection: a page of a survey takes
# little longer than making them.
_INVITED = (
    select(
        _tokens.c.token_hash,
        _invitations.c.id,
        _invitations.c.state,
        _invitations.c.expires_at,
        _invitations.c.channel,
        _invitations.c.locale,
        _invitations.c.facts,
        _invitations.c.touchpoint_id,
        _invitations.c.contact_id,
        _contacts.c.name,
        _contacts.c.email,
        _contacts.c.phone,
        _surveys.c.id.label("survey_id"),
        _surveys.c.journey_id,
        _surveys.c.anonymous,
        _surveys.c.state.label("survey_state"),
        _versions.c.id.label("version_id"),
        _versions.c.checksum,
    )
    .join(_invitations, _invitations.c.id == _tokens.c.invitation_id)
    .join(_surveys, _surveys.c.id == _invitations.c.survey_id)
    .join(
        _versions,
        (_versions.c.survey_id == _surveys.c.id)
        & (_versions.c.number == _surveys.c.version),
    )
    .outerjoin(_contacts, _contacts.c.id == _invitations.c.contact_id)
    .where(_tokens.c.token_hash == bindparam("token_hash"))
)
_INVITED_HELD = _INVITED.with_for_update(of=_invitations)
_KEPT = select(
    _responses.c.id,
    _responses.c.version_id,
    _versions.c.checksum,
    _responses.c.state,
    _responses.c.language,
    _responses.c.answers,
    _responses.c.seconds,
    _responses.c.question_seconds,
    _responses.c.flags,
    _responses.c.ending,
    _responses.c.recorded_at,
).join(_versions, _versions.c.id == _responses.c.version_id)
_BY_KEY = _KEPT.where(_responses.c.key_hash == bindparam("which"))
_BY_KEY_HELD = _BY_KEY.with_for_update(of=_responses)
_BY_INVITATION = _KEPT.where(_responses.c.invitation_id == bindparam("which"))


def _find_kept(session: Session, query: Select[Any], which: str | int) -> Kept | None:
    row = session.connection().execute(query, {"which": which}).first()
    if row is None:
        return None
    return Kept(
        id=row.id,
        version_id=row.version_id,
        checksum=row.checksum,
        is_over=row.state == ResponseState.COMPLETE or row.recorded_at is not None,
        language=row.language,
        answers=row.answers,
        seconds=row.seconds,
        question_seconds=row.question_seconds,
        flags=tuple(row.flags),
        ending=row.ending,
    )


def find_theme(session: Session, checksum: str) -> Theme | None:
    """Return the look of a version, None of an unknown one."""
    version_id = session.scalar(
        select(SurveyVersion.id).where(SurveyVersion.checksum == checksum).limit(1)
    )
    if version_id is None:
        return None
    return questionnaire_of(session, version_id, checksum).theme
