"""Blueprint automation: rules, tried on what happened before they are switched on."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.queries import Standing, list_people
from feedback.accounts.roles import Permission
from feedback.automation.queries import (
    Tried,
    count_runs,
    get_rule,
    list_rules,
    list_runs,
    try_rule,
)
from feedback.automation.rules import (
    archive_rule,
    change_rule,
    create_rule,
    switch_rule,
)
from feedback.automation.terms import FIELDS, ActionKind, Outcome
from feedback.core.errors import Conflict, Invalid
from feedback.core.pagination import LARGEST_PAGE, PageRequest
from feedback.web import automation_words as words
from feedback.web.context import current_session, now, principal
from feedback.web.forms.automation import ROOM, read_draft, typed_of
from feedback.web.forms.cases import Typed, revision_of
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires
from feedback.webhooks.queries import list_endpoints

blueprint = Blueprint("automation", __name__, url_prefix="/automation")


@blueprint.app_context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words of rules."""
    return {
        "rule_action": words.action_words,
        "rule_outcome": words.outcome_words,
        "rule_reason": words.reason_words,
        "rule_field": words.field_words,
        "rule_fault": words.fault_words,
        "rule_said": words.said,
    }


@blueprint.get("/")
@requires(Permission.AUTOMATE)
def index() -> str:
    """List the rules, and how often each came to what."""
    session = current_session()
    return render_template(
        "automation/index.html",
        rules=list_rules(session),
        counts=count_runs(session),
        outcomes=list(Outcome),
    )


@blueprint.get("/new")
@requires(Permission.AUTOMATE)
def new() -> str:
    """Show the form of a new rule."""
    return _form_page(Typed())


def _form_page(
    typed: Typed,
    *,
    public_id: str = "",
    tried: Tried | None = None,
    changed: bool = False,
) -> str:
    session = current_session()
    people = list_people(session, PageRequest(size=LARGEST_PAGE)).items
    names = dict.fromkeys(name for known in FIELDS.values() for name in known)
    return render_template(
        "automation/form.html",
        typed=typed,
        public_id=public_id,
        tried=tried,
        changed=changed,
        newest=get_rule(session, public_id) if changed else None,
        types=list(FIELDS),
        fields=list(names),
        known=FIELDS,
        operators={key: gettext(said) for key, said in words.OPERATORS.items()},
        kinds=list(ActionKind),
        people=[one for one in people if one.standing is not Standing.CLOSED],
        receivers=list_endpoints(session),
        room=range(ROOM),
        outcomes=list(Outcome),
    )


@blueprint.post("/new")
@requires(Permission.AUTOMATE)
def create() -> str | tuple[str, int] | Response:
    """Keep a new rule, switched off, or try it."""
    form = request.form.to_dict()
    try:
        draft = read_draft(form)
        if form.get("do") == "try":
            return _form_page(Typed(values=form), tried=_tried(form))
        public_id = create_rule(
            current_session(), draft, author_id=principal().id, now=now()
        )
    except Invalid as error:
        return _form_page(Typed(values=form, faults=error.fields)), 422
    flash(gettext("The rule is kept, switched off. Try it, then switch it on."))
    return redirect(url_for("automation.show", public_id=public_id))


def _tried(form: dict[str, str], rule: str = "") -> Tried:
    draft = read_draft(form)
    return try_rule(current_session(), draft.type, draft.conditions, rule=rule)


@blueprint.get("/<public_id>")
@requires(Permission.AUTOMATE)
def show(public_id: str) -> str:
    """Show a rule with each of its looks."""
    session = current_session()
    rule = get_rule(session, public_id)
    asked = request.args.get("outcome", "")
    outcome = Outcome(asked) if asked in set(Outcome) else None
    return render_template(
        "automation/show.html",
        rule=rule,
        tried=try_rule(session, rule.type, rule.conditions, rule=public_id),
        counts=count_runs(session).get(public_id, {}),
        outcome=outcome,
        outcomes=list(Outcome),
        runs=turned(list_runs(session, public_id, wanted_page(), outcome=outcome)),
    )


@blueprint.get("/<public_id>/edit")
@requires(Permission.AUTOMATE)
def edit(public_id: str) -> str:
    """Show the form of a rule."""
    rule = get_rule(current_session(), public_id)
    return _form_page(Typed(values=typed_of(rule)), public_id=public_id)


@blueprint.post("/<public_id>/edit")
@requires(Permission.AUTOMATE)
def change(public_id: str) -> str | tuple[str, int] | Response:
    """Change a rule, or try what was typed."""
    session, form = current_session(), request.form.to_dict()
    try:
        draft = read_draft(form)
        if form.get("do") == "try":
            tried = _tried(form, public_id)
            return _form_page(Typed(values=form), public_id=public_id, tried=tried)
        change_rule(
            session,
            public_id,
            draft,
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        faulty = Typed(values=form, faults=error.fields)
        return _form_page(faulty, public_id=public_id), 422
    except Conflict as error:
        if error.code != "changed_meanwhile":
            raise
        values = {**form, "revision": str(get_rule(session, public_id).revision)}
        return _form_page(Typed(values=values), public_id=public_id, changed=True), 409
    flash(gettext("The rule is changed."), "success")
    return redirect(url_for("automation.show", public_id=public_id))


@blueprint.post("/<public_id>/<any(on, off):state>")
@requires(Permission.AUTOMATE)
def switch(public_id: str, state: str) -> Response:
    """Have a rule look at what happens from now on, or no more."""
    switch_rule(
        current_session(),
        public_id,
        is_on=state == "on",
        author_id=principal().id,
        now=now(),
    )
    flash(
        gettext("The rule is on: it looks at what happens from now on.")
        if state == "on"
        else gettext("The rule is off.")
    )
    return redirect(url_for("automation.show", public_id=public_id))


@blueprint.post("/<public_id>/archive")
@requires(Permission.AUTOMATE)
def archive(public_id: str) -> Response:
    """Put a rule away."""
    archive_rule(current_session(), public_id, author_id=principal().id, now=now())
    flash(gettext("The rule is put away. What it did stays."))
    return redirect(url_for("automation.index"))
