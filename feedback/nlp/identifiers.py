"""What identifies somebody by its form: addresses of mail, numbers, orders.

Numbers are believed only when their check digits agree, or when the words before them
say what they are.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from feedback.nlp.annotation import PersonalData
from feedback.nlp.loading import load_phone_numbers

_SPACE = " \u00a0\u202f"
_DOMAIN = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-zA-Z]{2,24}\b"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?: ?@ ?|[(\[](?:at|@)[)\]]){_DOMAIN}"
)
_IBAN = re.compile(
    rf"\b[A-Za-z]{{2}}\d{{2}}(?:[{_SPACE}.-]?[A-Za-z0-9]{{1,4}}){{3,8}}\b"
)
#: ISO 13616: how many characters the IBANs of a country have.
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_CARD = re.compile(rf"(?<!\d)\d(?:[{_SPACE}.-]?\d){{12,18}}")
#: The first digits of payment cards, with the lengths of their numbers.
_ISSUERS = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]|2[2-7]|35|6[0245])\d{14}|3[47]\d{13}|3[068]\d{12}"
)
_NIR = re.compile(
    rf"(?<!\d)[1-478][{_SPACE}.-]?\d{{2}}[{_SPACE}.-]?(?:0[1-9]|1[0-2]|[2-9]\d)"
    rf"[{_SPACE}.-]?(?:\d{{2}}|2[ABab])[{_SPACE}.-]?\d{{3}}[{_SPACE}.-]?\d{{3}}"
    rf"[{_SPACE}.-]?\d{{2}}(?!\d)"
)
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(rf"\d(?:[{_SPACE}.()/-]{{0,2}}\d){{6}}")
_FRENCH_PHONE = re.compile(
    rf"(?<![\d+])(?:(?:\+|00)33[{_SPACE}.-]?(?:\(0\)[{_SPACE}.-]?)?|0)[1-9]"
    rf"(?:[{_SPACE}./_-]{{0,2}}\d{{2}}){{4}}(?!\d)"
)
_AMERICAN_PHONE = re.compile(
    r"(?<![\d(])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[.-])[2-9]\d{2}[.-]\d{4}(?!\d)"
)
#: "commande n° 4512", "order ref: W-5587", "#100045": the number is the last group.
_ORDER = re.compile(
    r"\b(?:(?:n[°ºo]|num[ée]ros?|r[ée]f(?:[ée]rence)?s?)\.? ?(?:de )?)?"
    r"(?:commandes?|cmd|cde|orders?)"
    r"(?P<said>(?: ?(?:n[°ºo]s?\b\.?|n[°º]|num[ée]ros?|numbers?|num|no\.?|nr\.?"
    r"|ref(?:erence)?"
    r"|r[ée]f(?:[ée]rence)?|id|is|est(?: le)?|[:#])){0,3}) ?"
    r"(?P<first>(?=[A-Z0-9/_-]*\d)[A-Z0-9][A-Z0-9/_-]{2,29})(?![\w/€$£%])"
    r"(?: ?(?:et|and|,|&) ?(?P<second>(?=[A-Z0-9/_-]*\d)[A-Z0-9][A-Z0-9/_-]{2,29})"
    r"(?![\w/€$£%]))?",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[/-]\d{1,2}[/-]\d{2,4}")
#: What a deployment writes for one digit, one letter, or one of both.
_PLACEHOLDERS = {"#": r"\d", "?": r"[^\W\d_]", "*": r"[^\W_]"}
#: Phones are searched for in stretches of so many characters.
STRETCH = 4000


def find_identifiers(
    text: str, language: str, orders: Sequence[str] = ()
) -> Iterator[PersonalData]:
    """Yield what identifies a person by its form, the surest kind first.

    `orders` are the forms of the deployment's order numbers, see `order_form`.
    """
    if "@" in text or "at" in text:
        yield from _matches("email", _EMAIL, text)
    if _DIGITS.search(text):
        yield from _ibans(text)
        yield from (i for i in _matches("nir", _NIR, text) if is_nir(_of(text, i)))
        yield from _cards(text)
    for form in orders:
        yield from _matches("order", order_form(form), text)
    if has_digit(text):
        yield from _orders(text)
    if _DIGITS.search(text):
        yield from _phones(text, language)


def has_digit(text: str) -> bool:
    """Tell whether a text may hold a number at all: most hold none."""
    return _DIGIT.search(text) is not None


@cache
def order_form(form: str) -> re.Pattern[str]:
    """Return what finds order numbers of a form such as `CMD-######`.

    `#` stands for a digit, `?` for a letter, `*` for either; anything else for
    itself, in capitals or not.
    """
    inside = "".join(_PLACEHOLDERS.get(mark) or re.escape(mark) for mark in form)
    return re.compile(rf"(?<!\w){inside}(?!\w)", re.IGNORECASE)


def is_card(number: str) -> bool:
    """Tell whether digits are a payment card's: issuer, length, and Luhn's sum."""
    if not _ISSUERS.fullmatch(number):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[-1::-2])) + sum(doubled)) % 10 == 0


def is_nir(number: str) -> bool:
    """The key is 97 less the number modulo 97; Corsica counts 2A as 19, 2B as 18."""
    body = number[:13].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(number[13:])


def is_iban(number: str) -> bool:
    """ISO 13616: moved, with letters as 10 to 35, the number is 1 modulo 97."""
    if not number.isascii() or _IBAN_LENGTHS.get(number[:2]) != len(number):
        return False
    moved = number[4:] + number[:4]
    return int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def _matches(kind: str, pattern: re.Pattern[str], text: str) -> Iterator[PersonalData]:
    for found in pattern.finditer(text):
        yield PersonalData(kind=kind, start=found.start(), end=found.end())


def _ibans(text: str) -> Iterator[PersonalData]:
    for found in _IBAN.finditer(text):
        end = found.end()
        while end > found.start() + 15:  # "... 189 merci": words may have been taken in
            item = PersonalData(kind="iban", start=found.start(), end=end)
            if is_iban(_of(text, item)):
                yield item
                break
            end = max(text.rfind(space, 0, end) for space in _SPACE)


def _cards(text: str) -> Iterator[PersonalData]:
    for found in _CARD.finditer(text):
        end = found.end()
        while end >= found.start() + 13:  # "... 1111 12/26": a date may follow
            item = PersonalData(kind="card", start=found.start(), end=end)
            if not text[end : end + 1].isdigit() and is_card(_of(text, item)):
                yield item
                break
            end -= 1
            while not text[end - 1].isdigit():
                end -= 1


def _of(text: str, item: PersonalData) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text[item.start : item.end]).upper()


def _orders(text: str) -> Iterator[PersonalData]:
    for found in _ORDER.finditer(text):
        for group in ("first", "second"):
            number = found[group]
            if number and _is_order(number, is_said=bool(found["said"].strip())):
                start = found.start(group)
                end = start + len(number.rstrip("/_-"))
                yield PersonalData(kind="order", start=start, end=end)


def _is_order(number: str, *, is_said: bool) -> bool:
    """Tell an order's number from a year, an amount or a date that follows the word."""
    digits = sum(mark.isdigit() for mark in number)
    if _DATE.fullmatch(number):
        return False
    if number.isdigit():
        return digits >= (3 if is_said else 5)
    return digits >= 3


def _phones(text: str, language: str) -> Iterator[PersonalData]:
    region = "GB" if language == "en" else "FR"
    find = load_phone_numbers()
    for start in range(0, len(text), STRETCH):
        for first, last in find(text[start : start + STRETCH], region):
            yield PersonalData(kind="phone", start=start + first, end=start + last)
    yield from _matches("phone", _FRENCH_PHONE, text)
    yield from _matches("phone", _AMERICAN_PHONE, text)
