r"""The small language in which phrases are written in the data files.

    remboursee?s?            an optional last letter: four words
    (bon|mauvais)e? prix     alternatives inside a phrase
    @staff                   a group of the same file
    caisse & attente         two parts in one clause, in any order
    attendu .. semaines      two parts in this order, at most `GAP` words apart
    a & b|c                  either both of the first, or the second
    \?                       the sign itself

Patterns are written as texts are read: no accents, no capitals, numbers as `0`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod

GAP = 4
#: phrases that one part of a pattern may stand for
MOST_WAYS = 20_000


class PatternError(ValueError):
    """A pattern that cannot be read; `code` is lower_snake and stable.

    `pattern_syntax`, `pattern_group` (unknown), `pattern_wide` (stands for more than
    `MOST_WAYS` phrases) or `pattern_empty`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Combination:
    """Parts that must stand in one clause; each is a pattern without `&` and `..`."""

    parts: tuple[str, ...]
    ordered: bool


def combinations(pattern: str) -> list[Combination]:
    """Return the ways to fulfil a pattern; plain phrases make one way together."""
    alternatives = _split(pattern)
    plain = "|".join(a for a in alternatives if not _is_combined(a))
    found = [Combination((plain,), ordered=False)] if plain else []
    for alternative in filter(_is_combined, alternatives):
        ordered = " .. " in alternative
        parts = alternative.split(" .. " if ordered else " & ")
        found.append(Combination(tuple(part.strip() for part in parts), ordered))
    return found


def _is_combined(pattern: str) -> bool:
    return " .. " in pattern or " & " in pattern


def _split(pattern: str) -> list[str]:
    """Cut a pattern at the bars that stand outside parentheses."""
    pieces, depth = [""], 0
    for character in pattern:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "|" and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces


def expand(pattern: str, groups: Mapping[str, str]) -> set[str]:
    """Return every phrase that a pattern without `&` and `..` stands for.

    Raises:
        PatternError: for an unknown group, parentheses that do not match, a
            combination inside of parentheses, or too many phrases.
    """
    phrases, rest = _alternatives(pattern, 0, groups)
    if rest != len(pattern) or _is_combined(pattern):
        raise _not_a_phrase(pattern)
    return {" ".join(phrase.split()) for phrase in phrases} - {""}


def _alternatives(
    pattern: str, at: int, groups: Mapping[str, str]
) -> tuple[list[str], int]:
    """Read alternatives from `at` up to a closing parenthesis or the end."""
    phrases: list[str] = []
    while True:
        sequence, at = _sequence(pattern, at, groups)
        if len(phrases) + prod(map(len, sequence)) > MOST_WAYS:
            raise PatternError("pattern_wide", f"too many phrases: {pattern}")
        phrases += map("".join, product(*sequence))
        if at >= len(pattern) or pattern[at] == ")":
            return phrases, at
        at += 1


def _sequence(
    pattern: str, at: int, groups: Mapping[str, str]
) -> tuple[list[list[str]], int]:
    """Read one alternative: what each place of it may hold."""
    places: list[list[str]] = []
    while at < len(pattern) and pattern[at] not in "|)":
        if pattern[at] == "(":
            inside, at = _alternatives(pattern, at + 1, groups)
            if at >= len(pattern):
                raise _not_a_phrase(pattern)
            places.append(inside)
        elif pattern[at] == "@":
            name = _name(pattern, at + 1)
            if name not in groups:
                message = f"unknown group @{name}: {pattern}"
                raise PatternError("pattern_group", message)
            places.append(sorted(expand(groups[name], groups)))
            at += len(name)
        elif pattern[at] == "\\":
            at += 1
            if at >= len(pattern):
                raise _not_a_phrase(pattern)
            places.append([pattern[at]])
        elif pattern[at] == "?":
            if not places:
                raise _not_a_phrase(pattern)
            places[-1] = [*places[-1], ""]
        else:
            places.append([pattern[at]])
        at += 1
    return places, at


def _not_a_phrase(pattern: str) -> PatternError:
    return PatternError("pattern_syntax", f"not a phrase: {pattern}")


def _name(pattern: str, at: int) -> str:
    end = at
    while end < len(pattern) and (pattern[end].isalnum() or pattern[end] == "_"):
        end += 1
    return pattern[at:end]
