"""Everything analysed again: old answers stand until all new ones are there."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.insights.models import ThemeCount
from feedback.jobs.models import Job
from feedback.nlp.annotation import Polarity
from feedback.nlp.pipeline import VERSION
from feedback.nlp.taxonomy import OwnPhrase
from feedback.voice import jobs, reanalysis
from feedback.voice.annotating import analyse_texts, read_texts
from feedback.voice.corrections import add_theme as correct_theme
from feedback.voice.models import AnnotationRecord, Feedback, Mention, Verbatim
from feedback.voice.reanalysis import (
    ReanalysisRead,
    ReanalysisState,
    count_current,
    find_newest,
)
from feedback.voice.rules.models import Reanalysis, StagedAnnotation
from feedback.voice.staging import put_aside
from feedback.voice.taxonomy import read_taxonomy
from feedback.voice.theming import add_phrases, add_theme
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories

pytestmark = pytest.mark.slow
TEXT = "La borne Zorblax ne marche jamais, attente interminable à la caisse"
PHRASE = OwnPhrase("fr", "borne Zorblax", Polarity.NEGATIVE)


def said(factories: Factories, n: int, *, text: str = TEXT) -> list[Feedback]:
    point = factories.touchpoint()
    return [factories.feedback(point, text=text, language="fr") for _ in range(n)]


def teach(session: Session, clock: StoppedClock) -> str:
    return add_theme(
        session,
        names={"en": "Zorblax"},
        brake="service",
        phrases=[PHRASE],
        author_id=None,
        now=clock.now(),
    )


def spoken(session: Session, key: str = "zorblax") -> int:
    query = select(func.count()).where(Mention.theme_key == key)
    return read(session, query) or 0


def begin(session: Session, clock: StoppedClock) -> str:
    public_id = reanalysis.start(session, author_id=None, now=clock.now())
    session.commit()
    return public_id


def newest(session: Session) -> ReanalysisRead:
    """Look without holding on to SQLite's only place to write."""
    session.commit()
    found = find_newest(session)
    session.commit()
    assert found is not None
    return found


def read(session: Session, query: Select[Any]) -> Any:
    session.commit()
    value = session.scalar(query)
    session.commit()
    return value


def put_by(session: Session) -> int:
    return int(read(session, select(func.count(StagedAnnotation.verbatim_id))))


def state(session: Session) -> ReanalysisState:
    return newest(session).state


def until(worker: Worker, session: Session, wanted: ReanalysisState) -> None:
    while state(session) != wanted:
        assert worker.run_once()


