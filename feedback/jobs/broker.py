"""The ids of due jobs, carried by Celery over RabbitMQ or Redis.

A message holds an id and nothing else. One that is lost costs a second: the sweep of
each worker compares what is due with what waits here. One that comes twice finds its
row taken. So messages are not kept on disk, and nothing is confirmed or sent again.
"""

import contextlib
import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import Celery
from kombu.exceptions import OperationalError

TASK = "feedback.run"
#: how long a broker may keep whoever asks it waiting
PATIENCE_SECONDS = 2.0
#: how long a broker that does not answer is left alone
QUIET_SECONDS = 3.0
#: ids that wait to be carried; of more than that the sweep takes care
MOST_WAITING = 10_000
VISIBILITY_SECONDS = 6 * 3600
#: how long the processes of a worker may take to start
START_SECONDS = 60

log = logging.getLogger("feedback.jobs")


def celery_app(url: str, *, queue_name: str) -> Any:
    """Return the Celery application that both ends of the queue share.

    `acks_late`, with one message at a time, means that a worker holds no message but
    the one that it works on; the others go to whoever is free. It is not what
    protects a job: that is the lease on its row.
    """
    app = Celery(queue_name, broker=url, set_as_current=False)
    app.conf.update(
        task_default_queue=queue_name,
        task_default_exchange=queue_name,
        task_default_routing_key=queue_name,
        task_default_delivery_mode="transient",
        task_ignore_result=True,
        task_acks_late=True,
        task_publish_retry=False,
        worker_prefetch_multiplier=1,
        worker_proc_alive_timeout=START_SECONDS,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        accept_content=["json"],
        broker_connection_timeout=PATIENCE_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # Redis: a message that a dead worker held comes back after so long, and
        # finds its row done
        broker_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
    )
    return app


def _patience(url: str) -> dict[str, Any]:
    """Return what bounds the waiting of whoever asks; a worker waits as it likes."""
    if url.startswith("redis"):
        names = ("socket_connect_timeout", "socket_timeout")
    else:
        names = ("read_timeout", "write_timeout")
    return dict.fromkeys(names, PATIENCE_SECONDS)


class BrokerAway(Exception):
    """The broker cannot be reached, or does not answer in time."""


class Broker:
    """A connection to the queue, of one thread; opened when it is first needed."""

    def __init__(self, url: str, *, queue_name: str) -> None:
        self._app = celery_app(url, queue_name=queue_name)
        self._app.conf.broker_transport_options |= _patience(url)
        self._name = queue_name
        self._connection: Any = None
        self._producer: Any = None
        self._is_away = False

    def send(self, job_id: int) -> None:
        """Tell the workers of a job.

        Raises:
            BrokerAway: the message may be lost; the next call tries again.
        """
        with self._reached() as producer:
            self._app.send_task(TASK, args=[job_id], producer=producer)

    def waiting(self) -> int:
        """Return how many messages no worker has taken yet.

        Raises:
            BrokerAway: the next call tries again.
        """
        with self._reached() as producer:
            declared = producer.channel.queue_declare(
                queue=self._name, durable=True, auto_delete=False
            )
            return int(declared.message_count)

    def forget(self) -> None:
        """Remove the queue with all that waits in it, as a test does at its end.

        Raises:
            BrokerAway: it stays.
        """
        with self._reached() as producer:
            producer.channel.queue_delete(queue=self._name)
            producer.channel.exchange_delete(exchange=self._name)

    def close(self) -> None:
        """Let the connection go."""
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(*connection.connection_errors):
                connection.release()

    @contextmanager
    def _reached(self) -> Iterator[Any]:
        if self._connection is None:
            self._connection = self._app.connection_for_write()
        connection = self._connection
        faults = (*connection.connection_errors, *connection.channel_errors)
        try:
            if self._producer is None:
                self._producer = self._open(connection)
            yield self._producer
        except (*faults, OperationalError) as error:
            self.close()
            self._note(is_away=True)
            raise BrokerAway(str(error) or type(error).__name__) from error
        self._note(is_away=False)

    def _note(self, *, is_away: bool) -> None:
        """Log that it went or came back; once, not at each attempt."""
        if is_away != self._is_away:
            log.warning("the broker is %s", "away" if is_away else "there again")
        self._is_away = is_away

    def _open(self, connection: Any) -> Any:
        connection.ensure_connection(
            max_retries=1, interval_start=0, interval_step=0, timeout=PATIENCE_SECONDS
        )
        producer = self._app.amqp.Producer(connection, auto_declare=False)
        for one in self._app.amqp.queues.values():
            one(producer.channel).declare()
        return producer


class CeleryEngine:
    """Tells the workers of jobs through a broker, in a thread of its own.

    Whoever commits never waits for the broker: ids are handed to the thread, and
    given up when they cannot be carried.
    """

    def __init__(self, url: str, *, queue_name: str) -> None:
        self._url, self._queue_name = url, queue_name
        self._starting = threading.Lock()
        self._process: int | None = None
        self._ids: queue.Queue[int] = queue.Queue(MOST_WAITING)

    def announce(self, job_id: int) -> None:
        """Hand the id to the thread; drop it when too many wait already."""
        if self._process != os.getpid():
            self._start()
        with contextlib.suppress(queue.Full):
            self._ids.put_nowait(job_id)

    def _start(self) -> None:
        """Start the thread of this process; a fork takes neither it nor its line."""
        with self._starting:
            if self._process == os.getpid():
                return
            self._ids = queue.Queue(MOST_WAITING)
            carrying = threading.Thread(
                target=self._carry, args=(self._ids,), name="announcing", daemon=True
            )
            carrying.start()
            self._process = os.getpid()

    def _carry(self, ids: "queue.Queue[int]") -> None:
        broker = Broker(self._url, queue_name=self._queue_name)
        left_alone_until = 0.0
        while True:
            job_id = ids.get()
            if time.monotonic() >= left_alone_until:
                try:
                    broker.send(job_id)
                except BrokerAway:
                    left_alone_until = time.monotonic() + QUIET_SECONDS
            ids.task_done()

    def is_idle(self) -> bool:
        """Return whether every id was carried, or given up."""
        return self._ids.unfinished_tasks == 0
