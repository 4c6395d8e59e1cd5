"""The map and the theme pages as people open them."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.insights.refresh import refresh_days
from feedback.journey.models import Touchpoint
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling, Polarity
from tests.conftest import LoggedIn
from tests.factories import Factories
from tests.insights.said import say

DAY = date(2026, 9, 10)
MAP = "/journeys/bakery/map"
THEMES = "/journeys/bakery/themes/"


@pytest.fixture
def point(factories: Factories) -> Touchpoint:
    journey = factories.journey("bakery")
    factories.phase(journey, "empty")
    return factories.touchpoint(factories.phase(journey, "purchase"), "till")


@pytest.fixture
def bakery(session: Session, point: Touchpoint) -> Touchpoint:
    """A month in which forty people gave nine of ten, and thirty complained."""
    for number in range(40):
        say(
            session,
            point,
            DAY,
            ratings=[(Scale.NPS, 9)],
            feeling=Feeling.NEGATIVE if number < 30 else Feeling.POSITIVE,
            themes=[("queue_wait", Polarity.NEGATIVE)] if number < 30 else [],
        )
    refresh_days(session, point.journey_id, [DAY])
    return point


def _text(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return " ".join(_words(response.text).split())


def _words(page: str) -> str:
    parts: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            parts.append(data)

    Reader().feed(page)
    return "".join(parts)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("locale", ["fr", "en"])
def test_everybody_who_works_here_sees_map_and_themes(
    bakery: Touchpoint, logged_in: LoggedIn, role: Role, locale: str
) -> None:
    client = logged_in(role, locale=locale)
    for path in (MAP, THEMES, f"{THEMES}queue_wait"):
        assert client.get(path).status_code == 200


def test_nobody_sees_them_without_logging_in(
    bakery: Touchpoint, session: Session, client: FlaskClient
) -> None:
    session.commit()
    for path in ("/", MAP, THEMES, f"{THEMES}queue_wait"):
        response = client.get(path)
        assert response.status_code == 302
        assert "/account/login" in response.location


def test_home_leads_to_the_first_map(bakery: Touchpoint, logged_in: LoggedIn) -> None:
    response = logged_in(Role.MANAGER).get("/")
    assert response.status_code == 302
    assert response.location == MAP


def test_without_a_journey_home_tells_what_to_do_next(logged_in: LoggedIn) -> None:
    assert "Draw a journey" in _text(logged_in(Role.ANALYST), "/")
    assert "Draw a journey" not in _text(logged_in(Role.MANAGER), "/")


def test_the_map_opens_on_the_newest_month_and_tells_its_figures(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    text = _text(logged_in(Role.ANALYST), MAP)
    assert "40 answers, 40 verbatims (September 2026)" in text
    assert "+100" in text
    assert "75%" in text
    assert "Waiting" in text
    assert "nothing to compare with" in text
    assert "No score given" in text


def test_a_figure_leads_to_the_verbatims_behind_it(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    page = logged_in(Role.ANALYST).get(f"{MAP}?channel=store").text
    links = re.findall(r'href="([^"]*verbatims[^"]*)"', page)
    assert any(
        {"phase=purchase", "feeling=negative", "channel=store", "period=2026-09"}
        <= set(link.replace("&amp;", "&").partition("?")[2].split("&"))
        for link in links
    )


def test_a_small_base_is_said_and_nothing_is_ranked(
    session: Session, point: Touchpoint, logged_in: LoggedIn
) -> None:
    for _ in range(12):
        say(
            session,
            point,
            DAY,
            ratings=[(Scale.NPS, 9)],
            feeling=Feeling.NEGATIVE,
            themes=[("queue_wait", Polarity.NEGATIVE)],
        )
    refresh_days(session, point.journey_id, [DAY])
    client = logged_in(Role.ANALYST)
    assert "12 verbatims: too few to rank frictions." in _text(client, MAP)
    assert "Too few verbatims to rank themes" in _text(client, THEMES)
    assert "small base" in _text(client, MAP)


def test_an_empty_month_leads_to_the_newest_with_feedback(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    client = logged_in(Role.MANAGER)
    for path in (MAP, THEMES, f"{THEMES}queue_wait"):
        text = _text(client, f"{path}?period=2020-01")
        assert "No feedback with these filters (January 2020)." in text
        assert "Newest feedback: September 2026" in text
        assert "Import feedback" not in text
    assert "Import feedback" in _text(logged_in(Role.ANALYST), f"{MAP}?period=2020-01")


def test_a_journey_without_feedback_or_phases_says_what_to_do_next(
    factories: Factories, logged_in: LoggedIn
) -> None:
    journey = factories.journey("bakery")
    client = logged_in(Role.ANALYST)
    assert "Draw the map" in _text(client, MAP)
    factories.phase(journey)
    factories.session.commit()
    assert "No feedback yet" in _text(client, MAP)


def test_what_the_address_says_in_vain_is_told(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    text = _text(logged_in(Role.ANALYST), f"{MAP}?period=soon&phase=gone")
    assert "left out: Period, Phase." in text
    assert "+100" in text


def test_two_typed_dates_become_a_period_that_includes_both(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    client = logged_in(Role.ANALYST)
    response = client.get(f"{MAP}?first=2026-09-10&last=2026-09-10&channel=store")
    assert response.status_code == 302
    assert response.location == f"{MAP}?period=2026-09-10..2026-09-11&channel=store"
    assert "40 answers" in _text(client, response.location)


def test_dates_in_the_wrong_order_are_told(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    client = logged_in(Role.ANALYST)
    response = client.get(
        f"{THEMES}queue_wait?first=2026-09-10&last=2026-09-01", follow_redirects=True
    )
    assert response.status_code == 200
    assert "The first of two dates must not be after the second." in response.text


def test_the_theme_page_tells_where_and_when(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    text = _text(logged_in(Role.ANALYST), f"{THEMES}queue_wait")
    assert "30 verbatims of 40" in text
    assert "Point till" in text
    assert "September 2026" in text
    assert "Attente interminable" in text


def test_what_does_not_exist_is_not_found(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    client = logged_in(Role.ANALYST)
    assert client.get("/journeys/nowhere/map").status_code == 404
    assert client.get("/journeys/nowhere/themes/").status_code == 404
    assert client.get(f"{THEMES}sunshine").status_code == 404


def test_no_page_carries_a_style_or_a_script_of_its_own(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    client = logged_in(Role.ANALYST)
    for path in (MAP, THEMES, f"{THEMES}queue_wait"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert all('src="' in tag for tag in re.findall(r"<script[^>]*>", page))


def test_no_identifier_is_used_twice_on_the_map(
    bakery: Touchpoint, logged_in: LoggedIn
) -> None:
    page = logged_in(Role.ANALYST).get(MAP).text
    found = re.findall(r'\bid="([^"]+)"', page)
    assert len(found) == len(set(found))
