"""Signed tokens: what was signed comes back, everything else is refused."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core import tokens
from feedback.core.tokens import derived, fingerprint, keyed_fingerprint, read, sign

KEY = derived("a secret", "step")
ALPHABET = string.ascii_letters + string.digits + "-_"
PAYLOADS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
).filter(lambda payload: payload is not None)


@given(PAYLOADS)
def test_what_was_signed_comes_back(payload: Any) -> None:
    token = sign(payload, KEY)

    assert read(token, KEY) == payload
    assert set(token) <= set(ALPHABET)


@given(st.integers(min_value=0), st.sampled_from(ALPHABET))
def test_every_change_of_one_character_is_refused(place: int, other: str) -> None:
    token = sign({"version": 12, "page": "first", "at": 1_700_000_000}, KEY)
    place %= len(token)
    changed = token[:place] + other + token[place + 1 :]

    assert (read(changed, KEY) is None) == (changed != token)


@given(st.text(max_size=200))
def test_any_other_text_is_refused(text: str) -> None:
    assert read(text, KEY) is None


@pytest.mark.parametrize("wrong", ["", "=", "a", "é" * 60, "a" * 5000, "a\0b", "ab=="])
def test_what_is_no_token_is_refused(wrong: str) -> None:
    assert read(wrong, KEY) is None


def test_a_token_of_another_purpose_or_another_secret_is_refused() -> None:
    token = sign(["hello"], KEY)

    assert read(token, derived("a secret", "callback")) is None
    assert read(token, derived("another secret", "step")) is None
    assert read(token + "A", KEY) is None
    assert read(token[:-1], KEY) is None


def test_a_token_is_not_longer_than_can_be_read() -> None:
    assert read(sign("x" * 2900, KEY), KEY) == "x" * 2900
    assert len(sign("x" * 5000, KEY)) > tokens.LONGEST


def test_a_fingerprint_of_a_secret_is_64_hexadecimal_digits() -> None:
    assert fingerprint("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert len(keyed_fingerprint("abc", KEY)) == 64
    assert keyed_fingerprint("abc", KEY) != keyed_fingerprint("abd", KEY)
    assert keyed_fingerprint("abc", KEY) != keyed_fingerprint("abc", b"other")
    assert fingerprint("\ud800") != fingerprint("?")
