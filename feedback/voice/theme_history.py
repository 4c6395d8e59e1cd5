"""The history of the taxonomy: what each change made of which theme; its undoing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from feedback.accounts.models import Account
from feedback.core.errors import Conflict
from feedback.core.ids import slug
from feedback.core.pagination import Page, PageRequest, page_of
from feedback.db.inserts import insert_missing
from feedback.journey.models import Journey
from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import OwnPhrase, Theme
from feedback.voice.intake import mark_stale
from feedback.voice.models import Mention
from feedback.voice.rules.models import TaxonomyRevision, ThemePhrase, ThemeRecord
from feedback.voice.taxonomy import (
    KeptTheme,
    Themes,
    forget_themes,
    list_phrases,
    read_themes,
)

LONGEST_KEY = 50


@dataclass(frozen=True, kw_only=True)
class ThemeState:
    """All that is kept of one theme."""

    kept: KeptTheme
    phrases: tuple[OwnPhrase, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change of the taxonomy; the author's name is None when the account is gone.

    `before` and `after` have the states of the themes touched, None where there was no
    such theme.
    """

    number: int
    action: str
    subject: str
    author: str | None
    at: datetime
    before: Mapping[str, ThemeState | None]
    after: Mapping[str, ThemeState | None]


def newest_revision(session: Session) -> int:
    """Return the number of the newest change, 0 before the first."""
    return session.scalar(select(func.max(TaxonomyRevision.number))) or 0


def list_changes(session: Session, wanted: PageRequest) -> Page[Change]:
    """List the changes, newest first."""
    rows = session.execute(
        select(TaxonomyRevision, Account.name)
        .outerjoin(Account, Account.id == TaxonomyRevision.author_id)
        .order_by(TaxonomyRevision.number.desc())
        .offset(wanted.offset)
        .limit(wanted.size + 1)
    )
    return page_of([_change(row, name) for row, name in rows], wanted)


def undo(
    session: Session, *, revision: int, author_id: int | None, now: datetime
) -> None:
    """Make the themes again what they were before the newest change.

    That is a change, too: undone again, the first one holds again.

    Raises:
        Conflict: `changed_meanwhile`, when `revision` is not the newest;
            `nothing_to_undo`.
    """
    row = session.get(TaxonomyRevision, newest_revision(session))
    if row is None:
        raise Conflict("nothing_to_undo")
    undone = row.action.startswith("undone_")
    keep_change(
        session,
        row.action.removeprefix("undone_") if undone else f"undone_{row.action}",
        row.subject,
        {key: _read(key, state) for key, state in row.before.items()},
        revision=revision,
        author_id=author_id,
        now=now,
    )


def read_states(session: Session, keys: Iterable[str]) -> dict[str, ThemeState | None]:
    """Return what is kept of these themes, None for those that are not there."""
    themes, phrases = read_themes(session), list_phrases(session)
    return {
        key: ThemeState(
            kept=themes.kept[key],
            phrases=tuple(one for theme, one in phrases if theme == key),
        )
        if key in themes.kept
        else None
        for key in keys
    }


def free_key(session: Session, names: Mapping[str, str], taken: set[str]) -> str:
    """Return a key for a theme that no theme has, or ever had."""
    used = taken | set(session.scalars(select(TaxonomyRevision.subject).distinct()))
    base = slug(names.get("en") or names["fr"], longest=LONGEST_KEY).replace("-", "_")
    number, key = 2, base
    while key in used:
        key, number = f"{base}_{number}", number + 1
    return key


def keep_change(
    session: Session,
    action: str,
    subject: str,
    after: Mapping[str, ThemeState | None],
    *,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Make the themes what `after` says, and keep what they were.

    What is counted under another theme from now on is owed to the counts. A change
    that changes nothing is none.

    Raises:
        Conflict: `changed_meanwhile`, when `revision` is given and not the newest, or
            somebody else changes a theme at this moment.
    """
    newest = newest_revision(session)
    if revision is not None and revision != newest:
        raise Conflict("changed_meanwhile")
    old = read_themes(session)
    before = read_states(session, after)
    if before == dict(after):
        return
    row = {
        "number": newest + 1,
        "author_id": author_id,
        "created_at": now,
        "action": action,
        "subject": subject,
        "before": {key: _write(state) for key, state in before.items()},
        "after": {key: _write(state) for key, state in after.items()},
    }
    if not insert_missing(
        session,
        TaxonomyRevision,
        [row],
        key=[TaxonomyRevision.number],
        returning=TaxonomyRevision.number,
    ):
        raise Conflict("changed_meanwhile")
    for key, state in after.items():
        _replace(session, key, state)
    forget_themes(session)
    _owe_counts(session, old, read_themes(session), now=now)


def _replace(session: Session, key: str, state: ThemeState | None) -> None:
    session.execute(delete(ThemePhrase).where(ThemePhrase.theme_key == key))
    record = ThemeRecord.key == key
    if state is None:
        session.execute(update(ThemeRecord).where(record).values(gone=True))
        return
    session.execute(delete(ThemeRecord).where(record))
    written = _write(state)
    phrases = written.pop("phrases")
    session.execute(insert(ThemeRecord), [{"key": key, **written}])
    if phrases:
        session.execute(
            insert(ThemePhrase), [{"theme_key": key, **phrase} for phrase in phrases]
        )


def _owe_counts(session: Session, old: Themes, new: Themes, *, now: datetime) -> None:
    """Have the days counted again on which a theme was spoken of that counts anew."""
    moved = [
        key for key in {*old.kept, *new.kept} if old.current(key) != new.current(key)
    ]
    if not moved:
        return
    for journey_id in session.scalars(select(Journey.id).order_by(Journey.id)).all():
        days = session.scalars(
            select(Mention.day)
            .where(Mention.journey_id == journey_id, Mention.theme_key.in_(moved))
            .distinct()
        )
        mark_stale(session, journey_id, days.all(), now=now)


def _write(state: ThemeState | None) -> Any:
    if state is None:
        return None
    kept, theme = state.kept, state.kept.theme
    return {
        "brake": theme.brake,
        "names": dict(theme.names),
        "negative": dict(theme.negative),
        "positive": dict(theme.positive),
        "hidden": kept.hidden,
        "position": kept.position,
        "merged_into": kept.merged_into,
        "split_from": kept.split_from,
        "phrases": [
            {
                "language": one.language,
                "pattern": one.pattern,
                "polarity": one.polarity and one.polarity.value,
            }
            for one in state.phrases
        ],
    }


def _read(key: str, written: Any) -> ThemeState | None:
    if written is None:
        return None
    theme = Theme(
        key=key,
        brake=written["brake"],
        names=written["names"],
        negative=written["negative"],
        positive=written["positive"],
    )
    kept = KeptTheme(
        theme=theme,
        position=written["position"],
        hidden=written["hidden"],
        merged_into=written["merged_into"],
        split_from=written["split_from"],
    )
    phrases = tuple(
        OwnPhrase(
            one["language"],
            one["pattern"],
            Polarity(one["polarity"]) if one["polarity"] else None,
        )
        for one in written["phrases"]
    )
    return ThemeState(kept=kept, phrases=phrases)


def _change(row: TaxonomyRevision, author: str | None) -> Change:
    return Change(
        number=row.number,
        action=row.action,
        subject=row.subject,
        author=author,
        at=row.created_at,
        before={key: _read(key, state) for key, state in row.before.items()},
        after={key: _read(key, state) for key, state in row.after.items()},
    )
