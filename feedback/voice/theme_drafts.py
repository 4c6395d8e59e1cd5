"""What somebody types for a theme, made tidy and checked."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from feedback.core.errors import Invalid
from feedback.i18n.locales import SUPPORTED
from feedback.nlp.loading import load_cues
from feedback.nlp.patterns import PatternError, combinations
from feedback.nlp.taxonomy import OwnPhrase

#: the families of motive behind a friction, in the order in which they are shown
BRAKES = ("time", "money", "choice", "psychology", "service")
LONGEST_NAME, LONGEST_DESCRIPTION, LONGEST_PATTERN = 80, 300, 300
MOST_PHRASES = 200
#: phrases that one pattern of a deployment may stand for
MOST_WAYS = 2_000
TOPIC = "topic"

_AND = re.compile(r"\s*&\s*")
_THEN = re.compile(r"\s*(?:\.{2,}|…)\s*")


def tidy_words(words: Mapping[str, str], *, fill: bool = False) -> dict[str, str]:
    """Return words by supported language; `fill` lends to one what another has."""
    tidy = {code: " ".join(words.get(code, "").split()) for code in SUPPORTED}
    if fill:
        any_of_them = next(filter(None, tidy.values()), "")
        tidy = {code: word or any_of_them for code, word in tidy.items()}
    return tidy


def tidy_phrase(phrase: OwnPhrase) -> OwnPhrase:
    """Return a phrase with its spaces and signs as patterns have them."""
    pattern = _AND.sub(" & ", _THEN.sub(" .. ", phrase.pattern.strip()))
    return OwnPhrase(phrase.language, pattern, phrase.polarity)


def field_of(phrase: OwnPhrase) -> str:
    """Return the name of the field that a phrase is typed into: `phrases_fr_wish`."""
    return f"phrases_{phrase.language}_{phrase.polarity or TOPIC}"


def check_draft(
    *,
    names: Mapping[str, str],
    brake: str,
    negative: Mapping[str, str],
    positive: Mapping[str, str],
    phrases: Iterable[OwnPhrase],
) -> tuple[OwnPhrase, ...]:
    """Check what is said of a theme; return its phrases made tidy, each once.

    Raises:
        Invalid: `names: missing`; `names`, `descriptions: too_long`;
            `brake: unknown_brake`; and for the field of a phrase what `check_phrase`
            says, with the `pattern` that is wrong, or `phrases: too_many`.
    """
    faults: dict[str, str] = {}
    if not all(names.values()):
        faults["names"] = "missing"
    if max(map(len, names.values())) > LONGEST_NAME:
        faults["names"] = "too_long"
    described = [*negative.values(), *positive.values()]
    if max(map(len, described)) > LONGEST_DESCRIPTION:
        faults["descriptions"] = "too_long"
    if brake not in BRAKES:
        faults["brake"] = "unknown_brake"
    tidy = tuple(dict.fromkeys(map(tidy_phrase, phrases)))
    if len(tidy) > MOST_PHRASES:
        faults["phrases"] = "too_many"
    wrong = ""
    for phrase in tidy[:MOST_PHRASES]:
        code = check_phrase(phrase)
        if code is not None and field_of(phrase) not in faults:
            faults[field_of(phrase)] = code
            wrong = wrong or phrase.pattern
    if faults:
        raise Invalid(faults, pattern=wrong)
    return tidy


@lru_cache(maxsize=1000)
def check_phrase(phrase: OwnPhrase) -> str | None:
    """Return the code of what is wrong with a tidy phrase, None when nothing is.

    `pattern_long`, `pattern_topic` (a topic has one part), `pattern_language`, or what
    `PatternError` says.
    """
    if phrase.language not in SUPPORTED:
        return "pattern_language"
    if len(phrase.pattern) > LONGEST_PATTERN:
        return "pattern_long"
    try:
        grammar = load_cues(phrase.language)
        grammar.check_pattern(phrase.pattern)
        ways = grammar.spell_out(phrase.pattern)
    except PatternError as error:
        return error.code
    if sum(len(part) for way in ways for part in way) > MOST_WAYS:
        return "pattern_wide"
    if phrase.polarity is None and any(
        len(way.parts) > 1 for way in combinations(phrase.pattern)
    ):
        return "pattern_topic"
    return None
