"""The ways out, with a real SMTP server of the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from feedback.config import Settings
from feedback.core.errors import Conflict
from feedback.mail.message import Message, as_email
from feedback.mail.transport import (
    FolderTransport,
    Outcome,
    SmtpTransport,
    transport_for,
)
from tests.mail.post_office import HANG_UP, PostOffice

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


def mail(
    key: str = "one", *, to: str = "z@example.org", text: str = "Déjà\n"
) -> EmailMessage:
    return as_email(
        Message(to=to, subject="Été", text=text),
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

    with pytest.raises(OSError, match="451 Greylisted"):
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


def test_each_mail_of_a_connection_has_its_own_result(
    office: PostOffice, smtp: Settings
) -> None:
    office.answers = ["250 OK", "451 Greylisted", "550 Looks like spam", "250 OK"]

    with SmtpTransport(smtp).connect() as post:
        results = [post.hand_over(mail(str(number))) for number in range(4)]

    assert [(one.outcome, one.reply) for one in results] == [
        (Outcome.ACCEPTED, "250 OK"),
        (Outcome.LATER, "451 Greylisted"),
        (Outcome.REFUSED, "550 Looks like spam"),
        (Outcome.ACCEPTED, "250 OK"),
    ]
    assert len(office.taken) == 2
    assert len(office.connections) == 1


@pytest.mark.parametrize(
    ("reply", "is_dead"),
    [
        ("550 No such mailbox", True),
        ("550 5.1.1 User unknown", True),
        ("550 5.2.1 Mailbox disabled", True),
        ("552 5.2.2 Mailbox full", False),
        ("554 5.7.1 Relay access denied", False),
        ("550 5.7.1 Blocked for its reputation", False),
    ],
)
def test_a_reader_whom_nobody_reaches_is_told_from_one_who_is_not_let_through(
    office: PostOffice, smtp: Settings, reply: str, is_dead: bool
) -> None:
    office.reader_answers = {"gone@example.org": reply}

    with SmtpTransport(smtp).connect() as post:
        refused = post.hand_over(mail(to="gone@example.org"))
        taken = post.hand_over(mail())

    assert refused.outcome is Outcome.REFUSED
    assert refused.reply == reply
    assert refused.is_address_dead is is_dead
    assert taken.outcome is Outcome.ACCEPTED
    assert office.readers == ["z@example.org"]


def test_a_refusal_of_the_content_speaks_of_the_address_only_when_it_says_so(
    office: PostOffice, smtp: Settings
) -> None:
    office.answers = ["550 No", "550 5.1.1 User unknown"]

    with SmtpTransport(smtp).connect() as post:
        results = [post.hand_over(mail()) for _ in range(2)]

    assert [one.is_address_dead for one in results] == [False, True]


def test_a_line_that_breaks_after_the_mail_went_leaves_it_unknown(
    office: PostOffice, smtp: Settings
) -> None:
    office.answers = [HANG_UP]

    with SmtpTransport(smtp).connect() as post:
        lost = post.hand_over(mail())
        assert not post.is_open

    assert lost.outcome is Outcome.UNKNOWN
    assert len(office.taken) == 1


def test_a_line_that_broke_before_the_mail_went_is_tried_again_later(
    office: PostOffice, smtp: Settings
) -> None:
    office.reader_answers = {"z@example.org": "421 Closing"}

    with SmtpTransport(smtp).connect() as post:
        closed = post.hand_over(mail())
        assert not post.is_open
        further = post.hand_over(mail("two"))

    assert closed.outcome is Outcome.LATER
    assert further.outcome is Outcome.LATER
    assert office.taken == []


def test_a_server_that_wants_nothing_from_this_sender_says_so_once_for_all(
    office: PostOffice, smtp: Settings
) -> None:
    office.sender_answer = "553 5.1.8 Sender has no address here"

    with SmtpTransport(smtp).connect() as post, pytest.raises(Conflict) as refused:
        post.hand_over(mail())

    assert refused.value.code == "mail_refused"


def test_lines_that_begin_with_a_dot_arrive_as_they_were_written(
    office: PostOffice, smtp: Settings
) -> None:
    text = ".\n..\n.dot\nlast\n"

    transport_for(smtp).deliver([mail(text=text)])

    sent = message_from_bytes(office.taken[0], policy=policy.default)
    assert sent.get_content().replace("\r\n", "\n") == text


def test_a_domain_with_accents_goes_out_as_every_server_knows_it(
    office: PostOffice, smtp: Settings
) -> None:
    transport_for(smtp).deliver([mail(to="z@été.example")])

    assert office.readers == ["z@xn--t-9fab.example"]


def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    with FolderTransport(tmp_path / "missing").connect() as post:
        handed = post.hand_over(mail())

    assert handed.outcome is Outcome.LATER
