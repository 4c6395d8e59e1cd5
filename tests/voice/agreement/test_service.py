"""A round from its sample to the ledger: blind, resumable, closed once."""

from datetime import date

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Forbidden, Invalid, NotFound
from feedback.core.pagination import PageRequest
from feedback.core.periods import Period
from feedback.journey.models import Touchpoint
from feedback.measures.agreement import Strength, strength
from feedback.nlp.annotation import Feeling
from feedback.voice import corrections
from feedback.voice.agreement import queries, results
from feedback.voice.agreement.judging import Judgement, Subject
from feedback.voice.agreement.ledger import find_drift, read_ledger
from feedback.voice.agreement.models import Round, SampledVerbatim
from feedback.voice.agreement.reading import read_machine
from feedback.voice.agreement.service import (
    MOST_ANALYSTS,
    RoundDraft,
    create_round,
    discard_round,
    finish_part,
    save_label,
)
from feedback.voice.models import AnnotationRecord, Verbatim
from feedback.voice.taxonomy import Stance
from tests.factories import Factories
from tests.insights.said import NOW
from tests.voice.agreement.labelling import (
    NEGATIVE,
    POSITIVE,
    SEPTEMBER,
    close,
    label_all,
    speak,
    start,
    wrong_on_every,
)


@pytest.fixture
def till(factories: Factories) -> Touchpoint:
    return factories.touchpoint(key="till")


@pytest.fixture
def analyst(factories: Factories) -> int:
    return factories.account().id


@pytest.fixture
def other(factories: Factories) -> int:
    return factories.account().id


def sample(session: Session, public_id: str) -> list[int]:
    return list(
        session.scalars(
            select(SampledVerbatim.verbatim_id)
            .join(Round, Round.id == SampledVerbatim.round_id)
            .where(Round.public_id == public_id)
            .order_by(SampledVerbatim.position)
        )
    )


def see(session: Session, public_id: str, account_id: int) -> queries.RoundInDetail:
    return queries.get_round(session, public_id, account_id=account_id)


def test_the_same_seed_draws_the_same_sample_of_the_period_alone(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 60)
    speak(session, till, 40, day=date(2026, 10, 2))

    one, again = (start(session, till.journey_id, analyst) for _ in range(2))

    assert sample(session, one) == sample(session, again)
    assert len(sample(session, one)) == 40
    days = session.scalars(
        select(func.count())
        .select_from(Verbatim)
        .where(Verbatim.id.in_(sample(session, one)), Verbatim.id > 60)
    )
    assert days.one() == 0


@pytest.mark.parametrize("size", [29, 301])
def test_a_sample_of_another_size_is_refused(
    session: Session, till: Touchpoint, analyst: int, size: int
) -> None:
    with pytest.raises(Invalid, match="out_of_range"):
        start(session, till.journey_id, analyst, size=size)


def test_a_period_with_too_little_is_refused_and_one_with_less_taken_whole(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 29)
    with pytest.raises(Invalid, match="too_few_verbatims"):
        start(session, till.journey_id, analyst)

    speak(session, till, 4)

    assert len(sample(session, start(session, till.journey_id, analyst))) == 33


def test_halves_need_both_languages(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 60)

    # all of them are in French: the English half stays empty
    public_id = create_round(
        session,
        till.journey_id,
        RoundDraft(period=SEPTEMBER, size=60, by_language=True),
        seed=1,
        author_id=analyst,
        now=NOW,
    )

    assert len(sample(session, public_id)) == 30


def test_labels_go_on_where_they_were_left_and_can_be_changed(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)

    def say(position: int, judgement: Judgement) -> int | None:
        return save_label(
            session, public_id, position, judgement, account_id=analyst, now=NOW
        )

    assert see(session, public_id, analyst).next_open == 1
    assert say(1, NEGATIVE) == 2
    assert say(40, NEGATIVE) == 2
    assert say(2, POSITIVE) == 3
    assert say(1, POSITIVE) == 3

    one = see(session, public_id, analyst)
    assert one.mine is not None
    assert one.mine.done == 3
    assert one.next_open == 3
    shown = queries.get_to_label(session, one.id, 1, account_id=analyst)
    assert shown.label == POSITIVE


