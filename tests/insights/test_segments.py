"""Which feedback an address asks for, and the address that asks for it."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.core.periods import Period, parse_period
from feedback.insights.refresh import refresh_days
from feedback.insights.segments import (
    Segment,
    address_of,
    default_period,
    find_span,
    list_facets,
    parse_segment,
    period_choices,
)
from feedback.journey.queries import (
    JourneyMap,
    PersonaOnMap,
    PhaseOnMap,
    TouchpointOnMap,
)
from feedback.journey.terms import Kind
from tests.factories import Factories

APRIL = parse_period("2018-04")


def _map() -> JourneyMap:
    def point(number: int, phase_id: int) -> TouchpointOnMap:
        return TouchpointOnMap(
            id=number,
            phase_id=phase_id,
            key=f"point-{number}",
            names={"en": "Point"},
            channel="store",
            kind=Kind.PHYSICAL,
            is_moment_of_truth=False,
            is_archived=False,
        )

    phases = tuple(
        PhaseOnMap(
            id=phase_id,
            key=f"phase-{phase_id}",
            names={"en": "Phase"},
            is_archived=False,
            touchpoints=tuple(point(number, phase_id) for number in numbers),
        )
        for phase_id, numbers in ((1, (11, 12)), (2, (21,)), (3, ()))
    )
    persona = PersonaOnMap(
        id=5,
        key="regular",
        names={"en": "Regular"},
        motivations=(),
        brakes=(),
        is_archived=False,
    )
    return JourneyMap(
        id=7,
        key="bakery",
        names={"en": "Bakery"},
        offers={"en": "Bread"},
        revision=1,
        is_demo=False,
        phases=phases,
        personas=(persona,),
    )


MAP = _map()


def _parsed(**arguments: str) -> Segment:
    return parse_segment(arguments, MAP, default=APRIL).segment


def test_an_empty_address_asks_for_everything_in_the_usual_period() -> None:
    assert _parsed() == Segment(journey_id=7, period=APRIL)
    assert _parsed(period="", phase=" ", persona="") == _parsed()


def test_a_phase_asks_for_its_touchpoints() -> None:
    assert _parsed(phase="phase-1").touchpoint_ids == (11, 12)


def test_a_phase_without_touchpoints_asks_for_nothing() -> None:
    assert _parsed(phase="phase-3").touchpoint_ids == ()


def test_a_touchpoint_says_more_than_its_phase() -> None:
    assert _parsed(phase="phase-1", touchpoint="point-12").touchpoint_ids == (12,)


def test_what_is_not_known_is_left_out_and_named() -> None:
    found = parse_segment(
        {
            "period": "last week",
            "phase": "gone",
            "touchpoint": "point-21",
            "persona": "nobody",
            "source": "rumour",
            "channel": "x" * 41,
            "language": "en",
            "utm_source": "mail",
        },
        MAP,
        default=APRIL,
    )
    assert found.segment == Segment(
        journey_id=7, period=APRIL, touchpoint_ids=(21,), language="en"
    )
    assert found.dropped == ("period", "phase", "channel", "persona", "source")


def test_a_touchpoint_of_another_phase_drops_the_phase() -> None:
    found = parse_segment(
        {"phase": "phase-2", "touchpoint": "point-11"}, MAP, default=APRIL
    )
    assert found.segment.touchpoint_ids == (11,)
    assert found.dropped == ("phase",)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "period": st.sampled_from(
                ["2018-04", "2018-04-03..2018-05-17", "2017-01-01..2018-01-01"]
            ),
            "phase": st.sampled_from(["phase-1", "phase-2"]),
            "touchpoint": st.sampled_from(["point-11", "point-21"]),
            "channel": st.sampled_from(["store", "phone"]),
            "persona": st.just("regular"),
            "language": st.sampled_from(["fr", "en"]),
            "source": st.sampled_from(["import", "survey"]),
        },
    )
)
def test_the_address_of_a_segment_is_read_as_that_segment(
    arguments: dict[str, str],
) -> None:
    segment = _parsed(**arguments)
    assert _parsed(**address_of(segment, MAP)) == segment


@given(st.dictionaries(st.sampled_from(["period", "phase", "source"]), st.text()))
def test_no_address_is_an_error(arguments: dict[str, str]) -> None:
    assert _parsed(**arguments).journey_id == 7


def test_the_segment_before_differs_in_its_period_only() -> None:
    segment = _parsed(phase="phase-1", channel="store")
    assert str(segment.previous.period) == "2018-03"
    assert segment.previous.touchpoint_ids == (11, 12)
    assert segment.previous.channel == "store"


def test_the_usual_period_is_the_newest_three_months_with_feedback() -> None:
    span = Period(date(2017, 11, 20), date(2018, 4, 2))
    today = date(2026, 10, 15)
    assert str(default_period(span, today=today)) == "2018-02-01..2018-05-01"
    assert str(default_period(None, today=today)) == "2026-10"
    # the last day is included: the span ends on the first of the next month
    assert (
        str(default_period(Period(date(2018, 3, 1), date(2018, 4, 1)), today=today))
        == "2018-03"
    )


def test_the_choices_hold_all_feedback_newest_first() -> None:
    choices = period_choices(Period(date(2017, 11, 20), date(2018, 4, 2)))
    assert [str(one) for one in choices.months[:2]] == ["2018-04", "2018-03"]
    assert str(choices.quarters[-1]) == "2017-10-01..2018-01-01"
    assert [one.since.year for one in choices.years] == [2018, 2017]
    assert str(choices.last_year) == "2017-05-01..2018-05-01"
    assert str(choices.everything) == "2017-11-01..2018-05-01"
    assert APRIL in choices
    assert parse_period("2016-01") not in choices


def test_span_and_facets_are_those_of_the_feedback(
    session: Session, factories: Factories
) -> None:
    point = factories.touchpoint()
    journey_id = point.journey_id
    assert find_span(session, journey_id) is None
    assert list_facets(session, journey_id).channels == ()
    for day, channel, language in ((3, "store", "fr"), (9, "phone", None)):
        factories.feedback(
            point,
            nps=9,
            said_at=datetime(2026, 9, day, 12, tzinfo=UTC),
            channel=channel,
            language=language,
        )
    refresh_days(session, journey_id, [date(2026, 9, 3), date(2026, 9, 9)])

    assert find_span(session, journey_id) == Period(date(2026, 9, 3), date(2026, 9, 10))
    facets = list_facets(session, journey_id)
    assert facets.channels == ("phone", "store")
    assert facets.languages == ("fr",)
    assert facets.sources == ("import",)
