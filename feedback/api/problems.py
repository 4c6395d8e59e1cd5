"""Errors as `application/problem+json` (RFC 9457): our codes, in the caller's words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apiflask import HTTPError
from flask import current_app, request
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from feedback.api.blueprint import blueprint
from feedback.api.context import gettext, locale, services
from feedback.api.words import TITLES, WORDS
from feedback.core.errors import Conflict, FeedbackError, Forbidden, Invalid, NotFound

MEDIA_TYPE = "application/problem+json"
STATUS = {NotFound: 404, Conflict: 409, Invalid: 422, Forbidden: 403}
#: the code of an error that the framework found, by its status
CODES = {
    400: "bad_request",
    404: "no_such_address",
    405: "wrong_method",
    413: "call_too_large",
    415: "not_json_type",
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong at one place of what was sent."""

    #: dotted, as `data.customer.email`; a number is the position in a list
    place: str
    code: str


class Problem(Exception):
    """A call that cannot be carried out."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        faults: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.faults = tuple(faults)
        self.headers = dict(headers or {})
        #: further members of the document
        self.more = dict(more or {})
        #: what fills the words
        self.values = dict(values or {})


def words_for(code: str, **values: object) -> str:
    """Return what a code says, in the language of the call; its own name at worst."""
    message = WORDS.get(code) or services().words.get(code)
    if message is None:
        return code.replace("_", " ")
    return gettext(message, **values)


def say_faults(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return faults as JSON, with their words."""
    return [
        {"place": one.place, "code": one.code, "detail": words_for(one.code)}
        for one in faults
    ]


def answer(problem: Problem) -> Response:
    """Return the document of a problem."""
    title = TITLES.get(problem.status, TITLES[500])
    document: dict[str, Any] = {
        "type": f"urn:problem-type:feedback:{problem.code}",
        "title": gettext(title),
        "status": problem.status,
        "detail": words_for(problem.code, **problem.values),
        "code": problem.code,
    }
    if problem.faults:
        document["errors"] = say_faults(problem.faults)
    return Response(
        json.dumps(document | problem.more, ensure_ascii=False),
        problem.status,
        {**problem.headers, "Content-Language": locale()},
        mimetype=MEDIA_TYPE,
    )


def from_domain(error: FeedbackError) -> Problem:
    """Return an error of the domain as a problem."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, Invalid):
        faults = [Fault(place=place, code=code) for place, code in error.fields.items()]
        return Problem(status, "invalid", faults=faults)
    return Problem(status, error.code, values=error.values)


def from_framework(error: HTTPException) -> Problem:
    """Return an error of the framework as a problem."""
    status = error.code or 500
    code = CODES.get(status, "unexpected" if status >= 500 else "bad_request")
    if isinstance(error, MethodNotAllowed):
        methods = ", ".join(sorted(set(error.valid_methods or ()) - {"OPTIONS"}))
        return Problem(
            405, code, headers={"Allow": methods}, values={"methods": methods}
        )
    if status == 413:
        most = (request.max_content_length or 0) // 1024**2
        return Problem(413, code, values={"most": most})
    return Problem(status, code)


@blueprint.errorhandler(Problem)
def _problem(error: Problem) -> Response:
    return answer(error)


@blueprint.errorhandler(FeedbackError)
def _domain_error(error: FeedbackError) -> Response:
    return answer(from_domain(error))


@blueprint.errorhandler(HTTPException)
def framework_error(error: HTTPException) -> Response:
    """Return the answer to an error of the framework, also outside the routes."""
    return answer(from_framework(error))


@blueprint.errorhandler(HTTPError)
def _schema_error(error: HTTPError) -> Response:
    faults = _collected(error.detail)
    return answer(Problem(error.status_code, "invalid", faults=faults))


@blueprint.errorhandler(Exception)
def _unexpected(error: Exception) -> Response:
    if current_app.testing or current_app.debug:
        raise error
    current_app.logger.error("unexpected error", exc_info=error)
    return answer(Problem(500, "unexpected"))


def _collected(detail: object) -> list[Fault]:
    """Return the codes of a schema's messages; the location is no place for anyone."""
    found: list[Fault] = []
    if isinstance(detail, Mapping):
        for messages in detail.values():
            _collect(messages, "", found)
    return found


def _collect(messages: object, place: str, found: list[Fault]) -> None:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            step = "" if name == "_schema" else str(name)
            _collect(below, ".".join(filter(None, (place, step))), found)
    elif isinstance(messages, Sequence) and not isinstance(messages, str):
        found += [Fault(place=place, code=str(code)) for code in messages]
