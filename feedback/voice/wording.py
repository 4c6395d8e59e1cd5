"""What feelings, polarities, sources and languages are called."""

from collections.abc import Mapping

from feedback.i18n.catalogs import gettext, mark
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.taxonomy import Stance

_FEELINGS: Mapping[Feeling, str] = {
    Feeling.NEGATIVE: mark("negative"),
    Feeling.MIXED: mark("mixed"),
    Feeling.NEUTRAL: mark("neutral"),
    Feeling.POSITIVE: mark("positive"),
    Feeling.UNRATED: mark("not rated"),
}
_POLARITIES: Mapping[Polarity, str] = {
    Polarity.NEGATIVE: mark("problem"),
    Polarity.WISH: mark("wish"),
    Polarity.POSITIVE: mark("praise"),
}
_STANCES: Mapping[Stance, str] = {
    Stance.FRICTION: mark("friction"),
    Stance.PRAISE: mark("praise"),
}
_SOURCES = {
    "import": mark("Imported files"),
    "survey": mark("Surveys"),
    "interview": mark("Interviews"),
}
_MASKED = {
    "person": mark("Names"),
    "email": mark("E-mail addresses"),
    "phone": mark("Phone numbers"),
    "address": mark("Postal addresses"),
    "iban": mark("Bank accounts (IBAN)"),
    "card": mark("Payment cards"),
    "nir": mark("French social security numbers"),
    "order": mark("Order numbers"),
    "word": mark("Words of the house"),
}
_LANGUAGES = {"fr": mark("French"), "en": mark("English")}


def feeling_name(feeling: Feeling, locale: str) -> str:
    """Return what a feeling is called, in lower case."""
    return gettext(locale, _FEELINGS[feeling])


def polarity_name(polarity: Polarity, locale: str) -> str:
    """Return what a mention of a theme is, in lower case."""
    return gettext(locale, _POLARITIES[polarity])


def stance_name(stance: Stance, locale: str) -> str:
    """Return what a stance on a theme is called, in lower case."""
    return gettext(locale, _STANCES[stance])


def source_name(source: str, locale: str) -> str:
    """Return how feedback came in; the code itself for an unknown one."""
    return gettext(locale, _SOURCES.get(source, source))


def masked_name(kind: str, locale: str) -> str:
    """Return what a kind of masked data is called, in the plural."""
    return gettext(locale, _MASKED[kind])


def language_name(code: str | None, locale: str) -> str:
    """Return the name of a language; the code itself for one that is not analysed."""
    return gettext(locale, _LANGUAGES.get(code, code)) if code else ""
