"""Logging in, in Chromium."""

import pytest

from feedback.accounts.roles import Role
from tests.browser.conftest import Visitor, violations


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_person_logs_in_and_sees_pages_in_their_language(
    visit: Visitor, address: str, locale: str
) -> None:
    page = visit(Role.ANALYST, locale=locale)

    assert page.locator("html").get_attribute("lang") == locale
    assert violations(page) == []
