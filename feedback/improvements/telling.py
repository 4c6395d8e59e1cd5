"""You said, we did: tell customers who raised a theme what became of it, once.

Told is who complained of the theme where it was put right, before that, in answer to an
invitation, and agreed to be contacted about it. The ledger of fatigue counts the
message like an asking by the survey that they had answered; who is stopped or was asked
too often is left alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from feedback.accounts.notices import queue_mail
from feedback.collection.fatigue import Asked, Limits, Verdict, Wanted, decide
from feedback.collection.invitations import new_token
from feedback.collection.letters import links_to
from feedback.collection.models import Asking, Contact, Response
from feedback.collection.policy import get_policy, lock_policy
from feedback.collection.stop_list import stopped_among
from feedback.collection.terms import ORIGIN, Channel, ResponseState
from feedback.config import Settings
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.i18n.locales import SUPPORTED, choose
from feedback.improvements.history import note
from feedback.improvements.models import (
    Improvement,
    ImprovementPlace,
    OutcomeMessage,
    OutcomeNotice,
)
from feedback.improvements.planning import list_plans
from feedback.improvements.standing import lock_improvement
from feedback.improvements.terms import LONGEST_TEXT, NoticeState
from feedback.improvements.verdicts import find_outcome
from feedback.surveys.questions.contact import CONSENT
from feedback.voice.mentions import that_stand
from feedback.voice.models import Feedback, Mention, Verbatim
from feedback.voice.taxonomy import Stance, polarities_of, read_themes, theme_name

OUTCOME = "improvement_outcome"
#: answers that are looked through, the newest first
MOST_ANSWERS = 20_000
MOST_TOLD = 5_000


@dataclass(frozen=True, kw_only=True)
class Audience:
    """How many customers could be told, and why the others are not.

    Attributes:
        raised: customers who complained of the theme and are known.
        agreed: those of them who agreed to be contacted about their answer.
        tellable: those who can be told now.
        held_back: the others who agreed, by reason: `no_address`, `stopped`, and those
            of `collection.fatigue`.
    """

    raised: int
    agreed: int
    tellable: int
    held_back: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class SentOutcome:
    """What was told, and to how many."""

    words: Mapping[str, str]
    confirmed_at: datetime
    told: int
    held_back: int


@dataclass(frozen=True, kw_only=True)
class _Customer:
    contact_id: int
    survey_id: int
    invitation_id: int
    language: str
    name: str | None
    address: str | None
    has_agreed: bool


def find_audience(
    session: Session, public_id: str, *, settings: Settings, now: datetime
) -> Audience:
    """Count who could be told of an improvement now.

    Raises:
        NotFound: `improvement`.
        Conflict: `no_verdict`, as there is nothing to tell yet.
    """
    row = session.scalar(select(Improvement).where(Improvement.public_id == public_id))
    if row is None:
        raise NotFound("improvement")
    _require_verdict(session, row)
    everybody = _customers(session, row)
    agreed = [one for one in everybody if one.has_agreed]
    limits = get_policy(session).policy.limits
    reasons = _reasons(session, agreed, limits, settings=settings, now=now)
    held_back = Counter(reason for reason in reasons.values() if reason)
    return Audience(
        raised=len(everybody),
        agreed=len(agreed),
        tellable=len(agreed) - sum(held_back.values()),
        held_back=held_back,
    )


def find_sent(session: Session, improvement_id: int) -> SentOutcome | None:
    """Return what was told, None before that."""
    row = session.get(OutcomeMessage, improvement_id)
    if row is None or row.confirmed_at is None:
        return None
    rows = session.execute(
        select(OutcomeNotice.state, func.count())
        .where(OutcomeNotice.improvement_id == improvement_id)
        .group_by(OutcomeNotice.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return SentOutcome(
        words=row.words,
        confirmed_at=row.confirmed_at,
        told=counts.get(NoticeState.TOLD, 0),
        held_back=counts.get(NoticeState.HELD_BACK, 0),
    )


def tell_customers(
    session: Session,
    public_id: str,
    words: Mapping[str, str],
    *,
    author_id: int,
    settings: Settings,
    now: datetime,
) -> SentOutcome:
    """Owe one mail to each customer who can be told, and note the others.

    Raises:
        NotFound: `improvement`.
        Conflict: `no_verdict`, `already_told`, or `nobody_to_tell`.
        Invalid: `words_LANGUAGE: missing`, `too_long`.
    """
    policy = lock_policy(session)
    row = lock_improvement(session, public_id)
    _require_verdict(session, row)
    if find_sent(session, row.id) is not None:
        raise Conflict("already_told")
    typed = _checked(words)
    agreed = [one for one in _customers(session, row) if one.has_agreed]
    reasons = _reasons(session, agreed, policy.limits, settings=settings, now=now)
    if all(reasons.values()):
        raise Conflict("nobody_to_tell")
    session.add(
        OutcomeMessage(
            improvement_id=row.id,
            words=typed,
            author_id=author_id,
            created_at=now,
            confirmed_at=now,
        )
    )
    for one in agreed:
        reason = reasons[one.contact_id]
        state = NoticeState.HELD_BACK if reason else NoticeState.TOLD
        session.add(
            OutcomeNotice(
                improvement_id=row.id,
                contact_id=one.contact_id,
                state=state,
                reason=reason,
                created_at=now,
            )
        )
        if reason is None:
            _tell(session, row, one, typed, settings=settings, now=now)
    session.flush()
    sent = find_sent(session, row.id)
    assert sent is not None  # noqa: S101 - it was just added
    note(
        session,
        row.id,
        "customers_told",
        author_id=author_id,
        now=now,
        details={"told": sent.told},
    )
    return sent


def _tell(
    session: Session,
    row: Improvement,
    one: _Customer,
    words: Mapping[str, str],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    assert one.address is not None  # noqa: S101 - others are held back
    session.add(
        Asking(
            contact_id=one.contact_id,
            survey_id=one.survey_id,
            channel=Channel.EMAIL,
            asked_at=now,
        )
    )
    links = links_to(settings.base_url, new_token(session, one.invitation_id))
    locale = choose(one.language, [settings.locale])
    queue_mail(
        session,
        OUTCOME,
        to=one.address,
        locale=locale,
        now=now,
        context={
            # what the frame of mails to customers asks for
            "title": "",
            "language": locale,
            "name": one.name,
            "theme": theme_name(session, row.theme_key or "", locale),
            "words": words[locale],
            "company_address": settings.company_address,
            "links": {"why": links.why, "stop": links.stop},
        },
    )


def _require_verdict(session: Session, row: Improvement) -> None:
    if find_outcome(session, row.id) is None:
        raise Conflict("no_verdict")


def _checked(words: Mapping[str, str]) -> dict[str, str]:
    typed = {language: words.get(language, "").strip() for language in SUPPORTED}
    faults = {}
    for language, text in typed.items():
        if not text:
            faults[f"words_{language}"] = "missing"
        elif len(text) > LONGEST_TEXT:
            faults[f"words_{language}"] = "too_long"
    if faults:
        raise Invalid(faults)
    return typed


def _customers(session: Session, row: Improvement) -> list[_Customer]:
    """Return who raised the theme, each once, by their newest answer."""
    if row.theme_key is None:
        return []
    themes = read_themes(session)
    starts_on = list_plans(session, row.id)[-1].plan.starts_on
    raised = (
        select(Mention.id)
        .join(Verbatim, Verbatim.id == Mention.verbatim_id)
        .join(Feedback, Feedback.id == Verbatim.feedback_id)
        .where(
            Feedback.origin_key == literal(ORIGIN).concat(Response.public_id),
            Mention.theme_key.in_(themes.sources(themes.end(row.theme_key))),
            Mention.polarity.in_(polarities_of(Stance.FRICTION)),
            *that_stand(themes),
        )
    )
    places = select(ImprovementPlace.touchpoint_id).where(
        ImprovementPlace.improvement_id == row.id
    )
    rows = session.execute(
        select(Response, Contact.name, Contact.email)
        .join(Contact, Contact.id == Response.contact_id)
        .where(
            Response.journey_id == row.journey_id,
            Response.touchpoint_id.in_(places),
            Response.state == ResponseState.COMPLETE,
            Response.is_anonymous.is_(False),
            Response.is_test.is_(False),
            Response.invitation_id.is_not(None),
            Response.day < starts_on,
            raised.exists(),
        )
        .order_by(Response.id.desc())
        .limit(MOST_ANSWERS)
    )
    found: dict[int, _Customer] = {}
    for response, name, email in rows:
        agreed = [
            value
            for value in response.answers.values()
            if isinstance(value, dict) and value.get(CONSENT) is True
        ]
        contact_id, invitation_id = response.contact_id, response.invitation_id
        assert contact_id is not None  # noqa: S101 - asked for above
        assert invitation_id is not None  # noqa: S101 - the same
        kept = found.get(contact_id)
        if kept is not None and (kept.has_agreed or not agreed):
            continue
        typed = next((one["email"] for one in agreed if one.get("email")), None)
        found[contact_id] = _Customer(
            contact_id=contact_id,
            survey_id=response.survey_id,
            invitation_id=invitation_id,
            language=response.language,
            name=name,
            address=typed or email,
            has_agreed=bool(agreed),
        )
    return list(found.values())[:MOST_TOLD]


def _reasons(
    session: Session,
    customers: Sequence[_Customer],
    limits: Limits,
    *,
    settings: Settings,
    now: datetime,
) -> dict[int, str | None]:
    """Return why each customer cannot be told, None for those who can."""
    addresses = [one.address for one in customers if one.address]
    stopped = stopped_among(session, addresses, secret=settings.secret())
    ledger = _ledger(session, [one.contact_id for one in customers])
    found: dict[int, str | None] = {}
    taken: set[str] = set()
    for one in customers:
        reason: str | None = None
        if one.address is None:
            reason = "no_address"
        elif one.address in stopped:
            reason = "stopped"
        elif one.address.lower() in taken:
            reason = "same_address"
        else:
            reason = _tired(one, ledger.get(one.contact_id, ()), limits, now=now)
        if reason is None and one.address is not None:
            taken.add(one.address.lower())
        found[one.contact_id] = reason
    return found


def _tired(
    one: _Customer, asked: Sequence[Asked], limits: Limits, *, now: datetime
) -> str | None:
    decision = decide(
        Wanted(
            id=0,
            survey_id=one.survey_id,
            priority=5,
            due_at=now,
            expires_at=now + timedelta(days=1),
        ),
        asked=asked,
        limits=limits,
        now=now,
    )
    return None if decision.verdict is Verdict.ALLOW else decision.reason


def _ledger(
    session: Session, contact_ids: Iterable[int]
) -> Mapping[int, Sequence[Asked]]:
    wanted = sorted(set(contact_ids))
    found: dict[int, list[Asked]] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(Asking.contact_id, Asking.survey_id, Asking.asked_at).where(
                Asking.contact_id.in_(wanted[start : start + 500])
            )
        )
        for contact_id, survey_id, at in rows:
            found.setdefault(contact_id, []).append(Asked(survey_id=survey_id, at=at))
    return found
