"""How well personal data is masked, by kind and language, on the made-up texts."""

import pytest

from benchmarks.masking import (
    LANGUAGES,
    NAMES,
    PRECISION,
    STRUCTURED,
    masking_quality,
    mistakes,
    read_marked,
)
from feedback.nlp.redaction import KINDS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_least_two_hundred_texts_hold_every_kind(language: str) -> None:
    texts = read_marked(language)
    kinds = {item.kind for one in texts for item in one.marked}

    assert len(texts) >= 200
    assert kinds == set(KINDS) - {"word"}
    assert sum(not one.marked for one in texts) >= 80


def test_enough_is_masked_and_little_for_nothing() -> None:
    for row in masking_quality():
        assert row.recall is not None
        assert row.precision is not None
        if row.kind != "all":
            floor = NAMES if row.kind == "person" else STRUCTURED
            assert row.recall.value >= floor, row
        assert row.precision.value >= PRECISION, row


def test_a_mistake_is_told_with_its_text() -> None:
    told = [one for language in LANGUAGES for one in mistakes(language)]

    assert all(one.startswith(("missed person", "masked person")) for one in told)
