"""The error tree to pages: a title and words for each code, in both languages."""

from flask import Flask, current_app, render_template
from werkzeug.exceptions import HTTPException

from feedback.core.errors import Conflict, FeedbackError, Forbidden, Invalid, NotFound
from feedback.i18n.catalogs import mark
from feedback.web.language import gettext

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
    "account": mark("This account does not exist."),
    "own_account": mark(
        "Another administrator has to change your own role or close your account."
    ),
    "last_administrator": mark(
        "This is the last administrator. Make somebody else one first."
    ),
    "mail_refused": mark("The mail server refused it: %(reason)s"),
    "not_invited": mark("This person has chosen a password already."),
    "email_taken": mark("Somebody with this address is here already."),
    "not_an_address": mark("This is not an e-mail address."),
    "missing": mark("This must be filled in."),
    "not_allowed": mark("Your role does not allow it. An administrator can change it."),
    "changed_meanwhile": mark(
        "Somebody else changed it in the meantime. Look at the newest version first."
    ),
    "verbatim": mark("This verbatim does not exist, or is still being analysed."),
    "theme": mark("This theme does not exist."),
    "correction": mark("This correction does not exist."),
    "no_words": mark("Choose the words that speak of the theme."),
    "lease_lost": mark("Another worker has taken this job."),
    "job_not_failed": mark("Only a job that failed can be tried again."),
    "import": mark("This import does not exist, or was thrown away."),
    "import_started": mark("This import has started already."),
    "journey": mark("This journey does not exist, or was archived."),
    "phase": mark("This phase does not exist, or was removed."),
    "touchpoint": mark("This touchpoint does not exist, or was removed."),
    "persona": mark("This persona does not exist, or was removed."),
    "revision": mark("The map never had this version."),
    "key_taken": mark("This key is taken already."),
    "phase_archived": mark("Its phase was removed. Bring the phase back first."),
    "nothing_to_undo": mark("There is no change that could be undone."),
    "too_many": mark("The map is full here; remove something first."),
    "too_long": mark("This is too long."),
}


def words_for(code: str, **values: object) -> str:
    """Return what a person reads for an error code."""
    return gettext(WORDS[code], **values) if code in WORDS else ""


def init_app(app: Flask) -> None:
    """Show every error as a page that says what happened and what can be done."""
    app.register_error_handler(FeedbackError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, text: str) -> tuple[str, int]:
    title = gettext(TITLES.get(status, TITLES[500]))
    return render_template("error.html", code=status, title=title, text=text), status


def _domain_error(error: FeedbackError) -> tuple[str, int]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return _page(status, words_for(error.code, **error.values))


def _http_error(error: HTTPException) -> tuple[str, int] | HTTPException:
    if error.code is None or error.code < 400:
        return error
    detail = DETAILS.get(error.code)
    return _page(error.code, gettext(detail) if detail else "")


def _unexpected(error: Exception) -> tuple[str, int]:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected error", exc_info=error)
    return _page(500, "")
