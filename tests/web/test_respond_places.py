"""A survey on a tablet and in a frame: what is different there, and what never is."""

import gzip
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.collection.models import OpenLink, Response
from feedback.collection.terms import Channel, LinkKind
from tests.factories import Factories
from tests.factories.answering import Respondent

SITE = "https://shop.example"


@pytest.fixture
def widget(session: Session, factories: Factories) -> str:
    link = factories.open_link(factories.survey())
    link.kind, link.origins = LinkKind.WIDGET, [SITE]
    session.commit()
    return f"/w/{link.slug}"


@pytest.fixture
def kiosk(session: Session, factories: Factories) -> str:
    link = factories.open_link(factories.survey())
    link.kind = LinkKind.KIOSK
    session.commit()
    return f"/k/{link.slug}"


def channels(session: Session) -> list[Channel]:
    session.rollback()
    found = list(session.scalars(select(Response.channel)))
    session.rollback()
    return found


def ancestors(answer: object) -> str:
    policy = answer.headers["Content-Security-Policy"]  # type: ignore[attr-defined]  # a response
    return str(policy).partition("frame-ancestors ")[2]


def test_its_sites_alone_show_the_frame(client: FlaskClient, widget: str) -> None:
    assert ancestors(client.get(widget)) == SITE
    assert ancestors(client.get(widget.replace("/w/", "/s/"))) == "'none'"
    assert ancestors(client.get(widget.replace("/w/", "/k/"))) == "'none'"
    assert ancestors(client.get("/w/unknown")) == "'none'"


def test_a_closed_widget_tells_so_inside_the_frame(
    client: FlaskClient, session: Session, factories: Factories, widget: str
) -> None:
    link = session.scalars(select(OpenLink)).one()
    link.closed_at = link.created_at
    session.commit()

    answer = client.get(widget)

    assert answer.status_code == 410
    assert ancestors(answer) == SITE


def test_answers_say_where_they_came_from(
    client: FlaskClient, session: Session, widget: str, kiosk: str
) -> None:
    for address in (widget, kiosk):
        person = Respondent(client, address)
        assert person.send(score=9).status_code == 200

    assert channels(session) == [Channel.WIDGET, Channel.KIOSK]


def test_neither_sets_a_cookie(client: FlaskClient, widget: str, kiosk: str) -> None:
    for address in (widget, kiosk, "/widget.js"):
        assert "Set-Cookie" not in client.get(address).headers


def test_the_tablet_begins_anew_after_the_thanks_without_script_too(
    client: FlaskClient, kiosk: str
) -> None:
    person = Respondent(client, kiosk)
    person.open("?lang=en")

    thanks = person.send(score=9).text

    assert f'http-equiv="refresh" content="12;url={kiosk}"' in thanks
    assert "Next person" in thanks


def test_two_people_at_one_tablet_are_two(
    client: FlaskClient, session: Session, kiosk: str
) -> None:
    for score in (9, 3):
        Respondent(client, kiosk).send(score=score)

    assert len(channels(session)) == 2


def test_the_script_of_the_widget_is_small_and_stores_nothing() -> None:
    script = Path("feedback/static/js/widget.js").read_text()

    assert len(gzip.compress(script.encode())) < 10_000
    for forbidden in ("cookie", "localStorage", "sessionStorage", "indexedDB"):
        assert forbidden not in script
    assert "innerHTML" not in script


def test_the_script_of_the_widget_may_be_loaded_by_any_site(
    client: FlaskClient,
) -> None:
    answer = client.get("/widget.js")

    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in answer.headers["Cache-Control"]
    answer.close()


def test_whoever_of_the_house_tries_a_survey_is_told_so_and_not_counted(
    client: FlaskClient, session: Session, kiosk: str
) -> None:
    person = Respondent(client, kiosk)
    page = person.open("?test=1&lang=en").text
    assert "counted nowhere" in page
    assert "counted nowhere" in person.send(score=9).text

    session.rollback()
    assert session.scalars(select(Response.is_test)).one()
    session.rollback()
    assert "counted nowhere" not in client.get(f"{kiosk}?lang=en").text
