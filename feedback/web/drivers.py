"""Blueprint drivers: what goes with the score of a journey or of a touchpoint."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.insights.dashboards import is_counting
from feedback.insights.drivers.queries import ThemeDriver, score_drivers
from feedback.insights.drivers.words import (
    LEFT_OUT_BELOW,
    OVERLAPS_FROM,
    DriverWords,
    ToldDriver,
    method_words,
    why_not,
)
from feedback.insights.words import scale_name
from feedback.measures.drivers.analysis import Bounded, Driver
from feedback.measures.scales import Scale
from feedback.voice.taxonomy import theme_name
from feedback.web.context import current_session, locale
from feedback.web.desk import Desk, open_desk
from feedback.web.improving import improve_url
from feedback.web.security import requires

blueprint = Blueprint("drivers", __name__)


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "scale_word": lambda scale: scale_name(scale, locale()),
        "theme_word": lambda key: theme_name(current_session(), key, locale()),
    }


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A figure on a line from 0 to 100, with its whisker and where zero lies."""

    zero: float
    start: float
    width: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class DriverRow:
    """A driver with its words, its bars and where its links lead."""

    key: str
    figures: Driver
    told: ToldDriver
    share: Bar
    impact: Bar
    improve: str | None


@blueprint.get("/journeys/<key>/drivers")
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> Response | str:
    """Show what goes with the score in the segment that the address asks for."""
    desk = open_desk(key)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    session = current_session()
    found = score_drivers(session, desk.segment, scale=_asked_scale())
    words = DriverWords(locale=locale(), scale=found.scale or Scale.NPS)
    figures = found.found
    return render_template(
        "drivers/index.html",
        desk=desk,
        found=found,
        rows=_rows(desk, found.drivers, words),
        why_not=why_not(found, locale()),
        r2_told=words.explained(figures.r2) if figures and figures.r2 else None,
        method=method_words(figures.method, locale()) if figures else None,
        is_counting=is_counting(session, desk.journey.id),
        left_out_below=LEFT_OUT_BELOW,
        overlaps_from=OVERLAPS_FROM,
    )


def _asked_scale() -> Scale | None:
    asked = request.args.get("scale", "")
    return Scale(asked) if asked in set(Scale) else None


def _rows(
    desk: Desk, drivers: Sequence[ThemeDriver], words: DriverWords
) -> tuple[DriverRow, ...]:
    reach = max((_reach(one.figures.impact) for one in drivers), default=1.0)
    return tuple(
        DriverRow(
            key=one.key,
            figures=one.figures,
            told=words.driver(one),
            share=_bar(one.figures.share, low=0.0, high=1.0),
            impact=_bar(one.figures.impact, low=-reach, high=reach),
            improve=improve_url(
                source="driver",
                journey=desk.journey.key,
                theme=one.key,
                **_touchpoint(desk.address),
            ),
        )
        for one in drivers
    )


def _touchpoint(address: Mapping[str, str]) -> dict[str, str]:
    point = address.get("touchpoint")
    return {"touchpoint": point} if point else {}


def _reach(figure: Bounded) -> float:
    return max(abs(figure.low), abs(figure.high)) or 1.0


def _bar(figure: Bounded, *, low: float, high: float) -> Bar:
    def place(value: float) -> float:
        return round(100 * (min(max(value, low), high) - low) / (high - low), 2)

    zero, end = place(0.0), place(figure.value)
    return Bar(
        zero=zero,
        start=min(zero, end),
        width=round(abs(end - zero), 2),
        low=place(figure.low),
        high=place(figure.high),
    )
