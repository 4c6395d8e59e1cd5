"""Blueprint discovery: what customers speak of that no theme holds yet."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.periods import local_day
from feedback.insights.discovery import service
from feedback.insights.discovery.queries import (
    Coverage,
    FoundGroup,
    find_discovery,
    get_group,
    list_decisions,
    read_coverage,
)
from feedback.insights.drawing import Curve, CurvePoint, draw_curve
from feedback.insights.segments import Segment, default_period, find_span
from feedback.insights.words import SHARE, Words
from feedback.jobs.queries import JobState, OwedWork, get_job
from feedback.journey.queries import JourneyMap, get_map
from feedback.voice.taxonomy import read_themes
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.desk import place_of, segments_of
from feedback.web.errors import words_for
from feedback.web.forms.discovery import (
    AcceptForm,
    MergeForm,
    prefilled,
    suggested_name,
)
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("discovery", __name__)

PAGE = "/journeys/<key>/discovery"
ONE = f"{PAGE}/<public_id>"
#: verbatims of a group on its own page
QUOTES = 50
Answer = str | tuple[str, int] | Response


@blueprint.context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words for keys, in the language of the request."""
    return {
        "theme_word": lambda key: read_themes(current_session()).name(key, locale()),
        "share_interval": lambda estimate: SHARE.interval(estimate, locale()),
        "language_word": lambda code: language_name(code, locale()),
        "segments_of": segments_of,
        "place_of": place_of,
    }


@blueprint.get(PAGE)
@requires(Permission.READ_FEEDBACK)
def index(key: str) -> str:
    """Show the coverage, and the groups of what has no theme."""
    session, journey = current_session(), get_map(current_session(), key)
    found = find_discovery(session, journey.id)
    span = find_span(session, journey.id)
    usual = default_period(span, today=local_day(now(), settings().zone))
    period = found.period if found else usual
    coverage = read_coverage(session, Segment(journey_id=journey.id, period=period))
    job_id = request.args.get("job", type=int)
    return render_template(
        "discovery/index.html",
        journey=journey,
        found=found,
        period=period,
        coverage=coverage,
        trend=_trend(coverage),
        decisions=list_decisions(session, journey.id),
        words=Words(locale=locale(), before=period.previous()),
        **(_progress(job_id) if job_id is not None else {}),
    )


@blueprint.post(PAGE)
@requires(Permission.CORRECT_ANALYSIS)
def look(key: str) -> Response:
    """Have the verbatims without a theme grouped anew."""
    journey = get_map(current_session(), key)
    job_id = service.order_look(current_session(), journey.id, now=now())
    if job_id is None:
        flash(gettext("The verbatims are waiting to be grouped already."), "info")
    return redirect(url_for("discovery.index", key=key, job=job_id))


@blueprint.get(f"{PAGE}/progress/<int:job_id>")
@requires(Permission.READ_FEEDBACK)
def progress(key: str, job_id: int) -> str:
    """Show the part of the page that changes by itself."""
    journey = get_map(current_session(), key)
    return render_template(
        "discovery/_progress.html", journey=journey, **_progress(job_id)
    )


@blueprint.get(ONE)
@requires(Permission.READ_FEEDBACK)
def show(key: str, public_id: str) -> str:
    """Show one group with its verbatims, and what may become of it."""
    journey = get_map(current_session(), key)
    group = get_group(current_session(), journey.id, public_id, quotes=QUOTES)
    return _group_page(journey, group)


@blueprint.post(f"{ONE}/accept")
@requires(Permission.MANAGE_THEMES)
def accept(key: str, public_id: str) -> Answer:
    """Make a theme of a group."""
    journey = get_map(current_session(), key)
    group = get_group(current_session(), journey.id, public_id, quotes=QUOTES)
    form = _accept_form(group)
    if not form.validate_on_submit():
        return _group_page(journey, group, accept_form=form), 422
    try:
        theme = service.accept(
            current_session(),
            journey.id,
            public_id,
            names=form.names,
            brake=form.brake.data,
            phrases=form.typed_phrases(group.language),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error)
        return _group_page(journey, group, accept_form=form), 422
    except Conflict as error:
        form.form_errors.append(words_for(error.code))
        return _group_page(journey, group, accept_form=form), 409
    flash(
        gettext(
            "“%(theme)s” is a theme now. New verbatims are looked through for it; have "
            "the others analysed again.",
            theme=read_themes(current_session()).name(theme, locale()),
        ),
        "success",
    )
    return redirect(url_for("discovery.index", key=key))


