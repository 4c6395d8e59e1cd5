"""Where a message may go: an address of the open internet, checked as it is reached."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from feedback.core.errors import Conflict, Invalid

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: returns the addresses of a host, as texts
Resolver = Callable[[str, int], Sequence[str]]

LONGEST_URL = 500
#: IPv4 inside IPv6, as translators write it (RFC 6052)
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


def read_networks(text: str) -> tuple[Network, ...]:
    """Return the networks of a setting, separated by spaces.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ipaddress.ip_network(one) for one in text.split())


def check_url(text: str, allowed: Sequence[Network]) -> str:
    """Return the address of a receiver as it is kept.

    Raises:
        Invalid: `url`: `missing`, `too_long`, `not_a_web_address`, `not_encrypted`
            when it is no https and no network is allowed, `private_address` when it
            names one outright.
    """
    text = text.strip()
    if not text:
        raise Invalid({"url": "missing"})
    if len(text) > LONGEST_URL:
        raise Invalid({"url": "too_long"})
    parts = _split(text)
    if parts is None:
        raise Invalid({"url": "not_a_web_address"})
    if parts.scheme == "http" and not allowed:
        raise Invalid({"url": "not_encrypted"})
    try:
        named = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return text
    if not may_reach(named, allowed):
        raise Invalid({"url": "private_address"})
    return text


def _split(text: str) -> SplitResult | None:
    if not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        return None
    if parts.username is not None or parts.password is not None or parts.fragment:
        return None
    return parts


def find_addresses(
    host: str, port: int, *, allowed: Sequence[Network], resolve: Resolver
) -> tuple[Address, ...]:
    """Return the addresses of a host, each of which may be reached.

    Raises:
        Conflict: `private_address`, when one of them may not.
        OSError: the host has none.
    """
    found = tuple(ipaddress.ip_address(one) for one in resolve(host, port))
    if not found:
        raise OSError("no address")
    if not all(may_reach(one, allowed) for one in found):
        raise Conflict("private_address")
    return found


def may_reach(address: Address, allowed: Sequence[Network]) -> bool:
    """Tell whether an address is one of the open internet, or of an allowed network.

    Private, loopback, link-local, shared, multicast, reserved and unspecified ones
    are none; an IPv6 address that holds an IPv4 address is judged by that.
    """
    inner = _inner(address)
    if any(
        one in network
        for one in {address, inner}
        for network in allowed
        if one.version == network.version
    ):
        return True
    return all(_is_open(one) for one in {address, inner})


def _inner(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    held = address.ipv4_mapped or address.sixtofour
    if held is None and address.teredo is not None:
        held = address.teredo[1]
    return held or address


def _is_open(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return True  # judged by what it holds
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_link_local
    )


def look_up(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host as the machine finds them.

    Raises:
        OSError: it finds none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))
