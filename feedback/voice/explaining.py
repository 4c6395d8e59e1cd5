"""What fired, in words: who knows the words of a feeling or found a theme."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext, mark
from feedback.voice.taxonomy import theme_name

#: by the source of a reason or a mention, up to its colon
_KNOWN: Mapping[str, str] = {
    "lexicon": mark("known word"),
    "negation": mark("negation"),
    "excess": mark("too much of something"),
    "wish": mark("wish"),
    "textblob": mark("TextBlob, by the words of the passage"),
    "rule": mark("turn of phrase"),
    "own": mark("turn of phrase of the house"),
    "weights": mark("learned from labelled texts"),
    "analyst": mark("added by an analyst"),
}
#: the same where the source names a theme
_THEMED: Mapping[str, str] = {
    "rule": mark("rule of the theme “%(theme)s”"),
    "own": mark("phrase of the house for the theme “%(theme)s”"),
}
#: a rule that holds for whichever theme is spoken of
_ANY_THEME = "anything"
#: the least confidence that is called so
_SURE, _LIKELY = 0.85, 0.65


def source_words(session: Session, source: str, locale: str) -> str:
    """Return what a source is called, in lower case; the source itself if unknown."""
    kind, _, rest = source.partition(":")
    key = rest.partition(".")[0]
    if kind in _THEMED and key and key != _ANY_THEME:
        title = theme_name(session, key, locale)
        return gettext(locale, _THEMED[kind], theme=title)
    return gettext(locale, _KNOWN[kind]) if kind in _KNOWN else source


def confidence_words(confidence: float, locale: str) -> str:
    """Return how sure a mention is that was found with a confidence of 0 to 1."""
    if confidence >= _SURE:
        return gettext(locale, mark("sure"))
    if confidence >= _LIKELY:
        return gettext(locale, mark("likely"))
    return gettext(locale, mark("possible"))
