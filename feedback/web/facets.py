"""How many verbatims there are, and which themes they speak of, in the explorer.

By the counts of the dashboards where they know the answer; one by one otherwise.
"""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from feedback.insights.dashboards import is_counting
from feedback.insights.figures import Counts, count_excerpts, gather, pool
from feedback.nlp.annotation import Feeling
from feedback.voice.queries import (
    CountedVerbatims,
    ThemeInList,
    VerbatimFilter,
    count_themes,
    count_unrated,
    count_verbatims,
)
from feedback.voice.taxonomy import Stance, theme_name
from feedback.web.context import current_session, locale
from feedback.web.reader import Reader, without

#: source of what was said in interviews
INTERVIEW = "interview"


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
    """Count the verbatims wanted."""
    session = current_session()
    if not _is_counted(session, reader.wanted):
        return count_verbatims(session, reader.wanted)
    return CountedVerbatims(n=_everything(session, reader).verbatims, is_capped=False)


def count_of_interviews(reader: Reader) -> int:
    """Count the excerpts of interviews among the verbatims of the segment."""
    return sum(count_excerpts(current_session(), reader.desk.segment).values())


def _everything(session: Session, reader: Reader) -> Counts:
    """Return what was said in a segment, in interviews too."""
    segment = reader.desk.segment
    parts = [*gather(session, segment).values()]
    if segment.source is None:
        parts += gather(session, replace(segment, source=INTERVIEW)).values()
    return pool(parts)


def list_theme_facets(reader: Reader, counted: CountedVerbatims) -> ThemeFacets:
    """List the themes of the verbatims wanted, whichever theme is chosen.

    `counted` are the verbatims wanted, with the theme that is chosen.
    """
    session = current_session()
    wanted = replace(reader.wanted, theme=None, stance=None)
    if _is_counted(session, wanted):
        found, is_capped = _from_counts(session, reader), False
    else:
        whole = counted if wanted == reader.wanted else count_verbatims(session, wanted)
        found, is_capped = count_themes(session, wanted), whole.is_capped
    return ThemeFacets(
        themes=tuple(_facet(reader, one) for one in found), is_capped=is_capped
    )


def unrated_share(reader: Reader) -> float | None:
    """Return the share of the verbatims wanted without a feeling, whichever is chosen.

    None without any verbatim.
    """
    session = current_session()
    wanted = replace(reader.wanted, feeling=None)
    if _is_counted(session, wanted):
        whole = _everything(session, reader)
        unrated, n = whole.feelings.get(Feeling.UNRATED, 0), whole.verbatims
    else:
        unrated, n = count_unrated(session, wanted)
    return unrated / n if n else None


def _facet(reader: Reader, counted: ThemeInList) -> ThemeFacet:
    key = counted.theme
    is_chosen = reader.wanted.theme == key
    return ThemeFacet(
        name=theme_name(current_session(), key, locale()),
        url=reader.url(**without("theme"))
        if is_chosen
        else reader.url(theme=key, stance=None),
        is_chosen=is_chosen,
        frictions=counted.frictions,
        url_frictions=reader.url(theme=key, stance="friction"),
        praises=counted.praises,
        url_praises=reader.url(theme=key, stance="praise"),
    )


def _is_counted(session: Session, wanted: VerbatimFilter) -> bool:
    """Tell whether the counts by day and month know the answer by now."""
    own = (wanted.theme, wanted.feeling, wanted.score_class, wanted.text)
    is_segment = all(value is None for value in own)
    return is_segment and not is_counting(session, wanted.journey_id)


def _from_counts(session: Session, reader: Reader) -> tuple[ThemeInList, ...]:
    themes = _everything(session, reader).themes
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
