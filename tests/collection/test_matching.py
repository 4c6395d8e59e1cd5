"""Matching: each refusal has its reason, and a sample is always the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.facts import known_facts, read_facts, write_facts
from feedback.collection.incoming import IncomingEvent
from feedback.collection.matching import (
    Reach,
    TriggerRule,
    choose_channel,
    due_moment,
    is_in_sample,
    judge,
)
from feedback.collection.terms import Channel, OutcomeKind, StopReason
from feedback.surveys.conditions import Condition, Rule

NOW = datetime(2026, 10, 15, 9, tzinfo=UTC)
MAIL = Reach(addresses={Channel.EMAIL: "zoe@example.org"})

TRIGGER = TriggerRule(
    id=1,
    public_id="trigger-one",
    journey_id=1,
    survey_id=1,
    touchpoint_id=1,
    event_type="order.delivered",
    rule=None,
    channels=(Channel.EMAIL, Channel.SMS),
    delay=timedelta(0),
    window=None,
    share=1.0,
    quota=None,
    priority=5,
    lifetime=timedelta(days=14),
    starts_at=None,
    ends_at=None,
    anonymous=False,
    is_survey_open=True,
)


def event(number: int = 1, *, days_ago: float = 0) -> IncomingEvent:
    return IncomingEvent(
        source="shop",
        id=str(number),
        type="order.delivered",
        occurred_at=NOW - timedelta(days=days_ago),
        data={"order": {"total": 59.9, "items": ["a", "b"]}},
    )


def said(
    *,
    days_ago: float = 0,
    reach: Reach | None = MAIL,
    facts: Any = None,
    **changes: Any,
) -> tuple[str, str]:
    found = judge(
        replace(TRIGGER, **changes),
        event(days_ago=days_ago),
        facts or {},
        reach,
        now=NOW,
    )
    return found.kind.value, found.reason


def test_an_event_of_the_type_invites() -> None:
    found = judge(TRIGGER, event(), {}, MAIL, now=NOW)

    assert (found.kind, found.reason) == (OutcomeKind.INVITED, "matched")
    assert found.channel == Channel.EMAIL


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"starts_at": NOW + timedelta(seconds=1)}, "not_started"),
        ({"ends_at": NOW}, "ended"),
        ({"share": 1e-12}, "not_in_sample"),
    ],
)
def test_what_a_trigger_does_not_want_is_not_matched(
    changes: dict[str, Any], reason: str
) -> None:
    assert said(**changes) == ("not_matched", reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_survey_open": False}, "survey_closed"),
        ({"quota": 10, "completed": 10}, "quota_full"),
        ({"days_ago": 14}, "too_late"),
        ({"reach": None}, "nobody_to_ask"),
        ({"reach": Reach()}, "no_address"),
        (
            {
                "reach": Reach(
                    addresses={Channel.SMS: "+33612345678"},
                    closed=frozenset({Channel.SMS}),
                )
            },
            "no_gateway",
        ),
    ],
)
def test_what_cannot_be_asked_is_held_back(
    changes: dict[str, Any], reason: str
) -> None:
    assert said(**changes) == ("held_back", reason)


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (StopReason.OPT_OUT, "opted_out"),
        (StopReason.BOUNCE, "address_bounced"),
        (StopReason.COMPLAINT, "complained"),
    ],
)
def test_a_stopped_address_is_held_back_with_its_reason(
    why: StopReason, reason: str
) -> None:
    reach = Reach(addresses=MAIL.addresses, stopped={"zoe@example.org": why})

    assert said(reach=reach) == ("held_back", reason)


def test_start_and_end_go_by_the_moment_of_the_event_not_of_its_coming() -> None:
    yesterday = NOW - timedelta(days=1)

    assert said(ends_at=yesterday, days_ago=2)[0] == "invited"
    assert said(starts_at=yesterday, days_ago=2) == ("not_matched", "not_started")


def test_a_quota_counts_completed_answers_alone() -> None:
    assert said(quota=10, completed=9)[0] == "invited"


def test_the_condition_that_failed_is_told() -> None:
    rule = Rule(
        conditions=(
            Condition(subject="language", operator="is", value="fr"),
            Condition(
                subject="event", name="order.total", operator="at_least", value=100
            ),
        )
    )
    facts = known_facts(language="fr", event=event().data)

    found = judge(replace(TRIGGER, rule=rule), event(), facts, MAIL, now=NOW)

    assert found.reason == "condition_not_met"
    assert found.detail["conditions"] == [
        {
            "subject": "event",
            "name": "order.total",
            "operator": "at_least",
            "value": 100,
        }
    ]


def test_a_person_is_asked_by_the_way_they_prefer_when_the_trigger_has_it() -> None:
    both = {Channel.EMAIL: "zoe@example.org", Channel.SMS: "+33612345678"}
    ways = (Channel.EMAIL, Channel.SMS)

    assert choose_channel(ways, Reach(addresses=both))[0] == Channel.EMAIL
    prefers = Reach(addresses=both, preferred=Channel.SMS)
    assert choose_channel(ways, prefers)[0] == Channel.SMS
    assert choose_channel((Channel.EMAIL,), prefers)[0] == Channel.EMAIL
    stopped = Reach(addresses=both, stopped={"zoe@example.org": StopReason.BOUNCE})
    assert choose_channel(ways, stopped)[0] == Channel.SMS


def test_an_invitation_is_due_the_delay_after_the_event_and_never_in_the_past() -> None:
    later = replace(TRIGGER, delay=timedelta(days=3))

    assert due_moment(later, event(), now=NOW) == NOW + timedelta(days=3)
    assert due_moment(later, event(days_ago=2), now=NOW) == NOW + timedelta(days=1)
    assert due_moment(later, event(days_ago=9), now=NOW) == NOW


def test_a_sample_takes_its_share_and_always_the_same() -> None:
    third = replace(TRIGGER, share=0.3)
    taken = [number for number in range(10_000) if is_in_sample(third, event(number))]

    assert 0.28 < len(taken) / 10_000 < 0.32
    assert taken == [n for n in range(10_000) if is_in_sample(third, event(n))]
    other = replace(third, public_id="trigger-two")
    assert taken != [n for n in range(10_000) if is_in_sample(other, event(n))]


def test_a_larger_share_takes_all_that_a_smaller_one_took() -> None:
    small, large = (replace(TRIGGER, share=share) for share in (0.2, 0.6))

    for number in range(1000):
        if is_in_sample(small, event(number)):
            assert is_in_sample(large, event(number))


def test_objects_are_facts_by_dotted_paths() -> None:
    assert known_facts(event=event().data, persona="famille") == {
        ("persona", ""): "famille",
        ("event", "order.total"): 59.9,
        ("event", "order.items"): ["a", "b"],
        ("event", "order.items.count"): 2,
    }


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(max_size=5), values),
    st.dictionaries(st.text(max_size=5), values),
    st.none() | st.text(max_size=5),
)
def test_facts_come_back_from_their_json(
    attributes: Any, data: Any, language: str | None
) -> None:
    facts = known_facts(attributes=attributes, event=data, language=language)

    assert read_facts(write_facts(facts)) == facts
    assert len(facts) <= 500
