"""The service: every change is a revision, nothing is lost, two people are told."""

import threading
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from feedback.core.errors import Conflict, Invalid, NotFound
from feedback.db.session import Database
from feedback.journey import personas, service
from feedback.journey.models import Journey, Phase, Revision, Touchpoint
from feedback.journey.queries import JourneyMap, get_map, list_journeys
from feedback.journey.revisions import Act, Signed
from feedback.journey.terms import Kind
from feedback.voice.models import Feedback
from tests.conftest import StoppedClock
from tests.factories import Factories

NAMES = {"fr": "Boulangerie", "en": "Bakery"}


@pytest.fixture
def act(clock: StoppedClock) -> Signed:
    return Signed(author_id=None, now=clock.now())


@pytest.fixture
def key(session: Session, act: Signed) -> str:
    """A journey with the five phases."""
    return service.create_journey(
        session, names=NAMES, offers={"fr": "Du pain"}, template=True, **act
    )


def _phases(shown: JourneyMap) -> list[str]:
    return [phase.key for phase in shown.phases]


def _points(shown: JourneyMap, phase_key: str) -> list[str]:
    return [
        point.key
        for phase in shown.phases
        if phase.key == phase_key
        for point in phase.touchpoints
    ]


def _add(
    session: Session, key: str, name: str, act: Signed, phase: str = "decision"
) -> str:
    return service.add_touchpoint(
        session,
        key,
        phase,
        names={"fr": name},
        channel="store",
        kind=Kind.PHYSICAL,
        **act,
    )


def test_a_new_journey_starts_from_the_five_phases_in_both_languages(
    session: Session, key: str
) -> None:
    shown = get_map(session, key)

    assert key == "boulangerie"
    assert _phases(shown) == [
        "decouverte",
        "evaluation",
        "decision",
        "service",
        "fidelisation",
    ]
    assert [len(phase.touchpoints) for phase in shown.phases] == [16, 15, 11, 9, 8]
    assert all(set(phase.names) == {"fr", "en"} for phase in shown.phases)
    assert all(set(point.names) == {"fr", "en"} for point in shown.touchpoints)
    assert {point.kind for point in shown.touchpoints} == set(Kind)
    assert shown.revision == 1


def test_a_journey_may_start_empty(session: Session, act: Signed) -> None:
    key = service.create_journey(
        session, names=NAMES, offers=NAMES, template=False, **act
    )

    assert get_map(session, key).phases == ()


def test_a_second_journey_of_the_same_name_gets_a_key_of_its_own(
    session: Session, key: str, act: Signed
) -> None:
    second = service.create_journey(
        session, names=NAMES, offers=NAMES, template=False, **act
    )

    assert second == "boulangerie-2"


