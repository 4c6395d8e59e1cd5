"""Alerts in words: what, where, since when, how sure; the same on page and in mail."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from feedback.i18n.catalogs import gettext, mark, ngettext
from feedback.i18n.formats import (
    format_date,
    format_number,
    format_p,
    format_percent,
)
from feedback.i18n.locales import named
from feedback.insights.alerts.models import AlertKind, Ending
from feedback.insights.alerts.queries import AlertOnList
from feedback.insights.alerts.unhappy import USUAL_WEEKS
from feedback.measures.monitoring import Way
from feedback.voice.taxonomy import theme_name

_ENDINGS = {
    Ending.BACK: mark("back to what it was"),
    Ending.SETTLED: mark("has stayed for half a year: usual now"),
    Ending.GONE: mark("watched no more: the theme or the touchpoint is gone"),
}


@dataclass(frozen=True, kw_only=True)
class ToldAlert:
    """An alert in words: `title` names what and where, `text` how much and since when.

    `sure` says how sure it is. `is_worse` tells whether it is for the worse.
    """

    title: str
    text: str
    sure: str
    is_worse: bool


def tell_alert(session: Session, alert: AlertOnList, locale: str) -> ToldAlert:
    """Put an alert into the words of a language."""
    if alert.kind is AlertKind.WORDS:
        return _words(alert, locale)
    if alert.kind is AlertKind.UNHAPPY:
        return _unhappy(alert, locale)
    return _share(alert, theme_name(session, alert.theme or "", locale), locale)


def ending_words(ending: Ending, locale: str) -> str:
    """Return why an alert was closed."""
    return gettext(locale, _ENDINGS[ending])


def _share(alert: AlertOnList, theme: str, locale: str) -> ToldAlert:
    where = _place(alert, locale)
    is_worse = alert.way is Way.UP
    title = (
        mark("%(theme)s: more complaints, %(place)s")
        if is_worse
        else mark("%(theme)s: fewer complaints, %(place)s")
    )
    return ToldAlert(
        title=gettext(locale, title, theme=theme, place=where),
        text=gettext(
            locale,
            "Since %(day)s, %(share)s of verbatims complain of it (%(counted)s); "
            "before, %(usual)s did (%(counted_before)s).",
            day=format_date(alert.began_on, locale),
            share=format_percent(alert.hits / alert.n, locale),
            counted=_counted(alert.hits, alert.n, locale),
            usual=format_percent(alert.usual_hits / max(1, alert.usual_n), locale),
            counted_before=_counted(alert.usual_hits, alert.usual_n, locale),
        ),
        sure=gettext(
            locale,
            "By chance alone: %(p)s within three weeks; among all themes watched: "
            "%(adjusted)s (Benjamini-Hochberg).",
            p=format_p(alert.p, locale),
            adjusted=format_p(alert.adjusted_p, locale),
        ),
        is_worse=is_worse,
    )


def _words(alert: AlertOnList, locale: str) -> ToldAlert:
    return ToldAlert(
        title=gettext(
            locale,
            "New words: %(words)s",
            words=" · ".join(alert.words),
        ),
        text=gettext(
            locale,
            "Since %(day)s, %(share)s of verbatims speak of something that no theme "
            "holds (%(hits)s of %(n)s); before, %(usual)s did.",
            day=format_date(alert.began_on, locale),
            share=format_percent(alert.hits / max(1, alert.n), locale, decimals=1),
            hits=format_number(alert.hits, locale),
            n=format_number(alert.n, locale),
            usual=format_percent(
                alert.usual_hits / max(1, alert.usual_n), locale, decimals=1
            ),
        ),
        sure=gettext(
            locale,
            "By chance alone: %(p)s; among all groups of words: %(adjusted)s "
            "(Benjamini-Hochberg).",
            p=format_p(alert.p, locale),
            adjusted=format_p(alert.adjusted_p, locale),
        ),
        is_worse=True,
    )


def _unhappy(alert: AlertOnList, locale: str) -> ToldAlert:
    return ToldAlert(
        title=gettext(
            locale, "Very unhappy customers, %(place)s", place=_place(alert, locale)
        ),
        text=ngettext(
            locale,
            "In seven days %(customers)s customer gave the lowest scores with an angry "
            "text; usual is %(usual)s a week.",
            "In seven days %(customers)s customers gave the lowest scores with an "
            "angry text; usual is %(usual)s a week.",
            alert.hits,
            customers=format_number(alert.hits, locale),
            usual=format_number(alert.usual_hits / USUAL_WEEKS, locale, decimals=1),
        ),
        sure=gettext(
            locale,
            "By chance alone: %(p)s in an ordinary week.",
            p=format_p(alert.p, locale),
        ),
        is_worse=True,
    )


def _counted(hits: int, n: int, locale: str) -> str:
    return gettext(
        locale,
        "%(hits)s of %(n)s",
        hits=format_number(hits, locale),
        n=format_number(n, locale),
    )


def _place(alert: AlertOnList, locale: str) -> str:
    if alert.touchpoint is None:
        return gettext(locale, "a touchpoint that is no more")
    return named(alert.touchpoint.names, locale)
