"""One analyser for all tests of the package: its rules take a second to load."""

import pytest

from feedback.nlp.pipeline import Analyser


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    return Analyser()
