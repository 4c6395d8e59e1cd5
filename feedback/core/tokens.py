"""Signed tokens: a small payload that comes back unchanged, or not at all."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

#: a token longer than this is none of ours, and is not looked into
LONGEST = 4096
_SIGNATURE_BYTES = hashlib.sha256().digest_size


def derived(secret: str, purpose: str) -> bytes:
    """Return the key of one purpose, so that no token of another is taken for it."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def sign(payload: Any, key: bytes) -> str:
    """Return a payload of JSON as letters, digits, `-`, `_`, with its HMAC-SHA256.

    It can be read by everybody and made by nobody else.
    """
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    return _text(hmac.digest(key, body, "sha256") + body)


def read(token: str, key: bytes) -> Any | None:
    """Return the payload of a token that was signed with this key, None of any other.

    Compared in constant time.
    """
    if len(token) > LONGEST:
        return None
    try:
        raw = _raw(token)
    except (binascii.Error, ValueError):
        return None
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, hmac.digest(key, body, "sha256")):
        return None
    return json.loads(body)


def fingerprint(token: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal: what a database may keep."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def keyed_fingerprint(token: str, key: bytes) -> str:
    """Return the HMAC-SHA256 of a secret, in hexadecimal.

    Unlike `fingerprint` it cannot be worked out from the secret without the key.
    """
    return hmac.digest(key, token.encode("utf-8", "surrogatepass"), "sha256").hex()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _raw(text: str) -> bytes:
    padded = text.encode("ascii") + b"=" * (-len(text) % 4)
    raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    if _text(raw) != text:  # several texts could stand for the same bytes
        raise ValueError("not canonical")
    return raw
