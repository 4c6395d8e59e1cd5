"""Postal addresses: a house number with its street, and the town that follows."""

import re
from collections.abc import Iterator

from feedback.nlp.annotation import PersonalData
from feedback.nlp.identifiers import has_digit

_UPPER, _LOWER = "A-ZÀ-ÖØ-Þ", "a-zà-öø-ÿ"
_NUMBER = r"(?<![\w.,/€$£-])\d{1,4}(?: ?(?:bis|ter|quater|[a-dA-D])\b)?"
_TOWN_WORD = rf"[{_UPPER}][{_UPPER}{_LOWER}'’-]+"
_TOWN = rf"{_TOWN_WORD}(?: (?:(?:sur|sous|en|la|le|les|de|du) )?{_TOWN_WORD}){{0,3}}"
_FRENCH_TYPE = (
    r"(?:rue|avenue|av|ave|boulevard|bd|blvd|bvd|place|pl|chemin|impasse|all[ée]e"
    r"|route|rte|quai|cours|square|passage|faubourg|fbg|esplanade|ruelle|sentier|villa"
    r"|r[ée]sidence|lotissement|hameau|mont[ée]e|promenade|rond-point|cit[ée])"
)
_JOINED = r"(?:de la |de l['’]|du |des |de |d['’]|la |le |les |l['’])"
_CAPITAL_WORD = rf"[{_UPPER}][{_UPPER}{_LOWER}'’.-]*"
_FRENCH_STREET = (
    r"(?:rue|avenue|av|boulevard|bd|blvd|chemin|impasse|all[ée]e|route|quai)"
)
#: The types in either case; the name with capitals, or one word without.
_FRENCH = re.compile(
    rf"{_NUMBER},? (?:(?i:{_FRENCH_TYPE})\.? "
    rf"{_JOINED}?{_CAPITAL_WORD}(?: {_JOINED}?{_CAPITAL_WORD}){{0,4}}"
    rf"|(?i:{_FRENCH_STREET})\.? {_JOINED}?[{_LOWER}]{{3,}})"
    rf"(?:,? \d{{5}}(?: {_TOWN})?)?"
)
_ENGLISH_TYPE = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Close|Court|Ct|Way|Crescent"
    r"|Terrace|Gardens|Grove|Place|Square|Hill|Boulevard|Blvd|Mews|Row|Walk|Parade)"
)
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_ENGLISH = re.compile(
    rf"{_NUMBER},? (?:(?:[{_UPPER}][{_LOWER}'’.-]+ ){{1,3}}{_ENGLISH_TYPE}"
    rf"|(?!minutes?|hours?|days?|miles?|metres?|stars?)[{_LOWER}]{{3,}} "
    r"(?:street|road|avenue|lane|crescent|close))\b\.?"
    r"(?: (?:N|S|E|W|NE|NW|SE|SW)\b)?"
    rf"(?:,? (?:{_TOWN},? ?)?(?:{_POSTCODE}|[A-Z]{{2}} \d{{5}}(?:-\d{{4}})?)"
    rf"|, {_TOWN})?"
)
_LONE_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")


def find_addresses(text: str, language: str) -> Iterator[PersonalData]:
    """Yield postal addresses; a street without a house number is a place for all."""
    if not has_digit(text):
        return
    patterns = [_FRENCH, _ENGLISH]
    if language == "en":
        patterns.append(_LONE_POSTCODE)
    for pattern in patterns:
        for found in pattern.finditer(text):
            end = found.start() + len(found[0].rstrip(" ,."))
            yield PersonalData(kind="address", start=found.start(), end=end)
