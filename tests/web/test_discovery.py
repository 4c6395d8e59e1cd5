"""The pages of discovery: groups, what may become of them, and who may say so."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.insights.discovery.models import DiscoveredGroup, DiscoveryDecision
from feedback.insights.refresh import refresh_days
from feedback.journey.models import Touchpoint
from feedback.voice.taxonomy import list_themes
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn
from tests.factories import Factories
from tests.insights.discovery.unheard import MUSIC, NOW, PARKING, speak_of

PAGE = "/journeys/bakery/discovery"
ACCEPTED = {
    "accept-name_fr": "Stationnement",
    "accept-name_en": "",
    "accept-brake": "service",
    "accept-polarity": "negative",
    "accept-phrases": "parking|parkings\ngarer",
}


@pytest.fixture
def till(factories: Factories, session: Session) -> Touchpoint:
    journey = factories.journey("bakery")
    point = factories.touchpoint(factories.phase(journey), "till")
    speak_of(session, point, PARKING, 40)
    speak_of(session, point, MUSIC, 20)
    refresh_days(session, journey.id, [NOW])
    session.commit()
    return point


@pytest.fixture
def analyst(logged_in: LoggedIn) -> FlaskClient:
    return logged_in(Role.ANALYST)


@pytest.fixture
def grouped(logged_in: LoggedIn, till: Touchpoint, worker: Worker) -> FlaskClient:
    """The browser of an administrator who had the verbatims grouped."""
    browser = logged_in(Role.ADMINISTRATOR)
    answer = browser.post(PAGE)
    assert "job=" in answer.location
    worker.drain()
    assert "The verbatims are grouped." in browser.get(answer.location).text
    return browser


def group_of(session: Session, word: str) -> str:
    """Read which group begins with a word, and let others write again."""
    rows = session.scalars(select(DiscoveredGroup)).all()
    found = next(row.public_id for row in rows if row.words[0]["shown"] == word)
    session.rollback()
    return found


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "Nothing was grouped yet"), ("fr", "Rien n’a encore été regroupé")],
)
def test_the_coverage_is_shown_before_anything_was_grouped(
    logged_in: LoggedIn, till: Touchpoint, locale: str, words: str
) -> None:
    page = logged_in(Role.ANALYST, locale=locale).get(PAGE).text

    assert words in page
    assert "0 of 60" in page or "0 sur 60" in page


def test_a_journey_without_feedback_has_nothing_to_group(
    analyst: FlaskClient, factories: Factories, session: Session
) -> None:
    factories.journey("empty")
    session.commit()

    page = analyst.get("/journeys/empty/discovery").text

    assert "No feedback yet" in page
    assert "Group now" not in page


def test_groups_stand_with_their_verbatims(grouped: FlaskClient) -> None:
    page = grouped.get(PAGE).text

    assert "2 groups among 60 verbatims" in page
    assert "parking" in page
    assert "musique" in page
    assert page.index("parking") < page.index("musique")
    assert "Make it a theme" in page


def test_managers_read_and_decide_nothing(
    grouped: FlaskClient, logged_in: LoggedIn, session: Session
) -> None:
    group = group_of(session, "parking")
    manager = logged_in(Role.MANAGER)

    assert "Make it a theme" not in manager.get(PAGE).text
    assert "Make the theme" not in manager.get(f"{PAGE}/{group}").text
    for deed in ("accept", "merge", "dismiss"):
        assert manager.post(f"{PAGE}/{group}/{deed}").status_code == 403
    assert manager.post(PAGE).status_code == 403


def test_analysts_dismiss_and_leave_the_themes_alone(
    grouped: FlaskClient, analyst: FlaskClient, session: Session
) -> None:
    group = group_of(session, "parking")

    assert "Make the theme" not in analyst.get(f"{PAGE}/{group}").text
    for deed in ("accept", "merge"):
        assert analyst.post(f"{PAGE}/{group}/{deed}").status_code == 403
    assert analyst.post(f"{PAGE}/{group}/dismiss").status_code == 302


def test_the_form_is_filled_with_the_words_of_the_group(
    grouped: FlaskClient, session: Session
) -> None:
    page = grouped.get(f"{PAGE}/{group_of(session, 'parking')}").text

    assert 'name="accept-name_fr"' in page
    assert 'value="Parking' in page
    assert "parking" in page.partition("accept-phrases")[2]


def test_a_group_is_made_a_theme(grouped: FlaskClient, session: Session) -> None:
    group = group_of(session, "parking")

    page = grouped.post(
        f"{PAGE}/{group}/accept", data=ACCEPTED, follow_redirects=True
    ).text

    assert "“Stationnement” is a theme now" in page
    assert "theme “Stationnement”" in page
    assert 'href="/taxonomy/"' in page
    assert "Stationnement" in {one.names["en"] for one in list_themes(session)}
    assert "1 group among" in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"accept-name_fr": ""}, "This must be filled in."),
        ({"accept-phrases": ""}, "This must be filled in."),
        ({"accept-phrases": "(parking"}, "“(parking” cannot be read"),
        ({"accept-brake": "nothing"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    grouped: FlaskClient, session: Session, wrong: dict[str, str], words: str
) -> None:
    group = group_of(session, "parking")
    sent = {**ACCEPTED, "accept-name_en": "", "accept-polarity": "wish", **wrong}

    answer = grouped.post(f"{PAGE}/{group}/accept", data=sent)

    assert answer.status_code == 422
    assert words in answer.text
    assert '<option selected value="wish">' in answer.text
    assert session.scalar(select(DiscoveryDecision.id)) is None


def test_a_group_is_merged_into_a_theme(grouped: FlaskClient, session: Session) -> None:
    sent = {
        "merge-theme": "queue_wait",
        "merge-polarity": "topic",
        "merge-phrases": "musique",
    }

    page = grouped.post(
        f"{PAGE}/{group_of(session, 'musique')}/merge", data=sent, follow_redirects=True
    ).text

    assert "The theme has these words now." in page
    assert "merged into “Waiting”" in page


def test_a_group_is_dismissed_and_brought_back(
    grouped: FlaskClient, session: Session
) -> None:
    group = group_of(session, "musique")
    page = grouped.post(f"{PAGE}/{group}/dismiss", follow_redirects=True).text
    assert "1 group among" in page
    assert "Somebody has decided" in grouped.get(f"{PAGE}/{group}").text

    decision = session.scalars(select(DiscoveryDecision.public_id)).one()
    session.rollback()
    page = grouped.post(f"{PAGE}/decisions/{decision}/undo", follow_redirects=True).text

    assert "2 groups among" in page


def test_the_second_of_two_keeps_what_was_typed(
    grouped: FlaskClient, session: Session
) -> None:
    group = group_of(session, "parking")
    grouped.post(f"{PAGE}/{group}/dismiss")

    answer = grouped.post(f"{PAGE}/{group}/accept", data=ACCEPTED)

    assert answer.status_code == 409
    assert "Somebody else changed it" in answer.text
    assert "Stationnement" in answer.text


def test_words_of_customers_are_escaped(
    analyst: FlaskClient, till: Touchpoint, session: Session, worker: Worker
) -> None:
    speak_of(session, till, ("<script>alert(1)</script> trottinette cassée",), 20)
    session.commit()
    analyst.post(PAGE)
    worker.drain()

    page = analyst.get(PAGE).text

    assert "trottinette" in page
    assert "<script>alert" not in page


def test_unknown_groups_and_decisions_are_not_found(grouped: FlaskClient) -> None:
    assert grouped.get(f"{PAGE}/nothing").status_code == 404
    assert grouped.post(f"{PAGE}/nothing/dismiss").status_code == 404
    assert grouped.post(f"{PAGE}/decisions/nothing/undo").status_code == 404
    assert grouped.get(f"{PAGE}/progress/99999").status_code == 404
