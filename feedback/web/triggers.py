"""Blueprint triggers: which event asks whom what, how often, and when nobody is."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.collection.policy import change_policy, get_policy
from feedback.collection.queries import (
    TriggerRead,
    count_held_back,
    get_trigger,
    list_triggers,
)
from feedback.collection.triggers import (
    archive_trigger,
    change_trigger,
    create_trigger,
    switch_trigger,
)
from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.i18n.locales import SUPPORTED
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.surveys.conditions import Rule
from feedback.surveys.queries import SurveyOnList, list_surveys
from feedback.web.context import current_session, now, principal, settings
from feedback.web.event_words import reason_words, type_name
from feedback.web.forms.triggers import PolicyForm, TriggerForm, event_types
from feedback.web.language import gettext, named
from feedback.web.rules import (
    Subject,
    list_known,
    operator_word,
    read_rule,
    rule_words,
    show_rule,
)
from feedback.web.security import requires

blueprint = Blueprint("triggers", __name__, url_prefix="/triggers")
Answer = str | tuple[str, int] | Response


@blueprint.get("/")
@requires(Permission.ASK_CUSTOMERS)
def index() -> str:
    """List the triggers with what came of them, and why people were not asked."""
    return render_template(
        "triggers/index.html",
        triggers=list_triggers(current_session()),
        held_back=count_held_back(current_session()),
        policy=get_policy(current_session()).policy,
        type_name=type_name,
        reason_words=reason_words,
        has_surveys=bool(_surveys()),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.ASK_CUSTOMERS)
def new() -> Answer:
    """Make a trigger; it is switched off until somebody switches it on."""
    form = _form()
    rule = _rule(form)
    if not form.is_submitted():
        form.survey.data = request.args.get("survey", "")
    draft = _typed(form, rule)
    if draft is None:
        return _page(form, rule, None)
    try:
        public_id = create_trigger(
            current_session(),
            _journey_of(draft.survey),
            draft,
            actor_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(form, rule, None)
    flash(gettext("The trigger is made. Switch it on when you are ready."), "success")
    return redirect(url_for("triggers.show", public_id=public_id))


@blueprint.route("/<public_id>", methods=["GET", "POST"])
@requires(Permission.ASK_CUSTOMERS)
def show(public_id: str) -> Answer:
    """Show a trigger, and change it."""
    trigger = get_trigger(current_session(), public_id)
    form = _form()
    rule = _rule(form) if form.is_submitted() else trigger.draft.rule
    if not form.is_submitted():
        form.fill(trigger.draft, settings().zone)
    draft = _typed(form, rule)
    if draft is None:
        return _page(form, rule, trigger)
    try:
        change_trigger(
            current_session(),
            public_id,
            draft,
            revision=request.form.get("revision", -1, type=int),
            actor_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _page(form, rule, trigger)
    except Conflict as error:
        form.show_faults({"": error.code})
        return _page(form, rule, trigger)
    flash(gettext("The trigger is changed."), "success")
    return redirect(url_for("triggers.show", public_id=public_id))


@blueprint.post("/<public_id>/<any(on, off):state>")
@requires(Permission.ASK_CUSTOMERS)
def switch(public_id: str, state: str) -> Response:
    """Switch a trigger on or off."""
    switch_trigger(
        current_session(),
        public_id,
        on=state == "on",
        actor_id=principal().id,
        now=now(),
    )
    words = {
        "on": gettext("The trigger is on: it takes the events that come from now on."),
        "off": gettext("The trigger is off: it takes no event, and sends nothing."),
    }
    flash(words[state], "success")
    return redirect(request.form.get("back") or url_for("triggers.index"))


@blueprint.post("/<public_id>/archive")
@requires(Permission.ASK_CUSTOMERS)
def archive(public_id: str) -> Response:
    """Put a trigger away; what it did stays in the log."""
    archive_trigger(current_session(), public_id, actor_id=principal().id, now=now())
    flash(gettext("The trigger is put away."), "success")
    return redirect(url_for("triggers.index"))


@blueprint.route("/policy", methods=["GET", "POST"])
@requires(Permission.ASK_CUSTOMERS)
def policy() -> Answer:
    """Say how often one person may be asked, over all surveys, and when nobody is."""
    in_force = get_policy(current_session())
    form = PolicyForm()
    form.offer()
    if not form.is_submitted():
        form.fill(in_force.policy)
    if not form.validate_on_submit():
        return _policy_page(form, in_force.revision)
    try:
        change_policy(
            current_session(),
            form.policy(),
            revision=request.form.get("revision", -1, type=int),
            actor_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        form.show_faults(error.fields)
        return _policy_page(form, in_force.revision)
    flash(gettext("These limits hold from now on."), "success")
    return redirect(url_for("triggers.index"))


def _policy_page(form: PolicyForm, revision: int) -> Answer:
    page = render_template("triggers/policy.html", form=form, revision=revision)
    return (page, 422) if form.is_submitted() else page


def _form() -> TriggerForm:
    form = TriggerForm()
    form.offer(_surveys(), _maps())
    return form


def _typed(form: TriggerForm, rule: Rule | None) -> Any:
    """Return the draft that was sent to be kept, None to show the form again."""
    if request.form.get("do") or not form.validate_on_submit():
        return None
    return form.draft(rule, settings().zone)


def _rule(form: TriggerForm) -> Rule | None:
    if not form.is_submitted():
        return None
    return read_rule(request.form, _subjects(), request.form.get("do", ""))


def _page(form: TriggerForm, rule: Rule | None, trigger: TriggerRead | None) -> Answer:
    subjects = _subjects()
    page = render_template(
        "triggers/trigger.html",
        form=form,
        trigger=trigger,
        rule=show_rule(rule, subjects),
        said=rule_words(rule, subjects),
        operator_word=operator_word,
        event_types=event_types(),
        type_name=type_name,
        reason_words=reason_words,
        held_back=()
        if trigger is None
        else count_held_back(current_session(), trigger=trigger.public_id),
    )
    refused = form.is_submitted() and not request.form.get("do")
    return (page, 422) if refused else page


def _subjects() -> tuple[Subject, ...]:
    personas = [
        (persona.key, named(persona.names))
        for shown in _maps()
        for persona in shown.personas
    ]
    return list_known(SUPPORTED, personas)


def _surveys() -> tuple[SurveyOnList, ...]:
    wanted = PageRequest(size=LARGEST_PAGE)
    return list_surveys(current_session(), wanted).items


def _maps() -> list[JourneyMap]:
    session = current_session()
    return [get_map(session, one.key) for one in list_journeys(session)]


def _journey_of(survey: str) -> int:
    return next((one.journey_id for one in _surveys() if one.public_id == survey), 0)
