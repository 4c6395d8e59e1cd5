"""What is known of a language: its cues, its words of feeling and its theme rules."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from typing import Any

from feedback.nlp.annotation import Polarity
from feedback.nlp.clauses import Clause, Meaning, divide
from feedback.nlp.patterns import combinations, expand
from feedback.nlp.reading import Reading, read


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to speak of a theme.

    `theme` is empty where the words may be said of anything, the subject of the text.
    `parts` are numbers of phrases that must stand in one clause. Without a
    `polarity` the rule names a topic, and its polarity is that of what is said of it.
    """

    theme: str
    polarity: Polarity | None
    parts: tuple[int, ...]
    ordered: bool
    source: str


class Grammar:
    """Finds the cues, words and theme parts of one language in a text."""

    def __init__(self, language: str, nlp: Any, matcher: Any) -> None:
        self.language = language
        self.rules: dict[int, list[Rule]] = defaultdict(list)
        self._tokenizer = nlp.tokenizer
        self._matcher = matcher
        self._meanings: dict[int, Meaning] = {}
        self._parts: dict[str, int] = {}
        self._groups: dict[str, str] = {}
        self._subjects: list[tuple[int, str]] = []
        self._otherwise = ""
        for pattern, meaning in self._patterns():
            self._learn(pattern, meaning)

    def clauses(self, reading: Reading) -> tuple[Any, list[Clause]]:
        """Return the tokens of a reading and its clauses, with what was found."""
        tokens = self._tokenizer(reading.folded)
        found = (
            (self._meanings[key], start, end)
            for key, start, end in self._matcher(tokens)
        )
        return tokens, divide(len(tokens), found)

    def passing(self) -> AbstractContextManager[Any]:
        """Return a context at whose end spaCy forgets the words that were new in it.

        Without it every misspelling ever read would stay in memory. What was found in
        the text must not be used afterwards; contexts of one grammar do not nest.
        """
        zone: AbstractContextManager[Any] = self._matcher.vocab.memory_zone()
        return zone

    def subject(self, clauses: Sequence[Clause]) -> str:
        """Return the theme of words that may be said of anything ("is broken")."""
        spoken = set[int]().union(*(clause.parts for clause in clauses))
        return next(
            (theme for part, theme in self._subjects if part in spoken),
            self._otherwise,
        )

    def _patterns(self) -> Iterator[tuple[str, Meaning]]:
        cues = tomllib.loads(self._data(f"cues_{self.language}.toml"))
        for name, patterns in cues.items():
            for pattern in patterns:
                yield pattern, ("cue", name)
        for line in self._data(f"lexicon_{self.language}.tsv").splitlines():
            if line and not line.startswith("#"):
                weight, pattern = line.split("\t")
                yield pattern, ("word", float(weight))
        themes = tomllib.loads(self._data(f"themes_{self.language}.toml"))
        self._groups = themes["groups"]
        for key, entry in themes["themes"].items():
            yield from self._theme(key, entry)
        yield from self._theme("", themes["anything"]["says"])
        self._otherwise = themes["anything"]["otherwise"]
        for key, pattern in themes["anything"]["about"].items():
            part = self._part(pattern)
            self._subjects.append((part, key))
            yield pattern, ("part", part)

    def _theme(
        self, key: str, entry: dict[str, list[str]]
    ) -> Iterator[tuple[str, Meaning]]:
        numbers = count(1)
        for kind in ("negative", "wish", "positive", "topics"):
            for pattern in entry.get(kind, ()):
                source = f"rule:{key or 'anything'}.{self.language}.{next(numbers)}"
                polarity = None if kind == "topics" else Polarity(kind)
                for way in combinations(pattern):
                    parts = tuple(self._part(part) for part in way.parts)
                    rule = Rule(key, polarity, parts, way.ordered, source)
                    self.rules[parts[0]].append(rule)
                    for part, name in zip(parts, way.parts, strict=True):
                        yield name, ("part", part)

    def _part(self, pattern: str) -> int:
        return self._parts.setdefault(pattern, len(self._parts))

    def _learn(self, pattern: str, meaning: Meaning) -> None:
        name = f"{meaning[0]}:{meaning[1]}"
        key = self._matcher.vocab.strings.add(name)
        if meaning[0] == "part" and key in self._meanings:
            return  # the same part in another rule
        self._meanings[key] = meaning
        phrases = {
            read(phrase, self.language).folded
            for phrase in expand(pattern, self._groups)
        }
        self._matcher.add(name, [self._tokenizer(phrase) for phrase in sorted(phrases)])

    @staticmethod
    def _data(name: str) -> str:
        source = files("feedback.nlp") / "data" / name
        return source.read_text(encoding="utf-8")
