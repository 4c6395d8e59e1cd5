"""The themes of this deployment, and the stance that a mention takes on one."""

from enum import StrEnum

from feedback.nlp.annotation import Polarity
from feedback.nlp.taxonomy import Theme, shipped_taxonomy


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


def list_themes() -> tuple[Theme, ...]:
    """List the themes, in the order in which they are shown."""
    return shipped_taxonomy()


def find_theme(key: str) -> Theme | None:
    """Return a theme by its key, None when there is no such theme."""
    return next((theme for theme in list_themes() if theme.key == key), None)


def theme_name(key: str, locale: str) -> str:
    """Return the title of a theme; the key itself for a theme that is no more."""
    theme = find_theme(key)
    return theme.names[locale] if theme else key
