"""How many verbatims there are, and which themes they speak of, in the explorer.

One by one where they are few; by the counts of the dashboards where they are many.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback.insights.figures import gather, pool
from feedback.voice.queries import (
    CountedVerbatims,
    ThemeInList,
    VerbatimFilter,
    count_themes,
    count_verbatims,
)
from feedback.voice.taxonomy import Stance, theme_name
from feedback.web.context import current_session, locale
from feedback.web.reader import Reader, without


@dataclass(frozen=True, kw_only=True)
class ThemeFacet:
    """A theme with how many verbatims complain of it and praise it."""

    name: str
    url: str
    is_chosen: bool
    frictions: int
    url_frictions: str
    praises: int
    url_praises: str


@dataclass(frozen=True, kw_only=True)
class ThemeFacets:
    """The themes spoken of; when capped, counted in the newest verbatims only."""

    themes: tuple[ThemeFacet, ...]
    is_capped: bool


def count_all(reader: Reader) -> CountedVerbatims:
    """Count the verbatims wanted: one by one, or by the counts where there are many."""
    session = current_session()
    counted = count_verbatims(session, reader.wanted)
    if not counted.is_capped or not _is_segment(reader.wanted):
        return counted
    n = pool(gather(session, reader.desk.segment).values()).verbatims
    return CountedVerbatims(n=max(n, counted.n), is_capped=False)


def list_theme_facets(reader: Reader) -> ThemeFacets:
    """List the themes of the verbatims wanted, whichever theme is chosen."""
    session = current_session()
    wanted = replace(reader.wanted, theme=None, stance=None)
    is_capped = count_verbatims(session, wanted).is_capped
    if is_capped and _is_segment(wanted):
        found, is_capped = _from_counts(session, reader), False
    else:
        found = count_themes(session, wanted)
    return ThemeFacets(
        themes=tuple(_facet(reader, one) for one in found), is_capped=is_capped
    )


def _facet(reader: Reader, counted: ThemeInList) -> ThemeFacet:
    key = counted.theme
    is_chosen = reader.wanted.theme == key
    return ThemeFacet(
        name=theme_name(key, locale()),
        url=reader.url(**without("theme"))
        if is_chosen
        else reader.url(theme=key, stance=None),
        is_chosen=is_chosen,
        frictions=counted.frictions,
        url_frictions=reader.url(theme=key, stance="friction"),
        praises=counted.praises,
        url_praises=reader.url(theme=key, stance="praise"),
    )


def _is_segment(wanted: VerbatimFilter) -> bool:
    """Tell whether the counts by day and month know the answer."""
    own = (wanted.theme, wanted.feeling, wanted.score_class, wanted.text)
    return all(value is None for value in own)


def _from_counts(session: Session, reader: Reader) -> tuple[ThemeInList, ...]:
    themes = pool(gather(session, reader.desk.segment).values()).themes
    found = [
        ThemeInList(
            theme=key,
            frictions=themes.get((key, Stance.FRICTION), 0),
            praises=themes.get((key, Stance.PRAISE), 0),
        )
        for key in {key for key, _ in themes}
    ]
    return tuple(
        sorted(found, key=lambda one: (-one.frictions - one.praises, one.theme))
    )
