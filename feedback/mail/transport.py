"""The way out: an SMTP server, or a folder on a machine that has none."""

import re
import smtplib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.mail.signing import Signer, signer_for

TIMEOUT_SECONDS = 30
#: how much of what a server says is kept
LONGEST_REPLY = 400

#: enhanced status codes (RFC 3463) that speak of the reader's address, not of us
_DEAD = re.compile(r"5\.(?:1\.(?:1|2|3|4|6|10)|2\.1)\b")
_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")
#: codes of a server that gives no enhanced ones
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
#: the server closes the connection
_CLOSING = 421


class Outcome(StrEnum):
    """What came of handing one mail over."""

    #: the server has taken it and answers for it
    ACCEPTED = "accepted"
    #: it will not take it tomorrow either
    REFUSED = "refused"
    #: not taken now; trying again later may help
    LATER = "later"
    #: the connection broke after the mail was on its way: taken or not
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What came of handing one mail over, with the server's words."""

    outcome: Outcome
    reply: str = ""
    #: whether the reply says that nobody can be reached at this address
    is_address_dead: bool = False


class Post(ABC):
    """One open connection, over which mails are handed over one after the other."""

    @abstractmethod
    def hand_over(self, email: EmailMessage) -> Handed:
        """Hand one mail over and say what came of it.

        Raises:
            Conflict: `mail_refused`: the server takes nothing from this sender.
        """

    @property
    def is_open(self) -> bool:
        """Whether a further mail can be handed over."""
        return True


class Transport(ABC):
    """Takes mails to where they are read."""

    @abstractmethod
    def connect(self) -> AbstractContextManager[Post]:
        """Open one connection for as many mails as are given to it.

        Raises:
            Conflict: `mail_refused`: the server will not let us in.
            OSError: the server is not there, or asks to come back later
                (errors of smtplib are such errors too).
        """

    def deliver(self, emails: Sequence[EmailMessage]) -> None:
        """Hand over every mail, or raise at the first that is not taken.

        Raises:
            Conflict: `mail_refused`, with the server's reason: it will not take
                it tomorrow either.
            OSError: the server is not there, asks to come back later, or broke
                off so that nobody knows whether it took the mail.
        """
        with self.connect() as post:
            for email in emails:
                handed = post.hand_over(email)
                if handed.outcome is Outcome.REFUSED:
                    raise Conflict("mail_refused", reason=handed.reply)
                if handed.outcome is not Outcome.ACCEPTED:
                    raise OSError(handed.reply)


class FolderTransport(Transport):
    """Lays each mail into a folder as an .eml file, which any mail reader opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def connect(self) -> Iterator[Post]:
        """Open the folder; see Transport."""
        yield _FolderPost(self._folder)


class _FolderPost(Post):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, email: EmailMessage) -> Handed:
        """Write one mail; one that comes again replaces itself."""
        moment = email["Date"].datetime
        key = str(email["Message-ID"]).strip("<>").partition("@")[0]
        path = self._folder / f"{moment:%Y%m%d-%H%M%S}-{key}.eml"
        unfinished = path.with_suffix(".part")
        try:
            unfinished.write_bytes(email.as_bytes())
            unfinished.replace(path)
        except OSError as error:
            return Handed(outcome=Outcome.LATER, reply=str(error))
        return Handed(outcome=Outcome.ACCEPTED, reply=path.name)


class SmtpTransport(Transport):
    """Sends by SMTP, all mails of a connection one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._signer = signer_for(settings)

    @contextmanager
    def connect(self) -> Iterator[Post]:
        """Connect, encrypt and log in, as the settings say; see Transport."""
        settings = self._settings
        try:
            server = smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS
            )
        except smtplib.SMTPResponseException as error:
            raise _not_let_in(error) from error
        try:
            try:
                if settings.smtp_starttls:
                    server.starttls(context=ssl.create_default_context())
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password)
                server.ehlo_or_helo_if_needed()
            except smtplib.SMTPException as error:
                raise _not_let_in(error) from error
            yield _SmtpPost(server, self._signer)
        finally:
            # What was taken stays taken, however the server says good-bye.
            with suppress(OSError):
                server.quit()
            server.close()


