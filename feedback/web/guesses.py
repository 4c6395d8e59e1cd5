"""Wrong links: counted for each network, so that nobody tries them one after the other.

Counts are kept where those of the log-in are: see accounts.attempts.
"""

from ipaddress import IPv6Address, IPv6Network, ip_address

from feedback.accounts.attempts import Attempts

#: wrong links from one network; a secret has 256 bits, a name of an open link fewer
MOST_GUESSES = "40 per 10 minutes"
KIND = "link"


class Guesses:
    """Counts wrong links by the network that they come from."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts

    def are_too_many(self, address: str | None) -> bool:
        """Tell whether a network has tried too many; then none is answered for it."""
        return self._attempts.is_over(MOST_GUESSES, KIND, network_of(address))

    def note(self, address: str | None) -> None:
        """Count a wrong link."""
        self._attempts.count(MOST_GUESSES, KIND, network_of(address))


def network_of(address: str | None) -> str:
    """Return what one customer of a network provider holds: an IPv4, an IPv6 /64."""
    try:
        read = ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address):
        if read.ipv4_mapped is not None:
            return str(read.ipv4_mapped)
        return str(IPv6Network((read, 64), strict=False))
    return str(read)
