"""Templates outside a request, in one language: mails and the PDF report."""

from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from feedback.i18n import formats
from feedback.i18n.catalogs import translations
from feedback.i18n.locales import named

UTC_ZONE = ZoneInfo("UTC")


@cache
def environment(
    templates: Path, locale: str, *, zone: ZoneInfo = UTC_ZONE
) -> Environment:
    """Return an environment that speaks one language.

    HTML is escaped, plain text is not. A name that is missing is an error, and
    never an empty place in a letter. The same environment serves every call.

    Args:
        templates: folder that the names of templates start from.
        locale: `fr` or `en`, bound to messages and to the filters of formats.
        zone: in which the filter `moment` shows its hours.
    """
    made = Environment(
        loader=FileSystemLoader(templates),
        autoescape=select_autoescape(("html", "svg", "xml"), default=False),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(  # type: ignore[attr-defined]  # added by the extension
        translations(locale), newstyle=True
    )
    made.globals["locale"] = locale
    made.filters.update(_filters(locale, zone))
    return made


def _filters(locale: str, zone: ZoneInfo) -> dict[str, Callable[..., Any]]:
    """Return the filters that the pages have too, bound to one language."""

    def moment(value: datetime) -> str:
        return formats.format_moment(value, locale, zone=zone)

    return {
        "date": partial(formats.format_date, locale=locale),
        "moment": moment,
        "month": partial(formats.format_month, locale=locale),
        "period": partial(formats.format_period, locale=locale),
        "number": partial(formats.format_number, locale=locale),
        "signed": partial(formats.format_signed, locale=locale),
        "percent": partial(formats.format_percent, locale=locale),
        "points": partial(formats.format_points, locale=locale),
        "named": partial(named, locale=locale),
    }
