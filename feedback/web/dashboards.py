"""The living map of a journey, and its themes."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.pagination import PageRequest
from feedback.improvements.board import BoardFilter, list_improvements
from feedback.insights.dashboards import LivingMap, living_map
from feedback.insights.drawing import (
    Curve,
    CurvePoint,
    draw_curve,
    emotion_curve,
    top_of_axis,
)
from feedback.insights.figures import count_excerpts
from feedback.insights.segments import verbatims_of
from feedback.insights.themes import (
    ThemeStory,
    list_theme_figures,
    theme_figures,
)
from feedback.insights.words import SHARE, Words, scale_name
from feedback.journey.channels import channel_icon, channel_name
from feedback.journey.queries import list_journeys
from feedback.measures.evidence import Base
from feedback.nlp.quality import measured_themes
from feedback.voice.agreement.ledger import find_drift
from feedback.voice.queries import VerbatimInList, typical_verbatims
from feedback.voice.taxonomy import Stance, find_theme, theme_name
from feedback.web.context import current_session, locale, now
from feedback.web.desk import Desk, open_desk, place_of, segments_of
from feedback.web.improvement_words import state_word, verdict_word
from feedback.web.improving import improve_url
from feedback.web.security import requires

blueprint = Blueprint("dashboards", __name__)
#: improvements that the page of a theme names
IMPROVEMENTS = 10


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "channel_icon": channel_icon,
        "channel_word": lambda channel: channel_name(channel, locale()),
        "scale_word": lambda scale: scale_name(scale, locale()),
        "theme_word": lambda key: theme_name(current_session(), key, locale()),
        "share_interval": lambda estimate: SHARE.interval(estimate, locale()),
        "segments_of": segments_of,
        "place_of": place_of,
    }


@blueprint.get("/")
@requires(Permission.READ_FEEDBACK)
def home() -> Response | str:
    """Lead to the map of the first journey, or to drawing one."""
    journeys = list_journeys(current_session())
    if not journeys:
        return render_template("dashboards/no_journey.html")
    return redirect(url_for("dashboards.map_page", key=journeys[0].key))


@blueprint.get("/journeys/<key>/map")
@requires(Permission.READ_FEEDBACK)
def map_page(key: str) -> Response | str:
    """Show the living map in the segment that the address asks for."""
    desk = open_desk(key)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    figures = living_map(current_session(), desk.journey, desk.segment, now=now())
    return render_template(
        "dashboards/map.html",
        desk=desk,
        figures=figures,
        words=Words(locale=locale(), before=figures.before),
        curve=_curve(figures),
        quotes=_quotes(figures),
        excerpts=_excerpts(figures),
    )


@blueprint.get("/journeys/<key>/themes/")
@requires(Permission.READ_FEEDBACK)
def themes_page(key: str) -> Response | str:
    """Show all themes of a journey with their volume and their change."""
    desk = open_desk(key)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    overview = list_theme_figures(current_session(), desk.segment)
    return render_template(
        "dashboards/themes.html",
        desk=desk,
        overview=overview,
        words=Words(locale=locale(), before=overview.before),
        drift=find_drift(current_session(), desk.journey.id),
    )


@blueprint.get("/journeys/<key>/themes/<theme>")
@requires(Permission.READ_FEEDBACK)
def theme_page(key: str, theme: str) -> Response | str:
    """Show everything about one theme."""
    desk = open_desk(key)
    if desk.canonical is not None:
        return redirect(desk.canonical)
    session, segment = current_session(), desk.segment
    story = theme_figures(session, desk.journey, segment, theme)
    return render_template(
        "dashboards/theme.html",
        desk=desk,
        story=story,
        theme=find_theme(session, theme),
        quality=measured_themes().get(theme),
        words=Words(locale=locale(), before=story.before),
        trend=_trend(story),
        quotes={
            stance: typical_verbatims(
                session, verbatims_of(segment, theme=theme, stance=stance)
            )
            for stance in Stance
        },
        improve_url=_improve_url(desk, story),
        improvements=list_improvements(
            session,
            BoardFilter(journey=desk.journey.key, theme=theme),
            PageRequest(size=IMPROVEMENTS),
        ).items,
        state_word=state_word,
        verdict_word=verdict_word,
    )


def _improve_url(desk: Desk, story: ThemeStory) -> str | None:
    """Return where an improvement begins: on the theme, where it is worst or chosen."""
    worst = story.places[0].touchpoint.key if story.places else None
    return improve_url(
        source="theme",
        journey=desk.journey.key,
        theme=story.row.key,
        touchpoint=desk.address.get("touchpoint") or worst,
        ref=story.row.key,
    )


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Both stances of a theme month by month, drawn under the same axis."""

    friction: Curve
    praise: Curve
    top: float


def _excerpts(figures: LivingMap) -> dict[str, int]:
    """Return how many excerpts of interviews each touchpoint and phase has, by key."""
    by_point = count_excerpts(current_session(), figures.segment)
    points = {
        one.touchpoint.key: by_point.get(one.touchpoint.id, 0)
        for phase in figures.phases
        for one in phase.touchpoints
    }
    phases = {
        phase.phase.key: sum(
            by_point.get(one.touchpoint.id, 0) for one in phase.touchpoints
        )
        for phase in figures.phases
    }
    return {f"point:{key}": n for key, n in points.items()} | phases


def _curve(figures: LivingMap) -> Curve:
    return emotion_curve(
        [
            CurvePoint(estimate=emotion.estimate, base=emotion.base)
            for emotion in (phase.figures.emotion for phase in figures.phases)
        ]
    )


def _trend(story: ThemeStory) -> Trend:
    friction = [
        CurvePoint(estimate=one.friction, base=one.base) for one in story.months
    ]
    praise = [CurvePoint(estimate=one.praise, base=one.base) for one in story.months]
    top = top_of_axis(
        point.estimate
        for point in (*friction, *praise)
        if point.estimate and point.base is not Base.HIDDEN
    )
    return Trend(
        friction=draw_curve(friction, lowest=0, highest=top),
        praise=draw_curve(praise, lowest=0, highest=top),
        top=top,
    )


def _quotes(figures: LivingMap) -> dict[str, tuple[VerbatimInList, ...]]:
    """Choose a verbatim that speaks for each phase in which something was said."""
    return {
        phase.phase.key: typical_verbatims(
            current_session(),
            verbatims_of(
                replace(
                    figures.segment,
                    touchpoint_ids=tuple(
                        one.touchpoint.id for one in phase.touchpoints
                    ),
                )
            ),
            limit=1,
        )
        for phase in figures.phases
        if phase.figures.verbatims
    }
