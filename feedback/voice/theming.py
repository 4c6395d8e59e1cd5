"""Change the themes of the deployment: every change is kept, and can be undone.

Names, brakes, order, hiding and merging hold at once. Phrases and splits are rules:
they hold for texts that come in from now on, and for the others once they are
analysed again, see `reanalysis`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.nlp.taxonomy import OwnPhrase, Theme
from feedback.voice.taxonomy import STRIDE, KeptTheme, Themes, read_themes
from feedback.voice.theme_drafts import BRAKES, check_draft, tidy_words
from feedback.voice.theme_history import (
    ThemeState,
    free_key,
    keep_change,
    read_states,
)

__all__ = ["BRAKES", "OwnPhrase"]  # what a caller names a theme and its phrases by


@dataclass(frozen=True, kw_only=True)
class ThemeDraft:
    """What somebody says of a theme.

    Words are by language; a name that is given in one language only stands for the
    other, too.
    """

    names: Mapping[str, str]
    brake: str
    negative: Mapping[str, str]
    positive: Mapping[str, str]
    phrases: tuple[OwnPhrase, ...] = ()


def add_theme(
    session: Session,
    *,
    names: Mapping[str, str],
    brake: str,
    phrases: Sequence[OwnPhrase],
    negative: Mapping[str, str] | None = None,
    positive: Mapping[str, str] | None = None,
    split_from: str | None = None,
    revision: int | None = None,
    author_id: int | None,
    now: datetime,
) -> str:
    """Add a theme after the others; return its key.

    With `split_from` it takes over the mentions of that theme that stand in one clause
    with its phrases.

    Raises:
        Invalid: see `check_draft`; `phrases: missing` for a split without any.
        NotFound: `theme`, for one to split that is not shown.
        Conflict: `changed_meanwhile`, when `revision` is given and not the newest.
    """
    themes = read_themes(session)
    if split_from is not None and themes.find(split_from) is None:
        raise NotFound("theme")
    if split_from is not None and not phrases:
        raise Invalid({"phrases": "missing"})
    draft = ThemeDraft(
        names=names,
        brake=brake,
        negative=negative or {},
        positive=positive or {},
        phrases=tuple(phrases),
    )
    names, negative, positive, own = _checked(draft)
    key = free_key(session, names, set(themes.kept))
    theme = Theme(
        key=key, brake=brake, names=names, negative=negative, positive=positive
    )
    last = max(one.position for one in themes.kept.values())
    kept = KeptTheme(theme=theme, position=last + STRIDE, split_from=split_from)
    keep_change(
        session,
        "theme_added" if split_from is None else "theme_split",
        key,
        {key: ThemeState(kept=kept, phrases=own)},
        revision=revision,
        author_id=author_id,
        now=now,
    )
    return key


def add_phrases(
    session: Session,
    key: str,
    phrases: Sequence[OwnPhrase],
    *,
    revision: int | None = None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Add phrases to those of a theme; the ones it has already change nothing.

    Raises:
        NotFound: `theme`.
        Invalid: see `check_draft`.
        Conflict: `changed_meanwhile`.
    """
    state = _state(session, key)
    theme = state.kept.theme
    draft = ThemeDraft(
        names=theme.names,
        brake=theme.brake,
        negative=theme.negative,
        positive=theme.positive,
        phrases=(*state.phrases, *phrases),
    )
    change_theme(session, key, draft, revision=revision, author_id=author_id, now=now)


def change_theme(
    session: Session,
    key: str,
    draft: ThemeDraft,
    *,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Rename and describe a theme, give it another brake, other phrases.

    Raises:
        NotFound: `theme`.
        Invalid: see `check_draft`.
        Conflict: `changed_meanwhile`.
    """
    state = _state(session, key)
    names, negative, positive, phrases = _checked(draft)
    theme = Theme(
        key=key,
        brake=draft.brake,
        names=names,
        negative=negative,
        positive=positive,
    )
    after = ThemeState(kept=replace(state.kept, theme=theme), phrases=phrases)
    keep_change(
        session,
        "theme_changed",
        key,
        {key: after},
        revision=revision,
        author_id=author_id,
        now=now,
    )


def hide_theme(
    session: Session,
    key: str,
    *,
    hidden: bool,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Have a theme neither shown nor counted, or have it shown again.

    Raises:
        NotFound: `theme`.
        Conflict: `changed_meanwhile`.
    """
    state = _state(session, key)
    after = ThemeState(kept=replace(state.kept, hidden=hidden), phrases=state.phrases)
    keep_change(
        session,
        "theme_hidden" if hidden else "theme_shown",
        key,
        {key: after},
        revision=revision,
        author_id=author_id,
        now=now,
    )


def merge_theme(
    session: Session,
    key: str,
    *,
    into: str | None,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Give all mentions of a theme to another one; None takes them back.

    Raises:
        NotFound: `theme`, also for one to merge into that is not shown.
        Conflict: `changed_meanwhile`; `merged_into_itself`.
    """
    state = _state(session, key)
    if into is not None and read_themes(session).find(into) is None:
        raise NotFound("theme")
    if into == key:
        raise Conflict("merged_into_itself")
    after = ThemeState(
        kept=replace(state.kept, merged_into=into), phrases=state.phrases
    )
    keep_change(
        session,
        "theme_merged" if into else "theme_separated",
        key,
        {key: after},
        revision=revision,
        author_id=author_id,
        now=now,
    )


def move_theme(
    session: Session,
    key: str,
    *,
    up: bool,
    revision: int | None,
    author_id: int | None,
    now: datetime,
) -> None:
    """Show a theme before the one above it of the same brake, or after the one below.

    At the end of its group it stays where it is.

    Raises:
        NotFound: `theme`.
        Conflict: `changed_meanwhile`.
    """
    state = _state(session, key)
    group = _group(read_themes(session), state.kept.theme.brake)
    place = group.index(key) if key in group else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(group):
        return
    neighbour = _state(session, group[other])
    here, there = state.kept.position, neighbour.kept.position
    keep_change(
        session,
        "theme_moved",
        key,
        {
            key: _at(state, there),
            group[other]: _at(neighbour, here),
        },
        revision=revision,
        author_id=author_id,
        now=now,
    )


def _group(themes: Themes, brake: str) -> list[str]:
    return [theme.key for theme in themes.shown if theme.brake == brake]


def _at(state: ThemeState, position: int) -> ThemeState:
    return ThemeState(
        kept=replace(state.kept, position=position), phrases=state.phrases
    )


def _state(session: Session, key: str) -> ThemeState:
    state = read_states(session, [key])[key]
    if state is None:
        raise NotFound("theme")
    return state


def _checked(
    draft: ThemeDraft,
) -> tuple[dict[str, str], dict[str, str], dict[str, str], tuple[OwnPhrase, ...]]:
    names = tidy_words(draft.names, fill=True)
    negative, positive = tidy_words(draft.negative), tidy_words(draft.positive)
    phrases = check_draft(
        names=names,
        brake=draft.brake,
        negative=negative,
        positive=positive,
        phrases=draft.phrases,
    )
    return names, negative, positive, phrases
