"""Groups of what has no theme: found, told with their growth, decided of for good."""

from datetime import date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.core.periods import Period
from feedback.insights.discovery import looking, queries
from feedback.insights.discovery.looking import look
from feedback.insights.discovery.models import DecisionKind, DiscoveredGroup
from feedback.insights.discovery.service import (
    DISCOVER,
    accept,
    dismiss,
    merge,
    order_look,
    owe_weekly,
    take_back,
)
from feedback.insights.refresh import refresh_days
from feedback.insights.segments import Segment
from feedback.jobs.models import Job
from feedback.journey.models import Touchpoint
from feedback.measures.comparison import Change
from feedback.nlp.annotation import Feeling, Polarity
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice.models import Verbatim
from feedback.voice.taxonomy import find_theme, list_phrases
from feedback.worker.runner import Worker
from tests.factories import ZONE, Factories
from tests.insights.discovery.unheard import BEFORE, MUSIC, NOW, PARKING, speak_of
from tests.insights.said import NOW as MOMENT
from tests.insights.said import say

PHRASES = [OwnPhrase("fr", "parking|garer")]


@pytest.fixture
def till(factories: Factories) -> Touchpoint:
    return factories.touchpoint(factories.phase(factories.journey("bakery")), "till")


@pytest.fixture
def analyst(factories: Factories) -> int:
    return factories.account().id


def find(session: Session, point: Touchpoint) -> dict[str, queries.FoundGroup]:
    """Look at the journey anew; return what was found by its first word."""
    look(session, point.journey_id, now=MOMENT, zone=ZONE, step=lambda _more: None)
    return read(session, point)


def read(session: Session, point: Touchpoint) -> dict[str, queries.FoundGroup]:
    found = queries.find_discovery(session, point.journey_id)
    assert found is not None
    return {group.words[0].shown: group for group in found.groups}


def test_nothing_was_looked_at_yet(session: Session, till: Touchpoint) -> None:
    assert queries.find_discovery(session, till.journey_id) is None
    look(session, till.journey_id, now=MOMENT, zone=ZONE, step=lambda _more: None)
    assert queries.find_discovery(session, till.journey_id) is None


def test_groups_have_names_quotes_and_their_growth(
    session: Session, till: Touchpoint
) -> None:
    speak_of(session, till, PARKING, 40)
    speak_of(session, till, MUSIC, 20)
    speak_of(session, till, MUSIC, 20, BEFORE)
    for day in (NOW, BEFORE):
        for _ in range(60):
            theme = ("queue_wait", Polarity.NEGATIVE)
            say(session, till, day, feeling=Feeling.NEGATIVE, themes=[theme])

    found = find(session, till)

    assert list(found) == ["parking", "musique"]
    parking, music = found["parking"].share, found["musique"].share
    assert (parking.hits, parking.n) == (40, 120)
    assert parking.comparison.change is Change.UP
    assert (music.hits, music.comparison.before) == (20, 20 / 80)
    assert music.comparison.change is Change.NONE_DETECTABLE
    quotes = [quote.text for quote in found["parking"].quotes]
    assert len(quotes) == len(set(quotes)) == queries.QUOTES
    assert all("parking" in quote.lower() for quote in quotes)
    run = queries.find_discovery(session, till.journey_id)
    assert run is not None
    assert run.period == Period(date(2026, 6, 1), date(2026, 9, 1))
    assert run.n == 60


def test_too_few_are_not_compared(session: Session, till: Touchpoint) -> None:
    speak_of(session, till, PARKING, 12)
    speak_of(session, till, MUSIC, 5, BEFORE)

    (found,) = find(session, till).values()

    assert found.share.comparison.change is Change.NOT_ENOUGH_DATA


def test_what_has_a_theme_or_no_feeling_is_left_out(
    session: Session, till: Touchpoint
) -> None:
    theme = ("queue_wait", Polarity.NEGATIVE)
    for number in range(20):
        text = f"{PARKING[number % 4]} {number}"
        say(session, till, NOW, feeling=Feeling.NEGATIVE, themes=[theme], text=text)
        say(session, till, NOW, feeling=Feeling.UNRATED, text=text)

    assert find(session, till) == {}


def test_texts_beyond_those_learnt_from_are_counted_too(
    session: Session, till: Touchpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "LEARNT_FROM", 20)
    monkeypatch.setattr(looking, "_AT_ONCE", 7)
    speak_of(session, till, PARKING, 60)

    found = find(session, till)

    assert found["parking"].share.hits == 60
    group = queries.get_group(
        session, till.journey_id, found["parking"].public_id, quotes=50
    )
    assert len(group.quotes) == 50


