"""What a call carries: JSON that every database can keep, within limits."""

import json
from collections.abc import Callable
from functools import wraps
from math import isfinite
from typing import Any, NoReturn, TypeVar, cast

from flask import g, request

from feedback.api.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_BODY_MB = 2
DEEPEST = 32
JSON = "application/json"


def json_body(view: View) -> View:
    """State that a route reads JSON, and refuse everything else."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if request.mimetype != JSON and not request.mimetype.endswith("+json"):
            raise Problem(415, "not_json_type")
        g.body = parse(request.get_data())
        return view(*args, **kwargs)

    guarded.reads_json = True  # type: ignore[attr-defined]  # read by the description
    return cast("View", guarded)


def body() -> Any:
    """Return the JSON of the call, on a route with `json_body`."""
    return g.body


def parse(content: bytes) -> Any:
    """Read JSON.

    Numbers without end, texts with NUL or half a character, and nesting beyond 32
    levels are refused: some database or some reader cannot keep them.

    Raises:
        Problem: 400 `not_json`, `not_text` or `too_deep`.
    """
    try:
        value = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except RecursionError as error:
        raise Problem(400, "too_deep") from error
    except ValueError as error:
        raise Problem(400, "not_json") from error
    _check(value)
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _check(value: Any) -> None:
    level = [value]
    for _depth in range(DEEPEST):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                for key in one:
                    _check_text(key)
                below += one.values()
            elif isinstance(one, list):
                below += one
            elif isinstance(one, str):
                _check_text(one)
            elif isinstance(one, float) and not isfinite(one):
                raise Problem(400, "not_json")
        if not below:
            return
        level = below
    raise Problem(400, "too_deep")


def _check_text(text: str) -> None:
    if "\0" in text or (not text.isascii() and _has_half(text)):
        raise Problem(400, "not_text")


def _has_half(text: str) -> bool:
    """Return whether half of a pair of UTF-16 stands alone in a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
