"""Corrections: laid on top of the machine's answer, kept, undone, never overwritten."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.nlp.annotation import Feeling, Polarity
from feedback.voice.corrections import (
    CorrectedDay,
    add_theme,
    correct_feeling,
    reject_theme,
    withdraw,
)
from feedback.voice.models import (
    Correction,
    CorrectionKind,
    Feedback,
    Mention,
    StaleDay,
    Verbatim,
)
from feedback.voice.settling import AnalystWord, MachineMention, settle
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.voice.test_annotating import annotation, mention, only_verbatim, store

TEXT = "Attente trop longue, mais accueil charmant"

mentions = st.lists(
    st.builds(
        MachineMention,
        st.sampled_from(["queue_wait", "price_fees"]),
        st.sampled_from(Polarity),
    ),
    max_size=6,
)
words = st.lists(
    st.one_of(
        st.builds(
            AnalystWord,
            kind=st.just(CorrectionKind.FEELING),
            value=st.sampled_from([feeling.value for feeling in Feeling]),
        ),
        st.builds(
            AnalystWord,
            kind=st.sampled_from(
                [CorrectionKind.ADD_THEME, CorrectionKind.REJECT_THEME]
            ),
            value=st.sampled_from(["queue_wait", "price_fees"]),
            polarity=st.sampled_from(Polarity),
            start=st.just(0),
            end=st.just(7),
        ),
    ),
    max_size=6,
)


@pytest.fixture
def verbatim(session: Session, factories: Factories, clock: StoppedClock) -> Verbatim:
    """An analysed text: a negative feeling, a wait, a kind welcome."""
    factories.feedback(text=TEXT, nps=3)
    found = only_verbatim(session)
    themes = [
        mention(),
        mention("staff_attitude", Polarity.POSITIVE, 26, 42),
    ]
    store(session, clock, found, annotation(themes=themes))
    session.query(StaleDay).delete()
    return found


@pytest.fixture
def by(factories: Factories, clock: StoppedClock) -> dict[str, Any]:
    return {"author_id": factories.account().id, "now": clock.now()}


def standing(session: Session) -> set[tuple[str, Polarity, str]]:
    rows = session.scalars(select(Mention).where(Mention.rejected.is_(False)))
    return {(row.theme_key, row.polarity, row.origin) for row in rows}


@given(st.sampled_from(Feeling), mentions)
def test_without_corrections_the_machine_is_right(
    feeling: Feeling, found: list[MachineMention]
) -> None:
    settled = settle(feeling, found, [])

    assert settled.feeling == feeling
    assert not any(settled.rejected)
    assert settled.added == ()


@given(st.sampled_from(Feeling), mentions, words)
def test_each_machine_mention_is_answered_and_every_added_theme_stays(
    feeling: Feeling, found: list[MachineMention], said: list[AnalystWord]
) -> None:
    settled = settle(feeling, found, said)

    assert len(settled.rejected) == len(found)
    assert list(settled.added) == [
        word for word in said if word.kind == CorrectionKind.ADD_THEME
    ]
    spoken = [word.value for word in said if word.kind == CorrectionKind.FEELING]
    assert settled.feeling == (spoken[-1] if spoken else feeling)


@given(mentions, words)
def test_a_rejection_holds_whatever_else_is_said_and_in_whatever_order(
    found: list[MachineMention], said: list[AnalystWord]
) -> None:
    forwards = settle(Feeling.NEUTRAL, found, said)
    backwards = settle(Feeling.NEUTRAL, found, said[::-1])

    assert forwards.rejected == backwards.rejected


def test_a_corrected_feeling_shows_at_once_and_the_machines_answer_stays(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    day = correct_feeling(
        session, verbatim.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
    )

    session.expire_all()
    assert verbatim.feeling == Feeling.MIXED
    assert verbatim.annotation is not None
    assert verbatim.annotation.feeling == Feeling.NEGATIVE
    (kept,) = verbatim.corrections
    assert (kept.value, kept.previous) == ("mixed", "negative")
    assert (kept.author_id, kept.created_at) == (by["author_id"], by["now"])
    feedback = session.scalars(select(Feedback)).one()
    assert day == CorrectedDay(journey_id=feedback.journey_id, day=date(2026, 10, 15))
    assert session.scalars(select(StaleDay.day)).all() == [day.day]
    assert feedback.emotion == pytest.approx((-0.8 + 0) / 2)


def test_the_second_of_two_people_is_told_and_the_first_ones_word_stands(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    correct_feeling(
        session, verbatim.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
    )
    reject_theme(session, verbatim.public_id, "queue_wait", Polarity.NEGATIVE, **by)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        correct_feeling(
            session, verbatim.public_id, Feeling.NEUTRAL, seen=Feeling.NEGATIVE, **by
        )
    with pytest.raises(Conflict, match="changed_meanwhile"):
        reject_theme(session, verbatim.public_id, "queue_wait", Polarity.NEGATIVE, **by)

    session.expire_all()
    assert verbatim.feeling == Feeling.MIXED
    assert len(verbatim.corrections) == 2


def test_saying_what_stands_there_already_changes_nothing(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    for _ in range(2):
        correct_feeling(
            session, verbatim.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
        )

    assert len(session.scalars(select(Correction)).all()) == 1


def test_a_rejected_theme_counts_no_more_and_the_others_do(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    reject_theme(session, verbatim.public_id, "queue_wait", Polarity.NEGATIVE, **by)

    assert standing(session) == {("staff_attitude", Polarity.POSITIVE, "rule:test")}
    assert len(session.scalars(select(Mention)).all()) == 2


def test_rejecting_a_friction_leaves_praise_of_the_same_theme(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    add_theme(
        session,
        verbatim.public_id,
        "staff_attitude",
        Polarity.NEGATIVE,
        start=0,
        end=19,
        **by,
    )

    with pytest.raises(Conflict):
        reject_theme(
            session, verbatim.public_id, "staff_attitude", Polarity.NEGATIVE, **by
        )
    reject_theme(session, verbatim.public_id, "staff_attitude", Polarity.POSITIVE, **by)

    assert ("staff_attitude", Polarity.NEGATIVE, "analyst") in standing(session)
    assert ("staff_attitude", Polarity.POSITIVE, "rule:test") not in standing(session)


def test_an_added_theme_stands_on_its_words_and_not_twice(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    wanted = (verbatim.public_id, "price_fees", Polarity.WISH)

    add_theme(session, *wanted, start=8, end=10_000, **by)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        add_theme(session, *wanted, start=0, end=9, **by)

    added = session.scalars(select(Mention).where(Mention.origin == "analyst")).one()
    assert (added.start, added.end) == (8, len(TEXT))
    assert added.confidence == 1.0


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (7, 8), (5, 5), (9, 2), (99, 120)])
def test_a_theme_needs_words(
    session: Session, verbatim: Verbatim, by: dict[str, Any], start: int, end: int
) -> None:
    with pytest.raises(Invalid):
        add_theme(
            session,
            verbatim.public_id,
            "price_fees",
            Polarity.WISH,
            start=start,
            end=end,
            **by,
        )
    assert session.scalars(select(Correction)).all() == []


def test_an_undone_correction_gives_the_machines_answer_back_and_stays_in_the_history(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    before = standing(session)
    name = verbatim.public_id
    correct_feeling(session, name, Feeling.MIXED, seen=Feeling.NEGATIVE, **by)
    reject_theme(session, name, "queue_wait", Polarity.NEGATIVE, **by)
    add_theme(session, name, "price_fees", Polarity.WISH, start=0, end=4, **by)
    numbers = session.scalars(select(Correction.id)).all()

    for number in numbers:
        withdraw(session, name, number, now=by["now"])

    session.expire_all()
    assert standing(session) == before
    assert verbatim.feeling == Feeling.NEGATIVE
    assert [row.withdrawn_at for row in verbatim.corrections] == [by["now"]] * 3
    with pytest.raises(Conflict, match="changed_meanwhile"):
        withdraw(session, name, numbers[0], now=by["now"])


def test_undoing_the_last_of_two_feelings_gives_the_first_back(
    session: Session, verbatim: Verbatim, by: dict[str, Any]
) -> None:
    name = verbatim.public_id
    correct_feeling(session, name, Feeling.MIXED, seen=Feeling.NEGATIVE, **by)
    correct_feeling(session, name, Feeling.NEUTRAL, seen=Feeling.MIXED, **by)
    last = session.scalars(select(Correction.id).order_by(Correction.id.desc())).first()
    assert last is not None

    withdraw(session, name, last, now=by["now"])

    session.expire_all()
    assert verbatim.feeling == Feeling.MIXED


def test_what_does_not_exist_cannot_be_corrected(
    session: Session,
    factories: Factories,
    verbatim: Verbatim,
    by: dict[str, Any],
) -> None:
    other = factories.feedback(text="Pas encore analysé").verbatims[0]
    correct_feeling(
        session, verbatim.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
    )
    number = session.scalars(select(Correction.id)).one()

    with pytest.raises(NotFound, match="verbatim"):
        correct_feeling(
            session, other.public_id, Feeling.MIXED, seen=Feeling.NEGATIVE, **by
        )
    with pytest.raises(NotFound, match="verbatim"):
        withdraw(session, "nothing", number, now=by["now"])
    with pytest.raises(NotFound, match="theme"):
        add_theme(
            session,
            verbatim.public_id,
            "no_theme",
            Polarity.WISH,
            start=0,
            end=4,
            **by,
        )
