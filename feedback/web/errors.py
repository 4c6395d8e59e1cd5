"""The error tree to pages: a title and words for each code, in both languages."""

from collections.abc import Callable, Mapping

from flask import Flask, current_app, render_template, request
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException

from feedback.core.errors import Conflict, FeedbackError, Forbidden, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.web.language import gettext

ELSEWHERE = "feedback.errors_elsewhere"
#: what answers an error in the place of a page
Answer = Callable[[HTTPException], Response]

STATUS = {NotFound: 404, Conflict: 409, Invalid: 422, Forbidden: 403}
TITLES = {
    400: mark("This request cannot be read"),
    403: mark("You are not allowed to do this"),
    404: mark("This page does not exist"),
    405: mark("This request cannot be read"),
    409: mark("This cannot be done now"),
    413: mark("This file is too large"),
    422: mark("Something in what you sent is wrong"),
    429: mark("Too many requests"),
    500: mark("Something went wrong on our side"),
}
DETAILS = {
    400: mark(
        "The form had expired or arrived incomplete. Open the page again and resend it."
    ),
    429: mark("Wait for a while, an hour at most, then try again."),
}
WORDS = {
    "report": mark("This report does not exist."),
    "report_file": mark("The file of this report is gone. Build the report again."),
    "subscription": mark("This person does not get the report."),
    "own_model": mark("This model does not exist."),
    "own_model_outdated": mark(
        "This model belongs to an earlier analysis, or was refused. Learn anew."
    ),
    "account": mark("This account does not exist."),
    "own_account": mark(
        "Another administrator has to change your own role or close your account."
    ),
    "last_administrator": mark(
        "This is the last administrator. Make somebody else one first."
    ),
    "mail_refused": mark("The mail server refused it: %(reason)s"),
    "sending": mark("This message does not exist."),
    "sending_settled": mark(
        "This message went, is on its way, or is not wanted any more."
    ),
    "gateway_refused": mark("The gateway of text messages refused it: %(reason)s"),
    "not_invited": mark("This person has chosen a password already."),
    "email_taken": mark("Somebody with this address is here already."),
    "not_an_address": mark("This is not an e-mail address."),
    "missing": mark("This must be filled in."),
    "not_allowed": mark("Your role does not allow it. An administrator can change it."),
    "changed_meanwhile": mark(
        "Somebody else changed it in the meantime. Look at the newest version first."
    ),
    "verbatim": mark("This verbatim does not exist, or is still being analysed."),
    "original": mark(
        "This text is not kept as it was given: nothing in it was masked, or the time "
        "is over for which it is kept."
    ),
    "word": mark("This word is not in the list any more."),
    "word_known": mark("This word is in one of the lists already."),
    "too_many_words": mark("The list is full. Remove a word first."),
    "theme": mark("This theme does not exist."),
    "merged_into_itself": mark("A theme cannot be merged into itself."),
    "reanalysis": mark("This analysis does not exist."),
    "reanalysis_running": mark("The verbatims are being analysed again already."),
    "reanalysis_applying": mark(
        "All new answers are there and are taking the places of the old ones. That "
        "takes moments, and cannot be stopped."
    ),
    "reanalysis_ended": mark("This analysis has ended already."),
    "correction": mark("This correction does not exist."),
    "no_words": mark("Choose the words that speak of the theme."),
    "lease_lost": mark("Another worker has taken this job."),
    "job_not_failed": mark("Only a job that failed can be tried again."),
    "import": mark("This import does not exist, or was thrown away."),
    "import_started": mark("This import has started already."),
    "improvement": mark("This improvement does not exist."),
    "improvement_task": mark("This task does not exist, or was removed."),
    "too_many_tasks": mark("There are 100 tasks. Remove one first."),
    "plan_missing": mark("Write the plan first: what is measured, where, from when."),
    "plan_is_locked": mark("The work has started: the plan can only be edited beside."),
    "plan_not_locked": mark(
        "Write the plan and start the work with its button: it locks the plan first."
    ),
    "external_event": mark("This is noted no more."),
    "too_many_events": mark("500 events are noted for this journey. Remove some."),
    "no_verdict": mark("There is no verdict yet, so there is nothing to tell."),
    "already_told": mark("The customers were told already; each is told once."),
    "nobody_to_tell": mark("Nobody can be told: see why below."),
    "still_counting": mark("New feedback is being counted. Try again in a moment."),
    "too_many_edits": mark("This plan was edited fifty times; that must be enough."),
    "journey": mark("This journey does not exist, or was archived."),
    "phase": mark("This phase does not exist, or was removed."),
    "touchpoint": mark("This touchpoint does not exist, or was removed."),
    "link": mark("This link does not exist."),
    "contact": mark("This customer does not exist, or was erased."),
    "request": mark("This request does not exist."),
    "request_handled": mark("Somebody has done this already."),
    "persona": mark("This persona does not exist, or was removed."),
    "revision": mark("The map never had this version."),
    "key_taken": mark("This key is taken already."),
    "phase_archived": mark("Its phase was removed. Bring the phase back first."),
    "nothing_to_undo": mark("There is no change that could be undone."),
    "survey": mark("This survey does not exist, or was archived."),
    "survey_version": mark("This survey never had this version."),
    "question": mark("This question does not exist, or was removed."),
    "page": mark("This page does not exist, or was removed."),
    "ending": mark("This ending does not exist, or was removed."),
    "language": mark("The survey does not speak this language."),
    "last_page": mark("A survey needs one page at least."),
    "language_is_default": mark(
        "This is the default language. Make another one the default first."
    ),
    "logo_too_large": mark("The logo is larger than 300 KB."),
    "not_a_picture": mark("This file is no picture: PNG, JPEG or WebP are."),
    "not_a_language": mark("This is no language code, as “fr” or “pt-BR”."),
    "survey_has_faults": mark(
        "This survey cannot be published yet: put right first what the check names."
    ),
    "survey_not_published": mark("Nothing of this survey has been published yet."),
    "anonymity_is_fixed": mark(
        "Whether a survey is anonymous can no longer change once it was published: "
        "people answered on your word. Duplicate the survey instead."
    ),
    "nothing_to_redo": mark("There is nothing that could be done again."),
    "too_many": mark("The map is full here; remove something first."),
    "too_long": mark("This is too long."),
    "not_a_phone": mark("This phone number does not seem complete. Please check it."),
    "survey_template": mark("This template does not exist."),
    "survey_page": mark("This page of the survey does not exist."),
    "invitation": mark("This invitation does not exist."),
    "trigger": mark("This trigger does not exist, or was archived."),
    "survey_not_open": mark("The survey is not open: publish it first, or reopen it."),
    "no_address": mark("This person cannot be reached this way."),
    "never_allowed": mark("The quiet hours and days leave no moment for it."),
    "invitation_ended": mark(
        "This invitation has come to its end: answered, refused, expired or taken back."
    ),
    "api_key": mark("This key does not exist."),
    "api_key_revoked": mark("This key was revoked or renewed. Make a new one."),
    "too_many_keys": mark("200 keys are in use. Revoke those that nobody needs."),
    "alert": mark("There is no such alert."),
    "group": mark(
        "This group does not exist any more: the verbatims were grouped anew."
    ),
    "decision": mark("This was taken back already."),
    "agreement_round": mark("This round does not exist, or was thrown away."),
    "round_closed": mark("This round is closed: labels change no more."),
    "part_finished": mark("You have finished this round: your labels stand."),
    "labels_missing": mark("Some verbatims have no label yet."),
    "labels_exist": mark("Somebody has begun to label: close the round instead."),
    "labels_not_finished": mark(
        "Finish your own labels first: until then you label blind."
    ),
    "nobody_finished": mark("Nobody has finished labelling yet."),
    "too_many_analysts": mark("Ten analysts take part in this round already."),
    "appeal": mark("This appeal does not exist."),
    "appeal_closed": mark("This appeal is closed: nobody can be asked any more."),
    "invitee": mark("This link does not exist."),
    "in_the_past": mark("Give moments to come, within a year."),
    "too_many_slots": mark("200 slots are the most."),
    "slots_unreadable": mark("Write a date and a time on each line: 2026-11-25 14:30."),
    "interview": mark("This interview does not exist."),
    "excerpt": mark("This excerpt does not exist, or was taken back."),
    "guide": mark("This guide does not exist."),
    "guide_version": mark("This guide never had this version."),
    "consent_missing": mark(
        "The participant has not agreed to this. Note their consent first."
    ),
    "consent_withdrawn": mark(
        "The participant took their consent back: nothing of this interview is kept."
    ),
    "interview_held": mark("This interview has taken place already."),
    "notes_ended": mark("The notes were ended: what was said can be marked now."),
    "transcript_waiting": mark("The words are being masked. Wait for a moment."),
    "transcript_marked": mark(
        "Excerpts were taken from these words. Take them back first."
    ),
    "no_customer": mark("Say which of the speakers is the customer."),
    "no_customer_words": mark("Choose words of the customer."),
    "excerpt_too_long": mark("An excerpt has 4,000 characters at most."),
    "too_many_excerpts": mark("An interview has 300 excerpts at most."),
    "too_many_themes": mark("Eight themes are the most."),
    "too_many_touchpoints": mark("Twenty touchpoints are the most."),
    "unknown_choice": mark("Choose one of the list."),
    "in_the_future": mark("This moment has not come yet."),
    "out_of_range": mark("This number is too small or too large."),
    "too_many_guides": mark("There are 200 guides. Put some away first."),
    "too_many_questions": mark("A guide has 30 questions at most."),
    "question_untranslated": mark(
        "Write each question, and what to dig into, in both languages."
    ),
    "nothing_said": mark("Nothing that was said was found."),
    "empty_file": mark("This file is empty."),
    "file_too_large": mark("This file is larger than 8 MB."),
    "binary_file": mark("This file is no text: .docx, .vtt, .srt and .txt are read."),
    "not_a_document": mark("This file is no Word document, or it is damaged."),
    "document_too_large": mark("This document is too large."),
    "transcript_too_long": mark("More than 600,000 characters were said."),
    "too_many_turns": mark("More than 5,000 turns were taken."),
    "too_many_speakers": mark(
        "More than twenty speakers were found. Write “Name: words”, a line each."
    ),
    "event_source": mark("This connection does not exist."),
    "event": mark("This event does not exist, or was forgotten."),
    "secret_unreadable": mark(
        "The secret cannot be read any more, as the key of the installation has "
        "changed. Paste it again."
    ),
    "webhook_endpoint": mark("This receiver does not exist."),
    "webhook_delivery": mark("This message does not exist, or was forgotten."),
    "happening": mark("This happening does not exist, or was forgotten."),
    "endpoint_stopped": mark(
        "This receiver is stopped: it is told nothing. Start it again first."
    ),
    "delivery_waits": mark("This message is still being tried."),
    "too_many_endpoints": mark(
        "There are 50 receivers. Change one that nobody needs any more."
    ),
    "not_a_web_address": mark(
        "This is not an address of the web, as https://example.org/hook."
    ),
    "not_encrypted": mark("The address must begin with https://."),
    "private_address": mark(
        "This is a private address. Whoever runs Feedback can allow its network."
    ),
    "case": mark("This case does not exist."),
    "case_resolved": mark("This case is closed. Open it again first."),
    "case_open": mark("This case is open already."),
    "no_mail_address": mark("Nobody knows a mail address of this customer."),
    "case_template": mark("This template does not exist, or was removed."),
    "too_many_templates": mark("There are 100 templates. Remove one first."),
    "response": mark("This response does not exist, or was erased."),
    "automation_rule": mark("This rule does not exist, or was put away."),
    "too_many_rules": mark("There are 200 rules. Put one away first."),
    "not_a_handler": mark("This person may not handle cases."),
    "not_mapped": mark("What this system sends is known; it needs no mapping."),
    "too_many_sources": mark("There are 100 connections. Close one that nobody needs."),
}


