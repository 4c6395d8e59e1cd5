"""The example of docs/webhooks.md checks what is sent."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from feedback.happenings.types import HappeningType
from feedback.webhooks.signatures import headers_for, new_secret
from tests.architecture.source import document

Check = Callable[[Mapping[str, str], bytes, str], bool]


def example() -> Check:
    (code,) = re.findall(
        r"```python\n(.*?)```", document("docs/webhooks.md"), re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own paper
    check: Check = names["is_from_feedback"]
    return check


def test_the_example_believes_what_is_sent_and_nothing_else() -> None:
    check, secret = example(), new_secret()
    at = datetime.fromtimestamp(int(time.time()), UTC)
    headers = headers_for([new_secret(), secret], "id", at, b'{"a": 1}')

    assert check(headers, b'{"a": 1}', secret)
    assert not check(headers, b'{"a": 2}', secret)
    assert not check(headers, b'{"a": 1}', new_secret())
    late = {**headers, "webhook-timestamp": str(int(time.time()) - 400)}
    assert not check(late, b'{"a": 1}', secret)


def test_the_paper_names_every_type() -> None:
    paper = document("docs/webhooks.md")

    assert [one for one in HappeningType if f"| `{one}` |" not in paper] == []
