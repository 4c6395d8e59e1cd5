"""Attempts counted: in Redis for all web servers, or in the memory of this one.

A Redis that is away never refuses anybody: each server counts for itself meanwhile.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

#: how long Redis may keep a request waiting
PATIENCE_SECONDS = 0.5
#: how long a Redis that does not answer is left alone
QUIET_SECONDS = 10.0
PREFIX = "feedback"

Answer = TypeVar("Answer")

log = logging.getLogger("feedback.accounts")


def storage_options(url: str) -> dict[str, float | str]:
    """Return what bounds the waiting for the store at this address."""
    if url.startswith("memory"):
        return {}
    return {
        "key_prefix": PREFIX,
        "socket_connect_timeout": PATIENCE_SECONDS,
        "socket_timeout": PATIENCE_SECONDS,
    }


class Attempts:
    """Counts what somebody tries, in windows that begin with the first attempt."""

    def __init__(self, url: str) -> None:
        self._here = FixedWindowRateLimiter(MemoryStorage())
        self._shared: FixedWindowRateLimiter | None = None
        if not url.startswith("memory"):
            store = storage_from_string(
                url,
                wrap_exceptions=True,
                **storage_options(url),
            )
            self._shared = FixedWindowRateLimiter(store)
        self._alone_until = 0.0

    def count(self, amount: str, what: str, who: str) -> float | None:
        """Count one attempt.

        Args:
            amount: as `10 per 15 minutes`.
            what: kind of attempt; each kind is counted by itself.
            who: address, account or key of who tries.

        Returns:
            None when it is within the amount, else the seconds until the next one is.
        """
        limit = _read(amount)
        is_within = self._here.hit(limit, what, who)
        shared = self._ask(lambda counter: counter.hit(limit, what, who))
        if is_within if shared is None else shared:
            return None
        window = self._ask(lambda counter: counter.get_window_stats(limit, what, who))
        until = (window or self._here.get_window_stats(limit, what, who)).reset_time
        # the counters go by the machine's clock
        return max(1.0, until - time.time())

    def is_over(self, amount: str, what: str, who: str) -> bool:
        """Return whether a further attempt would be beyond the amount.

        Counts nothing. Of somebody who never tried here no other server is asked.
        """
        limit = _read(amount)
        tried = self._here.get_window_stats(limit, what, who).remaining < limit.amount
        if not tried:
            return False
        shared = self._ask(lambda counter: counter.test(limit, what, who))
        return not (self._here.test(limit, what, who) if shared is None else shared)

    def _ask(
        self, question: Callable[[FixedWindowRateLimiter], Answer]
    ) -> Answer | None:
        """Ask the store of all servers; None without one, or while it is away."""
        if self._shared is None or time.monotonic() < self._alone_until:
            return None
        try:
            return question(self._shared)
        except StorageError:
            log.warning("the store of attempts is away; each server counts for itself")
            self._alone_until = time.monotonic() + QUIET_SECONDS
            return None


@cache
def _read(amount: str) -> RateLimitItem:
    return parse(amount)
