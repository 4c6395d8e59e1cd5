"""Mentions as they count: of which theme, once hidden and merged ones are told."""

from sqlalchemy import ColumnElement, Label, case

from feedback.voice.models import Mention
from feedback.voice.taxonomy import Themes


def counted_theme(themes: Themes) -> Label[str]:
    """Return the key of the theme that a mention counts for, also of a hidden one."""
    moved = [(Mention.theme_key == old, new) for old, new in themes.redirects.items()]
    key = case(*moved, else_=Mention.theme_key) if moved else Mention.theme_key
    return key.label("counted_theme")


def that_stand(themes: Themes) -> list[ColumnElement[bool]]:
    """Return the conditions of mentions that are shown: not rejected, not hidden."""
    standing: list[ColumnElement[bool]] = [Mention.rejected.is_(False)]
    if themes.unseen:
        standing.append(Mention.theme_key.not_in(themes.unseen))
    return standing
