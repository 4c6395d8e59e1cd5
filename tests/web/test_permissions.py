"""Every route by every role: what it asks for is what it does."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, BaseConverter, Rule
from werkzeug.routing.converters import NumberConverter

from feedback.accounts.roles import Permission, Role, allows
from feedback.db.session import Database
from feedback.schema import metadata
from feedback.web.security import MACHINES, permission_of
from tests.conftest import LoggedIn

SAFE = {"GET", "HEAD", "OPTIONS"}
#: routes that let some roles in for their own things only
OWN_ONLY = {"reports.remove_reader"}


def made_up_value(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, NumberConverter) else "made-up"


def routes(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with one of its methods and a made-up address."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        made_up = {
            name: made_up_value(converter)
            for name, converter in rule._converters.items()
        }
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            _, path = rule.build(made_up) or ("", "")
            yield rule, method, path


def count_rows(database: Database) -> dict[str, int]:
    with database.session(writes=False) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_every_route_states_who_may_use_it(application: Flask) -> None:
    for rule, _method, _path in routes(application):
        permission_of(application, rule.endpoint)


def test_a_route_that_states_nothing_is_found(application: Flask) -> None:
    application.add_url_rule("/forgotten", "forgotten", lambda: "")

    with pytest.raises(LookupError, match="forgotten"):
        permission_of(application, "forgotten")


def test_nobody_gets_anywhere_without_logging_in(
    application: Flask, client: FlaskClient, database: Database
) -> None:
    before = count_rows(database)

    for rule, method, path in routes(application):
        if permission_of(application, rule.endpoint) is None:
            continue
        answer = client.open(path, method=method, buffered=True)

        assert answer.status_code == 302, f"{method} {path}"
        assert answer.location.startswith("/account/login"), f"{method} {path}"

    assert count_rows(database) == before


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_let_in_where_it_may_be_and_refused_elsewhere(
    role: Role, application: Flask, logged_in: LoggedIn, session: Session
) -> None:
    for rule, method, path in routes(application):
        if rule.endpoint == "security.logout":
            continue
        permission = permission_of(application, rule.endpoint)
        # a browser of its own each: some of these routes end the session
        answer = logged_in(role).open(path, method=method, buffered=True)

        if permission is None or allows(role, permission):
            refused = answer.status_code == 403 and rule.endpoint not in OWN_ONLY
            assert not refused, f"{method} {path}"
            asks = (answer.location or "").startswith("/account/login")
            assert not asks, f"{method} {path}"
            assert answer.status_code < 500, f"{method} {path}"
        else:
            assert answer.status_code == 403, f"{method} {path}"


def test_managers_only_read() -> None:
    changes = {
        Permission.BUILD_REPORTS,
        Permission.CORRECT_ANALYSIS,
        Permission.CHANGE_JOURNEY,
        Permission.IMPORT_FEEDBACK,
        Permission.MANAGE_PEOPLE,
        Permission.WATCH_WORK,
    }

    assert not any(allows(Role.MANAGER, permission) for permission in changes)
    assert all(allows(Role.ADMINISTRATOR, permission) for permission in Permission)


def test_a_form_without_its_token_is_refused_on_every_route(
    application: Flask, logged_in: LoggedIn, database: Database
) -> None:
    application.config["WTF_CSRF_ENABLED"] = True
    browser = logged_in(Role.ADMINISTRATOR)
    before = count_rows(database)

    machines = application.extensions[MACHINES]

    for rule, method, path in routes(application):
        # what other systems call carries its own proof in each call, and no cookie
        if method in SAFE or rule.endpoint.partition(".")[0] in machines:
            continue
        answer = browser.open(path, method=method, buffered=True)

        assert answer.status_code == 400, f"{method} {path}"

    assert count_rows(database) == before


def test_every_answer_carries_the_headers_that_protect_the_reader(
    application: Flask, logged_in: LoggedIn, client: FlaskClient
) -> None:
    browser = logged_in(Role.ADMINISTRATOR)
    answers = [
        client.get("/account/login"),
        client.get("/people/"),
        client.get("/static/no-such-file.css"),
        browser.get("/people/"),
        browser.get("/nowhere"),
        browser.post("/work/nothing/retry"),
        logged_in(Role.MANAGER).get("/work/"),
    ]

    assert [answer.status_code for answer in answers] == [
        200,
        302,
        404,
        200,
        404,
        409,
        403,
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Server" not in answer.headers
