"""Comments on improvements, and the people whom they name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.accounts.notices import queue_mail
from feedback.core.errors import Invalid
from feedback.core.text import fold, shorten
from feedback.improvements.models import (
    Improvement,
    ImprovementComment,
    ImprovementMention,
)
from feedback.improvements.standing import lock_improvement
from feedback.improvements.terms import LONGEST_TEXT

MENTIONED = "improvement_mention"
#: people looked through for names, and mentions shown at once
MOST_PEOPLE = 500
MOST_MENTIONS = 50


@dataclass(frozen=True, kw_only=True)
class Mentioned:
    """One mention of a person that they have not seen yet."""

    id: int
    at: datetime
    author: str | None
    improvement: str
    title: str
    words: str


def add_comment(
    session: Session,
    public_id: str,
    words: str,
    *,
    author_id: int,
    now: datetime,
) -> str:
    """Add a comment and return its public id; whom it names gets a mail.

    Raises:
        NotFound: `improvement`.
        Invalid: `comment: missing`, `too_long`.
    """
    row = lock_improvement(session, public_id)
    typed = words.strip()
    if not typed:
        raise Invalid({"comment": "missing"})
    if len(typed) > LONGEST_TEXT:
        raise Invalid({"comment": "too_long"})
    comment = ImprovementComment(
        improvement_id=row.id, author_id=author_id, words=typed, created_at=now
    )
    session.add(comment)
    session.flush()
    author = session.get_one(Account, author_id)
    people = session.scalars(
        select(Account).where(Account.active).order_by(Account.id).limit(MOST_PEOPLE)
    ).all()
    for person in named_in(typed, people):
        if person.id == author_id:
            continue
        session.add(ImprovementMention(comment_id=comment.id, account_id=person.id))
        queue_mail(
            session,
            MENTIONED,
            to=person.email,
            locale=person.locale,
            now=now,
            context={
                "name": person.name,
                "author": author.name,
                "title": row.title,
                "words": shorten(typed, 600),
                "path": f"/improvements/{row.public_id}#comment-{comment.public_id}",
            },
        )
    session.flush()
    return comment.public_id


def named_in(words: str, people: Iterable[Account]) -> Sequence[Account]:
    """Return whom `@Name` names: by the whole name, or a first name that one has.

    Case and accents are not looked at. The longer name is read first, so that
    `@Ann Lee` does not also name Ann.
    """
    everybody = list(people)
    firsts: dict[str, list[Account]] = {}
    for one in everybody:
        firsts.setdefault(fold(one.name).partition(" ")[0], []).append(one)
    names = [(fold(one.name), one) for one in everybody]
    names += [(name, found[0]) for name, found in firsts.items() if len(found) == 1]
    names.sort(key=lambda pair: -len(pair[0]))
    left, found_people = f"{fold(words)} ", []
    for name, person in names:
        if not name:
            continue
        if any(f"@{name}{end}" in left for end in " .,;:!?)"):
            left = left.replace(f"@{name}", "@")
            if person not in found_people:
                found_people.append(person)
    return found_people


def count_mentions(session: Session, account_id: int) -> int:
    """Return how many mentions of a person they have not seen yet."""
    return (
        session.scalar(
            select(func.count()).where(
                ImprovementMention.account_id == account_id,
                ImprovementMention.seen_at.is_(None),
            )
        )
        or 0
    )


def list_mentions(session: Session, account_id: int) -> tuple[Mentioned, ...]:
    """List the mentions of a person that they have not seen yet, newest first."""
    rows = session.execute(
        select(ImprovementMention, ImprovementComment, Improvement, Account.name)
        .join(
            ImprovementComment, ImprovementComment.id == ImprovementMention.comment_id
        )
        .join(Improvement, Improvement.id == ImprovementComment.improvement_id)
        .outerjoin(Account, Account.id == ImprovementComment.author_id)
        .where(
            ImprovementMention.account_id == account_id,
            ImprovementMention.seen_at.is_(None),
        )
        .order_by(ImprovementMention.id.desc())
        .limit(MOST_MENTIONS)
    )
    return tuple(
        Mentioned(
            id=mention.id,
            at=comment.created_at,
            author=name,
            improvement=improvement.public_id,
            title=improvement.title,
            words=shorten(comment.words, 200),
        )
        for mention, comment, improvement, name in rows
    )


def mark_seen(session: Session, account_id: int, *, up_to: int, now: datetime) -> None:
    """Note that a person has seen their mentions up to a number."""
    session.execute(
        update(ImprovementMention)
        .where(
            ImprovementMention.account_id == account_id,
            ImprovementMention.id <= up_to,
            ImprovementMention.seen_at.is_(None),
        )
        .values(seen_at=now)
    )
