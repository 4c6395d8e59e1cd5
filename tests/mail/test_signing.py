"""DKIM: what a reader's server checks, with a key of the test's own."""

import base64
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from feedback.config import Settings
from feedback.core.errors import Invalid
from feedback.mail.message import Message, as_email
from feedback.mail.signing import signer_for
from feedback.mail.transport import transport_for
from tests.mail.post_office import PostOffice

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
DNS = Callable[..., bytes]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def dns(key: rsa.RSAPrivateKey) -> DNS:
    """The public half, where the reader's server looks for it."""
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)

    def look_up(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"post._domainkey.example.org."
        return record

    return look_up


@pytest.fixture
def signing(key: rsa.RSAPrivateKey, tmp_path: Path) -> dict[str, str]:
    """What the settings say of the key."""
    path = tmp_path / "dkim.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    return {
        "dkim_domain": "example.org",
        "dkim_selector": "post",
        "dkim_key_file": str(path),
    }


def sent(signing: dict[str, str], tmp_path: Path) -> bytes:
    """A mail to a customer, as a server got it."""
    office = PostOffice()
    with office.open() as port:
        settings = Settings(
            data_dir=tmp_path,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_starttls=False,
            **signing,  # type: ignore[arg-type]  # three texts
        )
        email = as_email(
            Message(
                to="z@example.net",
                subject="Votre avis sur la livraison du 3 décembre",
                text="Déjà lu\n.\n",
                html="<p>Déjà lu</p>",
                headers={
                    "List-Unsubscribe": f"<https://f.example.org/stop/abc{60 * 'd'}>",
                    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                },
            ),
            sender="f@example.org",
            sender_name="Café",
            key="one",
            now=NOW,
        )
        transport_for(settings).deliver([email])
    # the server's library gives the lines as they came, dots and ends restored
    return office.taken[0]


def test_the_signature_holds_and_covers_what_one_click_needs(
    signing: dict[str, str], dns: DNS, tmp_path: Path
) -> None:
    mail = sent(signing, tmp_path)

    assert dkim.verify(mail, dnsfunc=dns)
    signature = re.sub(rb"\s+", b"", mail.split(b"\r\nFrom:")[0])
    covered = signature.split(b";h=")[1].split(b";")[0].split(b":")
    assert {
        b"from",
        b"to",
        b"subject",
        b"date",
        b"message-id",
        b"mime-version",
        b"content-type",
        b"list-unsubscribe",
        b"list-unsubscribe-post",
    } <= set(covered)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: ", b"Subject: Re: "),
        (b"/stop/abc", b"/stop/xyz"),
        (b"One-Click", b"Two-Click"),
        (b"From: ", b"From: mallory@example.org\r\nFrom: "),
        (b"<p>", b"<p>Pay here: "),
    ],
)
def test_a_mail_that_was_changed_on_its_way_is_found_out(
    signing: dict[str, str], dns: DNS, tmp_path: Path, before: bytes, after: bytes
) -> None:
    mail = sent(signing, tmp_path)
    assert before in mail

    assert not dkim.verify(mail.replace(before, after, 1), dnsfunc=dns)


def test_without_a_key_mails_go_unsigned(tmp_path: Path) -> None:
    assert signer_for(Settings()) is None
    assert b"DKIM-Signature" not in sent({}, tmp_path)


def test_a_key_without_its_domain_stops_the_start() -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_environment({"FEEDBACK_DKIM_KEY_FILE": "dkim.pem"})

    assert refused.value.fields == {
        "FEEDBACK_DKIM_DOMAIN": "missing",
        "FEEDBACK_DKIM_SELECTOR": "missing",
    }
