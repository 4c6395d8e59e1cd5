"""The themes that a deployment starts with, in both languages."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class Theme:
    """A subject on which customers complain, wish or praise.

    Attributes:
        key: stable name, lower_snake.
        brake: the motive behind the friction: `time`, `money`, `choice`,
            `psychology`, or `service` for what the product or service itself does.
        names: the title shown, by language (`fr`, `en`).
        negative: what a complaint of this theme is about, by language.
        positive: what a praise of this theme is about, by language; may be empty.
    """

    key: str
    brake: str
    names: Mapping[str, str]
    negative: Mapping[str, str]
    positive: Mapping[str, str]


@cache
def shipped_taxonomy() -> tuple[Theme, ...]:
    """Return the default themes, in the order in which they are shown."""
    source = files("feedback.nlp") / "data" / "taxonomy.toml"
    entries = tomllib.loads(source.read_text(encoding="utf-8"))["theme"]
    return tuple(Theme(**entry) for entry in entries)
