"""Where a message may go: nothing private, however it is written."""

import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.core.errors import Conflict, Invalid
from feedback.webhooks.places import (
    check_url,
    find_addresses,
    may_reach,
    read_networks,
)

PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",  # noqa: S104 - to be refused
    "224.0.0.1",
    "255.255.255.255",
    "240.0.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1",
    "2001:db8::1",
]
OPEN = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_open_internet_is_not_reached(address: str) -> None:
    assert not may_reach(ipaddress.ip_address(address), ())


@pytest.mark.parametrize("address", OPEN)
def test_what_is_of_the_open_internet_is_reached(address: str) -> None:
    assert may_reach(ipaddress.ip_address(address), ())


@given(st.ip_addresses(v=4))
def test_an_address_inside_another_is_judged_like_itself(
    address: ipaddress.IPv4Address,
) -> None:
    mapped = ipaddress.IPv6Address(f"::ffff:{address}")

    assert may_reach(mapped, ()) == may_reach(address, ())


def test_an_allowed_network_is_reached_and_its_neighbour_is_not() -> None:
    allowed = read_networks("10.1.0.0/16 fd00::/8")

    assert may_reach(ipaddress.ip_address("10.1.2.3"), allowed)
    assert may_reach(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
    assert may_reach(ipaddress.ip_address("fd00::7"), allowed)
    assert not may_reach(ipaddress.ip_address("10.2.0.1"), allowed)


def test_one_private_address_among_several_refuses_them_all() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        return ("93.184.216.34", "127.0.0.1")

    with pytest.raises(Conflict, match="private_address"):
        find_addresses("example.org", 443, allowed=(), resolve=resolve)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "missing"),
        ("https://example.org/" + "a" * 500, "too_long"),
        ("ftp://example.org/", "not_a_web_address"),
        ("https://", "not_a_web_address"),
        ("https://user:word@example.org/", "not_a_web_address"),
        ("https://example.org/#part", "not_a_web_address"),
        ("https://exa mple.org/", "not_a_web_address"),
        ("https://example.org\\@127.0.0.1/", "not_a_web_address"),
        ("https://example.org:99999/", "not_a_web_address"),
        ("https://[::1/", "not_a_web_address"),
        ("http://example.org/", "not_encrypted"),
        ("https://127.0.0.1/", "private_address"),
        ("https://[::ffff:10.0.0.1]/", "private_address"),
    ],
)
def test_an_address_that_cannot_be_told_is_refused_with_its_reason(
    url: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        check_url(url, ())

    assert caught.value.fields == {"url": code}


@given(st.text(max_size=60))
def test_whatever_is_typed_is_kept_or_refused(text: str) -> None:
    try:
        kept = check_url(f"https://{text}", ())
    except Invalid:
        return
    assert kept.startswith("https://")
