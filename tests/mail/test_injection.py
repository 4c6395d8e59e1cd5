"""Nobody smuggles a header into a mail, seen from the server that takes it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from itertools import product

import pytest

from feedback.config import Settings
from feedback.core.errors import Invalid
from feedback.mail.message import Message, as_email
from feedback.mail.transport import Outcome, Post, transport_for
from tests.mail.post_office import PostOffice

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
#: what ends a line somewhere: in a header, a terminal, a parser that is lenient
BREAKS = (
    "\r\n",
    "\n",
    "\r",
    "\n\n",
    "\r\n\r\n",
    "\n ",
    "\r\n\t",
    "\0",
    "\v",
    "\f",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\N{LINE SEPARATOR}",
    "\N{PARAGRAPH SEPARATOR}",
    "%0d%0a",
    "\\r\\n",
    "=0D=0A",
    "=?utf-8?q?=0D=0A?=",
    "\N{FULLWIDTH COLON}\N{SYMBOL FOR NEWLINE}",
)
SMUGGLED = (
    "Bcc: everybody@example.org",
    "Subject: You won",
    "Content-Type: text/html",
    "\r\n.\r\nMAIL FROM:<m@example.org>",
)
PLACES = ("to", "subject", "header", "sender_name", "text")
EXPECTED = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PostOffice, Post]]:
    """One connection to a post office, for all of them."""
    office = PostOffice()
    with office.open() as port:
        settings = Settings(
            data_dir=tmp_path_factory.mktemp("var"),
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_starttls=False,
        )
        with transport_for(settings).connect() as post:
            yield office, post


def test_there_are_enough_attempts() -> None:
    assert len(BREAKS) * len(SMUGGLED) * len(PLACES) >= 300


@pytest.mark.parametrize("place", PLACES)
def test_no_input_adds_a_header_or_a_second_mail(
    sent: tuple[PostOffice, Post], place: str
) -> None:
    office, post = sent
    accepted = 0
    before = len(office.taken)
    for sign, smuggled in product(BREAKS, SMUGGLED):
        given = f"x{sign}{smuggled}"
        try:
            message = Message(
                to=given if place == "to" else "z@example.org",
                subject=given if place == "subject" else "Hello",
                text=given if place == "text" else "body",
                headers={"List-Unsubscribe": given if place == "header" else "<a>"},
            )
            email = as_email(
                message,
                sender="f@example.org",
                sender_name=given if place == "sender_name" else "Café",
                key="one",
                now=NOW,
            )
        except (Invalid, ValueError):
            continue
        assert post.hand_over(email).outcome is Outcome.ACCEPTED
        accepted += 1
        taken = message_from_bytes(office.taken[-1], policy=policy.default)
        assert set(taken.keys()) <= EXPECTED
        assert len(taken.keys()) == len(set(taken.keys()))

    assert len(office.taken) - before == accepted
    assert set(office.readers) <= {"z@example.org"}
