"""What channels, states and flags are called: all of them, in both languages."""

from collections.abc import Callable
from typing import Any

import pytest

from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.collection.wording import (
    channel_name,
    flag_name,
    flag_reason,
    state_name,
)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Channel, channel_name),
        (ResponseState, state_name),
        (Flag, flag_name),
        (Flag, flag_reason),
    ],
)
def test_each_has_a_name_of_its_own_in_both_languages(
    terms: type[Any], said: Callable[[Any, str], str]
) -> None:
    for locale in ("fr", "en"):
        names = [said(one, locale) for one in terms]
        assert all(names)
        assert len(set(names)) == len(names)
    assert [said(one, "fr") for one in terms] != [said(one, "en") for one in terms]
