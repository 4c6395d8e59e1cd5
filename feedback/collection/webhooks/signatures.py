"""Whether a delivery was signed with the secret that both sides share."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from feedback.collection.terms import SourceKind
from feedback.collection.webhooks.deliveries import Delivery

#: clocks differ, and a delivery that was caught cannot be sent again later
TOLERANCE = timedelta(minutes=5)


def fault_of(
    kind: SourceKind, delivery: Delivery, secret: str, *, now: datetime
) -> str | None:
    """Return why a delivery is not believed, None when it is.

    `signature_missing`, `bad_signature`, `signature_too_old` when the signed moment
    lies more than 5 minutes off, `no_secret_yet` without a secret: with none anybody
    could sign. Compared in constant time.
    """
    if not secret:
        return "no_secret_yet"
    return _CHECKS[kind](delivery, secret.encode(), now)


def sign_mapped(content: bytes, secret: str) -> str:
    """Return what stands in `X-Feedback-Signature`: HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def _shopify(delivery: Delivery, secret: bytes, _now: datetime) -> str | None:
    return _base64_fault(
        delivery.header("x-shopify-hmac-sha256"), delivery.content, secret
    )


def _woocommerce(delivery: Delivery, secret: bytes, _now: datetime) -> str | None:
    return _base64_fault(
        delivery.header("x-wc-webhook-signature"), delivery.content, secret
    )


def _zendesk(delivery: Delivery, secret: bytes, now: datetime) -> str | None:
    stamp = delivery.header("x-zendesk-webhook-signature-timestamp")
    given = delivery.header("x-zendesk-webhook-signature")
    if not stamp or not given:
        return "signature_missing"
    fault = _base64_fault(given, stamp.encode() + delivery.content, secret)
    if fault is not None:
        return fault
    try:
        signed_at = datetime.fromisoformat(stamp)
    except ValueError:
        return "bad_signature"
    if signed_at.tzinfo is None:
        signed_at = signed_at.replace(tzinfo=UTC)
    return None if abs(now - signed_at) <= TOLERANCE else "signature_too_old"


def _mapped(delivery: Delivery, secret: bytes, _now: datetime) -> str | None:
    given = delivery.header("x-feedback-signature").removeprefix("sha256=").lower()
    kind, _, token = delivery.header("authorization").partition(" ")
    if given:
        wanted = hmac.new(secret, delivery.content, hashlib.sha256).hexdigest()
        return _compared(given, wanted)
    if kind.lower() == "bearer":
        return _compared(token.strip(), secret.decode())
    return "signature_missing"


def _base64_fault(given: str, signed: bytes, secret: bytes) -> str | None:
    if not given:
        return "signature_missing"
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return _compared(given, base64.b64encode(digest).decode())


def _compared(given: str, wanted: str) -> str | None:
    same = hmac.compare_digest(given.encode(), wanted.encode())
    return None if same else "bad_signature"


_CHECKS: dict[SourceKind, Callable[[Delivery, bytes, datetime], str | None]] = {
    SourceKind.SHOPIFY: _shopify,
    SourceKind.WOOCOMMERCE: _woocommerce,
    SourceKind.ZENDESK: _zendesk,
    SourceKind.MAPPED: _mapped,
}