class _SmtpPost(Post):
    """Speaks SMTP step by step, as what a lost connection means depends on the step."""

    def __init__(self, server: smtplib.SMTP, signer: Signer | None) -> None:
        self._server = server
        self._signer = signer

    @property
    def is_open(self) -> bool:
        """Whether the server still listens."""
        return self._server.sock is not None

    def hand_over(self, email: EmailMessage) -> Handed:
        """Send one mail; see Post."""
        content = email.as_bytes()
        if self._signer is not None:
            content = self._signer.sign(content)
        try:
            handed = self._open_envelope(email)
        except OSError as error:
            self._server.close()
            return Handed(outcome=Outcome.LATER, reply=_cut(str(error)))
        return handed or self._hand_over_content(content)

    def _open_envelope(self, email: EmailMessage) -> Handed | None:
        """Say from whom and to whom; None when the server then wants the content."""
        server = self._server
        sender, reader = (email[name].addresses[0].addr_spec for name in ("From", "To"))
        code, words = server.mail(sender)
        if code >= 500:
            self._begin_anew(code)
            raise Conflict("mail_refused", reason=_reply(code, words))
        if code != 250:
            return self._not_taken(code, words)
        code, words = server.rcpt(reader)
        if code not in {250, 251}:
            return self._not_taken(code, words, names_reader=True)
        code, words = server.docmd("DATA")
        return None if code == 354 else self._not_taken(code, words)

    def _hand_over_content(self, content: bytes) -> Handed:
        """Send the mail itself; from here on a broken line leaves it unknown."""
        quoted = re.sub(rb"(?m)^\.", b"..", content)
        end = b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            self._server.send(quoted + end)
            code, words = self._server.getreply()
        except OSError as error:
            self._server.close()
            return Handed(outcome=Outcome.UNKNOWN, reply=_cut(str(error)))
        if code == 250:
            return Handed(outcome=Outcome.ACCEPTED, reply=_reply(code, words))
        return self._not_taken(code, words)

    def _not_taken(
        self, code: int, words: bytes, *, names_reader: bool = False
    ) -> Handed:
        self._begin_anew(code)
        reply = _reply(code, words)
        if code < 500:
            return Handed(outcome=Outcome.LATER, reply=reply)
        return Handed(
            outcome=Outcome.REFUSED,
            reply=reply,
            is_address_dead=_is_address_dead(code, reply, names_reader=names_reader),
        )

    def _begin_anew(self, code: int) -> None:
        """Make the connection ready for the next mail, or leave it closed."""
        try:
            if code == _CLOSING:
                self._server.close()
            else:
                self._server.rset()
        except OSError:
            self._server.close()


def transport_for(settings: Settings) -> Transport:
    """Return the way out that the settings name."""
    if settings.smtp_host:
        return SmtpTransport(settings)
    return FolderTransport(settings.folder("outbox"))


def _is_address_dead(code: int, reply: str, *, names_reader: bool) -> bool:
    """Tell "no such mailbox" from a full one, and from a server that wants none of us.

    The enhanced status code says it, wherever it comes. Without one, only a refusal
    of the reader's name does: one of the content is about the content.
    """
    if _ENHANCED.search(reply):
        return _DEAD.search(reply) is not None
    return names_reader and code in _NO_SUCH_MAILBOX


def _not_let_in(error: smtplib.SMTPException) -> Exception:
    """Return the error of a connection: for good, or one that may pass."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Conflict("mail_refused", reason=str(error))
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500:
        said = error.smtp_error
        words = said if isinstance(said, bytes) else said.encode()
        return Conflict("mail_refused", reason=_reply(error.smtp_code, words))
    return error


def _reply(code: int, words: bytes) -> str:
    return _cut(f"{code} {words.decode(errors='replace')}")


def _cut(words: str) -> str:
    return " ".join(words.split())[:LONGEST_REPLY]
