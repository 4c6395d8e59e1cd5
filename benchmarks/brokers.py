"""Brokers of a measurement's own, to be killed: never the one of the machine."""

import contextlib
import os
import secrets
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

from benchmarks.serving import free_port
from feedback.jobs.broker import Broker as Queue
from feedback.jobs.broker import BrokerAway

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 90


class OwnBroker(ABC):
    """A broker in a folder of its own, on a port of its own."""

    url: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir()

    @abstractmethod
    def start(self) -> None:
        """Start it; it takes messages some time later."""

    def keep_up(self) -> None:
        """Start it again when it is no more."""
        if self.process is None or self.process.poll() is not None:
            self.start()

    def kill(self) -> bool:
        """End it by SIGKILL with all that it has started; return whether it was up."""
        if self.process is None or self.process.poll() is not None:
            return False
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return True

    def wait_until_up(self) -> None:
        """Wait until it takes messages.

        Raises:
            TimeoutError: it does not come up.
        """
        queue, until = (
            Queue(self.url, queue_name="up"),
            time.monotonic() + START_SECONDS,
        )
        while True:
            with contextlib.suppress(BrokerAway):
                queue.waiting()
                break
            if time.monotonic() > until:
                raise TimeoutError("the broker did not come up")
            time.sleep(0.1)
        queue.forget()
        queue.close()

    def _launch(self, command: list[str], environment: dict[str, str]) -> None:
        with (self.folder / "output.txt").open("ab") as output:
            self.process = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )


class OwnRedis(OwnBroker):
    """Redis that keeps nothing on disk: what waits in it is lost with it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it."""
        self._launch(
            [
                "redis-server",
                *("--port", str(self.port)),
                *("--bind", "127.0.0.1"),
                *("--dir", str(self.folder)),
                *("--save", ""),
                *("--appendonly", "no"),
            ],
            {},
        )


class OwnRabbitMQ(OwnBroker):
    """RabbitMQ with a node, ports and folders of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._distribution = free_port()
        self._node = f"feedback-{secrets.token_hex(4)}@localhost"
        plugins = folder / "enabled_plugins"
        plugins.write_text("[].\n")

    def start(self) -> None:
        """Start it."""
        folder = str(self.folder)
        self._launch(
            [str(RABBITMQ)],
            {
                "HOME": folder,  # where the cookie of its node lies
                "RABBITMQ_NODENAME": self._node,
                "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
                "RABBITMQ_NODE_PORT": str(self.port),
                "RABBITMQ_DIST_PORT": str(self._distribution),
                "RABBITMQ_MNESIA_BASE": folder,
                "RABBITMQ_LOG_BASE": folder,
                "RABBITMQ_PID_FILE": f"{folder}/pid",
                "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
                "RABBITMQ_CONF_ENV_FILE": f"{folder}/none.conf",
                "RABBITMQ_CONFIG_FILE": f"{folder}/none",
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                    "-kernel inet_dist_use_interface {127,0,0,1}"
                ),
            },
        )
