"""The locales supported and how one is chosen."""

from collections.abc import Iterable, Mapping

from babel import Locale, negotiate_locale

#: Languages of the interface; the first is used when nothing else decides.
SUPPORTED = ("fr", "en")

# Day before month and a 24-hour clock in both languages.
_LOCALES = {"fr": Locale("fr", "FR"), "en": Locale("en", "GB")}


def choose(preferred: str | None, accept_languages: Iterable[str] = ()) -> str:
    """Return the language to speak, one of `SUPPORTED`.

    Args:
        preferred: what the person or the link asked for, such as `fr`, `fr-CA` or
            `en_GB`; ignored when it is not supported.
        accept_languages: tags that the browser sent, the best first.

    Returns:
        The preferred language, else the first one accepted that is supported, else
        the first one supported.
    """
    asked = [preferred, *accept_languages] if preferred else [*accept_languages]
    tags = [tag.replace("_", "-").lower() for tag in asked]
    return negotiate_locale(tags, SUPPORTED, sep="-") or SUPPORTED[0]


def babel_locale(locale: str) -> Locale:
    """Return the rules for numbers and dates of a supported language.

    Raises:
        KeyError: the language is not supported.
    """
    return _LOCALES[locale]


def named(names: Mapping[str, str], locale: str) -> str:
    """Return a name in a language, or in any that it has; empty when it has none."""
    return names.get(locale) or next(iter(names.values()), "")