@blueprint.post(f"{ONE}/merge")
@requires(Permission.MANAGE_THEMES)
def merge(key: str, public_id: str) -> Answer:
    """Give the words of a group to a theme that is there."""
    journey = get_map(current_session(), key)
    group = get_group(current_session(), journey.id, public_id, quotes=QUOTES)
    form = _merge_form(group)
    if not form.validate_on_submit():
        return _group_page(journey, group, merge_form=form), 422
    try:
        service.merge(
            current_session(),
            journey.id,
            public_id,
            theme_key=form.theme.data,
            phrases=form.typed_phrases(group.language),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error)
        return _group_page(journey, group, merge_form=form), 422
    except Conflict as error:
        form.form_errors.append(words_for(error.code))
        return _group_page(journey, group, merge_form=form), 409
    flash(
        gettext(
            "The theme has these words now. New verbatims are looked through for them; "
            "have the others analysed again."
        ),
        "success",
    )
    return redirect(url_for("discovery.index", key=key))


@blueprint.post(f"{ONE}/dismiss")
@requires(Permission.CORRECT_ANALYSIS)
def dismiss(key: str, public_id: str) -> Response:
    """Say that a group is no theme."""
    journey = get_map(current_session(), key)
    try:
        service.dismiss(
            current_session(),
            journey.id,
            public_id,
            author_id=principal().id,
            now=now(),
        )
    except Conflict as error:
        flash(words_for(error.code), "error")
    else:
        flash(
            gettext("Dismissed. It can be brought back at the foot of the page."),
            "success",
        )
    return redirect(url_for("discovery.index", key=key))


@blueprint.post(f"{PAGE}/decisions/<decision>/undo")
@requires(Permission.CORRECT_ANALYSIS)
def take_back(key: str, decision: str) -> Response:
    """Have a group stand among the others again."""
    journey = get_map(current_session(), key)
    service.take_back(current_session(), journey.id, decision)
    flash(gettext("The group stands among the others again."), "success")
    return redirect(url_for("discovery.index", key=key))


def _group_page(
    journey: JourneyMap,
    group: FoundGroup,
    *,
    accept_form: AcceptForm | None = None,
    merge_form: MergeForm | None = None,
) -> str:
    found = find_discovery(current_session(), journey.id)
    assert found is not None  # noqa: S101 - the group is of it
    return render_template(
        "discovery/show.html",
        journey=journey,
        group=group,
        found=found,
        is_sent=accept_form is not None or merge_form is not None,
        is_open=any(one.public_id == group.public_id for one in found.groups),
        words=Words(locale=locale(), before=found.period.previous()),
        accept_form=accept_form or _accept_form(group, is_sent=False),
        merge_form=merge_form or _merge_form(group, is_sent=False),
    )


def _accept_form(group: FoundGroup, *, is_sent: bool = True) -> AcceptForm:
    name = suggested_name(group.words)
    sent = {} if is_sent else {"formdata": None}
    form = AcceptForm(
        prefix="accept",
        name_fr=name if group.language == "fr" else "",
        name_en=name if group.language == "en" else "",
        brake="service",
        phrases=prefilled(group.words),
        **sent,
    )
    form.offer()
    return form


def _merge_form(group: FoundGroup, *, is_sent: bool = True) -> MergeForm:
    sent = {} if is_sent else {"formdata": None}
    form = MergeForm(prefix="merge", phrases=prefilled(group.words), **sent)
    form.offer(read_themes(current_session()).shown)
    return form


def _trend(coverage: Coverage) -> Curve:
    return draw_curve(
        [CurvePoint(estimate=one.share, base=one.base) for one in coverage.months],
        lowest=0,
        highest=1,
    )


def _progress(job_id: int) -> dict[str, Any]:
    job = _job(job_id)
    return {
        "job": job,
        "job_id": job_id,
        "is_over": job.state in {JobState.DONE, JobState.FAILED},
        "has_failed": job.state is JobState.FAILED,
    }


def _job(job_id: int) -> OwedWork:
    job = get_job(current_session(), job_id)
    if job.name != service.DISCOVER:
        raise NotFound("job")
    return job
