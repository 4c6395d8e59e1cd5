"""The work that this package owes: telling endpoints."""

import random

from feedback.core.errors import Conflict
from feedback.jobs.work import Work
from feedback.webhooks.calling import Answer, Caller, Failure
from feedback.webhooks.delivering import prepare, settle, take_happenings
from feedback.webhooks.places import read_networks


def take(work: Work) -> None:
    """Owe the happenings of the payload to the endpoints that want them."""
    take_happenings(
        work.session,
        work.payload["happenings"],
        source=work.settings.base_url,
        now=work.now(),
    )


def deliver(work: Work) -> None:
    """Make the call that is due for one message.

    No transaction is open meanwhile. A worker that dies after the call makes it again
    with the same id: at least once.
    """
    number = work.payload["delivery"]
    try:
        call = prepare(
            work.session, number, sealing=work.settings.secret(), now=work.now()
        )
    except Conflict:
        answer = Answer(failure=Failure.UNSIGNED)
    else:
        if call is None:
            return
        work.let_others_write()
        caller = Caller(allowed=read_networks(work.settings.webhook_networks))
        answer = caller.call(call.url, call.headers, call.body, now=work.now())
    rng = random.Random()  # noqa: S311 - it only spreads calls over time
    settle(work.session, number, answer, now=work.now(), rng=rng)
