"""Blueprint cases: customers who are to be answered, and how fast they are."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.cases.closing import reopen, resolve
from feedback.cases.figures import count_open, read_figures
from feedback.cases.handling import add_note, change_case, note_answer
from feedback.cases.opening import open_for_verbatim
from feedback.cases.queries import (
    CaseRead,
    Reach,
    count_by_state,
    count_overdue,
    get_case,
    get_reach,
    list_beside,
    list_cases,
    list_handlers,
    list_teams,
)
from feedback.cases.replying import (
    Reply,
    TemplateRead,
    begin,
    list_templates,
    send_reply,
)
from feedback.cases.terms import (
    OPEN_STATES,
    CaseReason,
    CaseState,
    EntryKind,
    RootCause,
)
from feedback.core.errors import Conflict, Forbidden, Invalid
from feedback.i18n.locales import SUPPORTED
from feedback.insights.words import scale_name
from feedback.journey.queries import list_journeys
from feedback.measures.evidence import ENOUGH_FROM, PRINTED_FROM
from feedback.voice.wording import feeling_name
from feedback.web import case_words
from feedback.web.context import current_session, locale, now, principal, settings
from feedback.web.forms.cases import (
    Typed,
    read_change,
    read_filter,
    revision_of,
    shown_moment,
)
from feedback.web.language import gettext
from feedback.web.paging import turned, wanted_page
from feedback.web.security import requires

blueprint = Blueprint("cases", __name__, url_prefix="/cases")

#: periods of the page of times, in days
PERIODS = (30, 90, 365)
BLANK = Typed()


@blueprint.app_context_processor
def _speech() -> dict[str, Any]:
    """Give the templates the words of cases."""
    return {
        "case_state": case_words.state_words,
        "case_reason": case_words.reason_words,
        "case_cause": case_words.cause_words,
        "case_entry": case_words.entry_words,
        "case_field": case_words.field_words,
        "case_changes": case_words.changes,
        "case_fault": case_words.fault_words,
        "case_duration": case_words.duration_words,
    }


@blueprint.app_template_filter("iso_moment")
def iso_moment(text: str) -> datetime:
    """Return the moment that a line of the history keeps as text."""
    return datetime.fromisoformat(text)


@blueprint.get("/")
@requires(Permission.HANDLE_CASES)
def index() -> str:
    """List the cases that the address asks for, those due first at the top."""
    session = current_session()
    looked_for = read_filter(request.args)
    found = list_cases(session, wanted_page(), looked_for, now=now())
    return render_template(
        "cases/index.html",
        cases=turned(found),
        looked_for=looked_for,
        counts=count_by_state(session),
        overdue=count_overdue(session, now=now()),
        handlers=list_handlers(session),
        teams=list_teams(session),
        journeys=list_journeys(session),
        states=list(CaseState),
        reasons=list(CaseReason),
        moment_now=now(),
    )


@blueprint.get("/times")
@requires(Permission.READ_FEEDBACK)
def times() -> str:
    """Show how fast cases are answered and closed; no customer is on this page."""
    session = current_session()
    days = request.args.get("days", 90, type=int)
    days = days if days in PERIODS else 90
    journey = request.args.get("journey", "")
    return render_template(
        "cases/times.html",
        figures=read_figures(
            session, since=now() - timedelta(days=days), until=now(), journey=journey
        ),
        open_now=count_open(session, journey=journey),
        days=days,
        periods=PERIODS,
        journey=journey,
        journeys=list_journeys(session),
        printed_from=PRINTED_FROM,
        enough_from=ENOUGH_FROM,
    )


@blueprint.post("/open")
@requires(Permission.HANDLE_CASES)
def open_one() -> Response:
    """Open a case for a verbatim, or lead to the one that there is."""
    public_id = open_for_verbatim(
        current_session(),
        request.form.get("verbatim", ""),
        author_id=principal().id,
        now=now(),
        zone=settings().zone,
    )
    return redirect(url_for("cases.show", public_id=public_id))


@blueprint.get("/<public_id>")
@requires(Permission.HANDLE_CASES)
def show(public_id: str) -> str:
    """Show a case: what was said, who it is, what happened since."""
    return _page(public_id)


def _page(public_id: str, **typed: Any) -> str:
    """Draw a case; `typed` holds the form that was not kept, by its name."""
    session, may_see = current_session(), principal().may("read_contacts")
    case = get_case(session, public_id)
    reach = get_reach(session, case) if may_see else None
    values: dict[str, Any] = {
        "change": _shown(case),
        "note": BLANK,
        "reached": BLANK,
        "resolving": BLANK,
        "reopening": BLANK,
        "reply": _begun(reach),
        "changed": False,
        **typed,
    }
    return render_template(
        "cases/show.html",
        case=case,
        reach=reach,
        beside=list_beside(session, case),
        handlers=list_handlers(session),
        templates=list_templates(session),
        template=request.args.get("template", ""),
        open_states=OPEN_STATES,
        causes=list(RootCause),
        languages=SUPPORTED,
        scale_word=lambda scale: scale_name(scale, locale()),
        feeling_word=lambda feeling: feeling_name(feeling, locale()),
        moment_now=now(),
        **values,
    )


def _shown(case: CaseRead) -> Typed:
    values = {
        "owner": case.owner or "",
        "team": case.team,
        "state": case.state.value,
        "due_at": shown_moment(case.due_at, settings().zone),
    }
    return Typed(values=values)


def _begun(reach: Reach | None) -> Typed:
    """Return a reply as the template that was chosen begins it."""
    chosen = _chosen_template()
    if reach is None or chosen is None:
        return BLANK
    name = reach.wish_name or reach.name
    company = settings().company_name
    begun = begin(chosen, name=name, company=company, agent=principal().name)
    return Typed(
        values={
            "subject": begun.subject,
            "body": begun.body,
            "language": chosen.language,
        }
    )


def _chosen_template() -> TemplateRead | None:
    wanted = request.args.get("template", "")
    for one in list_templates(current_session()):
        if one.public_id == wanted:
            return one
    return None


def _faulty(error: Invalid, form: Mapping[str, str]) -> Typed:
    return Typed(values=form, faults=error.fields)


@blueprint.post("/<public_id>/change")
@requires(Permission.HANDLE_CASES)
def change(public_id: str) -> str | tuple[str, int] | Response:
    """Change owner, team, state and due date; nothing that others did is lost."""
    session, form = current_session(), request.form.to_dict()
    try:
        case = get_case(session, public_id)
        change_case(
            session,
            public_id,
            read_change(form, case, zone=settings().zone),
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _page(public_id, change=_faulty(error, form)), 422
    except Conflict as error:
        return _conflict(public_id, error, change=Typed(values=form))
    flash(gettext("The case is changed."), "success")
    return _back(public_id)


def _conflict(
    public_id: str, error: Conflict, **typed: Typed
) -> tuple[str, int] | Response:
    if error.code != "changed_meanwhile":
        raise error
    return _page(public_id, changed=True, **typed), 409


@blueprint.post("/<public_id>/note")
@requires(Permission.HANDLE_CASES)
def note(public_id: str) -> str | tuple[str, int] | Response:
    """Add a note."""
    form = request.form.to_dict()
    try:
        add_note(
            current_session(),
            public_id,
            form.get("words", ""),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _page(public_id, note=_faulty(error, form)), 422
    return _back(public_id)


@blueprint.post("/<public_id>/reached")
@requires(Permission.HANDLE_CASES)
def reached(public_id: str) -> str | tuple[str, int] | Response:
    """Note that somebody spoke with the customer."""
    form = request.form.to_dict()
    try:
        note_answer(
            current_session(),
            public_id,
            EntryKind.REACHED,
            form.get("words", ""),
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except Invalid as error:
        return _page(public_id, reached=_faulty(error, form)), 422
    return _back(public_id)


@blueprint.post("/<public_id>/reply")
@requires(Permission.READ_CONTACTS)
def reply(public_id: str) -> str | tuple[str, int] | Response:
    """Send a mail to the customer."""
    if not principal().may("handle_cases"):
        raise Forbidden("not_allowed")
    form = request.form.to_dict()
    language = form.get("language", "")
    try:
        send_reply(
            current_session(),
            public_id,
            Reply(subject=form.get("subject", ""), body=form.get("body", "")),
            locale=language if language in SUPPORTED else settings().locale,
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except Invalid as error:
        return _page(public_id, reply=_faulty(error, form)), 422
    flash(gettext("The reply is on its way."), "success")
    return _back(public_id)


@blueprint.post("/<public_id>/resolve")
@requires(Permission.HANDLE_CASES)
def close(public_id: str) -> str | tuple[str, int] | Response:
    """Close a case, with where it came from and what was done."""
    form = request.form.to_dict()
    try:
        resolve(
            current_session(),
            public_id,
            root_cause=form.get("root_cause", ""),
            action=form.get("action", ""),
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
            zone=settings().zone,
        )
    except Invalid as error:
        return _page(public_id, resolving=_faulty(error, form)), 422
    except Conflict as error:
        return _conflict(public_id, error, resolving=Typed(values=form))
    flash(gettext("The case is closed."), "success")
    return _back(public_id)


@blueprint.post("/<public_id>/reopen")
@requires(Permission.HANDLE_CASES)
def open_again(public_id: str) -> str | tuple[str, int] | Response:
    """Open a closed case again, with the reason."""
    form = request.form.to_dict()
    try:
        reopen(
            current_session(),
            public_id,
            form.get("words", ""),
            revision=revision_of(form),
            author_id=principal().id,
            now=now(),
        )
    except Invalid as error:
        return _page(public_id, reopening=_faulty(error, form)), 422
    except Conflict as error:
        return _conflict(public_id, error, reopening=Typed(values=form))
    return _back(public_id)


def _back(public_id: str) -> Response:
    return redirect(url_for("cases.show", public_id=public_id))
