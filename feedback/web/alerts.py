"""Blueprint alerts: what has changed, muting it, and getting it by mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.core.periods import Period, local_day
from feedback.i18n.catalogs import mark
from feedback.insights.alerts import service
from feedback.insights.alerts.drawing import ControlDrawing, draw_control_chart
from feedback.insights.alerts.queries import (
    AlertOnList,
    get_alert,
    is_reader,
    list_alerts,
    read_charts,
)
from feedback.insights.alerts.words import ToldAlert, ending_words, tell_alert
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.measures.control import ControlChart
from feedback.measures.monitoring import WEEK
from feedback.voice.taxonomy import Stance
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.improving import improve_url
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("alerts", __name__)

PAGE = "/journeys/<key>/alerts"
ONE = f"{PAGE}/<public_id>"
#: a mute ends after so long unless somebody says otherwise
USUAL_MUTE = timedelta(days=28)
Answer = str | tuple[str, int] | Response
FAULTS = {
    "reason": {
        "required": mark("Say why it is muted; the others read it."),
        "too_long": mark("At most 500 characters."),
    },
    "until": {
        "required": mark("Say until which day."),
        "in_the_past": mark("This day has passed."),
        "too_far": mark("A year at most; it can be muted again then."),
    },
}


@dataclass(frozen=True, kw_only=True)
class MuteForm:
    """What was typed into the form, and what is wrong with it."""

    reason: str = ""
    until: str = ""
    faults: Mapping[str, str]
    public_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """An alert ready to be shown."""

    alert: AlertOnList
    told: ToldAlert
    ending: str | None
    chart: ControlDrawing | None
    figures: ControlChart | None
    weeks: tuple[date, ...]
    verbatims: str
    improve: str | None


@blueprint.get("/alerts/")
@requires(Permission.READ_FEEDBACK)
def home() -> Response | str:
    """Lead to the alerts of the first journey, or to drawing one."""
    journeys = list_journeys(current_session())
    if not journeys:
        return render_template("dashboards/no_journey.html")
    return redirect(url_for("alerts.index", key=journeys[0].key))


@blueprint.get(PAGE)
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> str:
    """Show what has changed: open, muted and closed."""
    return _page(get_map(current_session(), key))


@blueprint.post(f"{ONE}/mute")
@requires(Permission.CORRECT_ANALYSIS)
def mute(key: str, public_id: str) -> Answer:
    """Have an alert stand aside until a day, with a reason."""
    journey = get_map(current_session(), key)
    reason, until = request.form.get("reason", ""), request.form.get("until", "")
    try:
        service.mute(
            current_session(),
            journey.id,
            public_id,
            revision=request.form.get("revision", 0, type=int),
            reason=reason,
            until=_day(until),
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except (Invalid, Conflict) as error:
        form = MuteForm(
            reason=reason,
            until=until,
            public_id=public_id,
            faults={
                name: gettext(FAULTS[name][code]) for name, code in error.fields.items()
            }
            if isinstance(error, Invalid)
            else {"revision": words_for(error.code)},
        )
        return _page(journey, form), 422 if isinstance(error, Invalid) else 409
    flash(gettext("Muted. It stands below the open alerts."), "success")
    return redirect(url_for("alerts.index", key=key))


@blueprint.post(f"{ONE}/unmute")
@requires(Permission.CORRECT_ANALYSIS)
def unmute(key: str, public_id: str) -> Response:
    """Have an alert stand among the open ones again."""
    journey = get_map(current_session(), key)
    try:
        service.unmute(
            current_session(),
            journey.id,
            public_id,
            revision=request.form.get("revision", 0, type=int),
        )
    except Conflict as error:
        flash(words_for(error.code), "error")
    else:
        flash(gettext("It stands among the open alerts again."), "success")
    return redirect(url_for("alerts.index", key=key))


@blueprint.post(f"{PAGE}/subscribe")
@requires(Permission.READ_FEEDBACK)
def subscribe(key: str) -> Response:
    """Send oneself the new alerts of a journey."""
    journey = get_map(current_session(), key)
    service.subscribe(current_session(), journey.id, principal().id, now=now())
    flash(gettext("New alerts come to you by mail, once a day at most."), "success")
    return redirect(url_for("alerts.index", key=key))


@blueprint.post(f"{PAGE}/unsubscribe")
@requires(Permission.READ_FEEDBACK)
def unsubscribe(key: str) -> Response:
    """Send oneself no more alerts of a journey."""
    journey = get_map(current_session(), key)
    service.unsubscribe(current_session(), journey.id, principal().id)
    flash(gettext("No more alerts come to you by mail."), "success")
    return redirect(url_for("alerts.index", key=key))


def _page(journey: JourneyMap, form: MuteForm | None = None) -> str:
    session, today = current_session(), local_day(now(), settings().zone)
    found = list_alerts(session, journey, today=today)
    if form is not None and form.public_id is not None:
        get_alert(session, journey, form.public_id, today=today)
    shown = (*found.open, *found.muted)
    charts = read_charts(session, journey, shown, today=today)

    def cards(alerts: Sequence[AlertOnList]) -> list[Card]:
        return [_card(journey, one, charts.get(one.public_id), today) for one in alerts]

    return render_template(
        "alerts/index.html",
        journey=journey,
        open=cards(found.open),
        muted=cards(found.muted),
        closed=cards(found.closed),
        form=form or MuteForm(faults={}),
        usual_until=(today + USUAL_MUTE).isoformat(),
        today=today.isoformat(),
        longest_reason=service.LONGEST_REASON,
        is_reader=is_reader(session, journey.id, principal().id),
    )


def _card(
    journey: JourneyMap,
    alert: AlertOnList,
    drawn: tuple[date, ControlChart] | None,
    today: date,
) -> Card:
    chart: ControlDrawing | None = None
    weeks: tuple[date, ...] = ()
    if drawn is not None:
        first, figures = drawn
        began = (alert.began_on - first).days // WEEK
        chart = draw_control_chart(figures, began=began)
        weeks = tuple(
            first + timedelta(weeks=week) for week in range(len(figures.points))
        )
    return Card(
        alert=alert,
        told=tell_alert(current_session(), alert, locale()),
        ending=ending_words(alert.ending, locale()) if alert.ending else None,
        chart=chart,
        figures=drawn[1] if drawn else None,
        weeks=weeks,
        verbatims=_verbatims(journey, alert, today),
        improve=improve_url(source="alert", journey=journey.key, ref=alert.public_id),
    )


def _verbatims(journey: JourneyMap, alert: AlertOnList, today: date) -> str:
    """Return the address of the verbatims that an alert is made of."""
    last = local_day(alert.closed_at, settings().zone) if alert.closed_at else today
    until = max(last, alert.began_on) + timedelta(days=1)
    asked: dict[str, Any] = {"period": str(Period(alert.began_on, until))}
    if alert.touchpoint is not None:
        asked["touchpoint"] = alert.touchpoint.key
    if alert.theme is not None:
        asked |= {"theme": alert.theme, "stance": Stance.FRICTION.value}
    elif alert.words:
        asked["q"] = alert.words[0]
    else:
        asked["feeling"] = "negative"
    return url_for("explorer.index", key=journey.key, **asked)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
