"""Every page, at two widths and in both languages: WCAG 2.2 AA, nothing cut off."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from feedback.accounts.roles import Role
from tests.browser.conftest import FORMATS, Visitor, violations

PAGES = (
    "/",
    "/journeys/{key}/map?phase=decision",
    "/journeys/{key}/themes/",
    "/journeys/{key}/themes/queue_wait",
    "/journeys/{key}/discovery",
    "/journeys/{key}/drivers",
    "/journeys/{key}/alerts",
    "/agreement/",
    "/agreement/new",
    "/journeys/{key}/verbatims",
    "/journeys/{key}/verbatims?q=pain",
    "/journeys/{key}/verbatims?q=nothing-of-the-kind",
    "/journeys/{key}/reports/",
    "/journeys/",
    "/journeys/new",
    "/journeys/import",
    "/journeys/{key}/edit",
    "/journeys/{key}/edit/new-persona",
    "/journeys/{key}/edit/about",
    "/journeys/{key}/history",
    "/imports/",
    "/imports/new",
    "/taxonomy/",
    "/taxonomy/new?from=queue_wait",
    "/taxonomy/themes/queue_wait",
    "/taxonomy/themes/queue_wait/merge?into=process_effort",
    "/taxonomy/history",
    "/people/",
    "/people/new",
    "/people/history",
    "/work/",
    "/account/profile",
    "/account/password",
    "/account/second-factor",
    "/nowhere",
)
PUBLIC = ("/account/login", "/account/reset")


def faults(page: Page) -> list[str]:
    """What is wrong with the page in front: for axe, or wider than the screen."""
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return violations(page) + ([f"{wider} px too wide"] if wider > 0 else [])


@pytest.mark.slow
@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_every_page_of_the_application_can_be_used_by_everybody(
    visit: Visitor, address: str, bakery: str, locale: str, width: int
) -> None:
    page = visit(Role.ADMINISTRATOR, locale=locale, width=width)
    found = {}
    for path in PAGES:
        page.goto(address + path.format(key=bakery))
        assert page.locator("html").get_attribute("lang") == locale
        found[path] = faults(page)

    page.goto(f"{address}/journeys/{bakery}/verbatims")
    page.locator("a.entry-link").first.click()
    page.wait_for_load_state()
    found["one verbatim"] = faults(page)

    visit.complaints[:] = [one for one in visit.complaints if "404" not in one]
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(("locale", "width"), FORMATS)
def test_the_pages_before_the_log_in_can_be_used_by_everybody(
    page: Page, address: str, locale: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.set_extra_http_headers({"Accept-Language": locale})
    for path in PUBLIC:
        page.goto(address + path)
        assert page.locator("html").get_attribute("lang") == locale
        assert faults(page) == []


@pytest.mark.slow
def test_a_file_is_brought_in_from_choosing_it_to_its_verbatims(
    visit: Visitor, address: str, bakery: str, tmp_path: Path
) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(
        "date;note;commentaire\n05/10/2026;3;Trop d'attente à la caisse\n;x;\n",
        encoding="utf-8",
    )
    page = visit(Role.ANALYST, locale="fr")
    page.goto(f"{address}/imports/new")

    page.set_input_files("input[type=file]", path)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/imports/*")

    assert "commentaire" in page.inner_text("main")
    assert faults(page) == []
