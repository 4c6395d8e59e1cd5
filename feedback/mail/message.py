"""A mail: made from templates, checked, turned into what a server takes."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import (
    Address,
    BaseHeader,
    HeaderRegistry,
    UnstructuredHeader,
)
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, Policy
from typing import Any

from jinja2 import Environment

from feedback.core.errors import Invalid

#: control characters and line separators: none belongs in a header
_BREAKS = frozenset({"Cc", "Zl", "Zp"})


class _LinkHeader(UnstructuredHeader, BaseHeader):
    """A header that is one link in angle brackets, longer than a line or not.

    The library would write a long one as encoded words (RFC 2047), which no reader
    of List-Unsubscribe takes for a link.
    """

    max_count = 1

    def fold(self, *, policy: Policy) -> str:
        """Write it on one line; 998 characters are allowed."""
        return f"{self.name}: {self}{policy.linesep}"


def _policy() -> "EmailPolicy[EmailMessage]":
    """Return a policy of seven bits, which pass every server, also an old one."""
    headers = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", _LinkHeader)
    return SMTP.clone(cte_type="7bit", header_factory=headers)


_POLICY = _policy()


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
            (`control_character`), or `to` is not one address (`not_an_address`),
            or the link of List-Unsubscribe is not written in ASCII (the same).
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
            if _has_break(value)
        }
        if not self.headers.get("List-Unsubscribe", "").isascii():
            faults["header List-Unsubscribe"] = "not_an_address"
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

    Raises:
        Invalid: a header holds a control character once its encoded words
            (RFC 2047) are read, as `=?utf-8?q?=0D=0A?=` (`control_character`).
    """
    email = EmailMessage(policy=_POLICY)
    address = Address(display_name=sender_name, addr_spec=sender)
    email["From"] = address
    email["To"] = _in_ascii(message.to)
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
    _refuse_hidden_breaks(email)
    return email


def _refuse_hidden_breaks(email: EmailMessage) -> None:
    """Refuse breaks that show only now that the headers were parsed."""
    for part in email.walk():
        for name, value in part.items():
            if _has_break(str(value)):
                raise Invalid({f"header {name}": "control_character"})


def is_break(sign: str) -> bool:
    """Tell whether a character may not stand in a header."""
    return unicodedata.category(sign) in _BREAKS


def _has_break(text: str) -> bool:
    return any(map(is_break, text))


def _is_address(text: str) -> bool:
    try:
        address = Address(addr_spec=_in_ascii(text))
    except (HeaderParseError, ValueError, IndexError):
        return False
    return bool(address.username and address.domain)


def _in_ascii(address: str) -> str:
    """Return an address whose domain is written as every server knows it.

    Raises:
        UnicodeError: the domain cannot be written so.
    """
    name, at, domain = address.rpartition("@")
    return f"{name}{at}{domain.encode('idna').decode()}"
