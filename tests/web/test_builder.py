"""The builder: written by forms, saved word by word, told when somebody was faster."""

import io
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from feedback.accounts.roles import Role
from feedback.config import Settings
from feedback.surveys import service
from feedback.surveys.editing import add_question, remove_ending
from feedback.surveys.models import Survey, SurveyState
from feedback.surveys.queries import SurveyDraft, get_survey
from feedback.surveys.questionnaire import Question
from tests.conftest import LoggedIn, StoppedClock
from tests.factories import Factories

FETCH = {"X-Requested-With": "fetch"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


class Desk:
    """An analyst in front of the builder of a survey."""

    def __init__(self, session: Session, client: FlaskClient, public_id: str) -> None:
        self.session, self.client, self.public_id = session, client, public_id
        self.url = f"/surveys/{public_id}/edit"

    def get(self, tail: str = "", **headers: str) -> TestResponse:
        """Open a part of the builder."""
        return self.client.get(f"{self.url}{tail}", headers=headers)

    def post(
        self,
        tail: str,
        fields: Mapping[str, Any] | None = None,
        *,
        fetch: bool = False,
        **data: Any,
    ) -> TestResponse:
        """Send a form of the builder, with the newest revision unless told."""
        sent = {
            "revision": self.survey.revision,
            "language": "en",
            **(fields or {}),
            **data,
        }
        return self.client.post(
            f"{self.url}/{tail}", data=sent, headers=FETCH if fetch else {}
        )

    @property
    def survey(self) -> SurveyDraft:
        """The survey as it stands."""
        found = get_survey(self.session, self.public_id)
        self.session.rollback()  # lets go of the lock that the pages need
        return found

    def question(self, key: str) -> Question:
        """Return a question of the draft."""
        found = self.survey.questionnaire.question(key)
        assert found is not None
        return found

    def keys(self) -> list[list[str]]:
        """Return the keys of the questions, page by page."""
        return [
            [one.key for one in page.questions]
            for page in self.survey.questionnaire.pages
        ]


@pytest.fixture
def survey(factories: Factories) -> Survey:
    return factories.survey(published=False)


@pytest.fixture
def desk(session: Session, survey: Survey, logged_in: LoggedIn) -> Desk:
    public_id = survey.public_id
    return Desk(session, logged_in(Role.ANALYST), public_id)


@pytest.mark.parametrize(
    "at",
    [
        "question-score",
        "question-comment",
        "page-page-1",
        "ending-thanks",
        "add-page-1",
        "start",
        "languages",
        "look",
        "settings",
        "check",
        "publish",
        "nonsense",
    ],
)
def test_every_part_of_a_survey_can_be_opened(desk: Desk, at: str) -> None:
    page = desk.get(f"?at={at}")

    assert page.status_code == 200
    assert 'aria-current="true"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]


def test_managers_cannot_write_surveys(
    desk: Desk, logged_in: LoggedIn, client: FlaskClient
) -> None:
    manager = logged_in(Role.MANAGER)

    assert manager.get(desk.url).status_code == 403
    assert manager.post(f"{desk.url}/pages").status_code == 403
    assert "/account/login" in client.get(desk.url).location


def test_the_builder_speaks_french(desk: Desk, logged_in: LoggedIn) -> None:
    page = logged_in(Role.ANALYST, locale="fr").get(f"{desk.url}?at=question-score")

    assert "Facultatif" in page.text or "facultatif" in page.text


def test_a_question_is_added_with_the_usual_words(desk: Desk) -> None:
    answer = desk.post("questions", kind="nps", page="page-1")

    assert answer.location.endswith("at=question-nps&language=en")
    assert desk.keys() == [["score", "comment", "nps"]]
    assert "recommend us" in desk.question("nps").text["en"]
    assert desk.post("questions", kind="riddle", page="page-1").status_code == 400


def test_the_key_of_a_published_question_is_never_given_again(
    desk: Desk, session: Session, clock: StoppedClock
) -> None:
    desk.post("questions", kind="csat", page="page-1")
    service.publish(session, desk.public_id, author_id=None, now=clock.now())
    session.commit()
    desk.post("questions/csat/remove")

    desk.post("questions", kind="csat", page="page-1")

    assert desk.keys() == [["score", "comment", "csat-2"]]


def test_words_of_one_language_leave_the_others_alone(desk: Desk) -> None:
    desk.post("questions/comment", text="What is the reason?", help="In a few words")

    comment = desk.question("comment")
    assert comment.text == {"fr": "Pourquoi ?", "en": "What is the reason?"}
    assert comment.help == {"en": "In a few words"}
    desk.post("questions/comment", text="Pour quelle raison ?", language="fr")
    assert desk.question("comment").text["en"] == "What is the reason?"


def test_what_a_question_holds_is_saved_and_shown_again(desk: Desk) -> None:
    desk.post("questions", kind="single", page="page-1")
    keys = [one.key for one in desk.question("single").choices]
    desk.post(
        "questions/single",
        {
            "text": "Which?",
            "required": "on",
            "choices.key": keys,
            "choices.text": ["Tea", "Coffee"],
            "option.other": "on",
            "rule.mode": "all",
            "rule.0.subject": "class:score",
            "rule.0.operator": "any_of",
            "rule.0.value": ["low", "middle"],
            "wording.question": "score",
            "wording.low": "Which one was bad?",
        },
    )

    single = desk.question("single")
    assert single.required
    assert [one.text for one in single.choices] == [{"en": "Tea"}, {"en": "Coffee"}]
    assert single.options == {"other": True}
    assert single.show_if is not None
    assert single.show_if.conditions[0].value == ("low", "middle")
    assert single.wording is not None
    assert single.wording.texts == {"low": {"en": "Which one was bad?"}}
    page = desk.get("?at=question-single&language=en").text
    assert 'value="Coffee"' in page
    assert "Which one was bad?" in page


@pytest.mark.parametrize(
    ("do", "expected"),
    [
        ("choices-add", ["choice-1", "choice-2", "choice-3"]),
        ("choices-remove-choice-1", ["choice-2"]),
        ("choices-down-choice-1", ["choice-2", "choice-1"]),
        ("choices-up-choice-2", ["choice-2", "choice-1"]),
        ("choices-up-choice-1", ["choice-1", "choice-2"]),
        ("choices-paste", ["choice-1", "choice-2", "choice-3", "choice-4"]),
    ],
)
def test_choices_are_arranged_by_their_buttons(
    desk: Desk, do: str, expected: list[str]
) -> None:
    desk.post("questions", kind="single", page="page-1")

    desk.post(
        "questions/single",
        {
            "do": do,
            "choices.key": ["choice-1", "choice-2"],
            "choices.text": ["A", "B"],
            "choices.paste": "C\n\n  D \n" if do == "choices-paste" else "",
        },
    )

    choices = desk.question("single").choices
    assert [one.key for one in choices] == expected
    assert {one.text.get("en") for one in choices} <= {"A", "B", "C", "D", None}


def _keys_of_choices(desk: Desk) -> list[str]:
    return [one.key for one in desk.question("single").choices]


@pytest.mark.parametrize("published", [True, False])
def test_the_key_of_a_choice_that_is_gone_is_not_given_to_another(
    desk: Desk, clock: StoppedClock, published: bool
) -> None:
    desk.post("questions", kind="single", page="page-1")
    for language in ("fr", "en"):
        words = {
            "text": "Which?",
            "choices.key": ["choice-1", "choice-2"],
            "choices.text": ["Tea", "Milk"],
        }
        desk.post("questions/single", words, language=language)
    if published:
        assert desk.post("publish").status_code == 302
    clock.advance(minutes=1)
    desk.post("questions/single", {"do": "choices-remove-choice-2"})
    clock.advance(minutes=1)

    desk.post("questions/single", {"do": "choices-add"})

    assert _keys_of_choices(desk) == ["choice-1", "choice-3"]
    clock.advance(minutes=1)
    desk.post("questions/single/kind", kind="long_text")
    desk.post("questions/single/kind", kind="single")
    assert _keys_of_choices(desk) == ["choice-4", "choice-5"]


def test_questions_are_moved_copied_and_removed(desk: Desk) -> None:
    desk.post("pages")
    desk.post("questions/score/move", to="down")
    assert desk.keys() == [["comment", "score"], []]
    desk.post("questions/score/move", page="page-2", position=0)
    assert desk.keys() == [["comment"], ["score"]]
    answer = desk.post("questions/score/duplicate")
    assert "at=question-nps" in answer.location
    assert desk.keys() == [["comment"], ["score", "nps"]]
    answer = desk.post("questions/nps/remove")
    assert "at=question-score" in answer.location
    desk.post("pages/page-2/move", to="up")
    assert desk.keys() == [["score"], ["comment"]]
    desk.post("pages/page-2", shuffle="on")
    assert desk.survey.questionnaire.pages[0].shuffle
    desk.post("pages/page-2/remove")
    assert desk.keys() == [["comment"]]
    assert desk.post("pages/page-1/remove").status_code == 409


def test_a_question_becomes_one_of_another_kind(desk: Desk) -> None:
    desk.post("questions/comment/kind", kind="short_text")

    assert desk.question("comment").kind == "short_text"
    assert desk.question("comment").text["en"] == "Why?"


def test_endings_are_written_and_arranged(desk: Desk) -> None:
    desk.post("endings")
    desk.post(
        "endings/ending-1",
        {"rule.mode": "any"},
        title="Sorry!",
        text="We will call you.",
        callback="on",
    )
    desk.post("endings/ending-1/move", to="down")

    preview = desk.get("/preview?at=ending-ending-1&language=en")
    assert "We will call you." in preview.text
    assert "May we get back to you" in preview.text
    endings = desk.survey.questionnaire.endings
    assert [one.key for one in endings] == ["thanks", "ending-1"]
    assert endings[1].title["en"] == "Sorry!"
    assert endings[1].callback
    assert endings[1].show_if is not None
    desk.post("endings/ending-1/remove")
    assert len(desk.survey.questionnaire.endings) == 1


def test_the_title_follows_what_is_typed(desk: Desk) -> None:
    desk.post("start", title="Notre question", introduction="", language="fr")

    assert desk.survey.name == "Notre question"
    assert desk.survey.questionnaire.introduction == {}


def test_languages_come_and_go_and_the_default_changes_without_loss(
    desk: Desk,
) -> None:
    desk.post("languages", code="de")
    desk.post("languages/en/default")
    draft = desk.survey.questionnaire
    assert (draft.languages, draft.default_language) == (("fr", "en", "de"), "en")
    assert desk.question("comment").text == {"fr": "Pourquoi ?", "en": "Why?"}
    assert "Remove Français?" in desk.get("?at=languages").text
    desk.post("languages/fr/remove")
    assert desk.question("comment").text == {"en": "Why?"}
    assert desk.post("languages/en/remove").status_code == 409
    assert desk.post("languages", other="nonsense!").status_code == 422


def test_a_look_that_cannot_be_read_is_named_and_not_published(desk: Desk) -> None:
    desk.post("look", text="#cccccc", font="serif")

    page = desk.get("?at=look").text
    assert re.search(r"Text on Surface</span><strong>1\.6 : 1</strong>", page)
    assert desk.survey.questionnaire.theme.font == "serif"
    assert desk.post("publish").status_code == 409
    assert desk.survey.version is None
    assert "--text: #cccccc" in desk.get("/look.css").text


def test_a_logo_is_a_small_picture(desk: Desk, settings: Settings) -> None:
    desk.post("look", logo=(io.BytesIO(PNG), "logo.png"))

    name = desk.survey.questionnaire.theme.logo
    assert name is not None
    assert (settings.folder("logos") / name).read_bytes() == PNG
    assert desk.get(f"/logo/{name}").data == PNG
    assert desk.get("/logo/other.png").status_code == 404
    for content, words in ((b"<svg>", "no picture"), (PNG + bytes(400_000), "300 KB")):
        answer = desk.post("look", logo=(io.BytesIO(content), "logo.png"))
        assert answer.status_code == 422
        assert words in answer.text
    assert desk.survey.questionnaire.theme.logo == name
    desk.post("look", remove_logo="1")
    assert desk.survey.questionnaire.theme.logo is None


def test_the_settings_change_until_the_first_version(
    desk: Desk, survey: Survey, session: Session, factories: Factories
) -> None:
    phase = factories.phase(factories.journey())
    elsewhere = factories.touchpoint(phase).id
    here = desk.survey.touchpoint_id
    session.commit()
    desk.post("settings", touchpoint=here, anonymous="yes")
    assert desk.survey.anonymous
    assert desk.post("settings", touchpoint=elsewhere).status_code == 404

    desk.post("publish")

    assert "This is fixed since the first version" in desk.get("?at=settings").text
    answer = desk.post("settings", touchpoint=here, anonymous="no")
    assert answer.status_code == 409
    assert desk.survey.anonymous


def test_publishing_says_what_changes_and_which_trends_break(desk: Desk) -> None:
    desk.post("publish")
    assert desk.survey.state is SurveyState.OPEN
    assert "Version 1 is open for answers" in desk.get("?at=publish").text
    desk.post("questions/score", text="Would you come back?")
    desk.post("questions", kind="csat", page="page-1")
    desk.post("questions/comment/remove")

    page = desk.get("?at=publish&language=en").text
    assert "1 trend breaks" in page
    for words in ("Would you come back?", "How satisfied are you?", "Why?"):
        assert words in page
    desk.post("publish")
    assert desk.survey.version == 2


def test_edits_are_undone_and_done_again(desk: Desk) -> None:
    desk.post("questions/score/remove")

    desk.post("undo")
    assert desk.keys() == [["score", "comment"]]
    desk.post("redo")
    assert desk.keys() == [["comment"]]
    assert desk.post("redo").status_code == 409


def test_the_script_gets_the_parts_that_are_new(desk: Desk) -> None:
    whole = desk.post("questions/comment", fetch=True, text="Tell us why").json
    assert whole is not None
    assert set(whole["parts"]) == {"status", "outline", "editor"}
    assert whole["revision"] == 1
    assert "Tell us why" in whole["parts"]["outline"]
    assert whole["address"].endswith("/edit?at=question-comment&language=en")

    kept = desk.client.post(
        f"{desk.url}/questions/comment",
        data={"revision": 1, "language": "en", "text": "Why, then?"},
        headers={**FETCH, "X-Builder": "keep"},
    ).json
    assert kept is not None
    assert set(kept["parts"]) == {"status", "outline"}


def test_the_later_of_two_people_is_told_who_did_what(
    desk: Desk, logged_in: LoggedIn
) -> None:
    other = Desk(desk.session, logged_in(Role.ANALYST), desk.public_id)
    other.post("questions/comment", text="Why is that?")

    answer = desk.post("questions/comment", fetch=True, revision=0, text="Reason?")

    assert answer.status_code == 409
    said = answer.json
    assert said is not None
    assert said["is_conflict"]
    assert said["revision"] == 1
    assert re.fullmatch(
        r"Analyst \d+ changed the question “Pourquoi \?”", said["others"][0]
    )
    assert desk.question("comment").text["en"] == "Why is that?"


def test_without_script_what_was_typed_is_shown_again(desk: Desk) -> None:
    desk.post("questions/comment", text="Why is that?")

    page = desk.post("questions/comment", revision=0, text="What is the reason?")

    assert page.status_code == 409
    assert "Somebody else changed it in the meantime" in page.text
    assert "You, in another window, changed the question" in page.text
    assert "<li>What is the reason?</li>" in page.text


def test_two_people_write_at_two_questions_at_once(desk: Desk) -> None:
    desk.post("questions/comment", text="Why is that?", revision=0)
    answer = desk.post("questions/score", text="Would you?", revision=0)

    assert answer.status_code == 302
    assert desk.question("comment").text["en"] == "Why is that?"
    assert desk.question("score").text["en"] == "Would you?"


@pytest.mark.parametrize("at", ["question-comment", "ending-thanks", "look", "start"])
def test_the_preview_is_the_page_of_those_who_answer(desk: Desk, at: str) -> None:
    page = desk.get(f"/preview?at={at}&language=en")

    assert page.status_code == 200
    expected = "Thank you!" if at == "ending-thanks" else "Would you recommend us"
    assert expected in page.text
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]


