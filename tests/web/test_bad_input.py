"""What is wrong has one clear answer, in French and in English, and lets nothing in."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope, issue_key
from feedback.app import create_app
from feedback.collection.models import Contact, Event, Invitation, Response
from feedback.collection.sources import change_secret, create_source
from feedback.collection.terms import InvitationState, SourceKind
from feedback.config import Settings
from feedback.db.session import Database
from tests.collection import webhook_samples as samples
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.factories.answering import Respondent

LOCALES = ("fr", "en")
#: wrong links that one network may try
MOST_GUESSES = 40
EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "C-1042",
    "source": "my-shop",
    "type": "order.delivered",
    "time": "2026-10-15T08:30:00Z",
    "data": {"customer": {"email": "lea@example.org"}},
}
INJECTED = "lea@example.org\r\nBcc: all@example.org"


@pytest.fixture
def personal(session: Session, factories: Factories) -> str:
    """The address of a personal link to a survey of one page."""
    address = factories.personal_link(factories.invitation(factories.survey()))
    session.commit()
    return address


@pytest.fixture
def key(session: Session, clock: StoppedClock) -> str:
    issued = issue_key(
        session, name="A shop", scopes=tuple(Scope), author_id=None, now=clock.now()
    )
    session.commit()
    return issued.key


def count(session: Session, model: type) -> int:
    session.rollback()
    found = session.scalar(select(func.count()).select_from(model)) or 0
    session.rollback()
    return found


def text_of(page: str) -> str:
    """The words of a page, without what stands between angle brackets."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (None, {"fr": "Ce lien ne mène nulle part", "en": "This link leads nowhere"}),
        (
            InvitationState.EXPIRED,
            {
                "fr": "Le temps de répondre est passé",
                "en": "The time to answer is over",
            },
        ),
        (
            InvitationState.WITHDRAWN,
            {
                "fr": "Cette invitation a été retirée",
                "en": "This invitation was taken back",
            },
        ),
        (
            InvitationState.REFUSED,
            {
                "fr": "Vous nous avez demandé de ne plus vous écrire",
                "en": "You asked us not to write any more",
            },
        ),
    ],
)
def test_a_link_that_does_not_answer_says_why_in_both_languages(
    session: Session,
    client: FlaskClient,
    personal: str,
    state: InvitationState | None,
    words: Mapping[str, str],
) -> None:
    step = Respondent(client, personal).step
    if state is None:
        personal = personal[:-1] + ("A" if personal[-1] != "A" else "B")
    else:
        session.scalars(select(Invitation)).one().state = state
        session.commit()
    for locale in LOCALES:
        for page in (
            client.get(
                f"{personal}?lang={locale}", headers={"Accept-Language": locale}
            ),
            client.post(
                personal,
                data={"step": step, "language": locale, "q.score": "9"},
                headers={"Accept-Language": locale},
            ),
        ):
            assert page.status_code == (404 if state is None else 410)
            assert f'<html lang="{locale}">' in page.text
            assert words[locale] in text_of(page.text)
    assert count(session, Response) == 0


