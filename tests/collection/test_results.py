"""What came of a survey: only what counts is counted, and other words apart."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from feedback.collection.response_filter import (
    ResponseFilter,
    find_span,
    list_facets,
)
from feedback.collection.results import (
    Grain,
    QuestionResult,
    Results,
    count_scores,
    gather_results,
)
from feedback.collection.terms import Channel, Flag, ResponseState
from feedback.core.periods import Period
from feedback.surveys.models import Survey
from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.questions.summaries import ChoiceSummary, ScaleSummary
from tests.factories import Factories, score_and_comment
from tests.surveys.asking import choices, question, survey, when

TODAY = date(2026, 10, 15)
ASKED = survey(
    (question("nps", "score"),),
    (
        question("long_text", "why", show_if=when("class", "score", "is", "low")),
        question("single", "shop", choices=choices("lille", "lyon"), other=True),
    ),
    (question("contact", "reach", fields=["email"], consent={"en": "Yes"}),),
)


def reworded(words: str) -> Questionnaire:
    page = ASKED.pages[0]
    first = replace(page.questions[0], text={"en": words})
    return replace(ASKED, pages=(replace(page, questions=(first,)), *ASKED.pages[1:]))


@pytest.fixture
def asked(factories: Factories) -> Survey:
    return factories.survey(questionnaire=ASKED)


def results(session: Session, one: Survey, **wanted: object) -> Results:
    chosen = replace(ResponseFilter(survey_id=one.id), **wanted)  # type: ignore[arg-type]
    return gather_results(session, chosen, today=TODAY)


def of(found: Results, key: str) -> QuestionResult:
    return next(one for one in found.questions if one.key == key)


def test_answers_to_questions_that_are_not_shown_do_not_count(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 2, "why": "slow"})
    factories.response(asked, {"score": 10, "why": "left over"})
    factories.response(asked, {"score": 3})

    why = of(results(session, asked), "why").newest

    assert (why.shown, why.n, why.skipped) == (2, 1, 1)


def test_tests_and_parts_do_not_count_unless_parts_are_asked_for(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 9})
    factories.response(asked, {"score": 1}, is_test=True)
    factories.response(
        asked, {"score": 8}, state=ResponseState.PARTIAL, seconds={"p0": 3.0}
    )

    complete = results(session, asked)
    both = results(session, asked, with_partial=True)

    assert (complete.complete, complete.partial, complete.counted) == (1, 1, 1)
    assert of(complete, "score").newest.n == 1
    assert (both.complete, both.partial, both.counted) == (1, 1, 2)
    assert of(both, "score").newest.n == 2
    assert of(both, "shop").newest.shown == 1, "the part never came to that page"


def test_a_score_is_counted_by_point_and_by_week(
    session: Session, factories: Factories, asked: Survey
) -> None:
    for day, point in ((12, 10), (14, 9), (15, 0), (1, 7)):
        for _ in range(30):
            factories.response(asked, {"score": point}, day=date(2026, 10, day))

    found = results(session, asked)
    summary = of(found, "score").newest.summary

    assert isinstance(summary, ScaleSummary)
    answered = {point: n for point, n in summary.counts.items() if n}
    assert answered == {0: 30, 7: 30, 9: 30, 10: 30}
    assert found.grain is Grain.WEEK
    assert of(found, "score").newest.trend == {
        date(2026, 10, 12): {10: 30, 9: 30, 0: 30},
        date(2026, 9, 28): {7: 30},
    }
    assert found.starts == (
        date(2026, 9, 28),
        date(2026, 10, 5),
        date(2026, 10, 12),
    )


def test_few_answers_go_by_months(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 9}, day=date(2026, 9, 30))
    factories.response(asked, {"score": 9}, day=date(2026, 10, 15))

    assert results(session, asked).grain is Grain.MONTH


def test_a_long_period_goes_by_months(
    session: Session, factories: Factories, asked: Survey
) -> None:
    for day in (date(2025, 12, 30), date(2026, 4, 1)):
        for _ in range(250):
            factories.response(asked, {"score": 9}, day=day)

    found = results(session, asked)

    assert found.grain is Grain.MONTH
    assert found.period == Period(date(2025, 12, 30), date(2026, 4, 2))
    assert found.starts[0] == date(2025, 12, 1)
    assert found.starts[-1] == date(2026, 4, 1)
    assert len(found.starts) == 5


def test_answers_to_other_words_are_never_counted_together(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 1}, day=date(2026, 10, 1))
    factories.next_version(asked, reworded("Would you tell a friend?"))
    factories.response(asked, {"score": 10, "shop": {"choice": "lyon"}})
    factories.response(asked, {"score": 9}, version=1, day=date(2026, 10, 14))

    found = results(session, asked)
    now, before = of(found, "score").stretches

    assert (now.n, before.n) == (1, 2)
    assert now.stretch.questionnaire.say(now.stretch.question.text, "en") == (
        "Would you tell a friend?"
    )
    assert (now.stretch.first, before.stretch.last) == (2, 1)
    assert len(of(found, "shop").stretches) == 1, "its own words are the same"
    assert count_scores(session, found.wanted)["score"] == {
        0: {1: 1, 9: 1},
        1: {10: 1},
    }


def test_what_was_written_beside_other_is_counted_and_not_given_out(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 9, "shop": {"other": "Call 06 12 34 56 78"}})
    factories.response(asked, {"score": 9, "shop": {"choice": "lille"}})

    summary = of(results(session, asked), "shop").newest.summary

    assert summary == ChoiceSummary(
        count=2, counts={"lille": 1, "lyon": 0}, other=1, other_texts=()
    )


def test_of_contact_details_only_the_number_is_told(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(
        asked, {"score": 9, "reach": {"email": "ada@example.org", "consent": True}}
    )

    found = results(session, asked)

    assert of(found, "reach").newest.n == 1
    assert "ada@example.org" not in repr(found)


def test_odd_responses_are_counted_and_can_be_left_out(
    session: Session, factories: Factories, asked: Survey
) -> None:
    factories.response(asked, {"score": 9})
    odd = (Flag.SPEEDER, Flag.GIBBERISH)
    factories.response(asked, {"score": 0}, flags=odd)

    everything = results(session, asked)
    sound = results(session, asked, without_flagged=True)

    assert everything.flagged == sound.flagged == 1
    assert everything.flags == {Flag.SPEEDER: 1, Flag.GIBBERISH: 1}
    assert of(everything, "score").newest.n == 2
    assert of(everything, "score").newest.sound == {9: 1}
    assert of(sound, "score").newest.n == 1
    assert results(session, asked, flag=Flag.SPEEDER).complete == 1
    assert results(session, asked, flag=Flag.BOT).complete == 0


def test_each_filter_keeps_what_it_names(
    session: Session, factories: Factories, asked: Survey
) -> None:
    elsewhere = factories.touchpoint()
    factories.response(asked, {"score": 9}, day=date(2026, 9, 30))
    factories.response(asked, {"score": 9}, language="en", channel=Channel.KIOSK)
    factories.response(asked, {"score": 9}, touchpoint_id=elsewhere.id)
    factories.next_version(asked, reworded("Really?"))
    factories.response(asked, {"score": 9})

    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    for wanted, n in (
        ({}, 4),
        ({"period": october}, 3),
        ({"version": 1}, 3),
        ({"version": 7}, 0),
        ({"language": "en"}, 1),
        ({"channel": Channel.EMAIL}, 3),
        ({"touchpoint_id": elsewhere.id}, 1),
    ):
        assert results(session, asked, **wanted).complete == n, wanted
    facets = list_facets(session, asked.id)
    assert facets.versions == (2, 1)
    assert facets.languages == ("en", "fr")
    assert set(facets.channels) == {Channel.EMAIL, Channel.KIOSK}
    assert set(facets.touchpoint_ids) == {asked.touchpoint_id, elsewhere.id}


def test_where_people_stop_and_how_long_a_page_takes(
    session: Session, factories: Factories, asked: Survey
) -> None:
    for seconds in (2.0, 4.0, 60.0):
        times = {"p0": seconds, "p1": 10.0, "p2": 1.0}
        factories.response(asked, {"score": 9}, seconds=times)
    part = ResponseState.PARTIAL
    factories.response(asked, {"score": 9}, state=part, seconds={"p0": 6.0})
    factories.response(asked, {}, state=part)

    first, second, third = results(session, asked).pages

    assert (first.reached, first.left, first.stopped) == (5, 4, 1)
    assert first.seconds == 5.0
    assert (second.reached, second.left, second.stopped) == (4, 3, 1)
    assert (third.reached, third.stopped, third.seconds) == (3, 0, 1.0)


def test_a_survey_without_answers_has_questions_and_no_figures(
    session: Session, asked: Survey
) -> None:
    found = results(session, asked)

    assert find_span(session, found.wanted) is None
    assert [one.key for one in found.questions] == ["score", "why", "shop", "reach"]
    assert found.counted == 0
    assert all(one.newest.n == 0 for one in found.questions)


def test_an_anonymous_survey_is_counted_alike(
    session: Session, factories: Factories
) -> None:
    one = factories.survey(questionnaire=score_and_comment(), anonymous=True)
    factories.response(one, {"score": 9, "comment": "Bien"})

    assert of(results(session, one), "comment").newest.n == 1


def test_more_than_are_counted_is_said(
    session: Session,
    factories: Factories,
    asked: Survey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("feedback.collection.results.MOST_COUNTED", 2)
    for day in (1, 2, 3):
        factories.response(asked, {"score": day}, day=date(2026, 10, day))

    found = results(session, asked)

    assert found.is_cut
    assert of(found, "score").newest.trend[date(2026, 10, 1)] == {2: 1, 3: 1}