def test_the_preview_turns_its_pages(desk: Desk) -> None:
    desk.post("pages")
    desk.post("questions", kind="csat", page="page-2")

    assert "How satisfied" in desk.get("/preview?turn=1&language=en").text
    assert "Thank you!" in desk.get("/preview?turn=2&language=en").text
    assert "recommend us" in desk.get("/preview?turn=-5&language=en").text


def test_the_preview_follows_the_score_that_is_given(desk: Desk) -> None:
    after = {"wording.question": "score", "wording.low": "What went wrong?"}
    desk.post("questions/comment", {"text": "Why?", **after})
    desk.post("endings")
    desk.post(
        "endings/ending-1",
        {
            "title": "Sorry!",
            "rule.mode": "all",
            "rule.subject": "class:score",
            "rule.operator": "is",
            "rule.value": "low",
        },
    )

    def shown(tail: str) -> str:
        return desk.get(f"/preview?language=en&{tail}").text

    assert "Why?" in shown("")
    low = shown("q.score=2")
    assert "What went wrong?" in low
    assert "Why?" not in low
    assert "checked" in low
    assert "Sorry!" in shown("q.score=2&turn=1")
    assert "Sorry!" not in shown("q.score=9&turn=1")
    for nonsense in ("q.score=11", "q.score=x", "q.nothing=2", "q.comment=2"):
        assert "Why?" in shown(nonsense)


