"""The pages of interviews: planned, agreed to, written down, marked, taken back."""

import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.interviews.excerpt_queries import get_excerpt, list_excerpts
from feedback.interviews.terms import InterviewState
from feedback.worker.runner import Worker
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.interviews.talks import TRANSCRIPT, Talks


@pytest.fixture
def talks(session: Session, factories: Factories, clock: StoppedClock) -> Talks:
    made = Talks(session, factories, clock)
    session.commit()
    return made


def revision_of(talks: Talks, interview: str) -> int:
    revision = talks.read(interview).revision
    talks.session.rollback()
    return revision


def planned(browser: FlaskClient, talks: Talks, **changed: object) -> str:
    answer = browser.post(
        f"/journeys/{talks.key}/interviews/new",
        data={
            "alias": "P1",
            "held_at": "2026-10-15T10:00",
            "way": "phone",
            "language": "en",
            "phase": "",
            "persona": "",
            "guide": "the-purchase",
            "touchpoints": [talks.point_id],
            **changed,
        },
    )
    assert answer.status_code == 302, answer.text
    return str(answer.location).rpartition("/")[2]


def agree(browser: FlaskClient, interview: str, *scopes: str) -> None:
    answer = browser.post(
        f"/interviews/{interview}/consent",
        data={
            "text": "I agree.",
            "scopes": scopes or ["notes", "recording", "quotation"],
            "given_at": "2026-10-15T10:30",
            "way": "spoken",
        },
    )
    assert answer.status_code == 302, answer.text


def test_an_interview_goes_from_its_plan_to_an_excerpt(
    logged_in: LoggedIn, talks: Talks, worker: Worker, session: Session
) -> None:
    browser = logged_in(Role.ANALYST)
    interview = planned(browser, talks)
    page = browser.get(f"/interviews/{interview}").text
    assert "First the consent" in page
    assert "The day of the purchase" in page
    agree(browser, interview)

    sent = browser.post(
        f"/interviews/{interview}/transcript",
        data={"file": (io.BytesIO(TRANSCRIPT), "talk.txt")},
        follow_redirects=True,
    )
    assert "Names and numbers are being masked" in sent.text
    worker.drain()
    page = browser.get(f"/interviews/{interview}").text
    assert "Who is the customer?" in page
    assert "Julie" not in page
    browser.post(
        f"/interviews/{interview}/speakers",
        data={
            "revision": revision_of(talks, interview),
            "role-0": "interviewer",
            "role-1": "customer",
        },
    )
    page = browser.get(f"/interviews/{interview}").text
    assert "queue at the till" in page
    assert "Durand" not in page
    form = browser.get(f"/interviews/{interview}/mark?turn=2").text
    assert "proposed" in form
    kept = browser.post(
        f"/interviews/{interview}/mark",
        data={
            "turn": 2,
            "touchpoint": talks.point_id,
            "theme-0": "queue_wait",
            "polarity-0": "negative",
        },
    )
    assert kept.status_code == 302
    worker.drain()

    session.rollback()
    (excerpt,) = list_excerpts(session, talks.read(interview).id)
    session.rollback()
    explorer = browser.get(f"/journeys/{talks.key}/verbatims?source=interview").text
    assert "for twenty minutes" in explorer
    assert excerpt.text in browser.get(f"/interviews/excerpts/{excerpt.public_id}").text


def test_two_who_change_one_excerpt_both_find_their_words(
    logged_in: LoggedIn, talks: Talks, worker: Worker, session: Session
) -> None:
    interview = talks.written_down(worker)
    excerpt = talks.mark(interview, talks.draft(2))
    session.commit()
    sent = {"turn": 2, "touchpoint": talks.point_id, "revision": 0}
    one, other = logged_in(Role.ANALYST), logged_in(Role.ADMINISTRATOR)
    address = f"/interviews/excerpts/{excerpt}"

    one.post(address, data={**sent, "comment": "the words of the first"})
    answer = other.post(address, data={**sent, "comment": "the words of the second"})

    assert answer.status_code == 409
    assert "the words of the first" in answer.text
    assert "the words of the second" in answer.text
    assert 'name="revision" value="1"' in answer.text
    session.rollback()
    assert get_excerpt(session, excerpt).comment == "the words of the first"


def test_notes_of_two_are_both_kept(
    logged_in: LoggedIn, talks: Talks, session: Session
) -> None:
    interview = talks.agreed()
    session.commit()
    browser = logged_in(Role.ANALYST)
    address = f"/interviews/{interview}/notes"
    fetch = {"X-Requested-With": "fetch"}

    first = browser.post(address, data={"notes": "mine", "revision": 0}, headers=fetch)
    second = browser.post(
        address, data={"notes": "yours", "revision": 0}, headers=fetch
    )
    page = browser.post(address, data={"notes": "yours", "revision": 0})

    assert first.json == {"revision": 1}
    assert second.status_code == 409
    assert second.json is not None
    assert (second.json["notes"], second.json["revision"]) == ("mine", 1)
    assert page.status_code == 409
    assert ">mine</textarea>" in page.text
    assert ">yours</textarea>" in page.text


