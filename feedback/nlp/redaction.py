"""Personal data: found in a text, and masked without moving a character.

Numbers are believed only when their check digits agree, and a name only when a
language model and a second sign (a title, a known first name, two names in a row) do.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain
from threading import Lock

from feedback.nlp.annotation import PersonalData
from feedback.nlp.loading import load_names, load_phone_numbers

MASK = "\u2022"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-zA-Z]{2,24}\b"
)
_IBAN = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ \u00a0\u202f-]?[A-Za-z0-9]{1,4}){3,8}\b")
_CARD = re.compile(
    r"(?<!\d)(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ .-])\d{6}\2\d{5})"
    r"(?!\d)"
)
_NIR = re.compile(
    r"(?<!\d)[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[ABab])[ .]?"
    r"\d{3}[ .]?\d{3}[ .]?\d{2}(?!\d)"
)
_PHONE_HINT = re.compile(r"\d(?:[ .()/\u00a0\u202f-]{0,2}\d){6}")
_NAME_PART = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ]+(?:['’-][A-ZÀ-ÖØ-Þ]?[a-zà-öø-ÿ]+)*"
_TITLE = (
    r"\b(?:M\.|MM\.|Mr\.?|Mrs\.?|Ms\.?|Mme\.?|Mlle\.?|Monsieur|Madame|Mademoiselle|"
    r"Dr\.?|Docteur|Maître|Me|Sir|Miss)"
)
_TITLED = re.compile(rf"{_TITLE}[ \u00a0]({_NAME_PART}(?:[ \u00a0]{_NAME_PART})?)")
_NAMED = re.compile(rf"(?<=[a-zà-ÿ,'’] )({_NAME_PART})(?: ({_NAME_PART}))?")
_CAPITALISED = re.compile(rf"\b{_NAME_PART}\b")
#: Texts are searched for phones and names in stretches of so many characters.
_LINES = 4000
#: spaCy's passing memory belongs to one text at a time.
_NAMING = Lock()


def find_personal_data(text: str, language: str) -> tuple[PersonalData, ...]:
    """Return the personal data in a text, in order and without overlaps.

    Kinds are `email`, `iban`, `nir` (French social security), `card`, `phone` and
    `person`. Names are sought in French and English only.
    """
    return _apart(_identifiers(text, language), _people(text, language))


def mask_identifiers(text: str, language: str = "fr") -> str:
    """Mask addresses and numbers, but no names: what needs no language model.

    `language` says in which way phone numbers are written.
    """
    return mask(text, _apart(_identifiers(text, language)))


def mask(text: str, found: Sequence[PersonalData]) -> str:
    """Replace each character of what was found by a bullet; lengths stay the same."""
    characters = list(text)
    for item in found:
        characters[item.start : item.end] = MASK * (item.end - item.start)
    return "".join(characters)


def _apart(*candidates: Iterator[PersonalData]) -> tuple[PersonalData, ...]:
    """Return what does not overlap, in order; of two that do, the first given."""
    kept: list[PersonalData] = []
    taken: set[int] = set()
    for item in chain(*candidates):
        characters = range(item.start, item.end)
        if taken.isdisjoint(characters):
            taken.update(characters)
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.start))


def _identifiers(text: str, language: str) -> Iterator[PersonalData]:
    """Yield what addresses or numbers a person, the surest kind first."""
    if "@" in text:
        yield from _matches("email", _EMAIL, text)
    if _PHONE_HINT.search(text):
        yield from _ibans(text)
        yield from (i for i in _matches("nir", _NIR, text) if _is_nir(_of(text, i)))
        yield from (i for i in _matches("card", _CARD, text) if _is_card(_of(text, i)))
        yield from _phones(text, language)


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[PersonalData]:
    for found in pattern.finditer(text):
        yield PersonalData(kind=kind, start=found.start(), end=found.end())


def _ibans(text: str) -> Iterator[PersonalData]:
    for found in _IBAN.finditer(text):
        end = found.end()
        while end > found.start() + 15:  # "... 189 merci": words may have been taken in
            item = PersonalData(kind="iban", start=found.start(), end=end)
            if _is_iban(_of(text, item)):
                yield item
                break
            end = max(text.rfind(space, 0, end) for space in " \u00a0\u202f")


def _of(text: str, item: PersonalData) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text[item.start : item.end]).upper()


def _is_iban(number: str) -> bool:
    """ISO 13616: moved, with letters as 10 to 35, the number is 1 modulo 97."""
    if not number.isalnum() or not number.isascii():
        return False
    moved = number[4:] + number[:4]
    return (
        15 <= len(number) <= 34
        and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1
    )


def _is_card(number: str) -> bool:
    """Luhn: every second digit doubled from the right, the sum ends in 0."""
    if len(set(number)) == 1:
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0


def _is_nir(number: str) -> bool:
    """The key is 97 less the number modulo 97; Corsica counts 2A as 19, 2B as 18."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(number[13:])


def _phones(text: str, language: str) -> Iterator[PersonalData]:
    region = "FR" if language == "fr" else "GB"
    find = load_phone_numbers()
    for start in range(0, len(text), _LINES):
        for first, last in find(text[start : start + _LINES], region):
            yield PersonalData(kind="phone", start=start + first, end=start + last)


def _people(text: str, language: str) -> Iterator[PersonalData]:
    titled = {found.span(1) for found in _TITLED.finditer(text)}
    titled |= set(_known(text))
    for start, end in sorted(titled):
        yield PersonalData(kind="person", start=start, end=end)
    if language not in {"fr", "en"} or not _may_name(text, titled):
        return
    names = load_names(language)
    for start in range(0, len(text), _LINES):
        with _NAMING, names.memory_zone():
            spans = [
                (start + entity.start_char, start + entity.end_char)
                for entity in names(text[start : start + _LINES]).ents
                if entity.label_ in {"PER", "PERSON"} and _is_name(entity.text)
            ]
        for first, last in spans:
            yield PersonalData(kind="person", start=first, end=last)


def _known(text: str) -> Iterator[tuple[int, int]]:
    """Yield known first names inside a sentence, with the surname after them."""
    for found in _NAMED.finditer(text):
        first = found[1].casefold()
        if first in _first_names() or first.split("-")[0] in _first_names():
            yield found.span(1) if found[2] is None else (found.start(1), found.end(2))


def _may_name(text: str, titled: set[tuple[int, int]]) -> bool:
    """Tell whether the slow name model may find anybody beside the titled names."""
    last = -2
    for found in _CAPITALISED.finditer(text):
        if found.span() in titled:
            continue
        if found[0].casefold() in _first_names() or found.start() == last + 1:
            return True
        last = found.end()
    return False


def _is_name(entity: str) -> bool:
    words = _CAPITALISED.findall(entity)
    if not 1 <= len(words) <= 4 or len(words) != len(entity.split()):
        return False
    plain = [word.casefold() for word in words]
    if any(word in _no_names() for word in plain):
        return False
    return plain[0] in _first_names() or plain[0].split("-")[0] in _first_names()


@cache
def _first_names() -> frozenset[str]:
    return _words("first_names.txt")


@cache
def _no_names() -> frozenset[str]:
    return _words("no_names.txt")


def _words(name: str) -> frozenset[str]:
    source = files("feedback.nlp") / "data" / name
    lines = source.read_text(encoding="utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split()
    )
