"""The pages of blind labelling: each role, both languages, nothing told too early."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.journey.models import Touchpoint
from feedback.voice.agreement.models import Label, Round
from tests.conftest import LoggedIn
from tests.factories import Factories
from tests.voice.agreement.labelling import (
    close,
    label_all,
    speak,
    start,
    wrong_on_every,
)

MADE = {
    "journey": "bakery",
    "first": "2026-09-01",
    "last": "2026-09-30",
    "size": "40",
}


@pytest.fixture
def till(factories: Factories, session: Session) -> Touchpoint:
    journey = factories.journey("bakery")
    point = factories.touchpoint(factories.phase(journey), "till")
    speak(session, point, 60)
    session.commit()
    return point


@pytest.fixture
def analyst(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ANALYST)


@pytest.fixture
def round_id(till: Touchpoint, session: Session, factories: Factories) -> str:
    author = factories.account()
    made = start(session, till.journey_id, author.id, size=30)
    session.commit()
    return made


def label_by_hand(browser: FlaskClient, round_id: str, **said: str) -> None:
    for position in range(1, 31):
        answer = browser.post(
            f"/agreement/{round_id}/label/{position}",
            data={"feeling": "negative", **said},
        )
        assert answer.status_code == 302


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "No round yet"), ("fr", "Aucune campagne")]
)
def test_the_empty_page_says_what_to_do(
    logged_in: LoggedIn, till: Touchpoint, locale: str, words: str
) -> None:
    page = logged_in(Role.ANALYST, locale=locale).get("/agreement/").text

    assert words in page
    assert "/agreement/new" in page


def test_a_round_is_made_labelled_finished_and_closed(
    analyst: FlaskClient, till: Touchpoint, session: Session
) -> None:
    answer = analyst.post("/agreement/new", data=MADE)
    assert answer.status_code == 302
    address = answer.location
    assert analyst.get(f"{address}/label").location == f"{address}/label/1"

    for position in range(1, 41):
        answer = analyst.post(
            f"{address}/label/{position}",
            data={"feeling": "negative", "theme": "friction:queue_wait"},
        )
        assert answer.status_code == 302
    assert answer.location == address
    page = analyst.get(address).text
    assert "You have labelled every verbatim." in page
    assert "How far they agree" not in page

    page = analyst.post(f"{address}/finish", follow_redirects=True).text
    assert "How far they agree" in page
    assert "The machine and Analyst" in page

    page = analyst.post(f"{address}/close", follow_redirects=True).text
    assert "stands in the ledger" in page
    assert "Ledger" in analyst.get("/agreement/").text
    assert session.scalar(select(Round.closed_at)) is not None


def test_the_page_of_a_verbatim_tells_nothing_of_the_machine_or_of_others(
    logged_in: LoggedIn, till: Touchpoint, round_id: str
) -> None:
    first, second = logged_in(Role.ANALYST), logged_in(Role.ANALYST)
    label_by_hand(first, round_id, theme="praise:price_fees")
    first.post(f"/agreement/{round_id}/finish")

    page = second.get(f"/agreement/{round_id}/label/1").text
    assert "checked" not in page
    assert "rule:test" not in page
    overview = second.get(f"/agreement/{round_id}").text
    assert "How far they agree" not in overview
    assert "Labels as CSV" not in overview
    refused = second.get(f"/agreement/{round_id}/labels.csv")
    assert refused.status_code == 403
    assert "until then you label blind" in refused.text


def test_a_label_without_a_feeling_keeps_what_was_ticked(
    analyst: FlaskClient, round_id: str, session: Session
) -> None:
    answer = analyst.post(
        f"/agreement/{round_id}/label/1", data={"theme": "friction:price_fees"}
    )

    assert answer.status_code == 422
    assert "Choose a feeling" in answer.text
    assert 'value="friction:price_fees" checked' in answer.text
    assert session.scalar(select(Label.id)) is None


@pytest.mark.parametrize("theme", ["friction:nothing", "love:price_fees", "x"])
def test_made_up_themes_are_no_labels(
    analyst: FlaskClient, round_id: str, session: Session, theme: str
) -> None:
    analyst.post(
        f"/agreement/{round_id}/label/1", data={"feeling": "mixed", "theme": theme}
    )

    assert session.scalars(select(Label.themes)).all() in ([], [[]])


def test_one_goes_back_and_changes_a_label(analyst: FlaskClient, round_id: str) -> None:
    address = f"/agreement/{round_id}/label/1"
    analyst.post(address, data={"feeling": "mixed", "theme": "friction:price_fees"})
    page = analyst.get(address).text
    assert 'value="mixed" checked' in page
    assert 'value="friction:price_fees" checked' in page

    analyst.post(address, data={"feeling": "positive"})

    page = analyst.get(address).text
    assert 'value="positive" checked' in page
    assert 'value="friction:price_fees" checked' not in page


def test_who_labels_while_the_round_is_closed_is_told(
    analyst: FlaskClient,
    round_id: str,
    session: Session,
    factories: Factories,
) -> None:
    other = factories.account().id
    label_all(session, round_id, other)
    close(session, round_id, other)
    session.commit()

    page = analyst.post(
        f"/agreement/{round_id}/label/1",
        data={"feeling": "mixed"},
        follow_redirects=True,
    ).text

    assert "This round is closed" in page
    assert "How far they agree" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"size": "29"}, "A sample has 30 to 300 verbatims."),
        ({"size": "many"}, "Not a valid integer"),
        ({"last": "2026-08-01"}, "must not be after the second"),
        ({"first": "2020-01-01", "last": "2020-02-01"}, "Choose a longer period."),
        ({"journey": "nothing"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    analyst: FlaskClient,
    till: Touchpoint,
    session: Session,
    wrong: dict[str, str],
    words: str,
) -> None:
    answer = analyst.post("/agreement/new", data={**MADE, "by_language": "y", **wrong})

    assert answer.status_code == 422
    assert words in answer.text
    assert "checked" in answer.text
    assert session.scalar(select(Round.id)) is None


def test_a_round_that_nobody_began_is_thrown_away(
    analyst: FlaskClient, round_id: str, session: Session
) -> None:
    assert analyst.post(f"/agreement/{round_id}/discard").status_code == 302
    assert session.scalar(select(Round.id)) is None


def test_results_show_where_two_raters_differ(
    analyst: FlaskClient,
    round_id: str,
    session: Session,
    factories: Factories,
) -> None:
    one, other = factories.account(), factories.account()
    label_all(session, round_id, one.id)
    label_all(session, round_id, other.id, wrong_on_every(10))
    close(session, round_id, one.id)
    session.commit()

    page = analyst.get(f"/agreement/{round_id}?one={one.id}&other={other.id}").text
    assert f"{one.name} and {other.name}" in page
    assert "3 of 30" in page
    assert "substantial" in page or "almost perfect" in page
    export = analyst.get(f"/agreement/{round_id}/labels.csv")
    lines = export.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 31
    assert f"{one.name}: feeling" in lines[0]
    assert "The machine: frictions" in lines[0]


def test_the_themes_page_warns_when_the_machine_got_worse(
    logged_in: LoggedIn, till: Touchpoint, session: Session, factories: Factories
) -> None:
    author = factories.account().id
    for opinion in (wrong_on_every(30), wrong_on_every(2)):
        made = start(session, till.journey_id, author, size=60)
        label_all(session, made, author, opinion)
        close(session, made, author)
    session.commit()

    manager = logged_in(Role.MANAGER).get("/journeys/bakery/themes/").text
    assert "agreed less with the machine" in manager
    assert "/agreement/" not in manager
    page = logged_in(Role.ANALYST).get("/agreement/").text
    assert "The machine has got worse." in page


def test_nothing_is_said_of_an_unknown_round(analyst: FlaskClient) -> None:
    for path in ("", "/label", "/label/1", "/labels.csv"):
        assert analyst.get(f"/agreement/nothing{path}").status_code == 404
