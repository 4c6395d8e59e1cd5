"""Jobs of collection: events, invitations, and responses on their way to voice."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from feedback.collection.deliveries import take_abandoned_cart
from feedback.collection.erasure import ROWS_AT_ONCE, forget_events, forget_silent
from feedback.collection.expiry import expire_due
from feedback.collection.planning import plan_due
from feedback.collection.recording import find_due, keep, tell
from feedback.collection.reminders import plan_thanks
from feedback.collection.taking import House, give_up_on, take, waiting_events
from feedback.collection.terms import Channel
from feedback.core.errors import Conflict
from feedback.jobs.work import Work

log = logging.getLogger("feedback.collection")


def take_events(work: Work) -> None:
    """Have the triggers look at the events that wait, until none does.

    An event that makes the rules fail is looked at alone, gets an outcome that says
    so, and does not keep the others from theirs.
    """
    house = _house(work)
    done = 0
    while numbers := waiting_events(work.session):
        try:
            done += take(work.session, numbers, house, now=work.now())
        except (OperationalError, Conflict):
            raise  # of the database and its locks: the job is tried again
        except Exception:
            work.session.rollback()
            done += _one_by_one(work, numbers, house)
        work.step(done, None)


def _one_by_one(work: Work, numbers: Sequence[int], house: House) -> int:
    for number in numbers:
        try:
            take(work.session, [number], house, now=work.now())
        except (OperationalError, Conflict):
            raise
        except Exception:
            work.session.rollback()
            log.exception("event %s made the rules fail", number)
            give_up_on(work.session, number, now=work.now())
        work.session.commit()
    return len(numbers)


def _house(work: Work) -> House:
    settings = work.settings
    return House(
        locale=settings.locale,
        country=settings.phone_country,
        secret=settings.secret(),
        closed=frozenset() if settings.sms_url else frozenset({Channel.SMS}),
    )


def plan(work: Work) -> None:
    """Decide about the invitations that are due, until none is."""
    secret, done = work.settings.secret(), 0
    while decided := plan_due(
        work.session, now=work.now(), zone=work.settings.zone, secret=secret
    ):
        done += decided
        work.step(done, None)


def expire(work: Work) -> None:
    """End the invitations whose time is over, until none is left."""
    done = 0
    while ended := expire_due(work.session, now=work.now()):
        done += ended
        work.step(done, None)


def forget(work: Work) -> None:
    """Forget customers who were silent for too long, and events of long ago."""
    settings, done = work.settings, 0
    silent = work.now() - timedelta(days=settings.keep_customers_days)
    old = work.now() - timedelta(days=settings.keep_events_days)
    gone = ROWS_AT_ONCE
    while gone == ROWS_AT_ONCE:
        gone = forget_silent(work.session, before=silent, now=work.now())
        done += gone
        work.step(done, None)
    gone = ROWS_AT_ONCE
    while gone == ROWS_AT_ONCE:
        gone = forget_events(work.session, received_before=old)
        done += gone
        work.step(done, None)


def record_responses(work: Work) -> None:
    """Have voice take the responses that wait, until none is left.

    With `parts` also those that were left in the midst. They are read and judged
    between two transactions, so that nobody who answers meanwhile has to wait.
    """
    zone, done = work.settings.zone, 0
    for parts in (False, True) if work.payload.get("parts") else (False,):
        while due := find_due(work.session, parts=parts, now=work.now(), zone=zone):
            work.let_others_write()
            told = tell(due, now=work.now(), zone=zone)
            keep(work.session, told, now=work.now(), zone=zone)
            answered = [row.invitation_id for row in due.rows if row.invitation_id]
            plan_thanks(work.session, answered, now=work.now())
            done += len(told)
            work.step(done, None)


def abandoned_cart(work: Work) -> None:
    """Say that a checkout was left, unless an order came of it."""
    take_abandoned_cart(work.session, work.payload["event"], now=work.now())