def test_a_theme_added_is_heard_in_new_texts_at_once_and_in_old_ones_when_asked(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    said(factories, 2)
    session.commit()
    worker.drain()
    teach(session, clock)
    said(factories, 1)
    session.commit()
    worker.drain()
    assert spoken(session) == 1
    currency = count_current(session)
    assert (currency.current, currency.total, currency.is_owed) == (1, 3, True)
    session.commit()

    begin(session, clock)
    worker.drain()

    assert state(session) == ReanalysisState.DONE
    assert spoken(session) == 3
    assert not count_current(session).is_owed
    assert put_by(session) == 0
    counted = select(func.sum(ThemeCount.n)).where(ThemeCount.theme_key == "zorblax")
    assert session.scalar(counted) == 2 * 3, "by day and by month"


def test_the_old_answers_stand_until_all_new_ones_are_there(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANALYSED_AT_ONCE", 2)
    monkeypatch.setattr(jobs, "BATCHES_A_PART", 1)
    said(factories, 5)
    session.commit()
    worker.drain()
    teach(session, clock)
    begin(session, clock)

    seen = []
    while state(session) == ReanalysisState.ANALYSING:
        assert spoken(session) == 0
        found = newest(session)
        seen.append((found.done, found.total))
        worker.run_once()
    assert spoken(session) == 0
    assert put_by(session) == 5
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]

    worker.drain()
    assert spoken(session) == 5


def test_other_work_has_its_turn_between_two_parts(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANALYSED_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "BATCHES_A_PART", 1)
    said(factories, 3)
    session.commit()
    worker.drain()
    teach(session, clock)
    begin(session, clock)
    said(factories, 1)
    session.commit()

    worker.run_once()
    worker.run_once()

    assert spoken(session) == 1, "the new text, by the new rules"
    assert state(session) == ReanalysisState.ANALYSING


def test_stopped_it_leaves_everything_as_it_was(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANALYSED_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "BATCHES_A_PART", 1)
    said(factories, 3)
    session.commit()
    worker.drain()
    teach(session, clock)
    public_id = begin(session, clock)
    worker.run_once()

    reanalysis.stop(session, public_id, now=clock.now())
    session.commit()
    worker.drain()

    assert state(session) == ReanalysisState.STOPPED
    assert spoken(session) == 0
    assert put_by(session) == 0
    with pytest.raises(Conflict, match="reanalysis_ended"):
        reanalysis.stop(session, public_id, now=clock.now())
    with pytest.raises(NotFound):
        reanalysis.stop(session, "nothing", now=clock.now())
    begin(session, clock)


def test_there_is_one_at_a_time_and_it_is_not_stopped_half_way_into_place(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    said(factories, 1)
    session.commit()
    worker.drain()
    public_id = begin(session, clock)
    with pytest.raises(Conflict, match="reanalysis_running"):
        reanalysis.start(session, author_id=None, now=clock.now())
    session.rollback()
    until(worker, session, ReanalysisState.APPLYING)

    with pytest.raises(Conflict, match="reanalysis_applying"):
        reanalysis.stop(session, public_id, now=clock.now())


def test_a_worker_that_was_killed_is_followed_by_one_that_goes_on(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANALYSED_AT_ONCE", 1)
    said(factories, 3)
    session.commit()
    worker.drain()
    teach(session, clock)
    begin(session, clock)
    calls: list[int] = []

    def dies_at_the_second(*given: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return analyse_texts(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "analyse_texts", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        worker.run_once()
    clock.advance(days=1)
    worker.drain()

    assert len(calls) == 4, "no text was analysed twice but the one in hand"
    assert state(session) == ReanalysisState.DONE
    assert spoken(session) == 3


def test_rules_that_change_meanwhile_begin_it_anew(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "ANALYSED_AT_ONCE", 1)
    monkeypatch.setattr(jobs, "BATCHES_A_PART", 1)
    said(factories, 2)
    session.commit()
    worker.drain()
    begin(session, clock)
    worker.run_once()
    teach(session, clock)
    session.commit()
    worker.drain()

    assert spoken(session) == 2
    assert not count_current(session).is_owed


def test_corrections_stay_on_top(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    (occasion,) = said(factories, 1)
    session.commit()
    worker.drain()
    account = factories.account()
    public_id = session.scalars(select(Verbatim.public_id)).one()
    correct_theme(
        session,
        public_id,
        "price_fees",
        Polarity.NEGATIVE,
        start=0,
        end=8,
        author_id=account.id,
        now=clock.now(),
    )
    teach(session, clock)
    begin(session, clock)
    worker.drain()

    assert spoken(session, "price_fees") == 1
    assert spoken(session) == 1
    assert occasion.id


def test_of_one_journey_only_its_verbatims_are_analysed_again(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    (first,), (other,) = said(factories, 1), said(factories, 1)
    session.commit()
    worker.drain()
    teach(session, clock)
    reanalysis.start(
        session, journey_id=first.journey_id, author_id=None, now=clock.now()
    )
    session.commit()
    worker.drain()

    where = select(Mention.journey_id).where(Mention.theme_key == "zorblax")
    assert session.scalars(where).all() == [first.journey_id]
    assert other.journey_id != first.journey_id


def test_a_text_that_was_erased_while_it_was_analysed_is_left_out(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    said(factories, 2)
    session.commit()
    worker.drain()
    begin(session, clock)
    run = session.scalars(select(Reanalysis.id)).one()
    numbers = session.scalars(select(Verbatim.id).order_by(Verbatim.id)).all()
    answers = analyse_texts(read_texts(session, numbers), read_taxonomy(session))
    session.execute(delete(AnnotationRecord))
    session.execute(delete(Mention))
    session.execute(delete(Verbatim).where(Verbatim.id == numbers[0]))

    put_aside(session, run, answers)

    kept = session.scalars(select(StagedAnnotation.verbatim_id)).all()
    assert kept == [numbers[1]]


def test_what_cannot_be_analysed_ends_with_its_answers_thrown_away(
    session: Session,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said(factories, 1)
    session.commit()
    worker.drain()
    begin(session, clock)

    def fails(*_: object) -> object:
        raise RuntimeError("out of order")

    monkeypatch.setattr(jobs, "analyse_texts", fails)
    for _ in range(6):
        worker.drain()
        clock.advance(hours=2)

    assert state(session) == ReanalysisState.FAILED
    assert put_by(session) == 0
    monkeypatch.undo()
    begin(session, clock)
    worker.drain()
    assert state(session) == ReanalysisState.DONE


def test_the_version_tells_the_analysis_and_the_rules(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    said(factories, 1)
    session.commit()
    worker.drain()
    assert session.scalars(select(AnnotationRecord.version)).all() == [VERSION]

    add_phrases(session, "queue_wait", [PHRASE], author_id=None, now=clock.now())
    begin(session, clock)
    worker.drain()

    digest = read_taxonomy(session).version
    session.commit()
    versions = session.scalars(select(AnnotationRecord.version)).all()
    assert versions == [f"{VERSION}+{digest}"]
    assert len(versions[0]) <= 40
    other = replace(PHRASE, pattern="une autre")
    add_phrases(session, "queue_wait", [other], author_id=None, now=clock.now())
    assert read_taxonomy(session).version != digest


def test_counts_wait_while_answers_take_their_places(
    session: Session, factories: Factories, worker: Worker, clock: StoppedClock
) -> None:
    said(factories, 1)
    session.commit()
    worker.drain()
    begin(session, clock)
    until(worker, session, ReanalysisState.APPLYING)
    said(factories, 1, text="Trop cher")
    session.execute(delete(Job).where(Job.name == reanalysis.JOB))
    session.commit()
    worker.drain()

    waiting = session.scalars(
        select(Job.due_at).where(
            Job.name == "insights.refresh", Job.due_at > clock.now()
        )
    ).all()
    assert len(waiting) == 1
