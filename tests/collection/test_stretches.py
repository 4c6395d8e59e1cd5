"""A question is the same one as long as people read the same."""

from datetime import UTC, datetime, timedelta

from feedback.collection.stretches import Asked, Stretches, find_stretches
from feedback.surveys.comparing import find_breaks
from feedback.surveys.questionnaire import Questionnaire
from tests.surveys.asking import question, survey

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def stretches(*questionnaires: Questionnaire) -> Stretches:
    versions: list[Asked] = []
    for number, one in enumerate(questionnaires, start=1):
        breaks = find_breaks(versions[-1].questionnaire, one) if versions else ()
        versions.append(
            Asked(
                id=number * 10,
                number=number,
                published_at=FIRST + timedelta(days=number),
                breaks=breaks,
                questionnaire=one,
            )
        )
    return find_stretches(versions)


def spans(found: Stretches, key: str) -> list[tuple[int, int]]:
    return [(one.first, one.last) for one in found.of[key]]


def score(words: str = "Would you recommend us?", kind: str = "nps") -> Questionnaire:
    return survey((question(kind, "score", text={"en": words}),))


OTHER = survey((question("long_text", "why"),))


def test_other_words_begin_another_stretch_and_the_same_words_do_not() -> None:
    found = stretches(score(), score(), score("And to a friend?"), score("And to…"))

    assert spans(found, "score") == [(1, 2), (3, 3), (4, 4)]
    assert found.of["score"][1].since == FIRST + timedelta(days=3)
    assert found.places[20] == {"score": 0}
    assert found.places[30] == {"score": 1}


def test_a_question_that_comes_again_as_it_was_goes_on() -> None:
    found = stretches(score(), OTHER, score())

    assert spans(found, "score") == [(1, 3)]


def test_a_question_that_comes_again_in_other_words_is_another() -> None:
    found = stretches(score(), OTHER, score("Really?"))

    assert spans(found, "score") == [(1, 1), (3, 3)]


def test_another_kind_under_the_same_key_is_another() -> None:
    found = stretches(score(), score(kind="long_text"))

    assert spans(found, "score") == [(1, 1), (2, 2)]


def test_what_is_asked_now_comes_first_and_what_is_gone_last() -> None:
    gone = question("csat", "gone")
    found = stretches(
        survey((gone, question("nps", "score"))),
        survey((question("ces", "effort"), question("nps", "score"))),
    )

    assert list(found.of) == ["effort", "score", "gone"]
    assert found.asked_now == {"effort", "score"}


def test_a_survey_that_was_never_published_has_none() -> None:
    assert stretches().of == {}
