"""JSON and CSV: the same map gives the same bytes, and bad files are told apart."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from feedback.core.errors import Invalid
from feedback.journey import service
from feedback.journey.exchange import (
    LARGEST_FILE,
    SCHEMA,
    from_document,
    read_json,
    to_document,
    write_json,
)
from feedback.journey.importing import import_file
from feedback.journey.plan import (
    Plan,
    PlannedPersona,
    PlannedPhase,
    PlannedTouchpoint,
    check,
    tidy,
    tidy_brake,
)
from feedback.journey.queries import get_map
from feedback.journey.revisions import Signed, plan_of
from feedback.journey.tabular import read_csv
from feedback.journey.template import five_phases
from feedback.journey.terms import Brake, Kind
from tests.conftest import StoppedClock

TEXTS = st.text(min_size=1, max_size=40).map(tidy).filter(bool)
NAMES = st.dictionaries(st.sampled_from(["fr", "en"]), TEXTS, min_size=1)
BRAKES = st.builds(tidy_brake, st.sampled_from([*Brake]).map(str), NAMES)


def _numbered(parts: list[Any], what: str) -> tuple[Any, ...]:
    """Give the parts keys of their own, and put archived ones last."""
    keyed = [
        type(part)(**{**vars(part), "key": f"{what}-{number}"})
        for number, part in enumerate(parts)
    ]
    return tuple(sorted(keyed, key=lambda part: part.is_archived))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Maps of all shapes within the bounds."""
    point = st.builds(
        PlannedTouchpoint,
        key=st.just(""),
        names=NAMES,
        channel=TEXTS,
        kind=st.sampled_from(Kind),
        is_moment_of_truth=st.booleans(),
        is_archived=st.booleans(),
    )
    phases = [
        PlannedPhase(
            key="",
            names=draw(NAMES),
            is_archived=draw(st.booleans()),
            touchpoints=_numbered(draw(st.lists(point, max_size=3)), f"t{number}"),
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    persona = st.builds(
        PlannedPersona,
        key=st.just(""),
        names=NAMES,
        motivations=st.lists(NAMES, max_size=3).map(tuple),
        brakes=st.lists(BRAKES, max_size=3).map(tuple),
        is_archived=st.booleans(),
    )
    return Plan(
        names=draw(NAMES),
        offers=draw(NAMES),
        phases=_numbered(phases, "p"),
        personas=_numbered(draw(st.lists(persona, max_size=3)), "q"),
    )


@pytest.fixture
def by(clock: StoppedClock) -> Signed:
    return Signed(author_id=None, now=clock.now())


def _document(**parts: object) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "names": {"fr": "Pain"},
        "offers": {"fr": "Du pain"},
        **parts,
    }


@given(plans())
def test_a_map_that_goes_out_and_comes_in_goes_out_as_the_same_bytes(
    plan: Plan,
) -> None:
    sent = write_json(plan)

    assert write_json(read_json(sent)) == sent


@given(plans())
def test_a_snapshot_keeps_all_of_the_map(plan: Plan) -> None:
    kept = json.loads(json.dumps(to_document(plan)))

    assert from_document(kept) == plan


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused_in_words(content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        read_json(content)
    assert refused.value.fields["file"] in {"not_json", "wrong_schema"}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["key", "names", "fr", "touchpoints", "kind", "brakes", "archived", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(["names", "offers", "phases", "personas"]),
        JSON | st.lists(JSON, max_size=3),
    )
)
def test_a_document_of_any_shape_is_a_map_within_bounds_or_refused(
    parts: dict[str, Any],
) -> None:
    content = json.dumps({"$schema": SCHEMA, **parts}).encode()
    with suppress(Invalid):
        check(read_json(content))


@pytest.mark.parametrize(
    ("parts", "place", "code"),
    [
        ({"phases": {}}, "phases", "not_a_list"),
        ({"phases": [7]}, "phases[0]", "not_an_object"),
        ({"phases": [{}]}, "phases[0].names", "missing"),
        ({"phases": [{"names": {"fr": 7}}]}, "phases[0].names.fr", "not_text"),
        ({"phases": [{"names": {"de": "x"}}]}, "phases[0].names", "unknown_language"),
        ({"phases": [{"key": "A b", "names": {"fr": "x"}}]}, "phases", "bad_key"),
        (
            {"phases": [{"key": "a", "names": {"fr": "x"}}] * 2},
            "phases",
            "repeated_key",
        ),
        ({"phases": [{"names": {"fr": "x"}}] * 13}, "phases", "too_many"),
        ({"phasen": []}, "phasen", "unknown_field"),
        ({"names": None}, "names", "missing"),
        (
            {"phases": [{"names": {"fr": "x"}, "archived": 1}]},
            "phases[0].archived",
            "not_yes_or_no",
        ),
        (
            {
                "phases": [
                    {
                        "names": {"fr": "x"},
                        "touchpoints": [
                            {"names": {"fr": "y"}, "channel": "app", "kind": "both"}
                        ],
                    }
                ]
            },
            "phases[0].touchpoints[0].kind",
            "unknown_kind",
        ),
        (
            {"personas": [{"names": {"fr": "x"}, "brakes": [{"fr": "y"}]}]},
            "personas[0].brakes[0].brake",
            "unknown_brake",
        ),
    ],
)
def test_what_is_wrong_is_told_place_by_place(
    parts: dict[str, Any], place: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        read_json(json.dumps(_document(**parts)).encode())

    assert refused.value.fields.items() >= {place: code}.items()


def test_a_file_without_the_header_of_a_map_is_refused() -> None:
    for content in (b"[]", b"{}", b'{"$schema": "urn:feedback:journey-map:2"}'):
        with pytest.raises(Invalid) as refused:
            read_json(content)
        assert refused.value.fields == {"file": "wrong_schema"}


def test_a_file_beyond_the_bound_is_not_even_parsed() -> None:
    with pytest.raises(Invalid) as refused:
        read_json(b" " * (LARGEST_FILE + 1))
    assert refused.value.fields == {"file": "too_large"}


def test_deep_nesting_does_not_bring_the_reader_down() -> None:
    with pytest.raises(Invalid):
        read_json(b"[" * 200_000)


def test_control_characters_and_half_surrogates_do_not_come_in() -> None:
    content = json.dumps(_document(names={"fr": "Pa\u0000in\ud800 \n frais"})).encode()

    assert read_json(content).names == {"fr": "Pain frais"}


def test_keys_are_made_of_names_where_a_file_has_none() -> None:
    phases = [{"names": {"fr": "L’essai"}}, {"names": {"fr": "L’essai"}}]
    plan = read_json(json.dumps(_document(phases=phases)).encode())

    assert [phase.key for phase in plan.phases] == ["l-essai", "l-essai-2"]


def test_a_file_becomes_a_journey_that_exports_the_same_file(
    session: Session, by: Signed
) -> None:
    first = service.create_journey(
        session,
        names={"fr": "Un", "en": "One"},
        offers={"fr": "Pain"},
        template=True,
        **by,
    )
    service.remove_touchpoint(session, first, "livraison", **by)
    sent = write_json(plan_of(get_map(session, first)))

    second = import_file(session, sent, file_name="un.json", locale="fr", **by)

    assert second != first
    assert write_json(plan_of(get_map(session, second))) == sent


def test_a_file_replaces_a_map_as_one_change_that_can_be_undone(
    session: Session, by: Signed
) -> None:
    key = service.create_journey(
        session, names={"fr": "Un"}, offers={"fr": "Pain"}, template=True, **by
    )
    before = get_map(session, key)
    content = json.dumps(
        _document(phases=[{"key": "decision", "names": {"fr": "Achat"}}])
    ).encode()

    import_file(
        session, content, file_name="x.json", locale="fr", journey_key=key, **by
    )

    shown = get_map(session, key)
    assert [phase.key for phase in shown.phases] == ["decision"]
    assert shown.phases[0].touchpoints == ()
    assert shown.phases[0].id == before.phases[2].id
    assert shown.revision == 2
    assert len(get_map(session, key, archived=True).touchpoints) == 59
    service.undo(session, key, **by)
    assert get_map(session, key).phases == before.phases


CSV = """\
Étape;Point de contact;Canal;Type
Découverte;Vitrine;Magasin;physique
Découverte;Instagram;Réseaux sociaux;
Décision d’achat;Caisse;;
Découverte;Vitrine;Marché du samedi;
"""


def test_a_table_becomes_phases_and_touchpoints_in_their_order() -> None:
    empty = Plan(names={"fr": "Pain"}, offers={"fr": "Pain"})

    for content in (CSV.encode("utf-8-sig"), CSV.encode("cp1252")):
        plan = read_csv(content, empty, locale="fr")
        drawn = [
            (phase.key, point.key, point.channel, point.kind)
            for phase in plan.phases
            for point in phase.touchpoints
        ]
        assert drawn == [
            ("decouverte", "vitrine", "store", Kind.PHYSICAL),
            ("decouverte", "instagram", "social", Kind.DIGITAL),
            ("decouverte", "vitrine-2", "Marché du samedi", Kind.PHYSICAL),
            ("decision-d-achat", "caisse", "other", Kind.PHYSICAL),
        ]


def test_a_table_knows_again_what_the_map_has() -> None:
    onto = Plan(names={"fr": "x"}, offers={"fr": "x"}, phases=five_phases())
    content = b"phase,touchpoint\nDiscovery,Word of mouth\nDiscovery,Blog\n"

    plan = read_csv(content, onto, locale="en")

    (phase,) = plan.phases
    assert phase.names == {"fr": "Découverte", "en": "Discovery"}
    assert [point.key for point in phase.touchpoints] == ["bouche-a-oreille", "blog"]
    assert phase.touchpoints[1].channel == "website"


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", {"file": "not_a_table"}),
        (b"a,b\n1,2\n", {"file": "not_a_table"}),
        (b"phase,touchpoint\n", {"file": "no_line"}),
        (b"phase,touchpoint\nx,\n,\nx,y\n", {"line 2": "missing"}),
        (b"phase,touchpoint,kind\nx,y,z\n", {"line 2": "unknown_kind"}),
    ],
)
def test_a_table_that_cannot_be_read_is_told_line_by_line(
    content: bytes, faults: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        read_csv(content, Plan(names={"fr": "x"}, offers={"fr": "x"}), locale="fr")

    assert refused.value.fields == faults


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_refused(content: bytes) -> None:
    onto = Plan(names={"fr": "x"}, offers={"fr": "x"})
    with suppress(Invalid):
        check(read_csv(b"phase,touchpoint\n" + content, onto, locale="fr"))