def test_a_used_link_thanks_again_and_keeps_the_first_answer(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    form = {"step": person.step, "language": "en"}
    client.post(personal, data=form | {"q.score": "3", "q.comment": "Cold"})

    for locale, thanks in (("fr", "Merci"), ("en", "Thank you")):
        again = client.post(
            personal,
            data=form | {"language": locale, "q.score": "10", "q.comment": "x"},
        )
        assert (again.status_code, thanks in text_of(again.text)) == (200, True)
    kept = session.scalars(select(Response.answers)).all()
    assert kept == [{"score": 3, "comment": "Cold"}]


def test_what_was_not_asked_is_not_kept(
    session: Session, client: FlaskClient, personal: str
) -> None:
    Respondent(client, personal).send(
        score=9,
        salary="100",
        __proto__="x",
        score__other="1",
        comment="Good",
    )

    assert session.scalars(select(Response.answers)).all() == [
        {"score": 9, "comment": "Good"}
    ]


@pytest.mark.parametrize("answer", ["11", "-1", "9.5", "nine", "1e1", "٣", "9" * 5000])
def test_a_score_that_the_scale_does_not_have_is_asked_for_again(
    session: Session, client: FlaskClient, personal: str, answer: str
) -> None:
    for locale in LOCALES:
        person = Respondent(client, f"{personal}?lang={locale}")
        page = client.post(
            personal,
            data={"step": person.step, "language": locale, "q.score": answer},
        )
        assert page.status_code == 422
        assert f'<html lang="{locale}">' in page.text
        assert 'href="#q-score-0"' in page.text
    assert count(session, Response) == 0


@pytest.mark.parametrize(
    ("spoiled", "status", "place"),
    [
        ({"type": "Order Delivered!"}, 422, "type"),
        ({"time": "2026-10-17T09:00:00Z"}, 422, "time"),
        ({"data": {"customer": {"email": INJECTED}}}, 422, "data.customer.email"),
        (
            {"data": {"customer": {"attributes": {"note": "x" * 20_000}}}},
            422,
            "data.customer",
        ),
        ({"data": {"note": "x" * 2_200_000}}, 413, None),
    ],
)
def test_an_event_that_cannot_be_taken_is_refused_in_both_languages(
    session: Session,
    client: FlaskClient,
    key: str,
    spoiled: dict[str, Any],
    status: int,
    place: str | None,
) -> None:
    said = {}
    for locale in LOCALES:
        answer = client.post(
            "/api/v1/events",
            json=EVENT | spoiled,
            headers={"Authorization": f"Bearer {key}", "Accept-Language": locale},
        )
        assert answer.status_code == status
        assert answer.headers["Content-Language"] == locale
        assert answer.json is not None
        faults = answer.json.get("errors", ())
        assert [one["place"] for one in faults] == ([place] if place else [])
        said[locale] = [answer.json["title"], *(one["detail"] for one in faults)]

    assert all(fr != en for fr, en in zip(said["fr"], said["en"], strict=True))
    assert (count(session, Event), count(session, Contact)) == (0, 0)


def test_a_forged_delivery_is_refused_in_both_languages(
    session: Session, client: FlaskClient, settings: Settings, clock: StoppedClock
) -> None:
    how: dict[str, Any] = {"author_id": None, "now": clock.now()}
    sealing = settings.secret()
    source = create_source(
        session, name="Shop", kind=SourceKind.SHOPIFY, sealing=sealing, **how
    )
    change_secret(session, source, samples.SECRET, sealing=sealing, **how)
    session.commit()
    content, headers = samples.shopify("orders/paid", samples.SHOPIFY_ORDER)

    said = []
    for locale in LOCALES:
        answer = client.post(
            f"/api/v1/hooks/{source}",
            data=content.replace(b"1", b"2"),
            headers={**headers, "Accept-Language": locale},
        )
        assert answer.status_code == 401
        assert answer.json is not None
        assert answer.json["code"] == "bad_signature"
        said.append(answer.json["detail"])

    assert len(set(said)) == len(LOCALES)
    assert count(session, Event) == 0


def test_the_limit_of_guesses_is_exact_whatever_is_guessed(
    client: FlaskClient, personal: str
) -> None:
    ways = ("/a/{}", "/stop/{}", "/why/{}", "/s/{:.20}", "/a/{}/opened", "/a/{}")
    statuses = []
    for number in range(MOST_GUESSES + 5):
        address = ways[number % len(ways)].format(f"{number:043d}")
        is_post = number % len(ways) >= 4
        statuses.append((client.post if is_post else client.get)(address).status_code)

    assert statuses == [404] * MOST_GUESSES + [429] * 5
    for locale in LOCALES:
        page = client.get(personal, headers={"Accept-Language": locale})
        assert (page.status_code, f'<html lang="{locale}">' in page.text) == (429, True)


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_header_opens_the_door_to_nobody(
    database: Database,
    settings: Settings,
    clock: StoppedClock,
    personal: str,
    proxies: int,
) -> None:
    """Without a proxy it is not read; with one, its last address alone counts."""
    app = create_app(replace(settings, proxies=proxies), database=database, clock=clock)
    client = app.test_client()

    def come(address: str, number: int) -> int:
        told = f"203.0.113.{number}, 198.51.100.7" if proxies else f"203.0.113.{number}"
        headers = {
            "X-Forwarded-For": told,
            "X-Real-IP": f"203.0.113.{number}",
            "Forwarded": f"for=203.0.113.{number}",
        }
        return client.get(address, headers=headers).status_code

    tried = [come(f"/a/{number:043d}", number) for number in range(MOST_GUESSES + 5)]

    assert tried == [404] * MOST_GUESSES + [429] * 5
    assert come(personal, 250) == 429


def test_a_page_of_an_hour_ago_is_still_taken_and_one_of_the_future_harms_nobody(
    session: Session, client: FlaskClient, personal: str, clock: StoppedClock
) -> None:
    person = Respondent(client, personal)
    clock.advance(hours=-2)
    person.send(score=9)

    (response,) = session.scalars(select(Response)).all()
    assert all(spent >= 0 for spent in response.seconds.values())
    assert response.answers == {"score": 9}


def test_no_address_becomes_a_second_header_of_a_mail(
    session: Session, client: FlaskClient, key: str
) -> None:
    for place, address in enumerate(
        (INJECTED, "a\nTo: b@c.de", '"a\r\n"@b.de', "a@b\x00.de")
    ):
        answer = client.post(
            "/api/v1/events",
            data=json.dumps(
                EVENT | {"id": f"C-{place}", "data": {"customer": {"email": address}}}
            ),
            content_type="application/json",
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code in {400, 422}, address
    assert (count(session, Event), count(session, Contact)) == (0, 0)