def test_nobody_sees_labels_or_results_before_their_own_part_is_done(
    session: Session, till: Touchpoint, analyst: int, other: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    label_all(session, public_id, analyst)

    waiting = see(session, public_id, other)
    assert not waiting.may_see
    with pytest.raises(Forbidden, match="labels_not_finished"):
        results.get_results(session, waiting)
    shown = queries.get_to_label(session, waiting.id, 1, account_id=other)
    assert shown.label is None

    save_label(session, public_id, 1, NEGATIVE, account_id=other, now=NOW)
    with pytest.raises(Forbidden):
        results.get_results(session, see(session, public_id, other))

    done = results.get_results(session, see(session, public_id, analyst))
    assert [rater.id for rater in done.raters] == [results.MACHINE, analyst]


def test_a_finished_part_does_not_change_and_an_unfinished_one_cannot_be_finished(
    session: Session, till: Touchpoint, analyst: int, other: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    label_all(session, public_id, analyst)

    with pytest.raises(Conflict, match="part_finished"):
        save_label(session, public_id, 1, POSITIVE, account_id=analyst, now=NOW)
    with pytest.raises(Conflict, match="part_finished"):
        finish_part(session, public_id, account_id=analyst, now=NOW)
    with pytest.raises(Conflict, match="labels_missing"):
        finish_part(session, public_id, account_id=other, now=NOW)


def test_unknown_themes_numbers_and_rounds_are_refused(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    unknown = Judgement(
        feeling=Feeling.NEUTRAL, themes=frozenset([("nothing", Stance.PRAISE)])
    )

    with pytest.raises(NotFound, match="theme"):
        save_label(session, public_id, 1, unknown, account_id=analyst, now=NOW)
    with pytest.raises(NotFound, match="verbatim"):
        save_label(session, public_id, 41, NEGATIVE, account_id=analyst, now=NOW)
    with pytest.raises(NotFound, match="agreement_round"):
        save_label(session, "nothing", 1, NEGATIVE, account_id=analyst, now=NOW)


def test_a_round_takes_so_many_analysts(
    session: Session, till: Touchpoint, factories: Factories
) -> None:
    speak(session, till, 40)
    people = [factories.account().id for _ in range(MOST_ANALYSTS + 1)]
    public_id = start(session, till.journey_id, people[0])
    for account_id in people[:-1]:
        save_label(session, public_id, 1, NEGATIVE, account_id=account_id, now=NOW)

    with pytest.raises(Conflict, match="too_many_analysts"):
        save_label(session, public_id, 1, NEGATIVE, account_id=people[-1], now=NOW)


def test_results_compare_analysts_and_the_machine_with_each(
    session: Session, till: Touchpoint, analyst: int, other: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    label_all(session, public_id, analyst)
    label_all(session, public_id, other, wrong_on_every(10))

    found = results.get_results(session, see(session, public_id, analyst))
    pairs = found.pairs(queries.theme_keys(session))

    assert [(pair.one.id, pair.other.id) for pair in pairs] == [
        (analyst, other),
        (results.MACHINE, analyst),
        (results.MACHINE, other),
    ]
    apart, same, also_apart = (pair.agreement for pair in pairs)
    assert same.apart == ()
    assert same.feeling is not None
    assert same.feeling.kappa.value == 1
    assert apart.apart == also_apart.apart == (10, 20, 30, 40)
    assert apart.feeling is not None
    assert apart.feeling.kappa.value == pytest.approx(0.8, abs=0.02)
    queue = next(one for one in apart.themes if one.key == "queue_wait")
    assert queue.stance is Stance.FRICTION
    assert queue.agreement is not None
    assert strength(queue.agreement.kappa.value) is Strength.SUBSTANTIAL
    price = next(one for one in apart.themes if one.key == "price_fees")
    assert price.positives == 0
    assert price.agreement is None


def test_the_machine_is_judged_without_the_corrections(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 30)
    public_id = start(session, till.journey_id, analyst, size=30)
    before = read_machine(session, see(session, public_id, analyst).id)
    number = next(n for n, said in before.items() if said == NEGATIVE)
    verbatim = session.get(Verbatim, sample(session, public_id)[number - 1])
    assert verbatim is not None

    corrections.correct_feeling(
        session,
        verbatim.public_id,
        Feeling.MIXED,
        seen=Feeling.NEGATIVE,
        author_id=analyst,
        now=NOW,
    )

    assert read_machine(session, see(session, public_id, analyst).id) == before


def test_closing_keeps_what_the_machine_said_and_opens_the_results_to_all(
    session: Session, till: Touchpoint, analyst: int, other: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    save_label(session, public_id, 1, POSITIVE, account_id=other, now=NOW)
    with pytest.raises(Conflict, match="nobody_finished"):
        close(session, public_id, analyst)
    label_all(session, public_id, analyst)
    close(session, public_id, analyst)
    kept = read_machine(session, see(session, public_id, other).id)
    for record in session.scalars(select(AnnotationRecord)):
        record.feeling = Feeling.NEUTRAL
        record.version = "2"
    session.flush()

    seen = see(session, public_id, other)
    assert seen.may_see
    assert read_machine(session, seen.id) == kept
    # half a part does not count
    found = results.get_results(session, seen)
    assert [rater.id for rater in found.raters] == [results.MACHINE, analyst]
    with pytest.raises(Conflict, match="round_closed"):
        save_label(session, public_id, 2, POSITIVE, account_id=other, now=NOW)
    with pytest.raises(Conflict, match="round_closed"):
        close(session, public_id, analyst)
    (row,) = read_ledger(session, till.journey_id)
    assert row.versions == ("1",)
    assert row.n == 40
    assert row.analysts == 1
    assert row.agreements[Subject.FEELING].kappa.value == 1
    assert row.agreements[Subject.THEMES].kappa.value == 1


def test_the_ledger_warns_when_the_machine_gets_worse_and_only_then(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 120)
    for step in (20, 15):
        public_id = start(session, till.journey_id, analyst, size=100)
        label_all(session, public_id, analyst, wrong_on_every(step))
        close(session, public_id, analyst)
        assert find_drift(session, till.journey_id) is None

    public_id = start(session, till.journey_id, analyst, size=100)
    label_all(session, public_id, analyst, wrong_on_every(3))
    close(session, public_id, analyst)

    drift = find_drift(session, till.journey_id)
    assert drift is not None
    assert drift.public_id == public_id
    assert set(drift.declines) == {Subject.FEELING, Subject.THEMES}
    newest, *older = read_ledger(session, till.journey_id)
    assert newest == drift
    assert [row.declines for row in older] == [{}, {}]


def test_the_ledger_stays_when_a_customer_is_erased(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    label_all(session, public_id, analyst)
    close(session, public_id, analyst)
    before = read_ledger(session, till.journey_id)

    session.execute(
        delete(Verbatim).where(Verbatim.id == sample(session, public_id)[0])
    )
    session.expire_all()

    assert read_ledger(session, till.journey_id) == before
    one = see(session, public_id, analyst)
    assert one.size == 39
    assert len(results.list_sampled(session, one.id)) == 39
    assert len(results.get_results(session, one).judgements[analyst]) == 39


def test_a_round_without_labels_can_be_thrown_away_and_others_not(
    session: Session, till: Touchpoint, analyst: int
) -> None:
    speak(session, till, 40)
    public_id = start(session, till.journey_id, analyst)
    discard_round(session, public_id)
    with pytest.raises(NotFound, match="agreement_round"):
        see(session, public_id, analyst)

    public_id = start(session, till.journey_id, analyst)
    save_label(session, public_id, 1, NEGATIVE, account_id=analyst, now=NOW)
    with pytest.raises(Conflict, match="labels_exist"):
        discard_round(session, public_id)


def test_the_list_tells_each_analyst_how_far_they_are(
    session: Session, till: Touchpoint, analyst: int, other: int
) -> None:
    speak(session, till, 40)
    first = start(session, till.journey_id, analyst)
    second = start(session, till.journey_id, analyst)
    label_all(session, first, analyst)
    save_label(session, first, 1, NEGATIVE, account_id=other, now=NOW)

    mine = queries.list_rounds(session, PageRequest(), account_id=analyst)
    theirs = queries.list_rounds(session, PageRequest(), account_id=other)

    assert [one.public_id for one in mine.items] == [second, first]
    assert [(one.mine, one.has_finished) for one in mine.items] == [
        (0, False),
        (40, True),
    ]
    assert [(one.mine, one.has_finished) for one in theirs.items] == [
        (0, False),
        (1, False),
    ]
    assert [one.analysts for one in mine.items] == [0, 2]
    assert mine.items[0].period == Period(SEPTEMBER.since, SEPTEMBER.until)
