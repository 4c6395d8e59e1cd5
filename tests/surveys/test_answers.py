"""What comes from one page, checked before it is kept."""

import pytest

from feedback.core.errors import Invalid, NotFound
from feedback.surveys.answers import check_page, newly_shown
from feedback.surveys.branching import Answers, walk
from feedback.surveys.questions.base import Form
from tests.surveys.asking import question, survey, when

SCORE = question("nps", key="score", required=True)
REASON = question(
    "long_text",
    key="reason",
    required=True,
    show_if=when("class", "score", "is", "low"),
)
PHONE = question("short_text", key="phone", at_least=4)
ASKED = survey((SCORE, REASON), (PHONE,))


def save(page: str, form: Form, answers: Answers | None = None) -> Answers:
    return check_page(ASKED, page, form, answers or {}, {}, language="en")


def test_the_answers_of_a_page_are_replaced_and_the_others_kept() -> None:
    answers = save("p1", {"q.phone": ["1234"]}, {"score": 9, "phone": "0000"})

    assert answers == {"score": 9, "phone": "1234"}
    assert save("p1", {}, answers) == {"score": 9}


def test_what_was_kept_is_not_changed_in_place() -> None:
    before: dict[str, int | float | str] = {"score": 9}
    save("p0", {"q.score": ["10"]}, dict(before))

    assert before == {"score": 9}


def test_every_fault_of_a_page_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        save("p0", {"q.score": ["3"], "q.reason": ["x" * 5001]})
    assert refused.value.fields == {"reason": "too_long"}

    with pytest.raises(Invalid) as refused:
        save("p0", {"q.score": ["3"]})
    assert refused.value.fields == {"reason": "required"}

    with pytest.raises(Invalid) as refused:
        save("p0", {})
    assert refused.value.fields == {"score": "required"}


def test_a_page_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match="survey_page"):
        save("p9", {})


def test_fields_of_unknown_questions_and_other_pages_are_not_read() -> None:
    assert save("p0", {"q.score": ["9"], "q.phone": ["1234"], "q.admin": ["1"]}) == {
        "score": 9
    }


def test_an_answer_that_conditions_hide_is_kept_if_sound_and_does_not_count() -> None:
    hidden = save("p0", {"q.score": ["9"], "q.reason": ["Late"]})

    assert hidden == {"score": 9, "reason": "Late"}
    assert walk(ASKED, hidden, {}).answers == {"score": 9}
    assert save("p0", {"q.score": ["9"], "q.reason": ["x" * 5001]}) == {"score": 9}


def test_a_question_that_appears_on_the_same_page_is_shown_before_it_is_required() -> (
    None
):
    form = {"shown": ["score"], "q.score": ["3"]}
    answers = save("p0", form)
    way = walk(ASKED, answers, {})

    assert answers == {"score": 3}
    assert newly_shown(way, "p0", form) == (REASON,)
    assert [one.key for one in way.open_questions()] == ["reason"]
    with pytest.raises(Invalid, match="reason: required"):
        save("p0", {"shown": ["score", "reason"], "q.score": ["3"]})


def test_nothing_is_newly_shown_where_all_was_seen_or_the_page_is_gone() -> None:
    way = walk(ASKED, {"score": 3}, {})

    assert newly_shown(way, "p0", {"shown": ["score", "reason"]}) == ()
    assert newly_shown(way, "p0", {}) == ()
    assert newly_shown(way, "p9", {"shown": []}) == ()


def test_numbers_are_read_in_the_language_of_the_person() -> None:
    asked = survey((question("number", key="n", decimals=3),))
    form = {"q.n": ["1,234"]}

    assert check_page(asked, "p0", form, {}, {}, language="en") == {"n": 1234}
    assert check_page(asked, "p0", form, {}, {}, language="fr") == {"n": 1.234}