def test_a_dismissed_group_does_not_come_back_until_it_is_taken_back(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak_of(session, till, PARKING, 20)
    speak_of(session, till, MUSIC, 20)
    group = find(session, till)["musique"]

    decision = dismiss(
        session, till.journey_id, group.public_id, author_id=analyst, now=MOMENT
    )
    assert list(read(session, till)) == ["parking"]
    speak_of(session, till, (*MUSIC, "Cette musique gâche la visite"), 15)
    assert list(find(session, till)) == ["parking"]

    take_back(session, till.journey_id, decision)

    assert set(read(session, till)) == {"parking", "musique"}
    with pytest.raises(NotFound, match="decision"):
        take_back(session, till.journey_id, decision)


def test_the_second_of_two_who_decide_is_told(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak_of(session, till, PARKING, 20)
    group = find(session, till)["parking"].public_id
    dismiss(session, till.journey_id, group, author_id=analyst, now=MOMENT)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        accept(
            session,
            till.journey_id,
            group,
            names={"fr": "Parking", "en": "Parking"},
            brake="service",
            phrases=PHRASES,
            author_id=analyst,
            now=MOMENT,
        )
    find(session, till)
    with pytest.raises(NotFound, match="group"):
        dismiss(session, till.journey_id, group, author_id=analyst, now=MOMENT)


def test_a_group_becomes_a_theme_with_its_phrases(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak_of(session, till, PARKING, 20)
    group = find(session, till)["parking"].public_id

    key = accept(
        session,
        till.journey_id,
        group,
        names={"fr": "Stationnement", "en": "Parking"},
        brake="service",
        phrases=PHRASES,
        author_id=analyst,
        now=MOMENT,
    )

    theme = find_theme(session, key)
    assert theme is not None
    assert theme.names["fr"] == "Stationnement"
    assert (key, PHRASES[0]) in list_phrases(session)
    assert read(session, till) == {}
    (decision,) = queries.list_decisions(session, till.journey_id)
    assert decision.kind is DecisionKind.ACCEPTED
    assert decision.theme_key == key
    assert decision.author is not None


def test_a_group_gives_its_words_to_a_theme(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak_of(session, till, PARKING, 20)
    group = find(session, till)["parking"].public_id

    def give(key: str) -> None:
        merge(
            session,
            till.journey_id,
            group,
            theme_key=key,
            phrases=PHRASES,
            author_id=analyst,
            now=MOMENT,
        )

    with pytest.raises(NotFound, match="theme"):
        give("nothing")
    give("store_premises" if find_theme(session, "store_premises") else "queue_wait")

    assert [phrase for _, phrase in list_phrases(session)] == PHRASES
    assert read(session, till) == {}


def test_a_theme_without_a_name_is_refused_and_nothing_is_decided(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak_of(session, till, PARKING, 20)
    group = find(session, till)["parking"].public_id

    with pytest.raises(Invalid):
        accept(
            session,
            till.journey_id,
            group,
            names={},
            brake="service",
            phrases=PHRASES,
            author_id=analyst,
            now=MOMENT,
        )

    assert queries.list_decisions(session, till.journey_id) == ()


def test_erased_verbatims_are_quoted_no_more(
    session: Session, till: Touchpoint
) -> None:
    speak_of(session, till, PARKING, 20)
    find(session, till)
    session.execute(delete(Verbatim))
    session.expire_all()

    (group,) = read(session, till).values()

    assert group.quotes == ()


def test_the_job_looks_and_replaces_what_was_found_before(
    session: Session, till: Touchpoint, worker: Worker
) -> None:
    speak_of(session, till, PARKING, 20)
    for _ in range(2):
        assert order_look(session, till.journey_id, now=MOMENT) is not None
        assert order_look(session, till.journey_id, now=MOMENT) is None
        session.commit()
        worker.drain()

    assert list(read(session, till)) == ["parking"]
    assert len(session.scalars(select(DiscoveredGroup)).all()) == 1
    assert [job.state for job in session.scalars(select(Job))] == ["done", "done"]


def test_each_journey_is_owed_a_look_a_week(session: Session, till: Touchpoint) -> None:
    for _ in range(3):
        owe_weekly(session, now=MOMENT, zone=ZONE)

    (job,) = session.scalars(select(Job).where(Job.name == DISCOVER))
    assert job.due_at.astimezone(ZONE) == datetime(2026, 10, 19, 4, tzinfo=ZONE)


def test_coverage_is_told_by_language_and_month(
    session: Session, till: Touchpoint
) -> None:
    theme = ("queue_wait", Polarity.NEGATIVE)
    for day, themed in ((date(2026, 7, 1), 30), (NOW, 10)):
        for number in range(40):
            themes = [theme] if number < themed else []
            say(session, till, day, feeling=Feeling.NEGATIVE, themes=themes)
    refresh_days(session, till.journey_id, [date(2026, 7, 1), NOW])
    segment = Segment(
        journey_id=till.journey_id, period=Period(date(2026, 8, 1), date(2026, 9, 1))
    )

    found = queries.read_coverage(session, segment)

    assert (found.total.hits, found.total.n) == (10, 40)
    assert found.total.comparison.change is Change.DOWN
    assert list(found.by_language) == ["fr"]
    assert [one.month for one in found.months] == [date(2026, 7, 1), date(2026, 8, 1)]
    assert [one.share and one.share.value for one in found.months] == [0.75, 0.25]
