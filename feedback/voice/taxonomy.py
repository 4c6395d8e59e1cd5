"""The themes of this deployment, and the stance that a mention takes on one.

Shipped themes have no row until somebody changes them. A mention keeps the key that it
was found by: what was merged or hidden since is told when it is read.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import OwnPhrase, Taxonomy, Theme, shipped_taxonomy
from feedback.voice.rules.models import ThemePhrase, ThemeRecord

#: under which a session keeps the themes that it has read
_KEPT = "feedback.voice.themes"
#: between the positions of two shipped themes
STRIDE = 10


class Stance(StrEnum):
    """How a verbatim speaks of a theme: a friction (problem or wish), or praise.

    A verbatim counts at most once in each.
    """

    FRICTION = "friction"
    PRAISE = "praise"


#: what mentions of each polarity say
STANCES = {
    Polarity.NEGATIVE: Stance.FRICTION,
    Polarity.WISH: Stance.FRICTION,
    Polarity.POSITIVE: Stance.PRAISE,
}


def polarities_of(stance: Stance) -> tuple[Polarity, ...]:
    """Return the polarities of the mentions that take this stance."""
    return tuple(polarity for polarity, taken in STANCES.items() if taken == stance)


@dataclass(frozen=True, kw_only=True)
class KeptTheme:
    """A theme with what the deployment made of it.

    `merged_into` and `split_from` are keys of other themes. `is_own` tells that it was
    added here, `position` where it is shown.
    """

    theme: Theme
    position: int
    is_own: bool = field(default=False, compare=False)
    hidden: bool = False
    merged_into: str | None = None
    split_from: str | None = None

    @property
    def is_shown(self) -> bool:
        """Whether it stands among the themes."""
        return not self.hidden and self.merged_into is None


@dataclass(frozen=True, kw_only=True)
class Themes:
    """All themes by key, in the order in which they are shown.

    `gone` are the keys of those that were undone, and what each was split from.
    """

    kept: Mapping[str, KeptTheme] = field(default_factory=dict)
    gone: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Theme, ...]:
        """The themes that are neither hidden nor merged into others."""
        return tuple(one.theme for one in self.kept.values() if one.is_shown)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Keys whose mentions are neither shown nor counted."""
        keys = (*self.kept, *self.gone)
        return tuple(key for key in keys if self.current(key) is None)

    @property
    def redirects(self) -> dict[str, str]:
        """Key of each theme that was merged, to the one that has its mentions now.

        So has a split that was undone.
        """
        merged = [key for key, one in self.kept.items() if one.merged_into]
        ends = {key: self.end(key) for key in (*merged, *self.gone)}
        return {key: end for key, end in ends.items() if end != key}

    def current(self, key: str) -> str | None:
        """Return which theme a mention with this key counts for, None for a hidden one.

        A key that nobody knows stands for itself: what was said of it was said.
        """
        end = self.end(key)
        if end in self.gone:
            return None
        return None if end in self.kept and self.kept[end].hidden else end

    def sources(self, key: str) -> tuple[str, ...]:
        """Return the keys whose mentions count for a theme, its own first."""
        return (key, *(old for old, new in self.redirects.items() if new == key))

    def find(self, key: str) -> Theme | None:
        """Return a theme that is shown, None when there is no such theme."""
        one = self.kept.get(key)
        return one.theme if one and one.is_shown else None

    def name(self, key: str, locale: str) -> str:
        """Return the title of a theme; the key itself for one that is no more."""
        one = self.kept.get(key)
        return one.theme.names[locale] if one else key

    def end(self, key: str) -> str:
        """Return which theme a mention with this key counts for, hidden or not."""
        seen: set[str] = set()
        while key not in seen:
            seen.add(key)
            one = self.kept.get(key)
            key = (one.merged_into if one else self.gone.get(key)) or key
        return key


def read_themes(session: Session) -> Themes:
    """Return the themes as they stand; read once a transaction."""
    kept = session.info.get(_KEPT)
    if kept is not None and kept[0] is session.get_transaction():
        return kept[1]  # type: ignore[no-any-return]  # info holds anything
    rows = session.execute(select(ThemeRecord.__table__)).all()
    themes = _overlaid(rows) if rows else _shipped()
    session.info[_KEPT] = (session.get_transaction(), themes)
    return themes


def forget_themes(session: Session) -> None:
    """Have this session read the themes anew, after it has changed them."""
    session.info.pop(_KEPT, None)


def list_themes(session: Session) -> tuple[Theme, ...]:
    """List the themes that are shown, in their order."""
    return read_themes(session).shown


def find_theme(session: Session, key: str) -> Theme | None:
    """Return a theme that is shown by its key, None when there is no such theme."""
    return read_themes(session).find(key)


def theme_name(session: Session, key: str, locale: str) -> str:
    """Return the title of a theme; the key itself for a theme that is no more."""
    return read_themes(session).name(key, locale)


def list_phrases(session: Session) -> tuple[tuple[str, OwnPhrase], ...]:
    """List the deployment's own phrases, each with the key of its theme."""
    table = ThemePhrase.__table__.c
    rows = session.execute(
        select(table.theme_key, table.language, table.pattern, table.polarity).order_by(
            table.theme_key, table.id
        )
    )
    return tuple(
        (key, OwnPhrase(language, pattern, polarity))
        for key, language, pattern, polarity in rows
    )


def read_taxonomy(session: Session) -> Taxonomy:
    """Return what an analysis looks for now.

    Hidden and merged themes are among it: they are found under their own keys, so that
    they can be shown or separated again without an analysis.
    """
    themes = read_themes(session)
    return Taxonomy(
        keys=frozenset(themes.kept),
        phrases=list_phrases(session),
        splits=tuple(
            sorted(
                (key, one.split_from)
                for key, one in themes.kept.items()
                if one.split_from
            )
        ),
    )


@cache
def _shipped() -> Themes:
    return Themes(
        kept={
            theme.key: KeptTheme(theme=theme, position=STRIDE * place)
            for place, theme in enumerate(shipped_taxonomy(), 1)
        }
    )


def _overlaid(rows: Iterable[Any]) -> Themes:
    kept, gone = dict(_shipped().kept), {}
    for row in rows:
        if row.gone:
            gone[row.key] = row.split_from
            continue
        kept[row.key] = KeptTheme(
            theme=Theme(
                key=row.key,
                brake=row.brake,
                names=row.names,
                negative=row.negative,
                positive=row.positive,
            ),
            position=row.position,
            is_own=row.key not in _shipped().kept,
            hidden=row.hidden,
            merged_into=row.merged_into,
            split_from=row.split_from,
        )
    order = sorted(kept.values(), key=lambda one: (one.position, one.theme.key))
    return Themes(kept={one.theme.key: one for one in order}, gone=gone)
