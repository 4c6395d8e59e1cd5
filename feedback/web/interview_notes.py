"""Blueprint interview_notes: what is written during a talk, and kept as it is typed."""

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from feedback.accounts.roles import Permission
from feedback.core.errors import Conflict, Invalid
from feedback.interviews.consent import find_consent
from feedback.interviews.queries import InterviewRead, get_interview
from feedback.interviews.talking import end_talk, save_notes
from feedback.interviews.terms import TranscriptState
from feedback.web.context import current_session, now
from feedback.web.errors import words_for
from feedback.web.interviews_view import guide_of, journey_of
from feedback.web.language import gettext
from feedback.web.security import requires

blueprint = Blueprint("interview_notes", __name__)
Answer = str | tuple[str, int] | Response

ONE = "/interviews/<public_id>"
#: phases that Alt and a digit mark
MOST_PHASES = 9


@blueprint.get(f"{ONE}/notes")
@requires(Permission.HOLD_INTERVIEWS)
def notes(public_id: str) -> Answer:
    """Write notes during the talk, the guide beside."""
    interview = get_interview(current_session(), public_id)
    if interview.transcript != TranscriptState.NONE or not _has_consent(interview):
        return redirect(url_for("interviews.show", public_id=public_id))
    return _notes_page(interview)


@blueprint.post(f"{ONE}/notes")
@requires(Permission.HOLD_INTERVIEWS)
def write_notes(public_id: str) -> Any:
    """Keep notes; the script asks for JSON, a form for the page.

    When somebody else wrote meanwhile, both texts are shown, and the one that was sent
    stands in the field.
    """
    session = current_session()
    typed = request.form.get("notes", "")
    revision = request.form.get("revision", -1, type=int)
    wants_json = request.headers.get("X-Requested-With") == "fetch"
    try:
        kept = save_notes(session, public_id, typed, revision=revision)
    except (Conflict, Invalid) as error:
        code = error.fields["notes"] if isinstance(error, Invalid) else error.code
        interview = get_interview(session, public_id)
        if wants_json:
            theirs = {"revision": interview.notes_revision, "notes": interview.notes}
            return jsonify({"code": code, "words": words_for(code), **theirs}), 409
        return _notes_page(interview, typed=typed, fault=code), 409
    if wants_json:
        return jsonify({"revision": kept})
    if request.form.get("do") == "end":
        return _end(public_id, kept)
    flash(gettext("The notes are kept."), "success")
    return redirect(url_for("interview_notes.notes", public_id=public_id))


def _end(public_id: str, revision: int) -> Any:
    try:
        end_talk(current_session(), public_id, revision=revision, now=now())
    except Invalid as error:
        interview = get_interview(current_session(), public_id)
        return _notes_page(interview, fault=error.fields["notes"]), 422
    return redirect(url_for("interviews.show", public_id=public_id))


def _notes_page(
    interview: InterviewRead, *, typed: str | None = None, fault: str | None = None
) -> str:
    journey = journey_of(interview.journey_id)
    return render_template(
        "interviews/notes.html",
        interview=interview,
        journey=journey,
        guide=guide_of(interview),
        typed=interview.notes if typed is None else typed,
        fault=fault and words_for(fault),
        is_conflict=fault == "changed_meanwhile",
        phases=[one for one in journey.phases if not one.is_archived][:MOST_PHASES],
    )


def _has_consent(interview: InterviewRead) -> bool:
    consent = find_consent(current_session(), interview.id)
    return consent is not None and consent.withdrawn_at is None
