"""A process of its own that forks while its sweep looks; it exits with what was found.

Exit code 0: the fork inherited no look. The address of the database is the argument.
"""

import os
import sys
import threading
from pathlib import Path

from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from feedback.worker.runner import Worker
from feedback.worker.sweeper import Sweeper
from tests.worker.waiting import Waiting


def main(url: str, folder: str) -> int:
    """Fork while a thread looks again and again."""
    database, clock = Database(url), SystemClock()
    settings = Settings(data_dir=Path(folder), database_url=url)
    worker = Worker(database, settings=settings, clock=clock, handlers={})
    sweeper, stop = Sweeper(worker, database, Waiting(), clock), threading.Event()
    thread = threading.Thread(target=sweeper.run, args=(stop,))
    thread.start()
    child = os.fork()
    if child == 0:
        os._exit(sweeper.is_looking)
    _, status = os.waitpid(child, 0)
    stop.set()
    thread.join(10)
    return status or thread.is_alive()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
