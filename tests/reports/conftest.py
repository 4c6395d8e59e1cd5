"""A bakery with five months of feedback, for the tests of reports."""

import pytest
from sqlalchemy.orm import Session

from feedback.journey.models import Journey
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.reports.scene import bakery, months_of_feedback


@pytest.fixture
def spoken_of(session: Session, factories: Factories, clock: StoppedClock) -> Journey:
    """The bakery, in five months of feedback up to April 2018; committed."""
    journey = bakery(factories)
    months_of_feedback(session, journey, now=clock.now())
    session.commit()
    return journey
