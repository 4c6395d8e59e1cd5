"""Start-up and memory of the running product: web process and worker.

Starts it on a data folder that has been started before, as a second start does, and
reads the resident memory of each process when it is idle and after some work.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.kills import children, is_idle, start_import, write_lines
from benchmarks.serving import Server, add_analyst, free_port, log_in, wait_until_up
from benchmarks.serving import browser as logged_out
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys

LINES = 2_000


def resident(process: int) -> float:
    """Return the resident memory of a process and its children, in MiB."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    own = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return own + sum(resident(child) for child in children(process))


def main() -> None:
    """Start, look, let it work, look again."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(data_dir=Path(scratch))
        database = Database(settings.database)
        migrate.upgrade(database)
        with database.transaction() as session:
            draw_journeys(session, now=SystemClock().now())
        add_analyst(settings, database)
        port = free_port()
        environment = {
            **os.environ,
            "FEEDBACK_DATA_DIR": scratch,
            "FEEDBACK_BIND": f"127.0.0.1:{port}",
        }
        before = time.perf_counter()
        product = subprocess.Popen(
            [sys.executable, "-m", "feedback", "run"], env=environment
        )
        try:
            wait_until_up(port)
            started = time.perf_counter() - before
            web, worker = children(product.pid)
            idle = (resident(web), resident(worker))
            browser = Server(f"http://127.0.0.1:{port}", product, logged_out())
            log_in(browser)
            write_lines(Path(scratch) / "lines.csv", LINES)
            start_import(database, settings, Path(scratch) / "lines.csv")
            while not is_idle(database):
                time.sleep(0.5)
            for _ in range(50):
                browser.get("/journeys/baguette/map")
            busy = (resident(web), resident(worker))
        finally:
            product.terminate()
            product.wait(60)
        database.dispose()
    print("| what | figure |")
    print("|---|---|")
    print(f"| second start, until the first page is served | {started:.1f} s |")
    print(f"| web, idle / after 50 maps | {idle[0]:.0f} / {busy[0]:.0f} MiB |")
    print(f"| worker, idle / after {LINES} texts | {idle[1]:.0f} / {busy[1]:.0f} MiB |")


if __name__ == "__main__":
    main()
