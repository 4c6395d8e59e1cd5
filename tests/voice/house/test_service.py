"""Models of the house: learned from what is there, live when better, taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, NotFound
from feedback.jobs.models import Job
from feedback.measures.scales import Scale
from feedback.nlp.annotation import Feeling
from feedback.nlp.pipeline import VERSION
from feedback.nlp.schooling import (
    Comparison,
    Figure,
    OwnAnswer,
    hear_answers,
    teach,
)
from feedback.voice.annotating import analyse_texts, read_texts, store_annotations
from feedback.voice.corrections import correct_feeling
from feedback.voice.house.models import ModelState, OwnModel
from feedback.voice.house.queries import read_houses, read_models
from feedback.voice.house.service import (
    LEARN,
    Learned,
    go_back,
    is_worth_it,
    keep,
    order_learning,
    owe_learning,
    put_live,
)
from feedback.voice.models import AnnotationRecord, Verbatim
from feedback.voice.own_answers import SCORED, read_own_answers
from feedback.voice.reanalysis import version_in_force
from feedback.voice.taxonomy import read_taxonomy
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import ZONE, Factories
from tests.voice.test_annotating import annotation, store

ZORBLAX = "C'était zorblax avec le colis numéro"
QUIMPETTE = "C'était quimpette avec le colis numéro"
FIGURE = Figure(value=0.9, low=0.88, high=0.92)
GAIN = Figure(value=0.05, low=0.02, high=0.08)
BETTER = Comparison(
    positive=120, negative=100, sideless=0, shipped=FIGURE, own=FIGURE, difference=GAIN
)
WORSE = Comparison(
    positive=120,
    negative=100,
    sideless=0,
    shipped=FIGURE,
    own=FIGURE,
    difference=Figure(value=0.0, low=-0.02, high=0.02),
)


def model(words: int = 20) -> bytes:
    """A model for which zorblax is good and quimpette bad."""
    kept = teach(
        list(
            hear_answers(
                OwnAnswer(text=f"{text} {n}", language="fr", feeling=side, group=str(n))
                for n in range(words)
                for text, side in (
                    (ZORBLAX, Feeling.POSITIVE),
                    (QUIMPETTE, Feeling.NEGATIVE),
                )
            )
        )
    )
    assert kept is not None
    return kept


def learned(weights: bytes | None, compared: Comparison = BETTER) -> Learned:
    return Learned(
        language="fr", corrected=20, scored=200, compared=compared, weights=weights
    )


Keep = Callable[..., OwnModel]


@pytest.fixture
def kept(session: Session, clock: StoppedClock) -> Keep:
    def add(weights: bytes | None, compared: Comparison = BETTER) -> OwnModel:
        keep(session, learned(weights, compared), author_id=None, now=clock.now())
        return session.scalars(select(OwnModel).order_by(OwnModel.id.desc())).first()  # type: ignore[return-value]

    return add


def states(session: Session) -> list[ModelState]:
    session.expire_all()
    return list(session.scalars(select(OwnModel.state).order_by(OwnModel.id)))


@pytest.mark.slow
def test_the_worker_analyses_by_the_live_model_and_says_so(
    session: Session, factories: Factories, worker: Worker, kept: Keep
) -> None:
    kept(model())
    factories.feedback(text=f"{QUIMPETTE} 77", language="fr")
    session.commit()

    worker.drain()

    session.expire_all()
    row = session.scalars(select(AnnotationRecord)).one()
    assert row.feeling is Feeling.NEGATIVE
    assert row.version == version_in_force(session)
    assert row.version.startswith(f"{VERSION}+m")


@pytest.mark.slow
def test_going_back_is_one_step_and_what_comes_later_waits_for_a_person(
    session: Session, factories: Factories, clock: StoppedClock, kept: Keep
) -> None:
    first, author = kept(model(20)), factories.account().id

    go_back(session, first.public_id, author_id=author, now=clock.now())

    assert read_houses(session) == {}
    assert version_in_force(session) == VERSION
    assert read_models(session, "fr").is_held
    second = kept(model(24))
    assert states(session) == [ModelState.RETIRED, ModelState.CANDIDATE]
    assert read_houses(session) == {}

    put_live(session, second.public_id, author_id=author, now=clock.now())

    assert list(read_houses(session)) == ["fr"]
    assert not read_models(session, "fr").is_held
    kept(model(28))
    assert states(session) == [
        ModelState.RETIRED,
        ModelState.RETIRED,
        ModelState.LIVE,
    ]


@pytest.mark.slow
def test_two_people_at_once_are_told(
    session: Session, factories: Factories, clock: StoppedClock, kept: Keep
) -> None:
    row, author = kept(model()), factories.account().id

    with pytest.raises(Conflict, match="changed_meanwhile"):
        put_live(session, row.public_id, author_id=author, now=clock.now())
    go_back(session, row.public_id, author_id=author, now=clock.now())
    with pytest.raises(Conflict, match="changed_meanwhile"):
        go_back(session, row.public_id, author_id=author, now=clock.now())
    with pytest.raises(NotFound, match="own_model"):
        go_back(session, "made-up", author_id=author, now=clock.now())


@pytest.mark.slow
def test_a_model_of_an_earlier_analysis_is_not_used(
    session: Session, factories: Factories, clock: StoppedClock, kept: Keep
) -> None:
    row, author = kept(model()), factories.account().id
    row.analysis = "2020.01-1"
    session.flush()

    assert read_houses(session) == {}
    assert read_models(session, "fr").is_outdated
    assert is_worth_it(session, "fr", [], now=clock.now())
    go_back(session, row.public_id, author_id=author, now=clock.now())
    with pytest.raises(Conflict, match="own_model_outdated"):
        put_live(session, row.public_id, author_id=author, now=clock.now())


def test_what_is_refused_is_kept_with_its_figures_and_changes_nothing(
    session: Session, kept: Keep
) -> None:
    kept(None, WORSE)

    one = read_models(session, "fr")
    assert one.live is None
    assert [past.state for past in one.past] == [ModelState.REFUSED]
    assert one.past[0].compared == WORSE
    assert read_houses(session) == {}


@pytest.mark.slow
def test_the_same_model_is_not_kept_twice(session: Session, kept: Keep) -> None:
    kept(model())
    kept(model())

    assert states(session) == [ModelState.LIVE]


def test_corrections_outrank_scores_and_middling_scores_teach_nothing(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    author = factories.account().id
    for stars, text in ((5, "cinq"), (3, "trois"), (1, "un"), (4, "corrigé")):
        said = factories.feedback(
            text=text, ratings=[(Scale.STARS, stars)], customer=f"C{stars}"
        )
        store(session, clock, said.verbatims[0], annotation())
    last = session.scalars(select(Verbatim).where(Verbatim.text == "corrigé")).one()
    seen = last.feeling
    for feeling in (Feeling.MIXED, Feeling.POSITIVE, Feeling.NEGATIVE):
        assert seen is not None
        correct_feeling(
            session,
            last.public_id,
            feeling,
            seen=seen,
            author_id=author,
            now=clock.now(),
        )
        seen = feeling

    answers = read_own_answers(session, "fr")

    assert {(one.text, one.feeling, one.weight) for one in answers} == {
        ("cinq", Feeling.POSITIVE, SCORED),
        ("un", Feeling.NEGATIVE, SCORED),
        ("corrigé", Feeling.NEGATIVE, 1.0),
    }
    assert {one.group for one in answers} == {
        "customer C5",
        "customer C1",
        "customer C4",
    }
    assert read_own_answers(session, "en") == ()


@pytest.mark.slow
def test_texts_are_learned_from_as_they_are_shown(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    factories.feedback(text="Appelez Julie au 06 12 34 56 78", nps=10, language="fr")
    numbers = list(session.scalars(select(Verbatim.id)))
    texts = read_texts(session, numbers)
    store_annotations(
        session, analyse_texts(texts, read_taxonomy(session)), now=clock.now()
    )

    (one,) = read_own_answers(session, "fr")

    assert "06 12" not in one.text


def test_learning_is_owed_weekly_and_once_when_ordered(
    session: Session, factories: Factories, clock: StoppedClock
) -> None:
    author = factories.account().id
    for _ in range(2):
        owe_learning(session, now=clock.now(), zone=ZONE)
        order_learning(session, author_id=author, now=clock.now())

    jobs = session.scalars(
        select(Job).where(Job.name == LEARN).order_by(Job.due_at)
    ).all()
    assert [job.payload for job in jobs] == [{"author_id": author}, {}]
    sunday = jobs[1].due_at.astimezone(ZONE)
    assert (sunday.weekday(), sunday.hour) == (6, 4)
    assert clock.now() < jobs[1].due_at <= clock.now() + timedelta(days=7)


@pytest.mark.slow
def test_the_schedule_waits_for_a_tenth_more_and_a_person_does_not(
    session: Session,
    factories: Factories,
    kept: Keep,
    worker: Worker,
    clock: StoppedClock,
) -> None:
    kept(None, WORSE)
    answers = [
        OwnAnswer(text=str(n), language="fr", feeling=Feeling.POSITIVE, group=str(n))
        for n in range(242)
    ]
    now = clock.now()
    assert not is_worth_it(session, "fr", answers[:241], now=now)
    assert is_worth_it(session, "fr", answers, now=now)
    assert is_worth_it(session, "fr", answers[:9], now=now + timedelta(weeks=13))
    order_learning(session, author_id=factories.account().id, now=now)
    session.commit()

    worker.drain()

    session.expire_all()
    newest = read_models(session, "fr").past[0]
    assert (newest.compared.positive, newest.state) == (0, ModelState.REFUSED)
