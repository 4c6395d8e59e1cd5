"""The plan of an improvement: written, locked when the work starts, edited beside."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.core.periods import local_day
from feedback.improvements.plan import Plan
from feedback.improvements.planning import (
    edit_plan,
    list_plans,
    save_plan,
    start_work,
)
from feedback.improvements.queries import ImprovementRead, get_improvement
from feedback.improvements.terms import MeasureKind
from feedback.insights.segments import list_facets
from feedback.journey.queries import JourneyMap, get_map
from feedback.measures.scales import Scale
from feedback.voice.taxonomy import read_themes
from feedback.voice.wording import language_name
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.errors import words_for
from feedback.web.forms.plans import PlanForm
from feedback.web.improvement_plan_words import plan_differences, plan_lines
from feedback.web.improvement_talk import blueprint
from feedback.web.improvements import Answer
from feedback.web.language import gettext
from feedback.web.security import requires

__all__ = ["blueprint"]


@blueprint.route("/<public_id>/plan", methods=["GET", "POST"])
@requires(Permission.IMPROVE)
def plan(public_id: str) -> Answer:
    """Write the plan down; once it is locked, keep an edit beside it."""
    session = current_session()
    one = get_improvement(session, public_id)
    journey = get_map(session, one.journey_key)
    plans = list_plans(session, one.id)
    is_locked = bool(plans) and plans[0].locked_at is not None
    form = _form(one, journey)
    if not form.is_submitted():
        form.fill(plans[-1].plan if plans else _proposed(one, journey))
    if not form.validate_on_submit():
        return _page(form, one, journey, is_locked=is_locked)
    typed = form.plan()
    try:
        if is_locked:
            edit_plan(session, public_id, typed, reason=form.reason.data or "", **_by())  # type: ignore[arg-type]  # one value a name
        else:
            save_plan(session, public_id, typed, **_by())  # type: ignore[arg-type]  # the same
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(form, one, journey, is_locked=is_locked)
    except Conflict as error:
        if error.code != "changed_meanwhile":
            form.form_errors.append(words_for(error.code))
            return _page(form, one, journey, is_locked=is_locked)
        standing = plans[-1].plan if plans else None
        return _page(
            form,
            one,
            journey,
            is_locked=is_locked,
            meanwhile=plan_differences(standing, typed, journey),
            is_conflict=True,
        )
    flash(
        gettext("The edit is kept beside the plan, with its reason.")
        if is_locked
        else gettext("The plan is written. It is locked when the work starts."),
        "success",
    )
    return redirect(url_for("improvements.show", public_id=public_id))


@blueprint.post("/<public_id>/start")
@requires(Permission.IMPROVE)
def start(public_id: str) -> Response:
    """Start the work: lock the plan with its SHA-256 and the moment."""
    try:
        start_work(current_session(), public_id, **_by())  # type: ignore[arg-type]  # one value a name
    except Conflict as error:
        flash(words_for(error.code), "error")
        to = "plan" if error.code == "plan_missing" else "show"
        return redirect(url_for(f"improvements.{to}", public_id=public_id))
    flash(
        gettext("The work has started, and the plan is locked."),
        "success",
    )
    return redirect(url_for("improvements.show", public_id=public_id))


@blueprint.context_processor
def _plan_speech() -> dict[str, object]:
    return {"plan_lines": plan_lines}


def _by() -> dict[str, object]:
    return {
        "revision": request.form.get("revision", -1, type=int),
        "author_id": principal().id,
        "now": now(),
    }


def _form(one: ImprovementRead, journey: JourneyMap) -> PlanForm:
    form = PlanForm()
    session = current_session()
    languages = list_facets(session, one.journey_id).languages
    form.offer(
        journey,
        read_themes(session),
        [(code, language_name(code, locale())) for code in languages],
        locale(),
    )
    return form


def _proposed(one: ImprovementRead, journey: JourneyMap) -> Plan:
    """Return a plan to begin with: its theme where it is felt, from next Monday on."""
    today = local_day(now(), settings().zone)
    themes = read_themes(current_session())
    has_theme = one.theme_key is not None and themes.find(one.theme_key) is not None
    return Plan(
        kind=MeasureKind.THEME if has_theme else MeasureKind.SCORE,
        scale=None if has_theme else Scale.CSAT,
        theme_key=one.theme_key if has_theme else None,
        touchpoints=tuple(
            point.key for point in journey.touchpoints if point.id in one.touchpoint_ids
        ),
        starts_on=today + timedelta(days=7 - today.weekday()),
        washout_days=14,
        smallest_that_matters=0.05,
    )


def _page(
    form: PlanForm,
    one: ImprovementRead,
    journey: JourneyMap,
    *,
    is_locked: bool,
    meanwhile: list[tuple[str, str, str]] | None = None,
    is_conflict: bool = False,
) -> Answer:
    page = render_template(
        "improvements/plan.html",
        form=form,
        one=one,
        journey=journey,
        is_locked=is_locked,
        meanwhile=meanwhile or [],
        is_conflict=is_conflict,
    )
    if is_conflict:
        return page, 409
    return (page, 422) if form.is_submitted() else page
