"""One HTTP call to a receiver: bounded in time and size, to checked addresses only."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from feedback.core.errors import Conflict
from feedback.webhooks.places import (
    Address,
    Network,
    Resolver,
    find_addresses,
    look_up,
)
from feedback.webhooks.schedule import read_retry_after

TIMEOUT_SECONDS = 15.0
#: bytes of an answer that are read; the rest is none of our business
LONGEST_ANSWER = 2000
KEPT_ANSWER = 500
GONE = 410


class Failure(StrEnum):
    """Why a message did not arrive."""

    STATUS = "status"
    """The receiver answered that it does not take it."""
    REDIRECTED = "redirected"
    """It pointed elsewhere; nobody follows."""
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    PRIVATE = "private_address"
    NOT_ENCRYPTED = "not_encrypted"
    UNSIGNED = "unsigned"
    """The secret cannot be read: it belongs to another installation."""
    GONE = "gone"
    """It wants no message any more."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of one call."""

    #: None when it arrived
    failure: Failure | None
    #: HTTP status, None without an answer
    status: int | None = None
    #: first characters of the answer, or what went wrong
    said: str = ""
    #: wait that the receiver asked for
    wait: timedelta | None = None


class Caller:
    """Calls receivers; `allowed` networks are reached although they are private."""

    def __init__(
        self,
        *,
        allowed: Sequence[Network] = (),
        timeout: float = TIMEOUT_SECONDS,
        resolve: Resolver = look_up,
    ) -> None:
        self._allowed = allowed
        self._timeout = timeout
        self._resolve = resolve

    def call(
        self, url: str, headers: Mapping[str, str], body: bytes, *, now: datetime
    ) -> Answer:
        """Post a body and say what came of it; never raises for what others do.

        The host is looked up once, every address is checked, and the very address
        that was checked is connected to. Redirections are not followed, and the call
        ends after the timeout however slowly the other side speaks.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        is_secure = parts.scheme == "https"
        port = parts.port or (443 if is_secure else 80)
        try:
            found = find_addresses(
                host, port, allowed=self._allowed, resolve=self._resolve
            )
        except Conflict:
            return Answer(failure=Failure.PRIVATE)
        except (OSError, ValueError, UnicodeError) as error:
            return Answer(failure=Failure.UNREACHABLE, said=_words(error))
        if not is_secure and not all(self._is_allowed(one) for one in found):
            return Answer(failure=Failure.NOT_ENCRYPTED)
        target = parts.path or "/"
        if parts.query:
            target += f"?{parts.query}"
        kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
        connection = kind(host, port, timeout=self._timeout)
        return self._exchange(connection, found, target, headers, body, now=now)

    def _is_allowed(self, address: Address) -> bool:
        return any(
            address in network
            for network in self._allowed
            if network.version == address.version
        )

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        found: Sequence[Address],
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        now: datetime,
    ) -> Answer:
        is_over, end = threading.Event(), None
        try:
            plain = _connect(found, connection.port, timeout=self._timeout)
            connection.sock = _secured(plain, connection)
            # a socket's own timeout begins anew with every byte
            end = threading.Timer(self._timeout, _break_off, (connection.sock, is_over))
            end.daemon = True
            end.start()
            if isinstance(connection.sock, ssl.SSLSocket):
                connection.sock.do_handshake()
            connection.request("POST", _quoted(target), body, dict(headers))
            with connection.getresponse() as answer:
                said = answer.read(LONGEST_ANSWER)
                status, later = answer.status, answer.headers.get("Retry-After")
        except (OSError, http.client.HTTPException, ValueError) as error:
            is_late = is_over.is_set() or isinstance(error, TimeoutError)
            failure = Failure.TIMEOUT if is_late else Failure.UNREACHABLE
            return Answer(failure=failure, said="" if is_late else _words(error))
        finally:
            if end is not None:
                end.cancel()
            connection.close()
        return Answer(
            failure=_failure(status),
            status=status,
            said=_tidy(said),
            wait=read_retry_after(later, now=now),
        )


def _connect(found: Sequence[Address], port: int, *, timeout: float) -> socket.socket:
    """Connect to the first of the checked addresses that answers.

    Raises:
        OSError: none does.
    """
    fault: OSError | None = None
    for one in found[:4]:
        try:
            return socket.create_connection((str(one), port), timeout=timeout)
        except OSError as error:
            fault = error
    raise fault or OSError("no address")


def _secured(
    plain: socket.socket, connection: http.client.HTTPConnection
) -> socket.socket:
    if not isinstance(connection, http.client.HTTPSConnection):
        return plain
    return ssl.create_default_context().wrap_socket(
        plain, server_hostname=connection.host, do_handshake_on_connect=False
    )


def _break_off(connected: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    with contextlib.suppress(OSError):
        # of the socket below the encryption, whoever is reading from it
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _failure(status: int) -> Failure | None:
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Failure.REDIRECTED
    return Failure.GONE if status == GONE else Failure.STATUS


def _quoted(target: str) -> str:
    return "".join(
        one if one.isascii() else "".join(f"%{byte:02X}" for byte in one.encode())
        for one in target
    )


def _tidy(said: bytes) -> str:
    words = " ".join(said.decode(errors="replace").split())
    return "".join(one for one in words if one.isprintable())[:KEPT_ANSWER]


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:KEPT_ANSWER]
