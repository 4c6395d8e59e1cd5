"""The worker that listens to a broker: Celery brings ids, the row says what to do."""

import logging
import os
import threading
import warnings
from typing import Any

from celery.bootsteps import StartStopStep
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning
from celery.signals import worker_process_init, worker_ready

from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.processes import end_with_parent
from feedback.db.session import Database
from feedback.jobs.broker import TASK, Broker, celery_app
from feedback.jobs.engine import announce_after_commit, engine_for
from feedback.worker.handlers import HANDLERS
from feedback.worker.runner import Worker
from feedback.worker.sweeper import Sweeper

log = logging.getLogger("feedback.worker")


class Hands:
    """The worker of this process, made when the process is given its first job.

    Celery may fork after this object is made: connections are of one process.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: int | None = None
        self._worker: Worker

    def run(self, job_id: int) -> None:
        """Do the job, if it is still there to be done."""
        if self._process != os.getpid():
            self._worker, _ = make_worker(self._settings)
            self._worker.take_over()
            self._process = os.getpid()
        self._worker.run_once(only=job_id)


def make_worker(settings: Settings) -> tuple[Worker, Database]:
    """Make a worker of this process whose own jobs are announced too."""
    database, clock = Database(settings.database), SystemClock()
    announce_after_commit(database.sessions, engine_for(settings), clock)
    worker = Worker(database, settings=settings, clock=clock, handlers=HANDLERS)
    return worker, database


def serve(settings: Settings) -> int:
    """Work until SIGTERM or SIGINT; return the exit code.

    The job in hand is brought to its end. One process does one job at a time; with
    `worker_processes` above 1 there are so many beside this one, which only looks
    after them.
    """
    app = celery_app(settings.broker_url, queue_name=settings.broker_queue)
    hands = Hands(settings)

    def run(job_id: int) -> None:
        hands.run(job_id)

    app.task(name=TASK)(run)

    def bind_to_parent(**_values: object) -> None:
        end_with_parent()

    stop = threading.Event()
    sweeping = threading.Thread(target=_sweep, args=(settings, stop), name="sweep")

    class Sweeping(StartStopStep):  # type: ignore[misc]  # Celery has no types
        """Starts the sweep once the processes are there.

        One that is forked while a thread imports a module would wait for that module
        for ever.
        """

        requires = ("celery.worker.components:Pool",)

        def start(self, parent: Any) -> None:
            sweeping.start()

    def begin(sender: Any, **_values: object) -> None:
        # Celery looks whether it shall stop each time that it has something to do.
        sender.timer.call_repeatedly(1.0, int)
        log.info("listens to the queue %s", settings.broker_queue)

    app.steps["worker"].add(Sweeping)
    worker_process_init.connect(bind_to_parent)
    worker_ready.connect(begin)
    try:
        worker = _listener(app, settings.worker_processes)
        worker.start()
    finally:
        stop.set()
        if sweeping.ident is not None:
            sweeping.join()
    return int(worker.exitcode or 0)


def _sweep(settings: Settings, stop: threading.Event) -> None:
    worker, database = make_worker(settings)
    broker = Broker(settings.broker_url, queue_name=settings.broker_queue)
    Sweeper(worker, database, broker, SystemClock()).run(stop)
    broker.close()
    database.dispose()


def _listener(app: Any, processes: int) -> Any:
    # Celery warns of root because of pickle, which is never accepted here, and of
    # messages that come again, which find their row taken.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    # That the broker is away is said once, by the sweep.
    logging.getLogger("celery.worker.consumer").setLevel(logging.CRITICAL)
    return app.Worker(
        hostname=f"feedback-{os.getpid()}@%h",
        pool="solo" if processes == 1 else "prefork",
        concurrency=processes,
        optimization="fair",
        loglevel=logging.WARNING,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
