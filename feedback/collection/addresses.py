"""Addresses, phone numbers and names as they may be used; what cannot be is None.

Nothing that is let through holds a control character, so that no header and no line
can be added to a message.
"""

import re
import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 254
LONGEST_PHONE = 40
LONGEST_NAME = 255
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,4}))?(?:[-_].*)?")
_TIME_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,60}")
#: control, format, line and paragraph marks, halves of characters
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def has_unseen(text: str) -> bool:
    """Tell whether a text holds control characters or line ends of any kind."""
    return any(unicodedata.category(mark) in _UNSEEN for mark in text)


def clean_email(text: str) -> str | None:
    """Return a mail address that can be written to, its domain in ASCII.

    None when it is none: also with a control character, with a display name, above
    254 characters. No server is asked.
    """
    text = text.strip(" ")
    if len(text) > LONGEST_EMAIL or has_unseen(text):
        return None
    try:
        found = validate_email(
            text, check_deliverability=False, allow_smtputf8=False
        ).ascii_email
    except EmailNotValidError:
        return None
    return found if found and len(found) <= LONGEST_EMAIL else None


def clean_phone(text: str, *, country: str | None) -> str | None:
    """Return a phone number in E.164, as `+33612345678`; None when it is none.

    Args:
        text: as people write it, `06 12 34 56 78` or `+33 6 12 34 56 78`.
        country: two letters; where a number without `+` is from, None when unknown.
    """
    if len(text) > LONGEST_PHONE or has_unseen(text):
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def clean_name(text: str) -> str | None:
    """Return a name on one line, at most 255 characters; None of an empty one."""
    seen = "".join(
        " " if unicodedata.category(mark) in _UNSEEN else mark for mark in text
    )
    return " ".join(seen.split())[:LONGEST_NAME].rstrip() or None


def clean_locale(text: str) -> str | None:
    """Return a language with its country or script, as `fr` or `fr-CA`."""
    found = _LANGUAGE.fullmatch(text)
    if not found:
        return None
    language, part = found[1].lower(), found[2]
    if not part:
        return language
    return f"{language}-{part.upper() if len(part) == 2 else part.title()}"


@lru_cache(maxsize=1024)
def find_zone(name: str | None) -> ZoneInfo | None:
    """Return the time zone of an IANA name, None of an unknown one."""
    if not name or not _TIME_ZONE.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
