"""The themes that a deployment starts with, and what it makes of them."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files

from feedback.nlp.annotation import Polarity

#: characters of a digest of a taxonomy
_DIGEST = 10


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


@dataclass(frozen=True)
class OwnPhrase:
    """Words by which a deployment knows a theme, in the language of `patterns`.

    Without a `polarity` they name a topic, and what is said of it decides.
    """

    language: str
    pattern: str
    polarity: Polarity | None = None


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """What an analysis looks for. Never changes; two alike are equal.

    What was hidden or merged is none of its matter: that is told when mentions are
    read, and needs no analysis.

    Attributes:
        keys: the themes that are looked for.
        phrases: key of a theme and one of the deployment's own phrases for it.
        splits: key of a theme, and the one whose mentions it takes where its own
            phrases stand in the same clause.
    """

    keys: frozenset[str]
    phrases: tuple[tuple[str, OwnPhrase], ...] = ()
    splits: tuple[tuple[str, str], ...] = ()

    @cached_property
    def version(self) -> str:
        """Ten letters that differ when the rules do; empty for the shipped themes."""
        if self == shipped():
            return ""
        told = {**asdict(self), "keys": sorted(self.keys)}
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGEST]


@cache
def shipped_taxonomy() -> tuple[Theme, ...]:
    """Return the default themes, in the order in which they are shown."""
    source = files("feedback.nlp") / "data" / "taxonomy.toml"
    entries = tomllib.loads(source.read_text(encoding="utf-8"))["theme"]
    return tuple(Theme(**entry) for entry in entries)


@cache
def shipped() -> Taxonomy:
    """Return what an analysis looks for when nobody changed anything."""
    return Taxonomy(keys=frozenset(theme.key for theme in shipped_taxonomy()))
