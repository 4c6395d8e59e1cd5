"""The catalogues of messages: English is written in the code, French in a .po file.

The file is compiled in memory when a process first speaks French, so a translation
is never older than its source and nothing has to be built before a release.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

MESSAGES = Path(__file__).with_name("messages")
#: The language of the message ids.
SOURCE = "en"


@cache
def translations(locale: str) -> NullTranslations:
    """Return the translations of a supported language, ready for Jinja or Babel.

    English gives back what it is asked. One reading per process and language.

    Raises:
        FileNotFoundError: there is no catalogue of that language.
    """
    if locale == SOURCE:
        return NullTranslations()
    with (MESSAGES / f"{locale}.po").open("rb") as source:
        catalog = read_po(source, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)


def gettext(locale: str, message: str, **values: object) -> str:
    """Return a message in a language, with its `%(name)s` filled in.

    A message without a translation is returned in English. Without values nothing is
    filled in, and a percent sign stands for itself.
    """
    text = translations(locale).gettext(message)
    return text % values if values else text


def ngettext(locale: str, singular: str, plural: str, n: int, **values: object) -> str:
    """Return the form of a message that goes with n, which may stand in it as `%(n)s`.

    The languages differ: none is plural in English and singular in French.
    """
    return translations(locale).ngettext(singular, plural, n) % {"n": n, **values}


def mark(message: str) -> str:
    """Return a message untouched, so that it is collected for translation.

    For messages in tables, which are translated where they are shown.
    """
    return message
