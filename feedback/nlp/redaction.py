"""Personal data: found in a text, and masked without moving a character."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

from feedback.core.text import fold
from feedback.nlp.annotation import PersonalData
from feedback.nlp.identifiers import find_identifiers
from feedback.nlp.people import find_people
from feedback.nlp.postal import find_addresses

MASK = "\u2022"
#: kinds of personal data, those that harm most first
KINDS = ("person", "email", "phone", "address", "iban", "card", "nir", "order", "word")


@dataclass(frozen=True, kw_only=True)
class MaskingRules:
    """What one deployment adds.

    `orders` are forms of order numbers, see `identifiers.order_form`; `masked` are
    words that are always masked, `spared` words that are nobody's name. Case and
    accents do not matter in either.
    """

    orders: tuple[str, ...] = ()
    masked: frozenset[str] = frozenset()
    spared: frozenset[str] = frozenset()


SHIPPED = MaskingRules()


def find_personal_data(
    text: str, language: str, rules: MaskingRules = SHIPPED
) -> tuple[PersonalData, ...]:
    """Return the personal data in a text, in order and without overlaps.

    Kinds are those of `KINDS`: `nir` is the French social security number, `word` a
    word of the deployment. Names are sought in French and English only.
    """
    return _apart(
        find_identifiers(text, language, rules.orders),
        find_addresses(text, language),
        _own_words(text, rules),
        _not_spared(text, find_people(text, language), rules),
    )


def mask_identifiers(text: str, language: str = "fr") -> str:
    """Mask addresses and numbers, but no names: what needs no language model.

    `language` says in which way phone numbers are written.
    """
    found = _apart(find_identifiers(text, language), find_addresses(text, language))
    return mask(text, found)


def mask(text: str, found: Sequence[PersonalData]) -> str:
    """Replace each character of what was found by a bullet; lengths stay the same."""
    characters = list(text)
    for item in found:
        characters[item.start : item.end] = MASK * (item.end - item.start)
    return "".join(characters)


def _apart(*candidates: Iterable[PersonalData]) -> tuple[PersonalData, ...]:
    """Return what does not overlap, in order; of two that do, the first given."""
    kept: list[PersonalData] = []
    taken: set[int] = set()
    for item in chain(*candidates):
        characters = range(item.start, item.end)
        if taken.isdisjoint(characters):
            taken.update(characters)
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))


def _not_spared(
    text: str, found: Iterable[PersonalData], rules: MaskingRules
) -> Iterator[PersonalData]:
    for item in found:
        words = fold(text[item.start : item.end])
        if words not in rules.spared and not rules.spared.issuperset(words.split()):
            yield item


def _own_words(text: str, rules: MaskingRules) -> Iterator[PersonalData]:
    if not rules.masked:
        return
    folded = "".join(map(_fold_one, text))
    for found in _alternatives(rules.masked).finditer(folded):
        yield PersonalData(kind="word", start=found.start(), end=found.end())


@lru_cache(maxsize=4096)
def _fold_one(character: str) -> str:
    plain = fold(character)
    return plain if len(plain) == 1 else character


@cache
def _alternatives(words: frozenset[str]) -> re.Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
