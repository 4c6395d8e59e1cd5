"""The address at which other systems call: /api/v1. `register` puts it on the app."""

from collections.abc import Mapping

from apiflask import APIFlask
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException

from feedback.api import (
    contacts,
    context,
    description,
    events,
    hooks,
    invitations,
    limits,
    problems,
    responses,
    surveys,
    verbatims,
)
from feedback.api.blueprint import blueprint
from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.db.session import Database

PREFIX = "/api/"
VERSION = description.VERSION
DESCRIPTION_PATH = description.PATH
#: modules whose routes stand on the blueprint
ROUTES = (contacts, events, hooks, invitations, responses, surveys, verbatims)

__all__ = ["blueprint"]


def register(
    app: APIFlask,
    *,
    settings: Settings,
    database: Database,
    clock: Clock,
    words: Mapping[str, str],
) -> None:
    """Register the API and its description.

    `words` are the messages of the error codes that pages and API have in common.
    """
    app.extensions[context.EXTENSION] = context.Services(
        settings=settings, database=database, clock=clock, words=words
    )
    app.extensions[limits.EXTENSION] = limits.Limits(
        calls_per_minute=settings.api_calls_per_minute, storage=settings.limits
    )
    # for people who read answers in a terminal: fields in order, letters as they are
    app.json.sort_keys = False  # type: ignore[attr-defined]  # of Flask's own provider
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the same
    description.configure(app, address=settings.base_url)
    app.register_blueprint(blueprint)


def refuse(error: HTTPException) -> Response:
    """Return the answer to a call that found no route: no such address or method."""
    return problems.framework_error(error)
