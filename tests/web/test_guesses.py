"""Wrong links, counted for each network."""

import pytest

from feedback.accounts.attempts import Attempts
from feedback.web.guesses import Guesses, network_of

MOST = 40


def test_a_network_may_be_wrong_forty_times() -> None:
    guesses = Guesses(Attempts("memory://"))
    for _ in range(MOST - 1):
        guesses.note("192.0.2.7")
    assert not guesses.are_too_many("192.0.2.7")
    guesses.note("192.0.2.7")

    assert guesses.are_too_many("192.0.2.7")
    assert not guesses.are_too_many("192.0.2.8")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        ("not an address", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_counts_as_one_network(address: str | None, network: str) -> None:
    assert network_of(address) == network
