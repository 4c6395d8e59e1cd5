"""What belongs to one request: session, principal, language, moment.

One request is one transaction: opened before, committed below status 400, rolled
back otherwise. Requests that only read never take SQLite's write lock, and have nothing
to commit.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app, g, request
from flask import session as cookie
from flask.wrappers import Response
from flask_login import current_user
from sqlalchemy.orm import Session

from feedback.accounts.roles import Permission, Role, allows
from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.db.session import Database
from feedback.i18n.locales import choose

EXTENSION = "feedback"
LOCALE_COOKIE_KEY = "locale"
#: methods that change nothing
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the composition root gives to the pages."""

    settings: Settings
    database: Database
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class Principal:
    """The person who asks."""

    id: int
    name: str
    email: str
    role: Role
    locale: str

    def may(self, permission: str) -> bool:
        """Return whether the person's role allows it; templates ask by its name."""
        return allows(self.role, Permission(permission))


def services() -> Services:
    """Return what the composition root gave."""
    return cast("Services", current_app.extensions[EXTENSION])


def settings() -> Settings:
    """Return the settings of this installation."""
    return services().settings


def now() -> datetime:
    """Return the moment of the request, the same all through it."""
    return cast("datetime", g.now)


def current_session() -> Session:
    """Return the request's session, in its one transaction."""
    return cast("Session", g.session)


def find_principal() -> Principal | None:
    """Return who asks, None when nobody is logged in."""
    if not current_user.is_authenticated:
        return None
    return Principal(
        id=current_user.id,
        name=current_user.name,
        email=current_user.email,
        role=current_user.role,
        locale=current_user.locale,
    )


def principal() -> Principal:
    """Return who asks, on a page that asked for a permission."""
    found = find_principal()
    assert found is not None, "the route's permission lets nobody in without log-in"  # noqa: S101 - states an invariant
    return found


def locale() -> str:
    """Return the language of this request: the person's own, chosen, or preferred."""
    if "locale" not in g:
        asking = find_principal()
        chosen = asking.locale if asking else cookie.get(LOCALE_COOKIE_KEY)
        accepted = [tag for tag, _ in request.accept_languages]
        g.locale = choose(chosen, [*accepted, settings().locale])
    return cast("str", g.locale)


def remember_locale(chosen: str) -> None:
    """Keep the language for a person who is not logged in."""
    cookie[LOCALE_COOKIE_KEY] = chosen
    g.locale = chosen


def init_app(app: Flask) -> None:
    """Bind a session to each request of the application."""
    app.before_request(_open)
    app.after_request(_settle)
    app.teardown_request(_close)


def _open() -> None:
    # Set afresh: in tests the same `g` may serve several requests.
    g.pop("locale", None)
    g.now = services().clock.now()
    writes = request.method not in READING
    g.session = services().database.session(writes=writes)


def _settle(response: Response) -> Response:
    session = g.get("session")
    if session is not None and request.method not in READING:
        if response.status_code < 400:
            session.commit()
        else:
            session.rollback()
    return response


def _close(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
