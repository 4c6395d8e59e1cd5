"""The stop list: addresses that are written to no more, kept as nobody can read them.

It outlives the contacts: an erased person is not written to again.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import StoppedAddress
from feedback.collection.terms import StopReason
from feedback.db.inserts import insert_missing

#: parameters of one statement, far below what either database bears
ASKED_AT_ONCE = 500


def address_key(address: str, *, secret: str) -> str:
    """Return the HMAC-SHA256 of an address under the installation's secret, in hex.

    Case and blanks around it make no difference; accents do.
    """
    folded = unicodedata.normalize("NFC", address.strip()).lower()
    return hmac.new(secret.encode(), folded.encode(), hashlib.sha256).hexdigest()


def stop_address(
    session: Session, address: str, reason: StopReason, *, now: datetime, secret: str
) -> None:
    """Write to an address no more; the first reason stays."""
    insert_missing(
        session,
        StoppedAddress,
        [
            {
                "address_key": address_key(address, secret=secret),
                "reason": reason,
                "created_at": now,
            }
        ],
        key=[StoppedAddress.address_key],
        returning=StoppedAddress.address_key,
    )


def is_stopped(session: Session, addresses: Iterable[str], *, secret: str) -> bool:
    """Tell whether one of these addresses is stopped."""
    return bool(stopped_among(session, addresses, secret=secret))


def stopped_among(
    session: Session, addresses: Iterable[str], *, secret: str
) -> Mapping[str, StopReason]:
    """Return those of the addresses that are stopped, as they were given, and why.

    One SELECT for each 500 addresses.
    """
    by_key: dict[str, list[str]] = {}
    for address in set(addresses):
        by_key.setdefault(address_key(address, secret=secret), []).append(address)
    keys = sorted(by_key)
    found: dict[str, StopReason] = {}
    for start in range(0, len(keys), ASKED_AT_ONCE):
        rows = session.execute(
            select(StoppedAddress.address_key, StoppedAddress.reason).where(
                StoppedAddress.address_key.in_(keys[start : start + ASKED_AT_ONCE])
            )
        )
        for key, reason in rows:
            found |= dict.fromkeys(by_key[key], reason)
    return found
