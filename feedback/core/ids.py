"""Names for things: public ids that cannot be guessed, keys that can be read."""

import re
import secrets
import unicodedata

PUBLIC_ID_LENGTH = 12


def new_public_id() -> str:
    """Return an unguessable id of 12 letters, digits, `-` or `_` (72 bits)."""
    return secrets.token_urlsafe(9)


def slug(text: str, *, longest: int = 60) -> str:
    """Return `text` as lower-case ASCII words joined by `-`, at most `longest` long.

    Accents are dropped (`Caisse à l'étage` becomes `caisse-a-l-etage`); a text
    without any letter or digit gives `item`.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return words[:longest].rstrip("-") or "item"


def free_slug(text: str, taken: set[str]) -> str:
    """Return `slug(text)`, numbered from 2 when it is already in `taken`."""
    base = slug(text)
    number, candidate = 2, base
    while candidate in taken:
        candidate = f"{base}-{number}"
        number += 1
    return candidate
