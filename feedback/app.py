"""The composition root of the web process."""

from apiflask import APIFlask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from feedback import api
from feedback.config import Settings
from feedback.core.clock import Clock, SystemClock
from feedback.db.session import Database
from feedback.jobs.engine import Engine, announce_after_commit, engine_for
from feedback.web import (
    context,
    errors,
    event_words,
    register,
    respondents,
    security,
    shell,
)


def create_app(
    settings: Settings,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    engine: Engine | None = None,
) -> APIFlask:
    """Make the application from its settings.

    Args:
        settings: everything that differs between installations.
        database: the one of the settings unless given.
        clock: the machine's unless given.
        engine: who is told of work owed; the one of the settings unless given.
    """
    app = APIFlask(
        __name__,
        title="Feedback",
        version=api.VERSION,
        spec_path=api.DESCRIPTION_PATH,
        docs_path=None,
        json_errors=False,
        template_folder=str(settings.templates.resolve()),
        static_folder="static",
    )
    database = database or Database(settings.database)
    clock = clock or SystemClock()
    services = context.Services(settings=settings, database=database, clock=clock)
    app.extensions[context.EXTENSION] = services
    announce_after_commit(database.sessions, engine or engine_for(settings), clock)
    context.init_app(app)
    Babel(app, locale_selector=context.locale)
    security.init_app(app, settings, machines=[api.blueprint])
    shell.init_app(app)
    errors.init_app(app, elsewhere={api.PREFIX: api.refuse})
    register(app)
    api.register(
        app,
        settings=settings,
        database=database,
        clock=clock,
        words=errors.WORDS | event_words.FAULTS,
    )
    apart = respondents.create_respondents(app, services)
    serve = respondents.beside(app.wsgi_app, apart.wsgi_app)
    if settings.proxies:
        count = settings.proxies
        serve = ProxyFix(serve, x_for=count, x_proto=count, x_host=count)
    app.wsgi_app = serve  # type: ignore[assignment]  # as Flask's papers say
    return app
