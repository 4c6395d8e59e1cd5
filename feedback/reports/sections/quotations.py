"""Which customers are quoted, and where their words come from."""

from dataclasses import dataclass
from datetime import date
from unicodedata import category

from sqlalchemy.orm import Session

from feedback.i18n.formats import format_date
from feedback.i18n.locales import named
from feedback.insights.dashboards import PhaseFigures, ThemeFigure
from feedback.reports.sections.base import Scope
from feedback.voice.models import Source
from feedback.voice.queries import VerbatimFilter, typical_verbatims
from feedback.voice.taxonomy import Stance

#: Pictographs, and the invisible signs that join them.
_PICTURES = frozenset({"So", "Sk", "Cf", "Cn", "Co"})
#: How many are read to find one that was not quoted already.
_LOOKED_AT = 4


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """A customer's words, personal data masked, said of one theme."""

    text: str
    language: str
    theme: str
    stance: Stance
    touchpoint_id: int
    day: date


def choose(
    session: Session, scope: Scope, phase: PhaseFigures
) -> tuple[Quotation, ...]:
    """Choose at most three verbatims of a phase: two frictions and one praise.

    Each stands for one of the most frequent themes; none is quoted twice.
    """
    figures = phase.figures
    themes = (*figures.top(Stance.FRICTION, 2), *figures.top(Stance.PRAISE, 1))
    points = tuple(point.id for point in phase.phase.touchpoints)
    quoted: dict[str, Quotation] = {}
    for theme in themes:
        for said in _said(session, scope, points, theme):
            if said.text not in quoted:
                quoted[said.text] = said
                break
    return tuple(quoted.values())


def source_words(said: Quotation, scope: Scope, locale: str) -> str:
    """Say what the words are about, where and when they were said."""
    points = {point.id: point for point in scope.journey.touchpoints}
    point = points.get(said.touchpoint_id)
    parts = [
        scope.themes.name(said.theme, locale),
        named(point.names, locale) if point else "",
        format_date(said.day, locale, length="medium"),
    ]
    return " · ".join(part for part in parts if part)


def printable(text: str) -> str:
    """Return words without the pictures in them, which the fonts of print have not.

    Whatever font a machine would take for them, the next one would take another.
    """
    plain = text.replace("\N{VARIATION SELECTOR-16}", "")
    letters = "".join(sign for sign in plain if category(sign) not in _PICTURES)
    return " ".join(letters.split())


def _said(
    session: Session, scope: Scope, points: tuple[int, ...], theme: ThemeFigure
) -> list[Quotation]:
    found = typical_verbatims(
        session,
        VerbatimFilter(
            journey_id=scope.journey.id,
            period=scope.period,
            touchpoint_ids=points,
            theme=theme.key,
            stance=theme.stance,
            without_source=Source.INTERVIEW,
        ),
        limit=_LOOKED_AT,
    )
    return [
        Quotation(
            text=printable(one.text),
            language=one.language or "",
            theme=theme.key,
            stance=theme.stance,
            touchpoint_id=one.touchpoint_id,
            day=one.day,
        )
        for one in found
    ]
