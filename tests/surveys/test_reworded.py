"""Which questions changed their words in a time, across the surveys of a journey."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from feedback.surveys.questionnaire import Questionnaire
from feedback.surveys.reworded import list_reworded
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment

MARCH, APRIL, MAY = (datetime(2026, month, 1, tzinfo=UTC) for month in (3, 4, 5))


def asked(words: str) -> Questionnaire:
    whole = score_and_comment()
    page = whole.pages[0]
    score = replace(page.questions[0], text={"fr": words, "en": words})
    comment = replace(page.questions[1], text={"fr": words, "en": words})
    return replace(whole, pages=(replace(page, questions=(score, comment)),))


def test_new_words_are_listed_in_the_time_in_which_they_were_published(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    clock.set(MARCH - timedelta(days=40))
    one, elsewhere = factories.survey(), factories.survey()
    for moment, words in ((MARCH, "First?"), (APRIL, "Second {event:x|so}?")):
        clock.set(moment)
        factories.next_version(one, asked(words))
        factories.next_version(elsewhere, asked(words))

    march = list_reworded(session, one.journey_id, since=MARCH, until=APRIL)
    both = list_reworded(session, one.journey_id, since=MARCH, until=MAY)

    assert [(item.words["en"], item.version) for item in march] == [("First?", 2)]
    assert [item.words["fr"] for item in both] == ["First?", "Second so?"]
    assert both[0].survey == "Votre avis"
    assert both[0].since == MARCH
    assert list_reworded(session, one.journey_id, since=MAY, until=MAY) == ()
