"""The composition root of the web process."""

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback.config import Settings
from feedback.core.clock import Clock, SystemClock
from feedback.db.session import Database
from feedback.jobs.engine import EmbeddedEngine, Engine, announce_after_commit
from feedback.web import context, errors, register, security, shell


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    engine: Engine | None = None,
) -> Flask:
    """Make the application from its settings.

    Args:
        settings: everything that differs between installations.
        database: the one of the settings unless given.
        clock: the machine's unless given.
        engine: who is told of work owed; the embedded worker unless given.
    """
    app = Flask(
        __name__,
        template_folder=str(settings.templates.resolve()),
        static_folder="static",
    )
    database = database or Database(settings.database)
    app.extensions[context.EXTENSION] = context.Services(
        settings=settings, database=database, clock=clock or SystemClock()
    )
    announce_after_commit(database.sessions, engine or EmbeddedEngine())
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as its papers say
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    context.init_app(app)
    Babel(app, locale_selector=context.locale)
    security.init_app(app, settings)
    shell.init_app(app)
    errors.init_app(app)
    register(app)
    return app
