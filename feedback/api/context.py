"""What belongs to one call: session, moment, language, and the key behind it.

The session is the request's own, bound by the application: one call is one
transaction, committed below status 400, rolled back otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g, request
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Caller
from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.db.session import Database
from feedback.i18n import catalogs
from feedback.i18n.locales import choose

EXTENSION = "feedback.api"


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the composition root gives to the API."""

    settings: Settings
    database: Database
    clock: Clock
    #: error code to English message, of everything that the pages know
    words: Mapping[str, str]


def services() -> Services:
    """Return what the composition root gave."""
    return cast("Services", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """Return the settings of this installation."""
    return services().settings


def now() -> datetime:
    """Return the moment of the call, the same all through it."""
    return cast("datetime", g.now)


def current_session() -> Session:
    """Return the call's session, in its one transaction."""
    return cast("Session", g.session)


def caller() -> Caller:
    """Return the key behind the call, on a route that asked for a scope."""
    return cast("Caller", g.caller)


def locale() -> str:
    """Return the language that the caller accepts best, else the installation's."""
    accepted = [tag for tag, _ in request.accept_languages]
    return choose(None, [*accepted, settings().locale])


def gettext(message: str, **values: object) -> str:
    """Return a message in the language of the call, `%(name)s` filled in."""
    return catalogs.gettext(locale(), message, **values)
