"""What somebody wrote in an answer: masked on every page, in every file and call."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.accounts.api_keys import Scope
from feedback.accounts.roles import Role
from feedback.collection.models import Contact, Response
from feedback.db.audit import AuditEntry
from feedback.surveys.models import Survey
from tests.api.conftest import Connect
from tests.api.conftest import connect as connect  # noqa: PLC0414 - a fixture
from tests.conftest import LoggedIn
from tests.factories import Factories
from tests.surveys.asking import choices, question, survey

PHONE = "06 12 34 56 78"
MAIL = "ada@example.org"
ASKED = survey(
    (
        question("nps", "score"),
        question("long_text", "why"),
        question("single", "shop", choices=choices("lille", "lyon"), other=True),
        question("short_text", "after", text={"en": "You said: {answer:why}"}),
        question("contact", "reach", fields=["email"], consent={"en": "Yes"}),
    )
)
WRITTEN = (f"Appelez {PHONE}", f"chez {PHONE}", PHONE)
ANSWERS = {
    "score": 3,
    "why": WRITTEN[0],
    "shop": {"other": WRITTEN[1]},
    "after": WRITTEN[2],
    "reach": {"email": MAIL, "consent": True},
}


@pytest.fixture
def asked(factories: Factories) -> Survey:
    return factories.survey(questionnaire=ASKED)


@pytest.fixture
def contact(factories: Factories) -> Contact:
    return factories.contact("88")


@pytest.fixture(params=["waiting", "analysed", "test"])
def response(
    request: pytest.FixtureRequest,
    factories: Factories,
    asked: Survey,
    contact: Contact,
) -> Response:
    """A response before its analysis, after it, or by who tries the survey."""
    is_test = request.param == "test"
    made = factories.response(asked, ANSWERS, contact=contact, is_test=is_test)
    if request.param == "analysed":
        factories.analysed(made, *WRITTEN)
    factories.session.commit()
    return made


def pages(
    browser: FlaskClient, asked: str, response: str, contact: str
) -> Iterator[tuple[str, str]]:
    """Yield what every page and file about responses says, with its address."""
    base = f"/surveys/{asked}"
    for path in (
        f"{base}/results",
        f"{base}/responses?tests=1&partial=1",
        f"{base}/responses/{response}",
        f"{base}/responses.csv?tests=1&partial=1",
        f"/customers/{contact}",
        f"/customers/{contact}/export.json",
    ):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        yield path, answer.get_data(as_text=True)
    book = browser.get(f"{base}/responses.xlsx?tests=1&partial=1", buffered=True)
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.data)).get_sheet_by_index(0)
    yield "xlsx", str(sheet.to_python())


def test_a_phone_number_in_an_answer_stands_on_no_page_and_in_no_file(
    logged_in: LoggedIn, asked: Survey, response: Response, contact: Contact
) -> None:
    ids = asked.public_id, response.public_id, contact.public_id
    for role in (Role.ANALYST, Role.ADMINISTRATOR):
        for language in ("en", "fr"):
            browser = logged_in(role, locale=language)
            for path, said in pages(browser, *ids):
                assert PHONE not in said, (path, role)
                assert "56 78" not in said, (path, role)


def test_a_phone_number_in_an_answer_is_told_by_no_call(
    connect: Connect, asked: Survey, response: Response
) -> None:
    machine = connect()
    answer = machine.get(f"/responses?survey={asked.public_id}&with_partial=yes")

    assert answer.status_code == 200
    assert PHONE not in answer.text
    assert "56 78" not in answer.text


def test_contact_details_are_told_to_keys_with_a_right_of_their_own(
    connect: Connect, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, ANSWERS)
    path = f"/responses?survey={asked.public_id}"

    without = connect(Scope.RESPONSES_READ).get(path)
    with_it = connect(Scope.RESPONSES_READ, Scope.CONTACTS_READ).get(path)

    assert MAIL not in without.text
    assert '"kind":"contact"' not in without.text
    assert MAIL in with_it.text


def test_the_page_says_what_is_not_read_yet_and_never_will_be(
    logged_in: LoggedIn, factories: Factories, asked: Survey
) -> None:
    waiting = factories.response(asked, ANSWERS).public_id
    test = factories.response(asked, ANSWERS, is_test=True).public_id
    base = f"/surveys/{asked.public_id}/responses"
    browser = logged_in(Role.ANALYST)

    assert "being read: shown once" in browser.get(f"{base}/{waiting}").text
    assert "the texts of a test are not" in browser.get(f"{base}/{test}").text
    french = logged_in(Role.ANALYST, locale="fr").get(f"{base}/{waiting}").text
    assert "lecture en cours" in french


def test_who_may_reads_an_answer_as_it_was_given_on_record(
    logged_in: LoggedIn, factories: Factories, asked: Survey, session: Session
) -> None:
    made = factories.response(asked, ANSWERS)
    public_id, *_ = factories.analysed(made, *WRITTEN)
    path = f"/surveys/{asked.public_id}/responses/{made.public_id}"
    analyst, administrator = (
        logged_in(role) for role in (Role.ANALYST, Role.ADMINISTRATOR)
    )

    assert f"{public_id}/original" not in analyst.get(path).text
    page = administrator.get(path).text
    (address,) = (
        piece.partition('"')[0]
        for piece in page.split('action="')[1:]
        if piece.startswith("/journeys") and f"{public_id}/original" in piece[:200]
    )
    assert analyst.post(address).status_code == 403
    given = administrator.post(address).text

    assert PHONE in given
    session.rollback()
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-1:] == ["original_read"]


def test_all_that_is_kept_with_texts_as_given_is_for_those_who_may_read_them(
    logged_in: LoggedIn, factories: Factories, asked: Survey, contact: Contact
) -> None:
    factories.response(asked, ANSWERS, contact=contact)
    path = f"/customers/{contact.public_id}/originals.json"
    page = f"/customers/{contact.public_id}"
    analyst, administrator = (
        logged_in(role) for role in (Role.ANALYST, Role.ADMINISTRATOR)
    )

    assert analyst.post(path).status_code == 403
    assert path not in analyst.get(page).text
    assert path in administrator.get(page).text
    given = administrator.post(path)
    assert PHONE in given.text
    assert administrator.get(path).status_code == 405
