"""The report says which questions were asked in other words."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.journey.models import Journey, Touchpoint
from feedback.reports.html import document
from feedback.reports.service import read_report
from tests.conftest import StoppedClock
from tests.factories import Factories, score_and_comment
from tests.reports.scene import MONTH
from tests.reports.test_golden import LATER, words_of


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_question_in_other_words_is_named_beside_the_changes(
    session: Session,
    spoken_of: Journey,
    settings: Settings,
    factories: Factories,
    clock: StoppedClock,
) -> None:
    before = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    place = session.scalars(
        select(Touchpoint).where(Touchpoint.journey_id == spoken_of.id)
    ).first()
    clock.set(datetime(2018, 1, 10, tzinfo=UTC))
    survey = factories.survey(place)
    whole = score_and_comment()
    page = whole.pages[0]
    score = replace(page.questions[0], text={"fr": "Et vous ?", "en": "And you?"})
    clock.set(datetime(2018, 3, 31, 22, 30, tzinfo=UTC))
    factories.next_version(
        survey,
        replace(whole, pages=(replace(page, questions=(score, page.questions[1])),)),
    )

    figures = read_report(session, "bakery", MONTH, settings=settings, now=LATER)
    made = document(
        figures, "en", templates=settings.templates, company="M", provisional=False
    )

    assert (
        "Votre avis: the words of the question “And you?” changed on 1 April 2018. Its "
        "answers before and after are not to be compared." in words_of(made.html)
    )
    assert figures.snapshot != before.snapshot
