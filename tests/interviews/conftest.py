"""What tests of interviews share."""

import pytest
from sqlalchemy.orm import Session

from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.interviews.talks import Talks


@pytest.fixture
def talks(session: Session, factories: Factories, clock: StoppedClock) -> Talks:
    return Talks(session, factories, clock)
