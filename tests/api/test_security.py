"""Who may call: the key, its scopes, its pace; no cookie opens a door here."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope, get_key, list_keys, revoke_key
from feedback.accounts.models import ApiKey
from feedback.accounts.roles import Role
from feedback.api.limits import EXTENSION, REFUSALS_PER_MINUTE, Limits
from tests.api.conftest import Connect, Machine
from tests.conftest import LoggedIn, StoppedClock


def api_routes(application: Flask) -> list[tuple[str, str, str]]:
    """Endpoint, method and a made-up address of every route of the API."""
    found = []
    for rule in application.url_map.iter_rules():
        if not rule.endpoint.startswith("api."):
            continue
        _, path = rule.build(dict.fromkeys(rule.arguments, "made-up")) or ("", "")
        found += [
            (rule.endpoint, method, path.removeprefix("/api/v1"))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]
    return found


def keyed_routes(application: Flask) -> list[tuple[Scope, str, str]]:
    return [
        (application.view_functions[endpoint].scope, method, path)  # type: ignore[union-attr]  # set by requires
        for endpoint, method, path in api_routes(application)
        if endpoint != "api.hook"
    ]


def test_every_route_asks_for_one_scope(application: Flask) -> None:
    assert keyed_routes(application)
    for scope, _method, _path in keyed_routes(application):
        assert scope in Scope


def test_nobody_gets_anywhere_without_a_key(
    application: Flask, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.ADMINISTRATOR)

    for _scope, method, path in keyed_routes(application):
        answer = browser.open(f"/api/v1{path}", method=method)

        assert answer.status_code == 401, path
        assert answer.json is not None
        assert answer.json["code"] == "no_key"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_opens_the_routes_of_its_scopes_and_no_others(
    application: Flask, connect: Connect
) -> None:
    for held in Scope:
        machine = connect(held)
        for scope, method, path in keyed_routes(application):
            answer = machine.call(method, path)

            assert (answer.status_code == 403) == (scope is not held), path
            assert answer.status_code < 500, path


def test_a_missing_scope_is_named(connect: Connect) -> None:
    answer = connect(Scope.EVENTS_WRITE).get("/surveys")

    assert answer.json is not None
    assert answer.json["code"] == "scope_missing"
    assert "surveys:read" in answer.json["detail"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "no_key"),
        ("Bearer", "no_key"),
        ("Basic dTpw", "no_key"),
        ("Bearer fb_unknown", "unknown_key"),
        ("Bearer fb_\xe9", "unknown_key"),
        ("Bearer " + "x" * 5000, "unknown_key"),
    ],
)
def test_what_is_no_key_is_refused(machine: Machine, header: str, code: str) -> None:
    answer = machine.get("/surveys", headers={"Authorization": header})

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["code"] == code


def test_a_revoked_key_is_refused_at_once(
    machine: Machine, session: Session, clock: StoppedClock
) -> None:
    assert machine.get("/surveys").status_code == 200
    revoke_key(session, list_keys(session)[0].public_id, actor_id=None, now=clock.now())
    session.commit()

    assert machine.get("/surveys").status_code == 401


def test_a_call_that_only_reads_notes_the_hour_of_its_key_once(
    machine: Machine, session: Session, clock: StoppedClock
) -> None:
    public_id = session.scalars(select(ApiKey.public_id)).one()
    session.rollback()
    clock.advance(minutes=10)
    machine.get("/surveys")
    first = get_key(session, public_id).last_used_at
    session.rollback()
    clock.advance(minutes=30)
    machine.get("/surveys")

    assert first is not None
    assert (first.hour, first.minute) == (clock.now().hour, 0)
    assert get_key(session, public_id).last_used_at == first


def test_a_key_that_calls_too_often_is_told_how_long_to_wait(
    application: Flask, machine: Machine, connect: Connect
) -> None:
    application.extensions[EXTENSION] = Limits(calls_per_minute=3, storage="memory://")

    codes = [machine.get("/surveys").status_code for _ in range(3)]
    answer = machine.get("/surveys")

    assert codes == [200, 200, 200]
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert answer.json is not None
    assert answer.headers["Retry-After"] in answer.json["detail"]
    assert connect().get("/surveys").status_code == 200


def test_an_address_that_guesses_keys_is_stopped_and_others_are_not(
    application: Flask, machine: Machine
) -> None:
    wrong = {"Authorization": "Bearer fb_guessed"}
    codes = {
        machine.get("/surveys", headers=wrong).status_code
        for _ in range(REFUSALS_PER_MINUTE)
    }

    assert codes == {401}
    assert machine.get("/surveys", headers=wrong).status_code == 429
    assert machine.get("/surveys").status_code == 200


def test_no_answer_sets_a_cookie(machine: Machine) -> None:
    for path in ("/surveys", "/nothing", "/surveys?page=x"):
        assert "Set-Cookie" not in machine.get(path).headers
