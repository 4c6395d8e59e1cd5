"""Mails: what a reader gets, and what nobody can smuggle into a header."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from feedback.config import Settings
from feedback.core.errors import Invalid
from feedback.i18n.rendering import environment
from feedback.mail.message import Attachment, Message, as_email, compose

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
TEMPLATES = Settings().templates
LINK = {"name": "Zoé", "company": "Café & Cie", "link": "https://f.example/r?a=1&b=2"}


def read(message: Message) -> str:
    """The mail as the standard library reads it back."""
    email = as_email(
        message, sender="f@example.org", sender_name="Café", key="abc", now=NOW
    )
    return email.as_bytes().decode("ascii")


def test_a_mail_speaks_its_language_in_the_subject_and_in_both_bodies() -> None:
    french = compose(environment(TEMPLATES, "fr"), "password_reset", LINK, to="z@e.org")
    english = compose(
        environment(TEMPLATES, "en"), "password_reset", LINK, to="z@e.org"
    )

    assert english.subject == "Café & Cie: choose a new password"
    assert "Zoé" in french.text
    assert french.html is not None
    assert english.html is not None
    assert '<html lang="fr">' in french.html
    assert '<html lang="en">' in english.html


def test_html_is_escaped_and_plain_text_is_not() -> None:
    message = compose(
        environment(TEMPLATES, "en"),
        "password_reset",
        LINK | {"name": "<b>Zoé</b>"},
        to="z@e.org",
    )

    assert "<b>Zoé</b>" in message.text
    assert message.html is not None
    assert "&lt;b&gt;Zoé&lt;/b&gt;" in message.html
    assert LINK["link"] in message.text


def test_a_template_that_lacks_a_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        compose(environment(TEMPLATES, "en"), "password_reset", {}, to="z@e.org")


def test_accents_and_files_survive_the_way() -> None:
    sent = read(
        Message(
            to="z@example.org",
            subject="Février : le café",
            text="Déjà lu\n",
            html="<p>Déjà lu</p>",
            attachments=(
                Attachment(name="été.pdf", type="application/pdf", content=b"%PDF"),
            ),
        )
    )
    email = message_from_bytes(sent.encode(), policy=policy.default)
    text = email.get_body(("plain",))
    (file,) = email.iter_attachments()

    assert email["Subject"] == "Février : le café"
    assert email["From"] == "Café <f@example.org>"
    assert email["Message-ID"] == "<abc@example.org>"
    assert text is not None
    assert text.get_content().strip() == "Déjà lu"
    assert file.get_filename() == "été.pdf"
    assert file.get_content() == b"%PDF"


@pytest.mark.parametrize(
    "sign", ["\r\n", "\n", "\r", "\0", "\N{LINE SEPARATOR}", "\x85", "\v"]
)
@pytest.mark.parametrize("place", ["to", "subject", "header", "file"])
def test_a_line_break_in_a_header_is_refused(sign: str, place: str) -> None:
    smuggled = f"x{sign}Bcc: everybody@example.org"

    with pytest.raises(Invalid):
        Message(
            to=smuggled if place == "to" else "z@example.org",
            subject=smuggled if place == "subject" else "Hello",
            text="",
            headers={"X-Kind": smuggled} if place == "header" else {},
            attachments=(Attachment(name=smuggled, type="text/plain", content=b""),)
            if place == "file"
            else (),
        )


@pytest.mark.parametrize(
    "to", ["", "nobody", "a@b.org, c@d.org", "Zoé <z@example.org>", "@example.org"]
)
def test_a_mail_goes_to_one_plain_address(to: str) -> None:
    with pytest.raises(Invalid) as refused:
        Message(to=to, subject="Hello", text="")

    assert refused.value.fields == {"to": "not_an_address"}


@given(subject=st.text(max_size=80))
def test_whatever_the_subject_it_is_refused_or_stays_one_header(subject: str) -> None:
    try:
        message = Message(to="z@example.org", subject=subject, text="body")
    except Invalid:
        return
    try:
        sent = read(message)
    except UnicodeEncodeError:  # half of a surrogate pair is no text at all
        return
    email = message_from_bytes(sent.encode(), policy=policy.default)

    assert email.keys().count("Subject") == 1
    assert set(email.keys()) <= {
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    }


def test_a_long_link_in_a_header_stays_a_link() -> None:
    link = f"<https://feedback.some-company.example/stop/{'aB3_-' * 9}>"

    sent = read(
        Message(
            to="z@example.org",
            subject="Hello",
            text="body",
            headers={"List-Unsubscribe": link},
        )
    )

    assert f"\r\nList-Unsubscribe: {link}\r\n" in sent


def test_every_mail_template_has_a_subject_and_both_bodies() -> None:
    folders = [path for path in Path(TEMPLATES, "email").iterdir() if path.is_dir()]

    assert folders
    for folder in folders:
        assert {path.name for path in folder.iterdir()} == {
            "subject.txt",
            "body.txt",
            "body.html",
        }
