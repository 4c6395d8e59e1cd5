"""A round as a table: one line a verbatim, what every rater said beside it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from feedback.core.spreadsheets import SEPARATORS, Cell, csv_parts
from feedback.i18n.catalogs import gettext, mark
from feedback.voice.agreement.judging import Judgement
from feedback.voice.agreement.queries import RoundInDetail
from feedback.voice.agreement.results import (
    Rater,
    Results,
    get_results,
    list_sampled,
)
from feedback.voice.taxonomy import Stance, Themes, read_themes
from feedback.voice.wording import feeling_name, language_name

_FIXED = (
    mark("Number"),
    mark("Reference"),
    mark("Date"),
    mark("Language"),
    mark("Question"),
    mark("Verbatim"),
)
_OF_RATER = (
    mark("%(rater)s: feeling"),
    mark("%(rater)s: frictions"),
    mark("%(rater)s: praise"),
)


def csv_lines(session: Session, one: RoundInDetail, *, locale: str) -> Iterator[bytes]:
    """Yield the verbatims of a round with all that may be seen, as CSV.

    Raises:
        Forbidden: `labels_not_finished`, before anything is yielded.
    """
    results = get_results(session, one)
    rows = [_headings(results, locale), *_rows(session, one, results, locale)]
    return csv_parts(rows, separator=SEPARATORS[locale])


def rater_name(rater: Rater, locale: str) -> str:
    """Return who judged, in words."""
    return rater.name or gettext(locale, "The machine")


def _headings(results: Results, locale: str) -> list[Cell]:
    return [
        *(gettext(locale, heading) for heading in _FIXED),
        *(
            gettext(locale, heading, rater=rater_name(rater, locale))
            for rater in results.raters
            for heading in _OF_RATER
        ),
    ]


def _rows(
    session: Session, one: RoundInDetail, results: Results, locale: str
) -> Iterator[list[Cell]]:
    themes = read_themes(session)
    for text in list_sampled(session, one.id):
        row: list[Cell] = [
            text.position,
            text.public_id,
            text.day.isoformat(),
            language_name(text.language, locale),
            text.question,
            text.text,
        ]
        for rater in results.raters:
            judgement = results.judgements[rater.id].get(text.position)
            row += _judgement(judgement, themes, locale)
        yield row


def _judgement(judgement: Judgement | None, themes: Themes, locale: str) -> list[Cell]:
    if judgement is None:
        return [None] * len(_OF_RATER)
    return [
        feeling_name(judgement.feeling, locale),
        *(themes_in_words(judgement, stance, themes, locale) for stance in Stance),
    ]


def themes_in_words(
    judgement: Judgement, stance: Stance, themes: Themes, locale: str
) -> str:
    """Return the themes on which a judgement takes a stance, in a fixed order."""
    keys = sorted(key for key, taken in judgement.themes if taken is stance)
    return ", ".join(themes.name(key, locale) for key in keys)
