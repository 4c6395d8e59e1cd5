"""A survey answered by its link, without script: nothing lost, nothing let in."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.collection.models import (
    Contact,
    CustomerRequest,
    Invitation,
    OpenLink,
    Response,
)
from feedback.collection.steps import read_step, write_step
from feedback.collection.terms import (
    Channel,
    Flag,
    InvitationState,
    RequestKind,
    ResponseState,
)
from feedback.config import Settings
from feedback.db.session import Database
from feedback.schema import metadata
from feedback.surveys import service
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import Questionnaire, Theme
from feedback.web.context import EXTENSION
from feedback.web.respondents import SEGMENTS, create_respondents
from feedback.web.security import permission_of
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment
from tests.factories.answering import Respondent
from tests.web.questionnaires import every_kind

STATIC = Path("feedback/static")


@pytest.fixture
def survey(factories: Factories) -> Survey:
    return factories.survey(questionnaire=every_kind())


@pytest.fixture
def simple(session: Session, factories: Factories) -> str:
    """The address of an open link to a survey with a score and a comment."""
    address = f"/s/{factories.open_link(factories.survey()).slug}"
    session.commit()
    return address


@pytest.fixture
def link(session: Session, factories: Factories, survey: Survey) -> str:
    """The address of an open link to a survey of three pages with every kind."""
    address = f"/s/{factories.open_link(survey).slug}"
    session.commit()
    return address


@pytest.fixture
def personal(session: Session, factories: Factories, survey: Survey) -> str:
    """The address of a personal link to such a survey, of somebody who is known."""
    contact = factories.contact()
    contact.name = "Ada <Lovelace>"
    facts = {"attribute": {"name": contact.name}}
    address = factories.personal_link(
        factories.invitation(survey, contact, facts=facts)
    )
    session.commit()
    return address


def kept(session: Session) -> list[Response]:
    """The responses as they stand, read without holding a lock."""
    session.rollback()
    found = list(session.scalars(select(Response).order_by(Response.id)))
    session.expunge_all()
    session.rollback()
    return found


def count_rows(database: Database) -> dict[str, int]:
    with database.session(writes=False) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_an_open_link_is_answered_in_one_page(
    session: Session, client: FlaskClient, simple: str
) -> None:
    person = Respondent(client, simple)
    assert "Would you recommend us" in person.open(accept_language="en").text
    answer = person.send(score=9, comment="Good bread")

    assert answer.status_code == 200
    assert "Thank you!" in answer.text
    (response,) = kept(session)
    assert response.answers == {"score": 9, "comment": "Good bread"}
    assert response.state == ResponseState.COMPLETE
    assert (response.language, response.answered_share) == ("en", 1.0)
    assert response.channel == Channel.OPEN


def test_three_pages_are_left_one_after_the_other_without_script(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    assert "Page 1 of 3" in person.text
    assert "Hello Ada <Lovelace>," in person.text
    assert "Ada &lt;Lovelace&gt;" in person.page.text
    person.send(score=2, why="Cold")
    assert "Page 2 of 3" in person.text
    person.send(csat=4, how="other", how__other="A poster", bought="bread")
    assert "Page 3 of 3" in person.text
    answer = person.send(
        shop="lyon",
        rank__price=2,
        rank__taste=1,
        grid__wait="bad",
        line="Brioche",
        number="12,50",
        day="2026-10-01",
    )

    assert "Thank you for being frank" in answer.text
    (response,) = kept(session)
    assert response.answers == {
        "score": 2,
        "why": "Cold",
        "csat": 4,
        "how": {"other": "A poster"},
        "bought": {"choices": ["bread"]},
        "shop": {"choice": "lyon"},
        "rank": ["taste", "price"],
        "grid": {"wait": "bad"},
        "line": "Brioche",
        "number": 12.5,
        "day": "2026-10-01",
    }


def test_the_same_link_goes_on_in_another_browser_with_what_was_answered(
    application: Flask, session: Session, client: FlaskClient, personal: str
) -> None:
    Respondent(client, personal).send(score=9, why="Warm & fresh")

    elsewhere = Respondent(application.test_client(), personal)
    assert "Page 2 of 3" in elsewhere.text
    elsewhere.send("back")
    assert "Page 1 of 3" in elsewhere.text
    assert 'value="9" checked' in elsewhere.page.text
    assert "Warm & fresh" in elsewhere.text
    assert len(kept(session)) == 1


def test_sent_twice_is_saved_once_with_the_same_thanks(
    session: Session, client: FlaskClient, link: str, factories: Factories
) -> None:
    address = factories.personal_link(factories.invitation(factories.survey()))
    session.commit()
    person = Respondent(client, address)
    form = {"step": person.step, "language": "en", "go": "next", "q.score": "3"}
    first = client.post(address, data=form)
    again = client.post(address, data={**form, "q.score": "9"})
    later = client.get(address)

    def said(page: str) -> str:
        return re.sub(r'value="[^"]*"', "", page)

    assert first.status_code == again.status_code == later.status_code == 200
    assert said(first.text) == said(again.text) == said(later.text)
    assert kept(session)[0].answers == {"score": 3}
    invitation = session.scalars(select(Invitation)).one()
    assert invitation.state == InvitationState.COMPLETE


def test_a_missing_answer_is_asked_for_and_what_was_typed_stays(
    session: Session, client: FlaskClient, simple: str
) -> None:
    person = Respondent(client, simple)
    answer = person.send(comment="Only <words>")

    assert answer.status_code == 422
    assert 'href="#q-score-0"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Only &lt;words&gt;" in answer.text
    assert kept(session) == []
    person.send(score=8, comment="Only <words>")
    assert kept(session)[0].answers == {"score": 8, "comment": "Only <words>"}


def test_every_fault_has_words_and_leads_to_its_field(
    client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    person.send(score=9)
    person.send(bought=["bread", "cake"], how="street")
    page = person.send(
        rank__price=1,
        rank__taste=1,
        number="600",
        day="yesterday",
        who__phone="12",
        who__consent="1",
        line="x" * 600,
    )

    assert page.status_code == 422
    for target, words in {
        "q-rank-0": "The same rank is there twice",
        "q-number-field": "Please write 500 or less.",
        "q-day-field": "Please write a date",
        "q-who-phone": "Please check this number",
        "q-line-field": "This is too long",
    }.items():
        assert f'href="#{target}"' in page.text
        assert f'id="{target}"' in page.text
        assert words in person.text
    assert 'value="yesterday"' in page.text


def test_the_score_of_the_mail_is_chosen_and_not_sent(
    session: Session, client: FlaskClient, personal: str
) -> None:
    page = client.get(f"{personal}?score=9").text

    assert 'value="9" checked' in page
    assert page.count(" checked") == 1
    for wrong in ("11", "x", "", "-1", "٣", "1e1", "99999999999"):
        assert " checked" not in client.get(f"{personal}?score={wrong}").text
    assert 'value="0" checked' in client.get(f"{personal}?score=0").text
    assert kept(session) == []


def test_loading_a_page_writes_nothing(
    client: FlaskClient, database: Database, personal: str, link: str, session: Session
) -> None:
    session.rollback()
    before = count_rows(database)
    stamps = session.execute(select(Invitation.state, Invitation.opened_at)).all()
    session.rollback()
    for address in (personal, f"{personal}?score=3", link, f"/why{personal[2:]}"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    client.get(f"/stop{personal[2:]}")

    assert count_rows(database) == before
    session.rollback()
    assert (
        session.execute(select(Invitation.state, Invitation.opened_at)).all() == stamps
    )


def test_the_script_tells_that_a_named_page_was_seen(
    session: Session, client: FlaskClient, personal: str, clock: StoppedClock
) -> None:
    assert f'data-seen="{personal}/opened"' in client.get(personal).text
    answer = client.post(f"{personal}/opened")

    assert answer.status_code == 204
    session.rollback()
    assert session.scalars(select(Invitation.opened_at)).one() == clock.now()


def test_nobody_is_told_that_a_page_of_an_anonymous_survey_was_seen(
    session: Session, client: FlaskClient, factories: Factories
) -> None:
    survey = factories.survey(anonymous=True)
    address = factories.personal_link(factories.invitation(survey))
    session.commit()

    assert "data-seen" not in client.get(address).text
    client.post(f"{address}/opened")
    session.rollback()
    assert session.scalars(select(Invitation.opened_at)).one() is None


def test_the_language_is_the_persons_and_can_be_changed_with_what_was_typed(
    client: FlaskClient, personal: str, session: Session
) -> None:
    person = Respondent(client, personal)
    assert '<html lang="en">' in person.page.text  # of the invitation
    person.open("?lang=fr-CA")
    assert '<html lang="fr">' in person.page.text
    person.send("lang:en", score=4, why="Un peu froid")
    assert '<html lang="en">' in person.page.text
    assert 'value="4" checked' in person.page.text
    assert "Un peu froid" in person.text
    assert kept(session) == []
    person.send(score=4, why="Un peu froid")
    assert kept(session)[0].language == "en"
    person.send("lang:fr")
    person.send(how="friend")
    assert kept(session)[0].language == "fr"
    assert '<html lang="fr">' in client.get(personal).text


def test_an_open_link_speaks_the_language_of_the_browser(
    client: FlaskClient, link: str
) -> None:
    def language(accepted: str) -> str:
        page = client.get(link, headers={"Accept-Language": accepted}).text
        return str(re.findall(r'<html lang="([^"]+)"', page)[0])

    assert language("fr-CA,fr;q=0.8") == "fr"
    assert language("nl,en;q=0.5") == "en"
    assert language("nl") == "fr"  # the default of the survey
    assert language("") == "fr"


def test_a_further_language_has_its_own_words_and_english_ones_around_them(
    session: Session, client: FlaskClient, factories: Factories
) -> None:
    survey = factories.survey(questionnaire=_in_german(score_and_comment()))
    link = f"/s/{factories.open_link(survey).slug}"
    session.commit()
    page = client.get(link, headers={"Accept-Language": "de"}).text

    assert '<html lang="de">' in page
    assert "Würden Sie uns empfehlen?" in page
    assert '<div class="ways" lang="en">' in page
    assert "Send my answers" in page
    assert "Deutsch</button>" in page


def _in_german(one: Questionnaire) -> Questionnaire:
    words = {"score": "Würden Sie uns empfehlen?", "comment": "Warum?"}
    pages = tuple(
        replace(
            page,
            questions=tuple(
                replace(asked, text={**asked.text, "de": words[asked.key]})
                for asked in page.questions
            ),
        )
        for page in one.pages
    )
    endings = tuple(
        replace(end, title={**end.title, "de": "Danke!"}) for end in one.endings
    )
    return replace(
        one,
        title={**one.title, "de": "Ihre Meinung"},
        languages=("fr", "en", "de"),
        pages=pages,
        endings=endings,
    )


def test_a_question_that_follows_from_an_answer_comes_on_the_same_page(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    person.send(score=9)
    assert "Which friend?" not in person.text
    page = person.send(how="friend", csat=5)
    assert page.status_code == 200
    assert "Page 2 of 3" in person.text
    assert "Which friend?" in person.text
    assert "One more question follows from your answer." in person.text
    assert 'value="friend" checked' in page.text
    person.send(how="friend", csat=5, friend="Grace")
    assert "Page 3 of 3" in person.text
    assert kept(session)[0].answers["friend"] == "Grace"


def test_the_script_may_look_what_follows_without_saving(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    person.send(score=9)
    before = kept(session)[0].answers
    page = person.send("look", how="friend", csat=5)

    assert page.status_code == 200
    assert "Which friend?" in person.text
    assert 'value="friend" checked' in page.text
    assert "data-live" in page.text
    assert kept(session)[0].answers == before


def test_a_page_that_was_open_for_long_comes_again_with_all_that_was_typed(
    session: Session, client: FlaskClient, link: str, clock: StoppedClock
) -> None:
    person = Respondent(client, link)
    person.open("?lang=en")
    clock.advance(days=8)
    page = person.send(score=6, why="A long, long story")

    assert page.status_code == 200
    assert "Nothing is lost" in page.text
    assert "A long, long story" in page.text
    assert 'value="6" checked' in page.text
    assert kept(session) == []
    person.send(score=6, why="A long, long story")
    assert kept(session)[0].answers == {"score": 6, "why": "A long, long story"}


@pytest.mark.parametrize("wrong", ["", "garbage", "foreign", "cut"])
def test_a_step_that_cannot_be_read_loses_nothing(
    session: Session, client: FlaskClient, link: str, simple: str, wrong: str
) -> None:
    person = Respondent(client, link)
    steps = {
        "": "",
        "garbage": "x" * 200,
        "foreign": Respondent(client, simple).step,
        "cut": person.step[:-3],
    }
    page = client.post(
        link,
        data={
            "step": steps[wrong],
            "language": "en",
            "q.score": "6",
            "q.why": "A story",
        },
    )

    assert page.status_code == 200
    assert "Nothing is lost" in page.text
    assert "A story" in page.text
    assert kept(session) == []


def test_a_step_of_a_page_that_is_no_more_leads_to_where_the_person_stands(
    application: Flask, session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    step = read_step(person.step, address=personal, secret=str(application.secret_key))
    assert step is not None
    gone = write_step(
        replace(step, page="gone"),
        address=personal,
        secret=str(application.secret_key),
    )
    page = client.post(personal, data={"step": gone, "language": "en", "q.why": "Kept"})

    assert page.status_code == 200
    assert "Nothing is lost" in page.text
    assert "Kept" in page.text


def test_a_second_person_at_an_open_link_answers_anew(
    session: Session, client: FlaskClient, simple: str
) -> None:
    for score in (1, 2):
        Respondent(client, simple).send(score=score)

    assert [one.answers["score"] for one in kept(session)] == [1, 2]


def test_the_field_that_nobody_sees_marks_a_bot_and_drops_nothing(
    session: Session, client: FlaskClient, simple: str
) -> None:
    person = Respondent(client, simple)
    client.post(
        simple,
        data={"step": person.step, "q.score": "9", "homepage": "http://spam.example"},
    )

    (response,) = kept(session)
    assert response.answers == {"score": 9}
    assert response.flags == [Flag.BOT]


def test_what_no_database_keeps_is_taken_out(
    session: Session, client: FlaskClient, simple: str
) -> None:
    person = Respondent(client, simple)
    page = person.send(score=9, comment="a\0b 🥐\r\nc", unknown="x")

    assert page.status_code == 200
    assert kept(session)[0].answers == {"score": 9, "comment": "ab 🥐\nc"}


@pytest.mark.parametrize("wrong", ["", "xx", "e" * 500, "en\0"])
def test_a_language_that_the_survey_has_not_is_not_kept(
    session: Session, client: FlaskClient, simple: str, wrong: str
) -> None:
    person = Respondent(client, simple)
    page = client.post(
        simple, data={"step": person.step, "language": wrong, "q.score": "9"}
    )

    assert page.status_code == 200
    assert kept(session)[0].language in {"fr", "en"}


@pytest.mark.parametrize(
    "go", ["look", "lang:" + "x" * 500, "lang:", "nonsense", "back"]
)
def test_no_button_that_is_made_up_goes_wrong(
    client: FlaskClient, personal: str, go: str
) -> None:
    person = Respondent(client, personal)

    assert person.send(go, score=9).status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("en", "This is too long to be sent"), ("fr", None)]
)
def test_a_form_that_is_too_large_is_refused_in_words(
    session: Session,
    client: FlaskClient,
    simple: str,
    language: str,
    words: str | None,
) -> None:
    person = Respondent(client, simple)
    page = client.post(
        simple,
        data={"step": person.step, "q.score": "9", "q.comment": "é" * 40_000},
        headers={"Accept-Language": language},
    )

    assert page.status_code == 413
    assert f'<html lang="{language}">' in page.text
    assert words is None or words in page.text
    assert kept(session) == []


def test_wrong_links_get_the_same_kind_page(client: FlaskClient) -> None:
    pages = [
        client.get(address, headers={"Accept-Language": "en"})
        for address in (
            "/a/nothing",
            "/a/" + "x" * 43,
            "/a/" + "é" * 43,
            "/a/" + "x" * 3000,
            "/a/a%00b",
            "/a/",
            "/a",
            "/s/nothing",
            "/s/" + "x" * 100,
            "/s/no/thing",
            "/stop/" + "x" * 43,
            "/why/" + "x" * 43,
        )
    ]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert "This link leads nowhere" in pages[0].text
    posted = client.post("/a/" + "x" * 43, headers={"Accept-Language": "en"})
    assert (posted.status_code, posted.text) == (404, pages[0].text)


def test_a_link_that_ended_says_what_happened(
    session: Session, client: FlaskClient, personal: str, clock: StoppedClock
) -> None:
    person = Respondent(client, personal)
    form = {"step": person.step, "language": "en", "q.score": "9"}
    invitation = session.scalars(select(Invitation)).one()
    for state, words in {
        InvitationState.WITHDRAWN: "This invitation was taken back",
        InvitationState.REFUSED: "You asked us not to write any more",
        InvitationState.EXPIRED: "The time to answer is over",
    }.items():
        invitation.state = state
        session.commit()
        for page in (client.get(personal), client.post(personal, data=form)):
            assert page.status_code == 410
            assert words in page.text
    invitation.state = InvitationState.SENT
    session.commit()
    clock.advance(days=15)
    assert "The time to answer is over" in client.get(personal).text
    french = client.get(f"{personal}?lang=fr")
    assert (french.status_code, '<html lang="fr">' in french.text) == (410, True)
    assert kept(session) == []


def test_a_closed_survey_or_link_says_so(
    session: Session,
    client: FlaskClient,
    link: str,
    survey: Survey,
    clock: StoppedClock,
) -> None:
    service.close(session, survey.public_id, author_id=None, now=clock.now())
    session.commit()
    page = client.get(f"{link}?lang=en")
    assert (page.status_code, "This survey is closed" in page.text) == (410, True)
    service.reopen(session, survey.public_id, author_id=None, now=clock.now())
    session.scalars(select(OpenLink)).one().closes_at = clock.now() + timedelta(days=1)
    session.commit()
    assert client.get(link).status_code == 200
    clock.advance(days=1)
    assert client.get(link).status_code == 410


def test_many_wrong_links_close_the_door_for_their_network_alone(
    client: FlaskClient, personal: str
) -> None:
    def come(address: str, by: str) -> int:
        return client.get(address, environ_base={"REMOTE_ADDR": by}).status_code

    tried = [come(f"/a/{n:043d}", "2001:db8:7::1") for n in range(60)]

    assert tried[:40] == [404] * 40
    assert tried[40:] == [429] * 20
    assert come(personal, "2001:db8:7::ffff") == 429
    assert come(personal, "2001:db8:8::1") == 200


def test_no_answer_sets_a_cookie_and_every_one_is_protected(
    client: FlaskClient, personal: str, simple: str
) -> None:
    person = Respondent(client, simple)
    answers = [
        client.get(personal),
        client.get(simple),
        person.send(comment="no score"),
        person.send(score=9),
        client.get("/a/nothing"),
        client.put(simple),
        client.get(f"/why{personal[2:]}"),
        client.get(f"/stop{personal[2:]}"),
        client.post(f"/stop{personal[2:]}"),
        client.post(f"{personal}/opened"),
        client.post(simple, data={"q.comment": "x" * 70_000}),
    ]

    assert {answer.status_code for answer in answers} == {200, 204, 404, 405, 413, 422}
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert "no-" in answer.headers["Cache-Control"]


def test_every_route_of_the_respondents_is_open_and_known(application: Flask) -> None:
    services = application.extensions[EXTENSION]
    apart = create_respondents(application, services)
    routes = [one for one in apart.url_map.iter_rules() if one.endpoint != "static"]

    assert len(routes) > 12
    for rule in routes:
        assert permission_of(apart, rule.endpoint) is None, rule.rule
        assert rule.rule.split("/")[1] in SEGMENTS, rule.rule
    assert apart.before_request_funcs[None] != application.before_request_funcs[None]


def test_a_cookie_that_is_sent_all_the_same_is_not_read(
    client: FlaskClient, simple: str
) -> None:
    client.set_cookie("session", "nonsense")

    assert client.get(simple).status_code == 200


def test_a_page_loads_in_less_than_40_kilobytes(
    client: FlaskClient, personal: str
) -> None:
    page = client.get(personal)
    files = re.findall(r'(?:href|src)="(/static/(?:css|js)/[^"]+)"', page.text)
    sizes = {
        name: len(client.get(name, headers={"Accept-Encoding": "gzip"}).data)
        for name in files
    }

    assert {name.rpartition(".")[2][:3] for name in sizes} == {"css", "js?"}
    style = sum(size for name, size in sizes.items() if ".css" in name)
    assert style < 15 * 1024
    assert len(page.data) + sum(sizes.values()) < 40 * 1024
    assert style < 5 * 1024  # what it is now, with room for little
    assert len(page.data) < 8 * 1024


def test_a_theme_is_a_style_sheet_that_browsers_keep(
    session: Session, client: FlaskClient, factories: Factories
) -> None:
    theme = Theme(accent="#8c1d18", font="serif")
    survey = factories.survey(questionnaire=replace(score_and_comment(), theme=theme))
    link = f"/s/{factories.open_link(survey).slug}"
    session.commit()
    page = client.get(link).text
    (address,) = re.findall(r'href="(/s/theme/[^"]+)"', page)
    sheet = client.get(address)

    assert "--accent: #8c1d18" in sheet.text
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert client.get("/s/theme/none.css").status_code == 404


def test_a_logo_is_shown_with_the_name_of_the_company(
    session: Session, client: FlaskClient, factories: Factories, settings: Settings
) -> None:
    theme = Theme(logo="abc.png")
    (settings.folder("logos") / "abc.png").write_bytes(b"\x89PNG\r\n")
    survey = factories.survey(questionnaire=replace(score_and_comment(), theme=theme))
    link = f"/s/{factories.open_link(survey).slug}"
    session.commit()

    assert 'src="/s/logo/abc.png" alt="Essai"' in client.get(link).text
    assert client.get("/s/logo/abc.png", buffered=True).mimetype == "image/png"
    for wrong in ("other.png", "..%2Fsecrets%2Fsecret_key", "abc.svg", "a%00.png"):
        assert client.get(f"/s/logo/{wrong}").status_code == 404


def test_what_is_known_of_a_person_is_not_asked_again(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    person.send(score=9)
    person.send(how="street")
    assert person.text.count("We have it already.") == 2
    assert 'name="q.who.name"' not in person.page.text
    assert 'name="q.who.phone"' in person.page.text
    person.send(who__consent="1", who__phone="06 12 34 56 78")

    session.rollback()
    contact = session.scalars(select(Contact)).one()
    known = {"name": contact.name, "email": contact.email}
    assert kept(session)[0].answers["who"] == {
        **known,
        "phone": "+33612345678",
        "consent": True,
    }


def test_somebody_unhappy_may_ask_for_a_call_once(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    person.send(score=1)
    person.send(how="street")
    person.send()
    assert "May we get back to you about it?" in person.text
    assert 'value="Ada &lt;Lovelace&gt;"' in person.page.text
    form = {"step": person.step, "language": "en", "name": "Ada"}
    refused = client.post(f"{personal}/callback", data={**form, "reach": " "})
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    for _ in range(3):
        answer = client.post(
            f"{personal}/callback", data={**form, "reach": "06 12 34 56 78"}
        )
        assert "somebody will get in touch with you" in answer.text

    (response,) = kept(session)
    wish = session.scalars(select(CustomerRequest)).one()
    assert (wish.kind, wish.name, wish.reach) == (
        RequestKind.CALLBACK,
        "Ada",
        "06 12 34 56 78",
    )
    assert wish.response_id == response.id
    assert wish.contact_id is not None


def test_somebody_unhappy_at_an_open_link_may_ask_too(
    session: Session, client: FlaskClient, link: str
) -> None:
    person = Respondent(client, link)
    person.send(score=1)
    person.send(how="street")
    person.send()
    client.post(
        f"{link}/callback",
        data={"step": person.step, "language": "en", "reach": "ada@example.org"},
    )

    session.rollback()
    assert session.scalars(select(CustomerRequest.reach)).all() == ["ada@example.org"]


def test_a_call_that_was_not_offered_is_not_noted(
    session: Session, client: FlaskClient, personal: str
) -> None:
    person = Respondent(client, personal)
    form = {"step": person.step, "language": "en", "reach": "ada@example.org"}
    assert client.post(f"{personal}/callback", data=form).status_code == 200
    person.send(score=10)
    client.post(f"{personal}/callback", data=form)
    client.post(f"{personal}/callback", data={"reach": "ada@example.org"})

    session.rollback()
    assert session.scalars(select(CustomerRequest)).all() == []


def test_how_long_a_question_took_is_kept_where_the_page_tells_it(
    session: Session, client: FlaskClient, simple: str
) -> None:
    person = Respondent(client, simple)
    fields = {"step": person.step, "language": "en", "go": "next", "q.score": "9"}
    told = {"t.score": "3.5", "t.comment": "-1", "t.unknown": "4", "t.": "x"}

    client.post(simple, data={**fields, **told})

    (response,) = kept(session)
    assert response.question_seconds == {"score": 3.5}
