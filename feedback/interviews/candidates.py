"""Customers who said in a survey that they are ready to talk, and may be asked now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.due import read_ledger
from feedback.collection.fatigue import Verdict, Wanted, decide
from feedback.collection.models import Contact, Response
from feedback.collection.policy import get_policy
from feedback.collection.stop_list import stopped_among
from feedback.interviews.models import Invitee

#: answers that are looked through, the newest, and customers that are shown
MOST_ANSWERS = 5_000
MOST_SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """The answer that says so: a choice of a question of a survey."""

    survey_id: int
    question: str
    choice: str


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A customer who is ready to talk.

    `refusal` is why they may not be asked now, in lower_snake: `no_address`,
    `stopped`, `asked_already`, or a reason of `collection.fatigue`.
    """

    contact: str
    contact_id: int
    name: str | None
    email: str | None
    locale: str | None
    answered_at: datetime | None
    refusal: str | None


def list_candidates(
    session: Session,
    wanted: Readiness,
    *,
    appeal_id: int,
    now: datetime,
    secret: str,
) -> tuple[Candidate, ...]:
    """List who gave the answer, the newest first, and whether they may be asked.

    Opt-outs and the ledger of fatigue hold as for surveys. 200 at most.
    """
    rows = session.execute(
        select(Response.answers, Response.saved_at, Contact)
        .join(Contact, Contact.id == Response.contact_id)
        .where(Response.survey_id == wanted.survey_id, Response.is_test.is_(False))
        .order_by(Response.id.desc())
        .limit(MOST_ANSWERS)
    )
    found: dict[int, tuple[Contact, datetime | None]] = {}
    for answers, saved_at, contact in rows:
        if says(answers.get(wanted.question), wanted.choice):
            found.setdefault(contact.id, (contact, saved_at))
    shown = list(found.values())[:MOST_SHOWN]
    contacts = [contact for contact, _ in shown]
    refusals = refusals_of(
        session, contacts, appeal_id=appeal_id, now=now, secret=secret
    )
    return tuple(
        Candidate(
            contact=contact.public_id,
            contact_id=contact.id,
            name=contact.name,
            email=contact.email,
            locale=contact.locale,
            answered_at=saved_at,
            refusal=refusals.get(contact.id),
        )
        for contact, saved_at in shown
    )


def refusals_of(
    session: Session,
    contacts: Sequence[Contact],
    *,
    appeal_id: int,
    now: datetime,
    secret: str,
) -> Mapping[int, str]:
    """Return who of these customers may not be asked to talk now, and why."""
    limits = get_policy(session).policy.limits
    ledger = read_ledger(session, [one.id for one in contacts], limits, now=now)
    stopped = stopped_among(
        session, [one.email for one in contacts if one.email], secret=secret
    )
    asked = set(
        session.scalars(
            select(Invitee.contact).where(
                Invitee.appeal_id == appeal_id,
                Invitee.contact.in_([one.public_id for one in contacts]),
            )
        )
    )
    found: dict[int, str] = {}
    for contact in contacts:
        if not contact.email:
            found[contact.id] = "no_address"
        elif contact.email in stopped:
            found[contact.id] = "stopped"
        elif contact.public_id in asked:
            found[contact.id] = "asked_already"
        else:
            decision = decide(
                Wanted(id=0, survey_id=None, priority=5, due_at=now, expires_at=now),
                asked=ledger.get(contact.id, ()),
                limits=limits,
                now=now,
            )
            if decision.verdict is not Verdict.ALLOW:
                found[contact.id] = decision.reason or "too_soon"
    return found


def says(answer: Any, choice: str) -> bool:
    """Tell whether an answer to a question is, or holds, a choice."""
    if isinstance(answer, Mapping):
        return answer.get("choice") == choice or choice in answer.get("choices", ())
    return choice in answer if isinstance(answer, list) else answer == choice
