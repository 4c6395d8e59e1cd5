"""The name of a set of figures: the same figures, the same name."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

#: hexadecimal digits: enough to tell the reports of a company apart, few enough to read
LENGTH = 12


def snapshot_of(*figures: object) -> str:
    """Return a short hash of frozen figures, whatever the language they are shown in.

    Raises:
        TypeError: something in the figures has no fixed way to be written.
    """
    written = json.dumps(
        [_plain(one) for one in figures], sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(written.encode()).hexdigest()[:LENGTH]


def _plain(value: object) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} in a snapshot")
