"""Responses: saved page by page, and completed once however often they are sent.

Of two pages that arrive at once the second sees what the first saved: SQLite has one
writer, PostgreSQL holds the invitation or the response. After the last page nothing
changes any more, and whoever sends again gets the same thanks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.collection.answering import (
    Opened,
    Standing,
    open_by_slug,
    open_personal,
)
from feedback.collection.facts import write_facts
from feedback.collection.invitations import mark_complete, mark_started
from feedback.collection.models import Response
from feedback.collection.recording import Bell
from feedback.collection.steps import Left, Step, go_back, leave, with_known
from feedback.collection.terms import Flag, ResponseState
from feedback.core.ids import new_public_id
from feedback.core.periods import local_day
from feedback.db.inserts import insert_missing
from feedback.surveys.queries import questionnaire_of
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions.base import Form

#: seconds on a page beyond which somebody was away
LONGEST_ON_PAGE = 3600.0
#: how the fields are named in which the script says how long a question took
TIME_FIELD = "t."
SECONDS = re.compile(r"\d{1,4}(\.\d{1,3})?")


@dataclass(frozen=True, kw_only=True)
class Door:
    """The link by which somebody comes."""

    #: the secret of a personal link
    token: str | None = None
    #: the name of an open link, and the secret under which its answers are kept
    slug: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A page as it was sent."""

    step: Step
    form: Form
    #: the default of the survey stands in for one that it has not
    language: str
    #: whether the person goes back: what is sound is saved, without a complaint
    goes_back: bool = False
    #: whether the field was filled that nobody sees
    trapped: bool = False


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a page that was sent."""

    opened: Opened
    questionnaire: Questionnaire
    #: None when nothing was looked at, as the link does not answer any more
    left: Left | None
    #: whether this page was the last, and its being sent completed the response
    is_new_completion: bool = False


def find_opened(
    session: Session,
    door: Door,
    *,
    now: datetime,
    secret: str,
    is_first: bool = False,
    to_write: bool = False,
) -> Opened | None:
    """Return what a door opens, None of an unknown one.

    `is_first` says that nothing can have been saved by an open link, and that it need
    not be looked for by a personal one whose invitation was not begun.
    """
    if door.token is not None:
        return open_personal(
            session,
            door.token,
            now=now,
            secret=secret,
            is_first=is_first,
            to_write=to_write,
        )
    return open_by_slug(
        session,
        door.slug,
        now=now,
        key=door.key,
        is_first=is_first,
        to_write=to_write,
    )


def take_page(
    session: Session,
    door: Door,
    posted: Posted,
    *,
    now: datetime,
    zone: ZoneInfo,
    secret: str,
    bell: Bell,
) -> Taken | None:
    """Check a page, save it, and say what comes next; None of an unknown link.

    Nothing is saved of a page with faults, nor of a link that can no longer be
    answered, nor a second time after the last page. What was saved is owed to voice,
    now or when it can no longer be gone on with.
    """
    opened = find_opened(
        session,
        door,
        now=now,
        secret=secret,
        is_first=posted.step.is_first,
        to_write=True,
    )
    if opened is None:
        return None
    if opened.kept is None:
        opened = replace(
            opened, version_id=posted.step.version_id, checksum=posted.step.checksum
        )
    questionnaire = questionnaire_of(session, opened.version_id, opened.checksum)
    if opened.standing != Standing.OPEN:
        return Taken(opened=opened, questionnaire=questionnaire, left=None)
    if posted.language not in questionnaire.languages:
        posted = replace(posted, language=questionnaire.default_language)
    go = go_back if posted.goes_back else leave
    left = go(
        questionnaire,
        posted.step,
        with_known(questionnaire, posted.step.page, posted.form, opened.reach),
        opened.answers,
        opened.known_in(posted.language),
        language=posted.language,
        seed=opened.seed,
    )
    if left.faults:
        return Taken(opened=opened, questionnaire=questionnaire, left=left)
    saved = _save(session, opened, posted, left, now=now, zone=zone)
    if saved is None:
        # Another page was faster by a moment: look at what it saved.
        later = replace(posted, step=replace(posted.step, is_first=False))
        return take_page(
            session, door, later, now=now, zone=zone, secret=secret, bell=bell
        )
    if left.next is None:
        bell.ring(session, now=now)
    else:
        bell.ring_later(session, at=opened.lapses_at)
    return Taken(
        opened=opened,
        questionnaire=questionnaire,
        left=left,
        is_new_completion=left.next is None,
    )


def _save(
    session: Session,
    opened: Opened,
    posted: Posted,
    left: Left,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> int | None:
    """Write a page down; None when it has to be looked at again."""
    if not _note_on_invitation(session, opened, is_last=left.next is None, now=now):
        return None
    values = _values(opened, posted, left, now=now, zone=zone)
    if opened.kept is not None:
        session.execute(
            update(Response).where(Response.id == opened.kept.id).values(values)
        )
        return opened.kept.id
    added = insert_missing(
        session,
        Response,
        [{**_identity(opened), **values}],
        key=[Response.key_hash],
        returning=Response.id,
    )
    return added[0] if added else None


def _note_on_invitation(
    session: Session, opened: Opened, *, is_last: bool, now: datetime
) -> bool:
    """Move the invitation on; return whether it had not ended meanwhile."""
    if opened.invitation_id is None:
        return True
    if is_last:
        return mark_complete(
            session, opened.invitation_id, anonymous=opened.anonymous, now=now
        )
    if opened.kept is None:
        mark_started(session, opened.invitation_id, anonymous=opened.anonymous, now=now)
    return True


def _identity(opened: Opened) -> dict[str, Any]:
    """Return what stays the same from the first page on."""
    named = not opened.anonymous
    return {
        "public_id": new_public_id(),
        "key_hash": opened.key_hash,
        "journey_id": opened.journey_id,
        "survey_id": opened.survey_id,
        "version_id": opened.version_id,
        "touchpoint_id": opened.touchpoint_id,
        "invitation_id": opened.invitation_id if named else None,
        "open_link_id": opened.open_link_id,
        "contact_id": opened.contact_id if named else None,
        "is_anonymous": opened.anonymous,
        "is_test": opened.is_test,
        "channel": opened.channel,
        "facts": write_facts(opened.known),
    }


def _values(
    opened: Opened, posted: Posted, left: Left, *, now: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """Return what changes with every page."""
    before: Mapping[str, float] = opened.kept.seconds if opened.kept else {}
    here = posted.step.page
    seconds = dict(before)
    if left.is_left:
        spent = before.get(here, 0.0) + posted.step.seconds(now)
        seconds[here] = round(min(spent, LONGEST_ON_PAGE), 1)
    is_last = left.next is None
    flags = list(opened.kept.flags) if opened.kept else []
    if posted.trapped and Flag.BOT not in flags:
        flags.append(Flag.BOT)
    return {
        "language": posted.language,
        "state": ResponseState.COMPLETE if is_last else ResponseState.PARTIAL,
        "answers": dict(left.answers),
        "answered_share": round(left.answered_share, 3),
        "seconds": seconds,
        "question_seconds": _question_seconds(opened, posted),
        "flags": flags,
        "ending": left.walk.ending.key if is_last else None,
        "day": local_day(now, zone),
        "saved_at": None if opened.anonymous else now,
    }


def _question_seconds(opened: Opened, posted: Posted) -> dict[str, float]:
    """Return how long each question took so far, as the page's script tells it.

    Nothing is concluded from it about a person: whoever likes can tell what they like.
    """
    told = dict(opened.kept.question_seconds) if opened.kept else {}
    for key in posted.step.shown:
        given = next(iter(posted.form.get(f"{TIME_FIELD}{key}", ())), "")
        if SECONDS.fullmatch(given):
            told[key] = min(float(given), LONGEST_ON_PAGE)
    return told
