"""Samples: the same from the same seed, and of the sizes wanted."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from feedback.voice.agreement.drawing import draw, draw_halves

NUMBERS = st.lists(st.integers(1, 10_000), unique=True, max_size=200)


@given(NUMBERS, st.integers(30, 300), st.integers(0, 2**31 - 1))
def test_the_order_of_the_rows_does_not_matter(
    numbers: list[int], size: int, seed: int
) -> None:
    shuffled = Random(1).sample(numbers, len(numbers))

    assert draw(numbers, size, seed=seed) == draw(shuffled, size, seed=seed)


@given(NUMBERS, st.integers(30, 300), st.integers(0, 2**31 - 1))
def test_nothing_is_drawn_twice_and_no_more_than_there_is(
    numbers: list[int], size: int, seed: int
) -> None:
    drawn = draw(numbers, size, seed=seed)

    assert len(drawn) == len(set(drawn)) == min(size, len(numbers))
    assert set(drawn) <= set(numbers)


def test_other_seeds_draw_others() -> None:
    assert draw(range(1000), 30, seed=1) != draw(range(1000), 30, seed=2)


def test_halves_are_halves_and_mixed() -> None:
    drawn = draw_halves(range(500), range(1000, 1010), 100, seed=3)

    assert sum(number < 500 for number in drawn) == 50
    assert sum(number >= 1000 for number in drawn) == 10
    assert drawn != sorted(drawn)
