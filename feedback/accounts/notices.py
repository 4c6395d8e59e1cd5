"""Mails owed: queued with their cause, sent by the worker."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from feedback.core.ids import new_public_id
from feedback.jobs.ledger import enqueue

SEND_MAIL = "mail.send"


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the data folder that is to go with a mail."""

    #: below the data folder, as `reports/2018-04.pdf`
    path: str
    #: what the reader sees
    name: str
    #: media type, as `application/pdf`
    type: str


@dataclass(frozen=True, kw_only=True)
class InlineFile:
    """A small text that goes with a mail as a file, and is kept with it alone."""

    #: what the reader sees
    name: str
    #: media type, as `text/calendar`
    type: str
    text: str


def queue_mail(
    session: Session,
    template: str,
    *,
    to: str,
    locale: str,
    now: datetime,
    context: Mapping[str, Any],
    attachments: Sequence[StoredFile] = (),
    inline: Sequence[InlineFile] = (),
    dedupe_key: str | None = None,
) -> int | None:
    """Owe one mail to one address, in the caller's transaction.

    Args:
        session: the caller's transaction.
        template: folder below `email/` with subject and bodies.
        to: one address.
        locale: language in which it is written.
        now: from when it may go.
        context: what the templates name, as JSON; the name of the company and the
            address of the installation are added when it is sent.
        attachments: files that must still be there when it is sent.
        inline: small texts that go along as files.
        dedupe_key: see `feedback.jobs.ledger.enqueue`.

    Returns:
        The job's id, or None when such a mail was waiting already.
    """
    payload = {
        "key": new_public_id(),
        "template": template,
        "to": to,
        "locale": locale,
        "context": dict(context),
        "attachments": [asdict(file) for file in attachments],
        "inline": [asdict(file) for file in inline],
    }
    return enqueue(session, SEND_MAIL, payload, due_at=now, dedupe_key=dedupe_key)
