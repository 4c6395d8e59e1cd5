"""Steps: the signed token of a page, and where somebody goes from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.steps import (
    Step,
    draft,
    go_back,
    leave,
    read_step,
    resume,
    with_known,
    write_step,
)
from feedback.core.errors import NotFound
from feedback.surveys.branching import walk
from feedback.surveys.conditions import Condition, Rule
from feedback.surveys.questionnaire import Page, Question, Questionnaire

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
STEP = Step(
    version_id=3,
    checksum="c" * 64,
    page="one",
    shown=("score",),
    key="secret",
    made_at=NOW,
    is_first=True,
)


def ask(key: str, kind: str, **more: Any) -> Question:
    return Question(key=key, kind=kind, text={"en": key}, **more)


def when(score: str) -> Rule:
    return Rule(
        conditions=(
            Condition(subject="class", name="score", operator="is", value=score),
        )
    )


SURVEY = Questionnaire(
    title={"en": "Opinion"},
    languages=("en",),
    default_language="en",
    pages=(
        Page(key="one", questions=(ask("score", "nps", required=True),)),
        Page(
            key="two",
            questions=(
                ask("why", "long_text"),
                ask("wrong", "short_text", required=True, show_if=when("low")),
            ),
        ),
        Page(
            key="three",
            questions=(
                ask("who", "contact", options={"fields": ["name", "email"]}),
                ask("liked", "short_text", show_if=when("high")),
            ),
        ),
    ),
)


def test_a_step_comes_back_as_it_was_written() -> None:
    token = write_step(STEP, address="/s/receipt", secret="secret")

    assert read_step(token, address="/s/receipt", secret="secret") == STEP


def test_a_step_of_another_address_or_house_is_none() -> None:
    token = write_step(STEP, address="/s/receipt", secret="secret")

    assert read_step(token, address="/s/other", secret="secret") is None
    assert read_step(token, address="/a/receipt", secret="secret") is None
    assert read_step(token, address="/s/receipt", secret="other") is None
    assert read_step("", address="/s/receipt", secret="secret") is None


@given(st.text(max_size=300))
def test_no_made_up_step_is_read(token: str) -> None:
    assert read_step(token, address="/s/receipt", secret="secret") is None


def test_the_time_on_a_page_is_the_servers() -> None:
    assert STEP.seconds(NOW + timedelta(seconds=12)) == 12
    assert STEP.seconds(NOW - timedelta(seconds=12)) == 0
    assert not STEP.is_old(NOW + timedelta(days=7))
    assert STEP.is_old(NOW + timedelta(days=7, seconds=1))


def go(step: Step, form: dict[str, str], answers: dict[str, Any]) -> Any:
    fields = {name: [value] for name, value in form.items()}
    return leave(SURVEY, step, fields, answers, {}, language="en", seed="")


def test_one_goes_from_page_to_page_and_to_the_end() -> None:
    first = go(STEP, {"q.score": "9"}, {})
    assert (first.next.key, first.is_left) == ("two", True)
    second = go(replace(STEP, page="two", shown=("why",)), {}, dict(first.answers))
    assert second.next.key == "three"
    last = go(
        replace(STEP, page="three", shown=("who", "liked")),
        {"q.liked": "The bread"},
        dict(second.answers),
    )
    assert last.next is None
    assert last.answers == {"score": 9, "liked": "The bread"}
    assert last.answered_share == pytest.approx(0.5)


def test_faults_keep_the_page_and_what_was_sound() -> None:
    step = replace(STEP, page="two", shown=("why", "wrong"))
    left = go(step, {"q.why": "A long story"}, {"score": 2})

    assert left.faults == {"wrong": "required"}
    assert left.next.key == "two"
    assert left.answers == {"score": 2, "why": "A long story"}
    assert not left.is_left


def test_a_needed_answer_that_was_never_asked_for_is_asked_before_the_end() -> None:
    step = replace(STEP, page="three", shown=("who", "liked"))
    left = go(step, {}, {"score": 2})

    assert left.next is not None
    assert left.next.key == "two"
    assert not left.faults


def test_a_page_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        go(replace(STEP, page="gone"), {}, {})


def test_going_back_shows_the_page_before_and_keeps_what_is_sound() -> None:
    step = replace(STEP, page="two", shown=("why", "wrong"))
    left = go_back(
        SURVEY,
        step,
        {"q.why": ["Half"]},
        {"score": 2},
        {},
        language="en",
        seed="",
    )

    assert left.next is not None
    assert left.next.key == "one"
    assert left.answers == {"score": 2, "why": "Half"}


def test_what_cannot_be_kept_is_left_out_of_a_draft() -> None:
    form = {"q.score": ["eleven"]}

    assert draft(SURVEY, "one", form, {"score": 3}, language="en") == {}
    assert draft(SURVEY, "none", form, {"score": 3}, language="en") == {"score": 3}


def test_one_resumes_at_the_first_page_that_was_not_left() -> None:
    gone = walk(SURVEY, {"score": 9}, {})
    found = [resume(gone, left) for left in ((), ("one",), ("one", "two", "three"))]

    assert [page and page.key for page in found] == ["one", "two", "three"]
    nothing = replace(gone, pages=())
    assert resume(nothing, ()) is None


def test_what_is_known_is_added_where_the_person_agrees_and_wrote_nothing_else() -> (
    None
):
    reach = {"name": "Ada", "email": "ada@example.org", "phone": "+33612345678"}
    agrees = {"q.who.consent": ["1"], "q.who.name": ["Augusta"]}

    assert with_known(SURVEY, "three", {"q.who.name": ["A"]}, reach) == {
        "q.who.name": ["A"]
    }
    assert with_known(SURVEY, "three", agrees, reach) == {
        "q.who.consent": ["1"],
        "q.who.name": ["Augusta"],
        "q.who.email": ["ada@example.org"],
        "q.who.phone": ["+33612345678"],
    }
    assert with_known(SURVEY, "three", agrees, {}) == agrees
    assert with_known(SURVEY, "one", agrees, reach) == agrees
