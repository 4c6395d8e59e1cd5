"""Who may call: a key with the right scope, and not too often."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

from flask import g, request

from feedback.accounts.api_keys import (
    Caller,
    Scope,
    find_caller,
    is_used_anew,
    note_use,
)
from feedback.api.blueprint import blueprint
from feedback.api.bodies import LARGEST_BODY_MB
from feedback.api.context import now, services
from feedback.api.limits import limits
from feedback.api.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])


@blueprint.before_request
def _bound() -> None:
    """Bound what is read, and refuse a character that PostgreSQL does not keep."""
    request.max_content_length = LARGEST_BODY_MB * 1024 * 1024
    sent = (*request.args.keys(), *request.args.values(), request.path)
    if any("\0" in text for text in sent):
        raise Problem(400, "bad_request")


def requires(scope: Scope) -> Callable[[View], View]:
    """State the scope of a route: calls without a key that has it are refused."""

    def state(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            calling = _authenticate()
            limits().count_call(calling.public_id)
            if scope not in calling.scopes:
                raise Problem(403, "scope_missing", values={"scope": scope.value})
            g.caller = calling
            return view(*args, **kwargs)

        guarded.scope = scope  # type: ignore[attr-defined]  # read by the description
        return open_to_keys(guarded)  # type: ignore[return-value]  # same signature

    return state


def open_to_keys(view: View) -> View:
    """State that no person's permission is asked: who calls proves it otherwise."""
    view.permission = None  # type: ignore[attr-defined]  # read by the pages' security
    return view


def refuse(code: str) -> NoReturn:
    """Refuse a call that does not prove where it comes from.

    Raises:
        Problem: 401 with the code, or 429 when it happens too often.
    """
    limits().count_refusal(request.remote_addr or "")
    raise Problem(401, code, headers={"WWW-Authenticate": "Bearer"})


def _authenticate() -> Caller:
    """Return who calls, looked up before the call's own transaction begins."""
    header = request.headers.get("Authorization", "")
    kind, _, key = header.partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        refuse("no_key")
    database = services().database
    with database.session(writes=False) as session:
        calling = find_caller(session, key.strip(), now=now())
    if calling is None:
        refuse("unknown_key")
    if is_used_anew(calling, now=now()):
        with database.transaction() as session:
            note_use(session, calling, now=now())
    return calling