def test_a_key_that_is_asked_for_is_given_or_refused(
    session: Session, key: str, act: Signed
) -> None:
    with pytest.raises(Conflict, match="key_taken"):
        service.create_journey(
            session, key=key, names=NAMES, offers=NAMES, template=False, **act
        )
    with pytest.raises(Invalid) as refused:
        service.create_journey(
            session, key="A/B", names=NAMES, offers=NAMES, template=False, **act
        )
    assert refused.value.fields == {"key": "bad_key"}


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ({}, "missing"),
        ({"fr": "  \n "}, "missing"),
        ({"fr": "a" * 121}, "too_long"),
        ({"de": "Bäckerei"}, "unknown_language"),
    ],
)
def test_a_name_has_1_to_120_characters_in_a_language_of_the_house(
    session: Session, act: Signed, names: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        service.create_journey(
            session, names=names, offers=NAMES, template=False, **act
        )

    assert refused.value.fields == {"names": code}


def test_a_journey_keeps_an_offer(session: Session, act: Signed) -> None:
    with pytest.raises(Invalid) as refused:
        service.create_journey(session, names=NAMES, offers={}, template=True, **act)

    assert refused.value.fields == {"offers": "missing"}


def test_phases_are_added_renamed_and_moved(
    session: Session, key: str, act: Signed
) -> None:
    added = service.add_phase(session, key, names={"fr": "L’attente"}, **act)
    service.rename_phase(session, key, added, names={"en": " The \n wait "}, **act)
    service.move_phase(session, key, added, position=1, **act)

    shown = get_map(session, key)
    assert added == "l-attente"
    assert _phases(shown)[:3] == ["decouverte", "l-attente", "evaluation"]
    assert shown.phases[1].names == {"en": "The wait"}
    assert shown.revision == 4


def test_a_position_beyond_the_end_is_the_end(
    session: Session, key: str, act: Signed
) -> None:
    service.move_phase(session, key, "decouverte", position=99, **act)
    service.move_phase(session, key, "service", position=-5, **act)

    shown = get_map(session, key)
    assert (_phases(shown)[0], _phases(shown)[-1]) == ("service", "decouverte")


def test_a_touchpoint_is_changed_and_moved_to_another_phase(
    session: Session, key: str, act: Signed
) -> None:
    till = _add(session, key, "Caisse", act)
    service.change_touchpoint(
        session,
        key,
        till,
        names={"fr": "Caisse", "en": "Checkout"},
        channel="Site Web",
        kind=Kind.DIGITAL,
        is_moment_of_truth=True,
        **act,
    )
    service.move_touchpoint(session, key, till, phase_key="service", position=0, **act)

    shown = get_map(session, key)
    assert till not in _points(shown, "decision")
    assert _points(shown, "service")[0] == till
    moved = next(point for point in shown.touchpoints if point.key == till)
    assert (moved.channel, moved.kind) == ("website", Kind.DIGITAL)
    assert moved.is_moment_of_truth
    assert moved.names == {"fr": "Caisse", "en": "Checkout"}


def test_a_channel_that_nobody_knows_is_kept_as_typed(
    session: Session, key: str, act: Signed
) -> None:
    stall = service.add_touchpoint(
        session,
        key,
        "decision",
        names={"fr": "Étal"},
        channel=" Marché du samedi ",
        kind=Kind.PHYSICAL,
        **act,
    )

    found = next(p for p in get_map(session, key).touchpoints if p.key == stall)
    assert found.channel == "Marché du samedi"


def test_what_is_removed_is_archived_and_feedback_still_refers_to_it(
    session: Session, factories: Factories, key: str, act: Signed
) -> None:
    till = _add(session, key, "Caisse", act)
    row = session.scalars(select(Touchpoint).where(Touchpoint.key == till)).one()
    factories.feedback(row, nps=3)

    service.remove_touchpoint(session, key, till, **act)

    assert till not in _points(get_map(session, key), "decision")
    assert till in _points(get_map(session, key, archived=True), "decision")
    assert session.scalars(select(Feedback)).one().touchpoint_id == row.id


def test_what_was_removed_comes_back_as_the_same_row(
    session: Session, key: str, act: Signed
) -> None:
    before = {p.key: p.id for p in get_map(session, key).touchpoints}
    service.remove_touchpoint(session, key, "application", **act)
    service.remove_phase(session, key, "decision", **act)

    with pytest.raises(Conflict, match="phase_archived"):
        service.restore_touchpoint(session, key, "application", **act)
    service.restore_phase(session, key, "decision", **act)
    service.restore_touchpoint(session, key, "application", **act)

    shown = get_map(session, key)
    assert {p.key: p.id for p in shown.touchpoints} == before
    assert _phases(shown)[-1] == "decision"


def test_nothing_can_be_put_into_an_archived_phase(
    session: Session, key: str, act: Signed
) -> None:
    service.remove_phase(session, key, "decision", **act)

    with pytest.raises(NotFound, match="phase"):
        _add(session, key, "Caisse", act)
    with pytest.raises(NotFound, match="phase"):
        service.move_touchpoint(
            session, key, "livraison", phase_key="decision", position=0, **act
        )


def test_a_persona_has_motivations_and_brakes_of_four_families(
    session: Session, key: str, act: Signed
) -> None:
    nell = personas.add_persona(
        session,
        key,
        names={"fr": "Nell", "en": "Nell"},
        motivations=[{"fr": "Se faire plaisir", "en": "A treat"}],
        brakes=[{"brake": "time", "fr": "La file"}],
        **act,
    )
    personas.change_persona(
        session,
        key,
        nell,
        names={"fr": "Nell"},
        motivations=[],
        brakes=[
            {"brake": "time", "fr": "La file", "en": ""},
            {"brake": "money", "en": "A minimum for cards"},
        ],
        **act,
    )

    persona = get_map(session, key).personas[0]
    assert persona.motivations == ()
    assert persona.brakes == (
        {"brake": "time", "fr": "La file"},
        {"brake": "money", "en": "A minimum for cards"},
    )
    personas.remove_persona(session, key, nell, **act)
    assert get_map(session, key).personas == ()
    personas.restore_persona(session, key, nell, **act)
    assert [one.key for one in get_map(session, key).personas] == [nell]


def test_a_brake_outside_the_four_families_is_refused(
    session: Session, key: str, act: Signed
) -> None:
    with pytest.raises(Invalid) as refused:
        personas.add_persona(
            session, key, names=NAMES, brakes=[{"brake": "luck", "fr": "x"}], **act
        )

    assert refused.value.fields == {"personas[0].brakes[0].brake": "unknown_brake"}


def test_a_map_has_at_most_12_phases_60_touchpoints_a_phase_and_20_personas(
    session: Session, act: Signed
) -> None:
    key = service.create_journey(
        session, names=NAMES, offers=NAMES, template=False, **act
    )
    phases = [
        service.add_phase(session, key, names={"fr": f"P{n}"}, **act) for n in range(12)
    ]
    for number in range(60):
        _add(session, key, f"T{number}", act, phases[0])
    for number in range(20):
        personas.add_persona(session, key, names={"fr": f"Q{number}"}, **act)

    with pytest.raises(Invalid) as refused:
        service.add_phase(session, key, names={"fr": "P"}, **act)
    assert refused.value.fields == {"phases": "too_many"}
    with pytest.raises(Invalid) as refused:
        _add(session, key, "T", act, phases[0])
    assert refused.value.fields == {"phases[0].touchpoints": "too_many"}
    with pytest.raises(Invalid) as refused:
        personas.add_persona(session, key, names={"fr": "Q"}, **act)
    assert refused.value.fields == {"personas": "too_many"}


def test_a_change_that_changes_nothing_leaves_no_revision(
    session: Session, key: str, act: Signed
) -> None:
    service.rename_phase(
        session, key, "decouverte", names={"en": "Discovery", "fr": "Découverte"}, **act
    )
    service.move_phase(session, key, "decouverte", position=0, **act)

    assert get_map(session, key).revision == 1


def test_undo_takes_the_newest_change_back_and_again_brings_it_back(
    session: Session, key: str, act: Signed
) -> None:
    start = get_map(session, key)
    service.remove_phase(session, key, "decision", **act)

    service.undo(session, key, **act)
    undone = get_map(session, key)
    assert undone.phases == start.phases
    assert undone.revision == 3

    service.undo(session, key, **act)
    assert "decision" not in _phases(get_map(session, key))


def test_the_making_of_a_journey_cannot_be_undone(
    session: Session, key: str, act: Signed
) -> None:
    with pytest.raises(Conflict, match="nothing_to_undo"):
        service.undo(session, key, **act)


def test_going_back_to_a_revision_archives_what_was_added_since(
    session: Session, key: str, act: Signed
) -> None:
    start = get_map(session, key)
    added = service.add_phase(session, key, names={"fr": "Attente"}, **act)
    queue = _add(session, key, "File", act, added)
    service.rename_journey(session, key, names={"fr": "Autre"}, offers=NAMES, **act)
    service.move_touchpoint(
        session, key, "application", phase_key="service", position=0, **act
    )

    service.restore(session, key, 1, **act)

    shown = get_map(session, key)
    assert shown.phases == start.phases
    assert shown.names == NAMES
    kept = get_map(session, key, archived=True)
    assert queue in _points(kept, added)
    assert next(one for one in kept.phases if one.key == added).is_archived


def test_going_back_to_a_revision_that_never_was_is_refused(
    session: Session, key: str, act: Signed
) -> None:
    with pytest.raises(NotFound, match="revision"):
        service.restore(session, key, 7, **act)


def test_the_history_says_who_when_and_what(
    session: Session, factories: Factories, key: str, clock: StoppedClock
) -> None:
    author = factories.account()
    clock.advance(hours=1)
    service.rename_phase(
        session,
        key,
        "service",
        names={"fr": "Après"},
        author_id=author.id,
        now=clock.now(),
    )

    newest = session.scalars(select(Revision).order_by(Revision.number.desc())).first()
    assert newest is not None
    assert (newest.action, newest.subject) == ("phase_renamed", "service")
    assert (newest.author_id, newest.created_at) == (author.id, clock.now())


def test_an_archived_journey_is_out_of_sight_until_it_is_restored(
    session: Session, key: str, act: Signed
) -> None:
    service.archive_journey(session, key, **act)

    assert list_journeys(session) == ()
    with pytest.raises(NotFound, match="journey"):
        service.add_phase(session, key, names=NAMES, **act)

    service.restore_journey(session, key, **act)
    assert get_map(session, key).revision == 3


def test_the_later_of_two_people_who_saw_the_same_map_is_told(
    session: Session, key: str, clock: StoppedClock
) -> None:
    now: datetime = clock.now()
    service.add_phase(
        session, key, names={"fr": "Une"}, author_id=None, now=now, revision=1
    )

    with pytest.raises(Conflict, match="changed_meanwhile"):
        service.remove_phase(
            session, key, "decision", author_id=None, now=now, revision=1
        )
    assert "decision" in _phases(get_map(session, key))


def test_a_form_sent_twice_adds_once(
    session: Session, key: str, clock: StoppedClock
) -> None:
    stale = Act(author_id=None, now=clock.now(), revision=1)
    _add(session, key, "Caisse", stale)

    with pytest.raises(Conflict, match="changed_meanwhile"):
        _add(session, key, "Caisse", stale)


def test_people_who_change_at_the_same_moment_take_turns(
    database: Database, session: Session, key: str, act: Signed
) -> None:
    session.commit()
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def add(number: int) -> None:
        try:
            together.wait(timeout=20)
            with database.transaction() as own:
                _add(own, key, f"Point {number}", act)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []
    with database.transaction(writes=False) as reading:
        assert len(_points(get_map(reading, key), "decision")) == 11 + 4
        numbers = reading.scalars(select(Revision.number).order_by(Revision.number))
        assert list(numbers) == [1, 2, 3, 4, 5]


def test_two_journeys_of_one_name_made_at_the_same_moment_both_stand(
    database: Database, act: Signed
) -> None:
    together = threading.Barrier(2)
    keys: list[str] = []

    def create() -> None:
        together.wait(timeout=20)
        with database.transaction() as own:
            keys.append(
                service.create_journey(
                    own, names=NAMES, offers=NAMES, template=False, **act
                )
            )

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(keys) == ["boulangerie", "boulangerie-2"]


def test_a_change_of_one_journey_leaves_the_others_alone(
    session: Session, key: str, act: Signed
) -> None:
    other = service.create_journey(
        session, key="autre", names=NAMES, offers=NAMES, template=True, **act
    )
    service.remove_phase(session, key, "decision", **act)
    service.remove_touchpoint(session, key, "livraison", **act)

    shown = get_map(session, other)
    assert (len(shown.phases), len(shown.touchpoints)) == (5, 59)
    assert session.scalar(select(func.count()).select_from(Journey)) == 2
    assert session.scalar(select(func.count()).select_from(Phase)) == 10