def test_notes_become_turns_when_the_talk_ends(
    logged_in: LoggedIn, talks: Talks, worker: Worker, session: Session
) -> None:
    interview = talks.agreed()
    session.commit()
    browser = logged_in(Role.ANALYST)
    notes = "? How was it?\n[14:05] Too long a queue.\n[14:09] # sounds tired"

    browser.post(
        f"/interviews/{interview}/notes",
        data={"notes": notes, "revision": 0, "do": "end"},
    )
    worker.drain()

    session.rollback()
    read = talks.read(interview)
    assert (read.state, read.notes) == (InterviewState.HELD, "")
    assert talks.texts(interview) == [
        "How was it?",
        "Too long a queue.",
        "sounds tired",
    ]
    assert "Too long a queue." in browser.get(f"/interviews/{interview}").text


def test_a_consent_is_taken_back_on_the_page(
    logged_in: LoggedIn, talks: Talks, worker: Worker
) -> None:
    interview = talks.written_down(worker)
    browser = logged_in(Role.ANALYST)

    page = browser.post(f"/interviews/{interview}/withdraw", follow_redirects=True)

    assert "Nothing of what they said is kept" in page.text
    assert "queue" not in page.text


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_pages_speak_the_language_of_the_reader(
    logged_in: LoggedIn, talks: Talks, locale: str
) -> None:
    interview = talks.agreed()
    talks.session.commit()
    browser = logged_in(Role.ANALYST, locale=locale)
    words = {
        f"/journeys/{talks.key}/interviews/": ("Entretiens", "Interviews"),
        "/interviews/guides/": ("Guides d’entretien", "Interview guides"),
        "/interviews/guides/first-contact": ("Copier", "Copy"),
        f"/interviews/{interview}": ("Consentement", "Consent"),
        f"/interviews/{interview}/notes": ("Terminer l’entretien", "End the talk"),
    }

    for address, (french, english) in words.items():
        page = browser.get(address)
        assert page.status_code == 200, address
        assert (french if locale == "fr" else english) in page.text, address


def test_managers_see_no_interview(logged_in: LoggedIn, talks: Talks) -> None:
    interview = talks.agreed()
    talks.session.commit()
    browser = logged_in(Role.MANAGER)

    for path in (f"/interviews/{interview}", "/interviews/guides/", "/interviews/"):
        assert browser.get(path).status_code == 403


def test_a_guide_is_changed_and_the_interview_keeps_its_version(
    logged_in: LoggedIn, talks: Talks
) -> None:
    browser = logged_in(Role.ANALYST)
    interview = planned(browser, talks)
    form = {
        "stage": "decision",
        "minutes": "20",
        "title-fr": "Autre titre",
        "title-en": "Another title",
        "aim-fr": "But",
        "aim-en": "Aim",
        "question-0-fr": "Comment ?",
        "question-0-en": "How?",
        "revision": "1",
    }

    changed = browser.post("/interviews/guides/the-purchase/edit", data=form)
    again = browser.post("/interviews/guides/the-purchase/edit", data=form)

    assert changed.status_code == 302
    assert again.status_code == 409
    assert "Another title" in again.text
    assert "Another title" in browser.get("/interviews/guides/").text
    assert "The day of the purchase" in browser.get(f"/interviews/{interview}").text
    old = browser.get("/interviews/guides/the-purchase?version=1").text
    assert "The day of the purchase" in old


def test_what_was_typed_in_a_faulty_guide_stays(logged_in: LoggedIn) -> None:
    answer = logged_in(Role.ANALYST).post(
        "/interviews/guides/new",
        data={"stage": "loyalty", "minutes": "x", "question-0-fr": "Seule en français"},
    )

    assert answer.status_code == 422
    assert "Seule en français" in answer.text
    assert "in both languages" in answer.text


def test_only_known_customers_are_tied_to_an_interview(
    logged_in: LoggedIn, talks: Talks
) -> None:
    answer = logged_in(Role.ANALYST).post(
        f"/journeys/{talks.key}/interviews/new",
        data={
            "alias": "P1",
            "contact": "nobody@example.org",
            "held_at": "2026-10-15T10:00",
            "way": "phone",
            "language": "en",
            "phase": "",
            "persona": "",
            "guide": "",
        },
    )

    assert answer.status_code == 422
    assert "This customer does not exist" in answer.text
