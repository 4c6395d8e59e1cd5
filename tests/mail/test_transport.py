"""The ways out, with a real SMTP server of the test's own."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.mail.message import Message, as_email
from feedback.mail.transport import FolderTransport, SmtpTransport, transport_for
from tests.mail.post_office import PostOffice

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


@pytest.fixture
def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
def smtp(office: PostOffice, tmp_path: Path) -> Iterator[Settings]:
    """Settings that lead to the post office."""
    with office.open() as port:
        yield Settings(
            data_dir=tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_starttls=False,
        )


def mail(key: str = "one") -> EmailMessage:
    return as_email(
        Message(to="z@example.org", subject="Été", text="Déjà\n"),
        sender="f@example.org",
        sender_name="Café",
        key=key,
        now=NOW,
    )


def test_mails_of_one_call_are_taken_over_one_connection(
    office: PostOffice, smtp: Settings
) -> None:
    transport_for(smtp).deliver([mail("one"), mail("two")])

    first = message_from_bytes(office.taken[0], policy=policy.default)
    assert len(office.taken) == 2
    assert len(office.connections) == 1
    assert first["Subject"] == "Été"
    assert first.get_content().strip() == "Déjà"


def test_come_back_later_is_not_a_refusal(office: PostOffice, smtp: Settings) -> None:
    office.answer = "451 Greylisted"

    with pytest.raises(smtplib.SMTPDataError):
        SmtpTransport(smtp).deliver([mail()])


def test_a_refusal_is_told_with_the_words_of_the_server(
    office: PostOffice, smtp: Settings
) -> None:
    office.answer = "550 No such mailbox"

    with pytest.raises(Conflict) as refused:
        SmtpTransport(smtp).deliver([mail()])

    assert refused.value.code == "mail_refused"
    assert refused.value.values["reason"] == "550 No such mailbox"


def test_a_server_that_is_away_is_an_error_of_the_connection(tmp_path: Path) -> None:
    nobody = Settings(data_dir=tmp_path, smtp_host="127.0.0.1", smtp_port=1)

    with pytest.raises(OSError, match="refused"):
        transport_for(nobody).deliver([mail()])


def test_without_a_server_mails_lie_in_the_outbox_for_any_mail_reader(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)

    transport_for(settings).deliver([mail("one"), mail("two")])

    files = sorted((tmp_path / "outbox").iterdir())
    assert [file.name for file in files] == [
        "20261015-090000-one.eml",
        "20261015-090000-two.eml",
    ]
    email = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert email["Subject"] == "Été"
    assert email.get_content().strip() == "Déjà"


def test_a_mail_written_twice_is_there_once(tmp_path: Path) -> None:
    folder = FolderTransport(tmp_path)

    folder.deliver([mail()])
    folder.deliver([mail()])

    assert len(list(tmp_path.iterdir())) == 1
