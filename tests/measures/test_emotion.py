"""The emotion curve: computed from ratings and feelings, each occasion once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.measures.emotion import emotion_point, occasion_emotion, rating_emotion
from feedback.measures.intervals import Moments
from feedback.measures.scales import Scale

RATING = st.sampled_from(Scale).flatmap(
    lambda scale: st.tuples(st.just(scale), st.sampled_from(scale.points))
)
FEELING = st.sampled_from(["positive", "neutral", "mixed", "negative", "unrated"])
EMOTION = st.floats(-2, 2)


def sums(emotions: list[float]) -> Moments:
    return Moments(
        n=len(emotions),
        total=sum(emotions),
        total_squares=sum(emotion**2 for emotion in emotions),
    )


@pytest.mark.parametrize(
    ("scale", "value", "expected"),
    [
        (Scale.NPS, 0, -2.0),
        (Scale.NPS, 5, 0.0),
        (Scale.NPS, 7, 0.8),
        (Scale.NPS, 10, 2.0),
        (Scale.CSAT, 1, -2.0),
        (Scale.CSAT, 4, 1.0),
        (Scale.CES, 4, 0.0),
        (Scale.STARS, 5, 2.0),
    ],
)
def test_a_rating_lies_on_a_line(scale: Scale, value: int, expected: float) -> None:
    assert rating_emotion(scale, value) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ratings", "feelings", "expected"),
    [
        ([], [], None),
        ([], ["unrated"], None),
        ([(Scale.CSAT, 5)], [], 2.0),
        ([(Scale.CSAT, 5), (Scale.CSAT, 3)], [], 1.0),
        ([], ["positive"], 1.5),
        ([], ["negative"], -1.5),
        ([], ["negative", "positive"], 0.0),
        ([], ["mixed"], 0.0),
        ([(Scale.NPS, 0)], ["negative"], -1.75),
        ([(Scale.NPS, 10)], ["negative", "neutral"], 0.625),
        ([(Scale.NPS, 10)], ["unrated"], 2.0),
    ],
)
def test_an_occasion_is_the_mean_of_its_ratings_and_its_feelings(
    ratings: list[tuple[Scale, int]], feelings: list[str], expected: float | None
) -> None:
    assert occasion_emotion(ratings, feelings) == expected


def test_a_long_questionnaire_does_not_drown_the_words() -> None:
    one = occasion_emotion([(Scale.CSAT, 5)], ["negative"])
    many = occasion_emotion([(Scale.CSAT, 5)] * 20, ["negative"])

    assert one == many == 0.25


def test_a_rating_beside_its_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="not on the"):
        occasion_emotion([(Scale.CSAT, 0)], [])


def test_the_point_is_the_mean_of_the_occasions() -> None:
    point = emotion_point(sums([2.0, 1.0, -1.5, 0.5]))

    assert point is not None
    assert (point.value, point.n) == (0.5, 4)
    assert -2 <= point.low < 0.5 < point.high <= 2


def test_no_occasion_gives_no_point_and_one_leaves_everything_open() -> None:
    assert emotion_point(sums([])) is None
    point = emotion_point(sums([1.5]))
    assert point is not None
    assert (point.low, point.value, point.high) == (-2, 1.5, 2)


@given(st.lists(RATING, max_size=5), st.lists(FEELING, max_size=5))
def test_an_emotion_stays_within_bounds(
    ratings: list[tuple[Scale, int]], feelings: list[str]
) -> None:
    emotion = occasion_emotion(ratings, feelings)

    assert emotion is None or -2 <= emotion <= 2


@given(st.lists(RATING, max_size=5), st.lists(FEELING, max_size=5))
def test_the_opposite_occasion_feels_the_opposite(
    ratings: list[tuple[Scale, int]], feelings: list[str]
) -> None:
    opposite = {"positive": "negative", "negative": "positive"}
    emotion = occasion_emotion(ratings, feelings)
    mirror = occasion_emotion(
        [(scale, scale.lowest + scale.highest - value) for scale, value in ratings],
        [opposite.get(feeling, feeling) for feeling in feelings],
    )

    if emotion is None:
        assert mirror is None
    else:
        assert mirror == pytest.approx(-emotion)


@given(st.lists(EMOTION, min_size=1, max_size=50))
def test_the_interval_holds_the_point(emotions: list[float]) -> None:
    point = emotion_point(sums(emotions))

    assert point is not None
    assert point.low <= point.value <= point.high
