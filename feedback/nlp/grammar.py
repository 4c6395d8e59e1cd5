"""What is known of a language: its cues, its words of feeling and its theme rules."""

import tomllib
from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.resources import files
from itertools import count
from typing import Any

from feedback.nlp.annotation import Polarity
from feedback.nlp.clauses import Clause, Meaning, divide
from feedback.nlp.patterns import PatternError, combinations, expand
from feedback.nlp.reading import Reading, read
from feedback.nlp.taxonomy import OwnPhrase

#: letters that the shortest phrase of a deployment has
SHORTEST = 2


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
    """Finds the cues, words and theme parts of one language in a text.

    Without `themes` it knows the cues and the words of feeling alone, and is there in
    a moment.
    """

    def __init__(
        self, language: str, nlp: Any, matcher: Any, *, themes: bool = True
    ) -> None:
        self.language = language
        self.rules: dict[int, list[Rule]] | ChainMap[int, list[Rule]]
        self.rules = defaultdict(list)
        self._with_themes = themes
        self._tokenizer = nlp.tokenizer
        self._matcher = matcher
        self._own: Any = None
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
        heard = self._matcher(tokens)
        if self._own is not None:
            heard += self._own(tokens)
        found = ((self._meanings[key], start, end) for key, start, end in heard)
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

    def check_pattern(self, pattern: str) -> None:
        """Refuse a pattern that no text can be searched for.

        Raises:
            PatternError: see there.
        """
        for way in combinations(pattern):
            for part in way.parts:
                phrases = expand(part, self._groups)
                folded = {read(phrase, self.language).folded for phrase in phrases}
                if not folded or any(
                    sum(map(str.isalnum, phrase)) < SHORTEST for phrase in folded
                ):
                    raise PatternError("pattern_empty", f"too short: {pattern}")
        if not combinations(pattern):
            raise PatternError("pattern_empty", f"nothing to look for: {pattern}")

    def spell_out(self, pattern: str) -> list[list[set[str]]]:
        """Return the ways to fulfil a pattern: for each part the phrases it may be.

        Raises:
            PatternError: see there.
        """
        return [
            [expand(part, self._groups) for part in way.parts]
            for way in combinations(pattern)
        ]

    def holds(self, clause: Clause, theme: str) -> bool:
        """Tell whether a clause holds one of the deployment's phrases of a theme."""
        return any(
            rule.theme == theme
            and rule.source.startswith("own:")
            and all(part in clause.parts for part in rule.parts)
            for part in clause.parts
            for rule in self.rules.get(part, ())
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
        if not self._with_themes:
            return
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


class TaughtGrammar(Grammar):
    """A grammar with phrases of a deployment beside what it knows, by theme.

    Phrases of another language are left out. Their rules are named
    `own:THEME.LANGUAGE.NUMBER`, counted from 1 in each theme. The grammar that it is
    made of stays as it is.

    Raises:
        PatternError: for a pattern that `check_pattern` refuses.
    """

    def __init__(self, base: Grammar, phrases: Iterable[tuple[str, OwnPhrase]]) -> None:
        vars(self).update(vars(base))
        known, matcher = self.rules, self._matcher
        own: dict[int, list[Rule]] = {}
        self.rules = ChainMap(own, known)
        self._meanings, self._parts = dict(self._meanings), dict(self._parts)
        self._matcher = type(matcher)(matcher.vocab, attr="ORTH")
        numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
        for theme, phrase in phrases:
            if phrase.language == self.language:
                source = f"own:{theme}.{self.language}.{next(numbers[theme])}"
                self._teach(own, theme, phrase, source)
        self._own, self._matcher = self._matcher, matcher

    def _teach(
        self,
        own: dict[int, list[Rule]],
        theme: str,
        phrase: OwnPhrase,
        source: str,
    ) -> None:
        self.check_pattern(phrase.pattern)
        for way in combinations(phrase.pattern):
            # Parts of its own, as the shipped ones are heard by the other matcher.
            parts = tuple(self._part(f"{source} {name}") for name in way.parts)
            rule = Rule(theme, phrase.polarity, parts, way.ordered, source)
            own.setdefault(parts[0], []).append(rule)
            for part, name in zip(parts, way.parts, strict=True):
                self._learn(name, ("part", part))
