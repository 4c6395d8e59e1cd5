"""What was masked: counted by kind, listed, spared or added; originals on record."""

import csv
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.roles import Role
from feedback.db.audit import AuditEntry
from feedback.nlp.annotation import PersonalData
from feedback.voice.models import MaskingWord, Verbatim
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import annotation, store
from tests.voice.test_queries import Said

TEXT = "Merci à Karine, rappelez le 06 12 34 56 78"
NAME = PersonalData(kind="person", start=8, end=14)
PHONE = PersonalData(kind="phone", start=28, end=42)


@pytest.fixture
def said(session: Session, factories: Factories, clock: StoppedClock) -> Said:
    return Said(session, factories, clock)


@pytest.fixture
def public_id(said: Said) -> str:
    """A text with a name and a phone number, masked."""
    said.add("Rien à masquer ici")
    feedback = said.factories.feedback(said.till, text=TEXT)
    found = annotation(personal_data=[NAME, PHONE])
    store(said.session, said.clock, feedback.verbatims[0], found)
    return feedback.verbatims[0].public_id


def masked(said: Said, rest: str = "") -> str:
    return f"/journeys/{said.key}/masked{rest}"


def acts(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    rows = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    found = [(row.action, row.subject) for row in rows]
    session.commit()
    return found


def test_the_page_counts_the_kinds_and_shows_the_texts_masked(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.ANALYST)

    page = browser.get(masked(said)).text

    assert "Names" in page
    assert "Phone numbers" in page
    assert "in 1 verbatim" in page
    assert 'class="masked masked-person"' in page
    assert public_id in page
    assert "Rien à masquer" not in page
    assert "Karine" not in page
    assert "06 12" not in page
    for kind, is_listed in (("phone", True), ("iban", False), ("nonsense", True)):
        listed = browser.get(masked(said, f"?kind={kind}")).text
        assert (public_id in listed) is is_listed


def test_nothing_masked_and_no_feedback_are_said(
    said: Said, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.ANALYST, locale="fr")
    assert "Pas encore de retours" in browser.get(masked(said)).text

    said.add("Rien à masquer ici")
    said.session.commit()
    assert "Rien n’a été masqué ici" in browser.get(masked(said)).text


def test_only_administrators_read_the_original_and_each_reading_is_recorded(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    address = f"/journeys/{said.key}/verbatims/{public_id}/original"
    for role in (Role.MANAGER, Role.ANALYST):
        assert logged_in(role).post(address).status_code == 403
    assert ("original_read", public_id) not in acts(said.session)

    administrator = logged_in(Role.ADMINISTRATOR)
    answers = [administrator.post(address) for _ in range(2)]

    assert all("Karine" in answer.text for answer in answers)
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert administrator.get(address).status_code == 405
    assert acts(said.session).count(("original_read", public_id)) == 2
    history = administrator.get("/people/history").text
    assert "Read a text as it was given" in history
    assert "Karine" not in history


def test_a_text_of_which_nothing_is_kept_cannot_be_read_and_nothing_is_recorded(
    said: Said, logged_in: LoggedIn
) -> None:
    plain = said.add("Rien à masquer ici")
    administrator = logged_in(Role.ADMINISTRATOR)

    answer = administrator.post(f"/journeys/{said.key}/verbatims/{plain}/original")

    assert answer.status_code == 404
    assert "original_read" not in dict(acts(said.session))


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMINISTRATOR])
def test_no_other_page_and_no_export_holds_what_is_masked(
    role: Role, said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    browser = logged_in(role)
    explorer = f"/journeys/{said.key}/verbatims"
    exported = browser.get(f"{explorer}/export.csv").text
    pages = [
        browser.get(address).text
        for address in (
            explorer,
            f"{explorer}?verbatim={public_id}",
            f"{explorer}?q=karine",
            masked(said),
        )
    ]

    assert "••••••" in exported
    assert len(list(csv.reader(StringIO(exported)))) == 3
    for text in (*pages, exported):
        assert "Merci à Karine" not in text
        assert "06 12" not in text


def test_an_open_verbatim_tells_that_something_is_masked(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    address = f"/journeys/{said.key}/verbatims?verbatim={public_id}"

    analyst, administrator = logged_in(Role.ANALYST), logged_in(Role.ADMINISTRATOR)
    assert "is masked in this text" in analyst.get(address).text
    assert "Read it as it was given" not in analyst.get(address).text
    assert "Read it as it was given" in administrator.get(address).text

    said.session.scalars(
        select(Verbatim).where(Verbatim.public_id == public_id)
    ).one().original = None
    said.session.commit()
    assert "no longer kept" in administrator.get(address).text


def test_words_are_added_once_and_taken_out_again(
    said: Said, logged_in: LoggedIn
) -> None:
    browser = logged_in(Role.ANALYST)

    def add(word: str, chosen: str) -> tuple[int, str]:
        answer = browser.post(
            masked(said, "/words"),
            data={"word": word, "list": chosen},
            follow_redirects=True,
        )
        return answer.status_code, answer.text

    assert add("Élan", "spared")[0] == 200
    assert add("Zéphyr-7", "masked")[0] == 200
    status, page = add("  ELAN ", "masked")
    assert status == 409
    assert "in one of the lists already" in page
    assert 'value="  ELAN "' in page
    assert add(" - ", "spared")[0] == 422

    words = said.session.scalars(select(MaskingWord).order_by(MaskingWord.id)).all()
    assert [(one.word, one.is_masked) for one in words] == [
        ("elan", False),
        ("zephyr-7", True),
    ]
    numbers = [one.id for one in words]
    said.session.commit()
    for number in numbers:
        assert browser.post(masked(said, f"/words/{number}/remove")).status_code == 302
    assert browser.post(masked(said, f"/words/{numbers[0]}/remove")).status_code == 404
    assert acts(said.session)[-4:] == [
        ("spared_word_added", "elan"),
        ("masking_word_added", f"#{numbers[1]}"),
        ("spared_word_removed", "elan"),
        ("masking_word_removed", f"#{numbers[1]}"),
    ]


def test_a_manager_sees_no_masking(
    said: Said, public_id: str, logged_in: LoggedIn
) -> None:
    browser: FlaskClient = logged_in(Role.MANAGER)

    assert browser.get(masked(said)).status_code == 403
    assert "/masked" not in browser.get(f"/journeys/{said.key}/verbatims").text
