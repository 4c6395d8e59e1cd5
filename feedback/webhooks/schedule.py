"""When a message that did not arrive is tried again: the times of Standard Webhooks."""

import random
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: before the first attempt, the second one and so on; 75 hours in all
DELAYS = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_ATTEMPTS = len(DELAYS)
#: share of a delay by which it is prolonged at most, so that not all come at once
JITTER = 0.1
#: a receiver cannot have itself be waited for any longer
LONGEST_WAIT = timedelta(hours=24)


def next_attempt(
    made: int, *, now: datetime, rng: random.Random, asked: timedelta | None = None
) -> datetime | None:
    """Return when to try again, None when all attempts were made.

    Args:
        made: attempts so far, 0 or more.
        now: when the last of them ended.
        rng: chance of the jitter, up to a tenth of the delay.
        asked: the wait for which the receiver asked; it prolongs the delay of the
            schedule and never shortens it, a day at most.
    """
    if made >= MOST_ATTEMPTS:
        return None
    delay = DELAYS[made] * (1 + JITTER * rng.random())
    if asked is not None:
        delay = max(delay, min(asked, LONGEST_WAIT))
    return now + delay


def read_retry_after(text: str | None, *, now: datetime) -> timedelta | None:
    """Return the wait that a header Retry-After asks for, None without a good one.

    Seconds or an HTTP date; a date that has passed is no wait.
    """
    if text is None or len(text) > 64:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**7)), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - now, timedelta(0)), LONGEST_WAIT)
