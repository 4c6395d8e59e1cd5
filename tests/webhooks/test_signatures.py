"""Signatures as Standard Webhooks has them."""

import base64
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback.webhooks.signatures import headers_for, is_signed, new_secret, sign

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)


def test_the_vector_of_the_standard_is_met() -> None:
    """The one that the reference libraries are tested with."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    at = datetime.fromtimestamp(1614265330, UTC)

    signature = sign(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}'
    )

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_32_random_bytes() -> None:
    one, other = new_secret(), new_secret()

    assert one != other
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_two_secrets_sign_while_one_takes_the_place_of_the_other() -> None:
    old, new = new_secret(), new_secret()
    headers = headers_for([new, old], "id", NOW, b"{}")

    assert len(headers["webhook-signature"].split(" ")) == 2
    assert is_signed(headers, b"{}", secret=old, now=NOW)
    assert is_signed(headers, b"{}", secret=new, now=NOW)
    assert not is_signed(headers, b"{}", secret=new_secret(), now=NOW)


def test_what_is_older_than_five_minutes_is_refused() -> None:
    secret = new_secret()
    headers = headers_for([secret], "id", NOW, b"{}")

    assert is_signed(headers, b"{}", secret=secret, now=NOW + timedelta(minutes=5))
    late = NOW + timedelta(minutes=5, seconds=1)
    assert not is_signed(headers, b"{}", secret=secret, now=late)


@given(st.binary(max_size=200), st.text(max_size=30), st.text(max_size=60))
def test_no_header_of_a_stranger_is_believed(body: bytes, id_: str, said: str) -> None:
    headers = {
        "webhook-id": id_.encode("ascii", "ignore").decode(),
        "webhook-timestamp": said,
        "webhook-signature": said,
    }

    assert not is_signed(headers, body, secret=new_secret(), now=NOW)
    headers["webhook-timestamp"] = str(int(NOW.timestamp()))
    assert not is_signed(headers, body, secret=new_secret(), now=NOW)
