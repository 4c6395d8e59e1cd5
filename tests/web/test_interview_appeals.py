"""Looking for participants, and the page on which one takes a moment."""

from email import message_from_bytes
from email.policy import default

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.interviews.talks import Talks
from tests.interviews.test_booking import Looking

FORM = {
    "name": "The till",
    "subject_fr": "La caisse",
    "subject_en": "The till",
    "way": "video",
    "minutes": "45",
    "place": "",
    "phase": "",
    "guide": "",
    "slots": "2026-10-20 10:00\n2026-10-21 10:00",
    "consent_fr": "J’accepte.",
    "consent_en": "I agree.",
}


@pytest.fixture
def talks(session: Session, factories: Factories, clock: StoppedClock) -> Talks:
    made = Talks(session, factories, clock)
    session.commit()
    return made


@pytest.fixture
def links(talks: Talks) -> list[str]:
    """The addresses that two customers got."""
    looking = Looking(talks)
    looking.ask(looking.contact(1), looking.contact(2))
    found = [f"/t/{token}" for token in looking.tokens()]
    talks.session.commit()
    return found


def slots_of(talks: Talks) -> list[str]:
    looking = Looking.__new__(Looking)
    looking.session = talks.session
    found = looking.slots()
    talks.session.rollback()
    return found


def test_an_appeal_is_made_shown_and_closed(logged_in: LoggedIn, talks: Talks) -> None:
    browser = logged_in(Role.ANALYST)

    made = browser.post(f"/journeys/{talks.key}/participants/new", data=FORM)
    assert made.status_code == 302, made.text
    address = str(made.location)
    assert "The till" in browser.get(f"/journeys/{talks.key}/participants/").text
    page = browser.get(address).text
    assert page.count(">free<") == 2
    closed = browser.post(f"{address}/close", follow_redirects=True)
    assert "The appeal is closed" in closed.text


def test_what_was_typed_in_a_faulty_appeal_stays(
    logged_in: LoggedIn, talks: Talks
) -> None:
    answer = logged_in(Role.ANALYST).post(
        f"/journeys/{talks.key}/participants/new",
        data={**FORM, "slots": "tomorrow at ten"},
    )

    assert answer.status_code == 422
    assert "tomorrow at ten" in answer.text


def test_managers_look_for_nobody(logged_in: LoggedIn, talks: Talks) -> None:
    browser = logged_in(Role.MANAGER)

    assert browser.get(f"/journeys/{talks.key}/participants/").status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "Pouvons-nous échanger avec vous"), ("en", "May we talk with you?")],
)
def test_the_page_speaks_the_language_of_the_customer(
    client: FlaskClient, links: list[str], language: str, words: str
) -> None:
    page = client.get(f"{links[0]}?lang={language}")

    assert words in page.text
    assert "Set-Cookie" not in page.headers


def test_a_moment_is_taken_once_and_can_be_given_back(
    client: FlaskClient, links: list[str], talks: Talks
) -> None:
    slot = slots_of(talks)[0]
    sent = {"slot": slot, "scopes": ["notes"]}

    taken = client.post(links[0], data=sent)
    other = client.post(links[1], data=sent)
    file = client.get(f"{links[0]}/interview.ics")
    back = client.post(f"{links[0]}/cancel")

    assert "We look forward to talking with you" in taken.text
    assert other.status_code == 409
    assert "Somebody else has just taken this moment" in other.text
    assert file.mimetype == "text/calendar"
    assert file.data.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "Thank you for telling us" in back.text
    assert slot in client.get(links[1]).text


def test_a_copy_of_what_is_kept_of_a_customer_holds_it_too(
    logged_in: LoggedIn, client: FlaskClient, links: list[str], talks: Talks
) -> None:
    client.post(links[0], data={"slot": slots_of(talks)[0], "scopes": ["notes"]})

    answer = logged_in(Role.ANALYST).get("/customers/customer0001/export.json")

    assert answer.json is not None
    assert answer.json["asked_to_talk"][0]["state"] == "accepted"
    (interview,) = answer.json["interviews"]
    assert interview["consent"]["scopes"] == ["notes"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_letters_go_out_with_the_appointment_for_the_calendar(
    client: FlaskClient,
    links: list[str],
    talks: Talks,
    worker: Worker,
    settings: Settings,
    clock: StoppedClock,
    language: str,
) -> None:
    client.post(f"{links[0]}?lang={language}", data={"slot": slots_of(talks)[0]})
    worker.drain()
    clock.advance(days=2, minutes=1)
    worker.drain()

    mails = [
        message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted((settings.data_dir / "outbox").glob("*.eml"))
    ]
    words = " ".join(str(mail["subject"]) for mail in mails)
    files = [part for mail in mails for part in mail.iter_attachments()]
    assert [one.get_content_type() for one in files] == ["text/calendar"]
    assert len(mails) == 4
    assert ("votre rendez-vous" if language == "fr" else "your appointment") in words


def test_looking_at_the_page_changes_nothing(
    client: FlaskClient, links: list[str], talks: Talks
) -> None:
    before = client.get(links[0]).text

    assert client.get(links[0]).text == before
    assert client.get(f"{links[0]}/cancel").status_code == 405


def test_an_unknown_link_leads_nowhere(client: FlaskClient, talks: Talks) -> None:
    assert client.get("/t/nothing").status_code == 404
    assert client.get("/t/nothing/interview.ics").status_code == 404
