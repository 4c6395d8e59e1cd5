r"""Places in any JSON: `order.lines[0].price`; a dot within a name is `\.`.

Pure. A place that is not there is None, never an error.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_PATH = 255
_SYNTAX = re.compile(
    r"(?:\[\d{1,4}\]|(?:[^.\[\]\\]|\\.)+)(?:\[\d{1,4}\]|\.(?:[^.\[\]\\]|\\.)+)*"
)
_STEP = re.compile(r"\[(\d+)\]|((?:[^.\[\]\\]|\\.)+)")
_ESCAPED = re.compile(r"([.\[\]\\])")


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One value of a document, with the way to it."""

    path: str
    #: a text, a number, a truth value, or None
    value: str | int | float | bool | None


def is_path(text: str) -> bool:
    """Tell whether a text is a path, of at most 255 characters."""
    return len(text) <= LONGEST_PATH and _SYNTAX.fullmatch(text) is not None


def find(document: Any, path: str) -> Any:
    """Return what stands at a path, None when nothing does."""
    found = document
    for number, name in _STEP.findall(path):
        if number:
            place = int(number)
            is_list = isinstance(found, Sequence) and not isinstance(found, str)
            found = found[place] if is_list and place < len(found) else None
        else:
            key = re.sub(r"\\(.)", r"\1", name)
            found = found.get(key) if isinstance(found, Mapping) else None
        if found is None:
            return None
    return found


def leaves(document: Any, *, most: int = 300, deepest: int = 12) -> tuple[Leaf, ...]:
    """Return the values of a document in its order, `most` of them.

    Of a list the first three items are looked at.
    """
    found = []
    for leaf in _walk(document, "", deepest):
        found.append(leaf)
        if len(found) == most:
            break
    return tuple(found)


def _walk(value: Any, path: str, depth: int) -> Iterator[Leaf]:
    if depth < 0:
        return
    if isinstance(value, Mapping):
        for name, below in value.items():
            step = _ESCAPED.sub(r"\\\1", str(name))
            if step:
                yield from _walk(below, f"{path}.{step}" if path else step, depth - 1)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, below in enumerate(value[:3]):
            yield from _walk(below, f"{path}[{place}]", depth - 1)
    elif path and len(path) <= LONGEST_PATH:
        yield Leaf(path=path, value=value)
