"""Names of people: believed when two signs agree.

A capital is one sign. The second is a title, a word that names a person ("adviser",
"thanks to"), a known first name, or, where these leave a doubt, the language model.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import NamedTuple

from feedback.core.text import fold
from feedback.nlp.annotation import PersonalData
from feedback.nlp.identifiers import STRETCH
from feedback.nlp.loading import load_names

_UP, _LO = "A-ZÀ-ÖØ-Þ", "a-zà-öø-ÿ"
_WORD = (
    rf"(?:(?:[OD]['’]|Mc|Mac)?[{_UP}][{_LO}]+"
    rf"(?:-[{_UP}]?[{_LO}]+|['’](?!s\b)[{_UP}]?[{_LO}]+)*"
    rf"|[{_UP}]{{2,}}(?:-[{_UP}]{{2,}})*)(?![\w])"
)
_GAP = "[ \u00a0]"
_PARTICLES = frozenset(
    ["Le", "La", "De", "Van", "Von", "El", "Ben", "van", "von", "de"]
)
_NAME = rf"(?P<name>{_WORD}(?:{_GAP}(?:(?:van|von|de) )?{_WORD}){{0,3}})"
_TITLE = (
    r"(?:m\.|mm\.|mr\.?|mrs\.?|ms\.?|mme\.?|mlle\.?|monsieur|madame|mademoiselle"
    r"|dr\.?|docteur|doctor|professeur|professor|ma[iî]tre|sir|miss)"
)
_TITLED = re.compile(
    rf"\b(?!MS )(?i:(?:{_TITLE}(?: et | and | & ))?{_TITLE}){_GAP}{_NAME}"
)
#: After these words stands a name, whatever it is.
_NAMING = re.compile(
    r"\b(?i:s['’]appelle|m['’]appelle|appell?ée?|prénommée?|nommée?|du nom de"
    r"|mon nom est"
    r"|une? certaine?|signé ?:?|my name is|(?:her|his) name is|named|is called"
    r"|a certain|an? \w{3,12} called|signed ?:?|cordialement ?,?\s|bien à vous ?,?\s"
    rf"|regards ?,?\s|sincerely ?,?\s|cheers ?,\s)\s?{_NAME}"
)
#: Before a name of two words: "Je suis Noémie Bonnefoy" but not "Je suis Déçue".
_BEING = re.compile(
    r"\b(?i:je suis|i am|i['’]m|this is) "
    rf"(?P<name>[{_UP}][{_LO}-]+{_GAP}{_WORD})"
)
#: These words name a person who may be called by name.
_ROLE = re.compile(
    r"\b(?i:vendeu(?:r|se)|conseill(?:er|[èe]re)|h[ôo]tesse|serveu(?:r|se)"
    r"|caissi(?:er|[èe]re)"
    r"|livreur|technicien(?:ne)?|g[ée]rante?|responsable|directeur|directrice"
    r"|coll[èe]gue"
    r"|mari|femme|fils|fille|amie?|m[èe]re|p[èe]re|fr[èe]re|s[œo]e?ur|voisine?"
    r"|chauffeur"
    r"|employ[ée]e?|stagiaire|coach|banqui(?:er|[èe]re)|m[ée]decin"
    r"|salesman|saleswoman|adviser|advisor|agent|assistant|manager|supervisor|driver"
    r"|technician|waiter|waitress|cashier|colleague|husband|wife|son|daughter|friend"
    r"|mother|father|brother|sister|neighbour|neighbor|receptionist|clerk|lady|guy)"
    rf",?[ ]{_NAME}"
)
#: Before somebody who is thanked, served or spoke: a firm is known by its own list.
_TOWARDS = re.compile(
    r"\b(?i:merci(?: beaucoup| encore)? [àa]|remercie(?:r)?|bravo [àa]"
    r"|f[ée]licitations? [àa]"
    r"|mention sp[ée]ciale [àa]|parl[ée] (?:[àa]|avec)|eu affaire [àa]|demandez"
    r"|ch[èe]re?"
    r"|(?:servi|accueilli|conseill[ée]|re[çc]u|aid[ée]|re[çc]u)e?s? par|l['’]accueil de"
    r"|thanks (?:so much )?to|thank you (?:so much )?to|congratulations to"
    r"|mention (?:for|to)"
    r"|shout ?-?out to|(?:served|helped|advised|greeted|met|welcomed) by|ask for"
    r"|sp(?:oke|eaking|oken) (?:to|with)|dealt with|dear|welcome from|chat with)"
    rf",? {_NAME}"
)
#: Before a person or a firm: the language model must agree.
_PERHAPS = re.compile(
    r"\b(?i:merci(?: beaucoup)?|bravo|gr[âa]ce [àa]|avec|selon|d['’]apr[èe]s|bonjour"
    r"|adieu"
    r"|sauf|c['’]est(?: [àa])?|thanks|thank you|well done|because of|according to"
    r"|hello|hi|goodbye|except|it is|on behalf of|de la part de)"
    rf",? {_NAME}"
)
#: The same before a known first name that is written small: "merci à julie".
_SMALL = re.compile(
    r"\b(?i:merci(?: beaucoup)? [àa]|gr[âa]ce [àa]|bravo [àa]|servie? par"
    r"|conseillée? par"
    r"|thanks to|thank you to|served by|spoke to)"
    rf" (?P<name>[{_LO}]{{3,}})\b"
)
_ANY = re.compile(rf"\b{_NAME}")
_INSIDE = re.compile(r"[^\W_],? $")
#: "Emma's Pizza" is a house, "Emma's smile" is not.
_HOUSE = re.compile(rf"['’]s [{_UP}]")
_CAPITALISED = re.compile(rf"\b{_WORD}")
_NO_GAP = re.compile(r"[^ \u00a0]+")
#: Before these, a name is that of a street, a school, a shop.
_PLACE = re.compile(
    r"(?i:\b(?:rue|place|avenue|av\.|boulevard|bd|quai|square|cours|lyc[ée]e|coll[èe]ge"
    r"|[ée]cole|h[ôo]pital|h[ôo]tel|saint|sainte|ste|st|san|santa|le|la|les|un|une"
    r"|du|the|mont|boulangerie|gare|stade"
    r"|chez|restaurant|salon|salade|tarte|pizza|sao|são)[. -]{1,2}|\bl(?:['’]| )|[#@])$"
)
_LONGEST_BEFORE = 16
#: How many stretches of a text the model is asked about; beyond, doubt is masked.
_ASKED_OF = 5
#: The model's labels of people, and of firms and places.
_PEOPLE, _OTHERS = {"PER", "PERSON"}, {"ORG", "LOC", "GPE", "FAC"}
#: spaCy's passing memory belongs to one text at a time.
_NAMING_LOCK = Lock()


class _Trust(Enum):
    """Whether two signs agree, or the language model must not object, or must agree."""

    SURE = auto()
    LIKELY = auto()
    DOUBTFUL = auto()


class _Candidate(NamedTuple):
    """Words that may be a name."""

    start: int
    end: int
    trust: _Trust


def find_people(text: str, language: str) -> Iterator[PersonalData]:
    """Yield the names of people; French and English names in any language's text."""
    candidates = [one for one in _candidates(text) if not _is_namesake(text, one)]
    sure = [one for one in candidates if one.trust is _Trust.SURE]
    taken = {place for one in sure for place in range(one.start, one.end)}
    asked = [
        one
        for one in candidates
        if one.trust is not _Trust.SURE and taken.isdisjoint(range(one.start, one.end))
    ]
    if language in {"fr", "en"}:
        stretches = {one.start // STRETCH for one in asked} & set(range(_ASKED_OF))
        named = _named_by_model(text, language, stretches) if stretches else {}
        sure += [
            one
            for one in asked
            if one.start >= _ASKED_OF * STRETCH or _is_agreed(one, named)
        ]
    for one in sure:
        yield PersonalData(kind="person", start=one.start, end=one.end)


def _is_agreed(one: _Candidate, named: Mapping[int, bool]) -> bool:
    here = [named[at] for at in range(one.start, one.end) if at in named]
    return any(here) if one.trust is _Trust.DOUBTFUL else all(here)


def _candidates(text: str) -> Iterator[_Candidate]:
    """Yield what may be a name, the surest signs first."""
    if _may_name(text):
        for sign in (_TITLED, _NAMING, _BEING):
            yield from _after(sign, text, _Trust.SURE)
        yield from _known(text)
        yield from _after(_ROLE, text, _Trust.LIKELY)
        yield from _after(_TOWARDS, text, _Trust.LIKELY)
        yield from _after(_PERHAPS, text, _Trust.DOUBTFUL)
    for found in _SMALL.finditer(text):
        if found["name"] in _words("first_names.txt") and not _is_ambiguous(
            found["name"]
        ):
            yield _Candidate(*found.span("name"), _Trust.SURE)


def _may_name(text: str) -> bool:
    """Tell whether a word with a capital could be a name: most texts hold none."""
    words = (found[0] for found in _CAPITALISED.finditer(text))
    return any(not _is_other_word(word) or _is_firm(word) for word in words)


def _after(sign: re.Pattern[str], text: str, trust: _Trust) -> Iterator[_Candidate]:
    at = 0
    while found := sign.search(text, at):
        at, end = found.span("name")
        last = _name_end(text, at, end, is_titled=sign is _TITLED)
        is_shouted = text[at:last].isupper() and trust is not _Trust.SURE
        if last == at or is_shouted:
            continue
        first = text[at:last].split(maxsplit=1)[0]
        is_known = trust is _Trust.LIKELY and _is_first_name(first)
        yield _Candidate(at, last, _Trust.SURE if is_known else trust)


def _known(text: str) -> Iterator[_Candidate]:
    """Yield known first names with the surname after them."""
    for run in _ANY.finditer(text):
        end = run.end()
        for found in _NO_GAP.finditer(text, run.start(), end):
            first = found.start()
            if not _is_first_name(found[0]) or _is_place(text, first):
                continue
            if _HOUSE.match(text, found.end()):
                continue
            last = _name_end(text, first, end)
            is_sure = last > found.end() or not _is_ambiguous(found[0])
            if last > first and (
                is_sure or _INSIDE.search(text, max(0, first - 3), first)
            ):
                yield _Candidate(
                    first, last, _Trust.SURE if is_sure else _Trust.DOUBTFUL
                )
            break


def _name_end(text: str, start: int, end: int, *, is_titled: bool = False) -> int:
    """Return where the name that begins at `start` ends: before any other word."""
    last = start
    for found in _NO_GAP.finditer(text, start, end):
        if found[0] in _PARTICLES:
            continue
        if _is_other_word(found[0]) and not (is_titled and _is_firm(found[0])):
            break
        last = found.end()
    return last


def _is_place(text: str, start: int) -> bool:
    return _PLACE.search(text, max(0, start - _LONGEST_BEFORE), start) is not None


def _is_first_name(word: str) -> bool:
    plain = word.casefold()
    if plain in _words("first_names.txt"):
        return True
    first, _, second = word.partition("-")
    return first.casefold() in _words("first_names.txt") and second[:1].isupper()


def _is_other_word(word: str) -> bool:
    """Tell whether a word with a capital is one of the language, and no name."""
    if word.casefold() in _words("no_names.txt") or _is_firm(word):
        return True
    return fold(word) in _vocabulary() and not _is_first_name(word)


def _is_firm(word: str) -> bool:
    return word.casefold() in _words("firms.txt")


def _is_ambiguous(word: str) -> bool:
    return fold(word) in _words("ambiguous_names.txt")


def _is_namesake(text: str, one: _Candidate) -> bool:
    """Tell whether the words are those of a firm or a thing called like somebody."""
    around = text[max(0, one.start - 30) : one.end + 30]
    if not _namesakes().search(around):
        return False
    offset = max(0, one.start - 30)
    return any(
        offset + found.start() < one.end and one.start < offset + found.end()
        for found in _namesakes().finditer(around)
    )


def _named_by_model(
    text: str, language: str, stretches: Iterable[int]
) -> dict[int, bool]:
    """Return the characters of proper names, and whether they are a person's."""
    names = load_names(language)
    found: dict[int, bool] = {}
    for start in (number * STRETCH for number in stretches):
        with _NAMING_LOCK, names.memory_zone():
            for entity in names(text[start : start + STRETCH]).ents:
                if entity.label_ in _OTHERS or entity.label_ in _PEOPLE:
                    places = range(start + entity.start_char, start + entity.end_char)
                    found |= dict.fromkeys(places, entity.label_ in _PEOPLE)
    return found


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def _namesakes() -> re.Pattern[str]:
    names = "|".join(re.escape(line.strip()) for line in _lines("namesakes.txt"))
    return re.compile(rf"(?i)\b(?:{names})\b")


@cache
def _vocabulary() -> frozenset[str]:
    """Return the plain words that the rules know, of both languages."""
    found: set[str] = set()
    for name in ("cues", "themes", "lexicon"):
        for language in ("fr", "en"):
            kind = "tsv" if name == "lexicon" else "toml"
            for line in _lines(f"{name}_{language}.{kind}"):
                found.update(re.findall(r"[a-z]{4,}", fold(line)))
    return frozenset(found)


def _lines(name: str) -> list[str]:
    source = files("feedback.nlp") / "data" / name
    lines = source.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
