"""Signatures of Standard Webhooks: HMAC-SHA256 over id, timestamp and body."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"
VERSION = "v1"
SECRET_BYTES = 32
#: seconds by which the clocks of both sides may differ
TOLERANCE = 300


def new_secret() -> str:
    """Return a new secret: `whsec_` and 32 random bytes in Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign(secret: str, message: str, at: datetime, body: bytes) -> str:
    """Return the signature of one message, as `v1,` and Base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message}.{int(at.timestamp())}.".encode() + body
    return f"{VERSION},{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def headers_for(
    secrets_: Sequence[str], message: str, at: datetime, body: bytes
) -> Mapping[str, str]:
    """Return the headers of a message: one signature for each secret that holds."""
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(
            sign(secret, message, at, body) for secret in secrets_
        ),
    }


def is_signed(
    headers: Mapping[str, str], body: bytes, *, secret: str, now: datetime
) -> bool:
    """Tell whether a message was signed with this secret within five minutes.

    What a receiver does; compared in constant time.
    """
    stamp, given = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        return False
    if abs(now.timestamp() - int(stamp)) > TOLERANCE:
        return False
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return False
    digest = hmac.digest(key, f"{given}.{stamp}.".encode() + body, "sha256")
    wanted = f"{VERSION},{base64.b64encode(digest).decode()}".encode()
    return any(
        hmac.compare_digest(one.encode(), wanted)
        for one in headers.get("webhook-signature", "").split(" ")
    )
