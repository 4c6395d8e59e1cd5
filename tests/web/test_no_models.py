"""Web processes load no language model, whatever page they serve."""

import pytest
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.nlp import loading
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import mention
from tests.voice.test_queries import Said

LOADERS = (
    loading.load_names,
    loading.load_grammar,
    loading.load_text_blob,
    loading.load_identifier,
)


@pytest.mark.parametrize("role", list(Role))
def test_pages_corrections_and_exports_ask_no_model(
    role: Role,
    session: Session,
    factories: Factories,
    clock: StoppedClock,
    logged_in: LoggedIn,
) -> None:
    said = Said(session, factories, clock)
    public_id = said.add("Attente de Karine, 06 12 34 56 78", themes=(mention(),))
    browser, journey = logged_in(role), f"/journeys/{said.key}"
    before = [one.cache_info() for one in LOADERS]

    for address in (
        f"{journey}/map",
        f"{journey}/themes/",
        f"{journey}/verbatims?q=attente&verbatim={public_id}",
        f"{journey}/verbatims/export.csv",
        f"{journey}/verbatims/export.xlsx",
        f"{journey}/masked",
        f"{journey}/reports/",
        "/imports/",
        "/surveys/",
        "/customers/",
        "/work/",
    ):
        browser.get(address, buffered=True)
    browser.post(
        f"{journey}/verbatims/{public_id}/feeling",
        data={"feeling": "positive", "seen": "negative"},
    )
    browser.post(f"{journey}/verbatims/{public_id}/original")

    assert [one.cache_info() for one in LOADERS] == before
