"""Consent: in which words, to what, when, how; and taken back.

Nothing that a participant says is written down before they agreed to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid
from feedback.db.audit import record
from feedback.i18n.catalogs import gettext, mark
from feedback.interviews.erasure import erase_words
from feedback.interviews.models import Consent, Interview
from feedback.interviews.planning import lock_interview
from feedback.interviews.terms import (
    ConsentScope,
    ConsentWay,
    InterviewState,
)

LONGEST_CONSENT = 5_000
_TEXT = mark(
    "I agree to talk with %(company)s about what I experienced as a customer.\n"
    "What I say is used to improve what %(company)s offers. It is kept without my "
    "name, and names that I mention are masked.\n"
    "I can stop at any time, and take my consent back later without giving a reason: "
    "what I said is then erased."
)
_SCOPES: Mapping[ConsentScope, str] = {
    ConsentScope.NOTES: mark("Notes are taken and kept."),
    ConsentScope.RECORDING: mark("The talk is recorded and written down."),
    ConsentScope.QUOTATION: mark("Words are quoted in reports, without a name."),
    ConsentScope.CONTACT: mark("The company may write again about this."),
}


@dataclass(frozen=True, kw_only=True)
class ConsentGiven:
    """A consent as somebody notes it."""

    text: str
    scopes: tuple[ConsentScope, ...]
    given_at: datetime
    way: ConsentWay


@dataclass(frozen=True, kw_only=True)
class ConsentRead(ConsentGiven):
    """A consent as it is kept."""

    withdrawn_at: datetime | None


def consent_text(company: str, locale: str) -> str:
    """Return the words to begin with; a house changes them as its lawyer says."""
    return gettext(locale, _TEXT, company=company)


def scope_name(scope: ConsentScope, locale: str) -> str:
    """Return what a participant agrees to, as one sentence."""
    return gettext(locale, _SCOPES[scope])


def give_consent(
    session: Session,
    public_id: str,
    given: ConsentGiven,
    *,
    author_id: int | None,
    now: datetime,
) -> None:
    """Note a consent, in place of the one before; both stay on record.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_withdrawn`.
        Invalid: `text`: `missing`, `too_long`; `scopes: missing`;
            `given_at: in_the_future`.
    """
    interview = lock_interview(session, public_id)
    faults: dict[str, str] = {}
    if not given.text.strip():
        faults["text"] = "missing"
    elif len(given.text) > LONGEST_CONSENT:
        faults["text"] = "too_long"
    if not given.scopes:
        faults["scopes"] = "missing"
    if given.given_at > now:
        faults["given_at"] = "in_the_future"
    if faults:
        raise Invalid(faults)
    session.add(
        Consent(
            interview_id=interview.id,
            text=given.text.strip(),
            scopes=[one.value for one in ConsentScope if one in given.scopes],
            given_at=given.given_at,
            way=given.way,
            author_id=author_id,
            created_at=now,
        )
    )
    session.flush()
    record(session, "consent_noted", public_id, actor_id=author_id, now=now)


def withdraw_consent(
    session: Session, public_id: str, *, actor_id: int | None, now: datetime
) -> int:
    """Take a consent back: erase what was said; return how many excerpts went.

    That a consent stood, in which words and until when, stays as proof, without a name.

    Raises:
        NotFound: `interview`.
        Conflict: `consent_withdrawn`, when it was taken back already.
    """
    interview = lock_interview(session, public_id)
    return withdraw(session, interview, actor_id=actor_id, now=now)


def withdraw(
    session: Session, interview: Interview, *, actor_id: int | None, now: datetime
) -> int:
    """Take the consent of an interview back that nobody else changes meanwhile."""
    erased = erase_words(session, interview, now=now)
    interview.state = InterviewState.WITHDRAWN
    for consent in session.scalars(
        select(Consent).where(
            Consent.interview_id == interview.id, Consent.withdrawn_at.is_(None)
        )
    ):
        consent.withdrawn_at = now
    session.flush()
    record(
        session,
        "consent_withdrawn",
        interview.public_id,
        actor_id=actor_id,
        now=now,
        details={"excerpts": erased},
    )
    return erased


def find_consent(session: Session, interview_id: int) -> ConsentRead | None:
    """Return the newest consent of an interview, also one that was taken back."""
    row = session.scalar(
        select(Consent)
        .where(Consent.interview_id == interview_id)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return ConsentRead(
        text=row.text,
        scopes=tuple(ConsentScope(one) for one in row.scopes),
        given_at=row.given_at,
        way=row.way,
        withdrawn_at=row.withdrawn_at,
    )


def require_consent(
    session: Session, interview: Interview, *scopes: ConsentScope
) -> None:
    """Refuse what the participant has not agreed to.

    Raises:
        Conflict: `consent_missing`, unless one of these scopes was agreed to.
    """
    consent = find_consent(session, interview.id)
    if consent is None or consent.withdrawn_at or not set(scopes) & set(consent.scopes):
        raise Conflict("consent_missing")
