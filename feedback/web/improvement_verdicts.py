"""The verdict on an improvement, and what else happened, noted by hand."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.improvements.evaluating import evaluate, last_day_counted
from feedback.improvements.external_events import (
    list_events,
    note_event,
    remove_event,
)
from feedback.improvements.terms import EventKind
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.web.context import current_session, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.forms.external_events import EventForm
from feedback.web.improvement_plans import blueprint
from feedback.web.improvement_words import EVENTS, verdict_word
from feedback.web.improvements import Answer
from feedback.web.language import gettext
from feedback.web.security import requires

__all__ = ["blueprint"]


@blueprint.post("/<public_id>/evaluate")
@requires(Permission.IMPROVE)
def compute(public_id: str) -> Response:
    """Compute the verdict up to yesterday."""
    through = last_day_counted(now(), settings().zone)
    try:
        found = evaluate(current_session(), public_id, through=through, now=now())
    except Conflict as error:
        flash(words_for(error.code), "error")
    else:
        flash(
            gettext(
                "The verdict is computed: %(verdict)s.",
                verdict=verdict_word(found[-1].kind),
            ),
            "success",
        )
    return redirect(url_for("improvements.show", public_id=public_id))


@blueprint.route("/events", methods=["GET", "POST"])
@requires(Permission.READ_FEEDBACK)
def events() -> Answer:
    """List what else happened on a journey, and note something."""
    journeys = list_journeys(current_session())
    key = request.values.get("journey") or (journeys[0].key if journeys else "")
    journey = get_map(current_session(), key)
    form = EventForm()
    if request.method == "POST" and not principal().may(Permission.IMPROVE):
        flash(words_for("not_allowed"), "error")
        return redirect(url_for("improvements.events", journey=key))
    if not form.validate_on_submit():
        return _events_page(form, journey)
    try:
        note_event(
            current_session(),
            journey.id,
            kind=EventKind(form.kind.data),
            words=form.words.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _events_page(form, journey)
    except Conflict as error:
        form.form_errors.append(words_for(error.code))
        return _events_page(form, journey)
    flash(gettext("It is noted, and stands beside the verdicts."), "success")
    return redirect(url_for("improvements.events", journey=key))


@blueprint.post("/events/<key>/<public_id>/remove")
@requires(Permission.IMPROVE)
def forget_event(key: str, public_id: str) -> Response:
    """Take something back that was noted."""
    journey = get_map(current_session(), key)
    remove_event(current_session(), journey.id, public_id)
    flash(gettext("It is noted no more."), "success")
    return redirect(url_for("improvements.events", journey=key))


@blueprint.context_processor
def _event_speech() -> dict[str, object]:
    return {
        "event_word": lambda kind: gettext(EVENTS[kind]),
        "day_before": lambda day: day - timedelta(days=1),
    }


def _events_page(form: EventForm, journey: JourneyMap) -> Answer:
    page = render_template(
        "improvements/events.html",
        form=form,
        journey=journey,
        events=list_events(current_session(), journey.id)[::-1],
    )
    return (page, 422) if form.is_submitted() else page
