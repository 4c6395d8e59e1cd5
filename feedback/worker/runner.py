"""Claim a job, run it in a transaction, retry, stop cleanly."""

import logging
import threading
import traceback
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.exc import InterfaceError, OperationalError

from feedback.cases.escalation import owe_escalation
from feedback.collection.erasure import owe_forgetting
from feedback.collection.owing import owe_what_is_left
from feedback.config import Settings
from feedback.core.clock import Clock
from feedback.core.errors import Conflict
from feedback.db.session import Database
from feedback.improvements.evaluating import owe_monthly
from feedback.insights.alerts.service import owe_daily
from feedback.insights.discovery.service import owe_weekly
from feedback.jobs.ledger import (
    ClaimedJob,
    claim,
    fail,
    finish,
    release_dead,
    this_process,
)
from feedback.jobs.queries import forget_done
from feedback.jobs.schedules import enqueue_planned
from feedback.jobs.work import GiveUp, Handler, Work
from feedback.voice.house.service import owe_learning
from feedback.voice.imports.service import forget_prepared
from feedback.voice.originals import owe_emptying
from feedback.webhooks.delivering import owe_missed

POLL_SECONDS = 0.2
SWEEP_EVERY = timedelta(seconds=30)
#: what SQLAlchemy raises when a database cannot be reached, or breaks off
AWAY = (OperationalError, InterfaceError)
AWAY_SECONDS = 1.0

log = logging.getLogger("feedback.worker")


class Worker:
    """Does jobs one after the other, whoever announced them."""

    def __init__(
        self,
        database: Database,
        *,
        settings: Settings,
        clock: Clock,
        handlers: Mapping[str, Handler],
        owner: str | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._handlers = handlers
        self._owner = owner or this_process()

    def run_once(self, *, only: int | None = None) -> bool:
        """Do one job that is due, if there is one; return whether there was.

        The handler's work and the job's end are one transaction. A handler that
        raises leaves nothing behind but its error, and the job is due again later.
        """
        with self._database.transaction() as session:
            job = claim(
                session,
                owner=self._owner,
                now=self._clock.now(),
                lease=timedelta(seconds=self._settings.work_lease_seconds),
                only=only,
            )
        if job is None:
            return False
        try:
            self._do(job)
        except Exception as error:
            self._note_failure(job, error)
        return True

    def _do(self, job: ClaimedJob) -> None:
        handler = self._handlers[job.name]
        with self._database.session(writes=True) as session:
            handler(
                Work(
                    job,
                    session,
                    settings=self._settings,
                    clock=self._clock,
                    owner=self._owner,
                )
            )
            finish(session, job.id, owner=self._owner, now=self._clock.now())
            session.commit()

    def _note_failure(self, job: ClaimedJob, error: Exception) -> None:
        if isinstance(error, Conflict) and error.code == "lease_lost":
            log.warning("job %s %s: left to its new owner", job.id, job.name)
            return
        gives_up = isinstance(error, GiveUp)
        log.error("job %s %s failed", job.id, job.name, exc_info=error)
        with self._database.transaction() as session:
            fail(
                session,
                job.id,
                owner=self._owner,
                now=self._clock.now(),
                error=(
                    str(error)
                    if gives_up
                    else "".join(traceback.format_exception(error))
                ),
                for_good=gives_up,
            )

    def sweep(self) -> None:
        """Owe what is planned, take over from the dead, forget what is long done."""
        now = self._clock.now()
        with self._database.transaction() as session:
            release_dead(session, now=now)
            enqueue_planned(session, now=now, zone=self._settings.zone)
            owe_what_is_left(session, now=now)
            owe_forgetting(session, now=now, zone=self._settings.zone)
            owe_emptying(session, now=now, zone=self._settings.zone)
            owe_daily(session, now=now, zone=self._settings.zone)
            owe_monthly(session, now=now, zone=self._settings.zone)
            owe_weekly(session, now=now, zone=self._settings.zone)
            owe_learning(session, now=now, zone=self._settings.zone)
            owe_missed(session, now=now)
            owe_escalation(session, now=now)
            forget_done(session, now=now)
            forget_prepared(session, settings=self._settings, now=now)

    def drain(self) -> int:
        """Do what is due until nothing is; return how many jobs were done."""
        done = 0
        while self.run_once():
            done += 1
        return done

    def take_over(self) -> None:
        """Give back at once what dead processes of this machine held."""
        with self._database.transaction() as session:
            release_dead(session, now=self._clock.now())

    def run(self, stop: threading.Event) -> None:
        """Do jobs until `stop` is set; the job in hand is brought to its end.

        Goes on when the database was away for a while.
        """
        next_sweep, is_away = self._clock.now(), False
        while not stop.is_set():
            try:
                if self._clock.now() >= next_sweep:
                    self.sweep()
                    next_sweep = self._clock.now() + SWEEP_EVERY
                has_worked = self.run_once()
            except AWAY as error:
                if not is_away:
                    log.warning("the database is away: %s", error.orig)
                is_away = True
                stop.wait(AWAY_SECONDS)
                continue
            if is_away:
                log.warning("the database is there again")
                is_away = False
            if not has_worked:
                stop.wait(POLL_SECONDS)
