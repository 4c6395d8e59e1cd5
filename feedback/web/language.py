"""Messages of the pages, in the language of the request."""

from collections.abc import Mapping
from typing import Any

from flask_babel.speaklater import LazyString

from feedback.i18n import catalogs, locales
from feedback.web.context import locale


def gettext(message: str, **values: object) -> str:
    """Return the message in the language of the request, `%(name)s` filled in."""
    return catalogs.gettext(locale(), message, **values)


def ngettext(singular: str, plural: str, n: int, **values: object) -> str:
    """Return the form that goes with n."""
    return catalogs.ngettext(locale(), singular, plural, n, **values)


def form(singular: str, plural: str, n: int) -> str:
    """Return the form that goes with n, for a template, which fills its places in."""
    return catalogs.translations(locale()).ngettext(singular, plural, n)


def lazy(message: str) -> Any:
    """Return a message that is translated when it is shown, for labels of forms."""
    return LazyString(gettext, message)


def named(names: Mapping[str, str]) -> str:
    """Return the name in the language of the request, or in any that it has."""
    return locales.named(names, locale())


_ = gettext