def words_for(code: str, **values: object) -> str:
    """Return what a person reads for an error code."""
    return gettext(WORDS[code], **values) if code in WORDS else ""


def init_app(app: Flask, *, elsewhere: Mapping[str, Answer] | None = None) -> None:
    """Show every error as a page that says what happened and what can be done.

    `elsewhere` maps the beginnings of addresses at which no pages stand to what
    answers there when nothing is found.
    """
    app.extensions[ELSEWHERE] = dict(elsewhere or {})
    app.register_error_handler(FeedbackError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, text: str) -> tuple[str, int]:
    title = gettext(TITLES.get(status, TITLES[500]))
    return render_template("error.html", code=status, title=title, text=text), status


def _domain_error(error: FeedbackError) -> tuple[str, int]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return _page(status, words_for(error.code, **error.values))


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException | Response:
    if error.code is None or error.code < 400:
        return error
    elsewhere: Mapping[str, Answer] = current_app.extensions[ELSEWHERE]
    for beginning, answer in elsewhere.items():
        if request.path.startswith(beginning):
            return answer(error)
    detail = DETAILS.get(error.code)
    return _page(error.code, gettext(detail) if detail else "")


def _unexpected(error: Exception) -> tuple[str, int]:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected error", exc_info=error)
    return _page(500, "")
