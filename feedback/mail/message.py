"""A mail: made from templates, checked, turned into what a server takes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from jinja2 import Environment

from feedback.core.errors import Invalid

#: control characters and line separators: none belongs in a header
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
#: seven bits pass every server, also one that knows no 8BITMIME
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail to one person.

    Raises:
        Invalid: a header holds a line break or another control character
            (`control_character`), or `to` is not one address (`not_an_address`).
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = {"to": self.to, "subject": self.subject}
        given |= {f"header {name}": name + value for name, value in self._headers()}
        faults = {
            place: "control_character"
            for place, value in given.items()
            if any(unicodedata.category(sign) in _BREAKS for sign in value)
        }
        if not faults and not _is_address(self.to):
            faults["to"] = "not_an_address"
        if faults:
            raise Invalid(faults)

    def _headers(self) -> list[tuple[str, str]]:
        files = [("attachment", file.name + file.type) for file in self.attachments]
        return [*self.headers.items(), *files]


def compose(
    templates: Environment,
    name: str,
    context: Mapping[str, Any],
    *,
    to: str,
    attachments: tuple[Attachment, ...] = (),
    headers: Mapping[str, str] | None = None,
) -> Message:
    """Make a mail from `email/<name>/subject.txt`, `body.txt` and `body.html`.

    The subject is one line: breaks of the template itself are closed up, those
    that come with a value are refused.

    Raises:
        Invalid: see Message.
        TemplateError: a template is missing, or a value that it names.
    """
    subject, text, html = (
        templates.get_template(f"email/{name}/{part}").render(context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return Message(
        to=to,
        subject=subject.strip(),
        text=text.strip() + "\n",
        html=html,
        attachments=attachments,
        headers=headers or {},
    )


def as_email(
    message: Message, *, sender: str, sender_name: str, key: str, now: datetime
) -> EmailMessage:
    """Return the mail as RFC 5322 has it.

    Args:
        message: what is said, to whom.
        sender: address that it comes from.
        sender_name: name shown with that address.
        key: becomes the Message-ID. One that is sent twice because its job was
            cut off keeps its id, so that the reader's side can tell.
        now: becomes the date.
    """
    email = EmailMessage(policy=_POLICY)
    address = Address(display_name=sender_name, addr_spec=sender)
    email["From"] = address
    email["To"] = message.to
    email["Subject"] = message.subject
    email["Date"] = now
    email["Message-ID"] = f"<{key}@{address.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    for name, value in message.headers.items():
        email[name] = value
    email.set_content(message.text)
    if message.html is not None:
        email.add_alternative(message.html, subtype="html")
    for file in message.attachments:
        kind, _, subtype = file.type.partition("/")
        email.add_attachment(
            file.content, maintype=kind, subtype=subtype, filename=file.name
        )
    return email


def _is_address(text: str) -> bool:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain)