def test_a_survey_without_an_ending_or_a_question_can_be_written_too(
    desk: Desk, session: Session, clock: StoppedClock
) -> None:
    service.change(
        session,
        desk.public_id,
        remove_ending("thanks"),
        revision=None,
        author_id=None,
        now=clock.now(),
    )
    session.commit()
    desk.post("questions/score/remove")
    desk.post("questions/comment/remove")

    assert "Recommendation (NPS)" in desk.get().text
    assert "asks nothing yet" in desk.get("?at=check").text
    assert desk.get("/preview").status_code == 200


def test_a_question_of_an_unknown_kind_can_be_made_one_of_a_known(
    desk: Desk, session: Session, clock: StoppedClock
) -> None:
    riddle = Question(key="riddle", kind="riddle", text={"en": "What is it?"})
    service.change(
        session,
        desk.public_id,
        add_question("page-1", riddle),
        revision=None,
        author_id=None,
        now=clock.now(),
    )
    session.commit()

    assert "A question of an unknown kind" in desk.get("?at=question-riddle").text
    assert desk.get("/preview?at=question-riddle").status_code == 200
    desk.post("questions/riddle/kind", kind="long_text")
    assert desk.question("riddle").kind == "long_text"


def test_an_archived_survey_is_not_written_any_more(
    desk: Desk, session: Session, clock: StoppedClock
) -> None:
    service.archive(session, desk.public_id, author_id=None, now=clock.now())
    session.commit()

    assert desk.get().status_code == 404
    assert desk.post("pages").status_code == 404
