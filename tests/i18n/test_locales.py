"""choose: which language is spoken to whom."""

import pytest

from feedback.i18n.locales import SUPPORTED, choose


@pytest.mark.parametrize(
    ("preferred", "accepted", "expected"),
    [
        ("en", ["fr"], "en"),
        ("fr", ["en"], "fr"),
        ("fr-CA", ["en"], "fr"),
        ("en_GB", ["fr"], "en"),
        ("EN", [], "en"),
        (None, ["en-US", "fr"], "en"),
        (None, ["de", "fr-BE", "en"], "fr"),
        (None, ["*"], "fr"),
        (None, [], "fr"),
        ("", ["en"], "en"),
        ("de", ["en"], "en"),
        ("de", ["it"], "fr"),
        ("../../etc/passwd", ["'; drop"], "fr"),
    ],
)
def test_the_wish_comes_first_then_the_browser_then_french(
    preferred: str | None, accepted: list[str], expected: str
) -> None:
    assert choose(preferred, accepted) == expected


def test_french_and_english_are_spoken() -> None:
    assert SUPPORTED == ("fr", "en")
