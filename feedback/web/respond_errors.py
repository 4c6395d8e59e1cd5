"""What a person who answers sees when something goes wrong: kind, and in words."""

from pathlib import Path

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException

from feedback.core.errors import FeedbackError, NotFound
from feedback.i18n.catalogs import gettext
from feedback.i18n.locales import SUPPORTED, choose
from feedback.i18n.rendering import environment
from feedback.web.context import settings
from feedback.web.respond_words import ERRORS, UNKNOWN, Notice
from feedback.web.respondent import tongues
from feedback.web.shell import asset

Answer = tuple[str, int]

#: bytes of a form that is too large which are read all the same
MOST_DRAINED = 4 * 1024 * 1024


class Told(Exception):
    """Ends a request with a page that says what happened."""

    def __init__(self, notice: Notice, language: str | None = None) -> None:
        super().__init__(notice.title)
        self.notice = notice
        self.language = language


def accepted_language() -> str:
    """Return the language of the browser that the product speaks, or its own."""
    accepted = [tag for tag, _ in request.accept_languages]
    return choose(request.args.get("lang"), [*accepted, settings().locale])


def show_notice(notice: Notice, language: str | None = None) -> Answer:
    """Return a page that says what happened and what can be done."""
    language = language or accepted_language()
    page = render(
        "respond/notice.html",
        language,
        title=gettext(language, notice.title),
        text=gettext(language, notice.text),
    )
    return page, notice.status


def render(name: str, language: str, **values: object) -> str:
    """Return one of the plain pages around a survey, in a language of the product."""
    template = environment(Path(settings().templates), language).get_template(name)
    return template.render(
        company=settings().company_name,
        style=asset("css/respond.css"),
        icon=asset("img/favicon.svg"),
        language=language,
        tongues=tongues(SUPPORTED, language),
        **values,
    )


def init_app(app: Flask) -> None:
    """Show every error as a page of the respondents."""
    app.register_error_handler(
        Told, lambda told: show_notice(told.notice, told.language)
    )
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(FeedbackError, _domain_error)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> Answer | HTTPException:
    if error.code is None or error.code < 400:
        return error
    if error.code == 413:
        # A browser that is still sending would not read what is said to it.
        request.environ["wsgi.input"].read(MOST_DRAINED)
    page, status = show_notice(ERRORS.get(error.code, ERRORS[400]))
    return page, error.code if error.code in ERRORS else status


def _domain_error(error: FeedbackError) -> Answer:
    return show_notice(UNKNOWN if isinstance(error, NotFound) else ERRORS[400])


def _unexpected(error: Exception) -> Answer:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected error", exc_info=error)
    return show_notice(ERRORS[500])
