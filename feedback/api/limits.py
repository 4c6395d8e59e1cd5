"""How often may be called: counted for each key, and for whoever is refused."""

from typing import cast

from flask import current_app

from feedback.accounts.attempts import Attempts
from feedback.api.problems import Problem

EXTENSION = "feedback.api.limits"
#: calls without a good key or signature, from one address of the network
REFUSALS_PER_MINUTE = 120


class Limits:
    """Counters in memory, or in a store that all web servers share."""

    def __init__(self, *, calls_per_minute: int, storage: str) -> None:
        self._attempts = Attempts(storage)
        self._calls = f"{calls_per_minute} per minute"

    def count_call(self, key: str) -> None:
        """Count a call of a key.

        Raises:
            Problem: 429 `too_many_calls`.
        """
        self._count(self._calls, "calls", key)

    def count_refusal(self, address: str) -> None:
        """Count a call without a good key or signature from an address.

        Raises:
            Problem: 429 `too_many_tries`.
        """
        self._count(f"{REFUSALS_PER_MINUTE} per minute", "tries", address)

    def _count(self, amount: str, what: str, who: str) -> None:
        wait = self._attempts.count(amount, what, who)
        if wait is None:
            return
        seconds = max(1, round(wait))
        headers = {"Retry-After": str(seconds)}
        raise Problem(
            429, f"too_many_{what}", headers=headers, values={"seconds": seconds}
        )


def limits() -> Limits:
    """Return the counters of this application."""
    return cast("Limits", current_app.extensions[EXTENSION])
