"""The way out: an SMTP server, or a folder on a machine that has none."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from feedback.config import Settings
from feedback.core.errors import Conflict

TIMEOUT_SECONDS = 30


class Transport(Protocol):
    """Takes mails to where they are read."""

    def deliver(self, emails: Sequence[EmailMessage]) -> None:
        """Hand over every mail, or raise at the first that is not taken.

        Raises:
            Conflict: `mail_refused`, with the server's reason: it will not take
                it tomorrow either.
            OSError: the server is not there, or asks to come back later
                (errors of smtplib are such errors too).
        """
        ...


class FolderTransport:
    """Lays each mail into a folder as an .eml file, which any mail reader opens."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, emails: Sequence[EmailMessage]) -> None:
        """Write every mail; one that comes again replaces itself."""
        for email in emails:
            moment = email["Date"].datetime
            key = str(email["Message-ID"]).strip("<>").partition("@")[0]
            path = self._folder / f"{moment:%Y%m%d-%H%M%S}-{key}.eml"
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(email.as_bytes())
            unfinished.replace(path)


class SmtpTransport:
    """Sends by SMTP, all mails of a call over one connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def deliver(self, emails: Sequence[EmailMessage]) -> None:
        """Send every mail; see Transport for what is raised."""
        settings = self._settings
        try:
            with smtplib.SMTP(
                settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS
            ) as server:
                if settings.smtp_starttls:
                    server.starttls(context=ssl.create_default_context())
                if settings.smtp_user:
                    server.login(settings.smtp_user, settings.smtp_password)
                for email in emails:
                    server.send_message(email)
        except smtplib.SMTPException as error:
            reason = _refusal(error)
            if reason is None:
                raise
            raise Conflict("mail_refused", reason=reason) from error


def transport_for(settings: Settings) -> Transport:
    """Return the way out that the settings name."""
    if settings.smtp_host:
        return SmtpTransport(settings)
    return FolderTransport(settings.folder("outbox"))


def _refusal(error: smtplib.SMTPException) -> str | None:
    """Return why the server will never take it, None when it may take it later."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return str(error)
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    if code < 500:
        return None
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {words}"
