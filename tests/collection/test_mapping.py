"""Any JSON to an event: places, constants, values with a meaning, moments, guesses."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.collection.cloudevents import read_event
from feedback.collection.json_paths import Leaf, find, is_path, leaves
from feedback.collection.mapping import (
    EventMapping,
    FieldRule,
    ValueKind,
    map_event,
    read_mapping,
    read_number,
    write_mapping,
)
from feedback.collection.mapping_guesses import guess_mapping, suggest_values
from feedback.collection.moments import DateFormat, read_moment
from feedback.core.errors import Invalid

NOW = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
#: what a module of PrestaShop sends when the state of an order changes
PRESTASHOP = {
    "event": "actionOrderStatusUpdate",
    "order": {
        "id_order": 4321,
        "reference": "XKBKNABJK",
        "current_state": "5",
        "total_paid": "129.900000",
        "date_add": "2026-10-12 18:02:44",
        "date_upd": "2026-10-14 10:31:05",
        "carrier": "Colissimo",
    },
    "customer": {
        "id": 88,
        "firstname": "Inès",
        "lastname": "Le Goff",
        "email": "ines@example.org",
        "newsletter": True,
    },
    "address": {"phone_mobile": "06 12 34 56 78", "city": "Rennes"},
    "language": {"iso_code": "fr"},
    "products": [{"name": "Lampe", "price": "59.90"}, {"name": "Table", "price": "70"}],
}
DELIVERED = EventMapping(
    type=FieldRule(
        paths=("order.current_state",),
        values={"4": "order.shipped", "5": "order.delivered"},
    ),
    id=FieldRule(paths=("order.reference",)),
    time=FieldRule(paths=("order.date_upd",)),
    customer={
        "id": FieldRule(paths=("customer.id",)),
        "email": FieldRule(paths=("customer.email",)),
        "name": FieldRule(paths=("customer.firstname", "customer.lastname")),
        "locale": FieldRule(paths=("language.iso_code",), fallback="fr"),
    },
    attributes={"newsletter": FieldRule(paths=("customer.newsletter",))},
    data={
        "order.total": FieldRule(paths=("order.total_paid",), kind=ValueKind.NUMBER),
        "order.first": FieldRule(paths=("products[0].name",)),
        "shop": FieldRule(fallback="Rennes"),
    },
)


def mapped(document: Any, mapping: EventMapping = DELIVERED) -> dict[str, Any] | None:
    return map_event(
        mapping, document, source="hook:shop", content_id="sum", now=NOW, zone=PARIS
    )


def test_a_document_becomes_a_cloudevent_that_is_read_like_any_other() -> None:
    document = mapped(PRESTASHOP)

    assert document is not None
    event = read_event(document, now=NOW)
    assert (event.source, event.id, event.type) == (
        "hook:shop",
        "XKBKNABJK/order.delivered",
        "order.delivered",
    )
    assert event.occurred_at == datetime(2026, 10, 14, 8, 31, 5, tzinfo=UTC)
    assert event.customer.customer == "88"
    assert event.customer.name == "Inès Le Goff"
    assert event.customer.attributes == {"newsletter": True}
    assert event.data == {
        "order": {"total": 129.9, "first": "Lampe"},
        "shop": "Rennes",
    }


def test_one_order_that_is_shipped_and_then_delivered_is_two_events() -> None:
    order = PRESTASHOP["order"] | {"current_state": "4"}  # type: ignore[operator]
    found = [mapped(PRESTASHOP), mapped(PRESTASHOP | {"order": order})]

    assert len({one["id"] for one in found if one}) == 2


def test_a_name_of_two_parts_is_joined() -> None:
    mapping = EventMapping(
        type=FieldRule(fallback="order.paid"), id=FieldRule(paths=("a", "b"))
    )
    document = mapped({"a": "X", "b": 7}, mapping)

    assert document is not None
    assert document["id"] == "X 7/order.paid"


def test_a_value_without_a_meaning_makes_no_event() -> None:
    order = PRESTASHOP["order"] | {"current_state": "2"}  # type: ignore[operator]

    assert mapped(PRESTASHOP | {"order": order}) is None


def test_a_type_that_is_missing_is_a_fault_unless_a_constant_stands_for_it() -> None:
    with pytest.raises(Invalid, match="type: missing"):
        mapped({})
    constant = EventMapping(type=FieldRule(fallback="visit.store"))
    document = mapped({}, constant)
    assert document is not None
    assert (document["type"], document["id"]) == ("visit.store", "sum")
    assert document["time"] == NOW.isoformat()


def test_every_fault_of_a_document_is_told_at_once() -> None:
    mapping = EventMapping(
        type=FieldRule(paths=("kind",)),
        id=FieldRule(paths=("number",)),
        time=FieldRule(paths=("when",)),
    )

    with pytest.raises(Invalid) as caught:
        mapped({"when": "soon"}, mapping)

    assert caught.value.fields == {
        "type": "missing",
        "id": "missing",
        "time": "not_a_moment",
    }


def test_a_fallback_stands_for_what_is_missing_or_empty() -> None:
    rule = FieldRule(paths=("lang",), fallback="fr", values={"1": "en"})
    mapping = EventMapping(
        type=FieldRule(fallback="visit.site"), customer={"locale": rule}
    )

    def locale(document: Any) -> Any:
        found = mapped(document, mapping)
        return found and found["data"]["customer"]["locale"]

    assert locale({}) == "fr"
    assert locale({"lang": ""}) == "fr"
    assert locale({"lang": 1}) == "en"
    assert locale({"lang": "de"}) == "de"


@pytest.mark.parametrize(
    ("value", "kind", "moment"),
    [
        ("2026-10-14T10:31:05+02:00", DateFormat.AUTO, "2026-10-14T08:31:05"),
        ("2026-10-14T10:31:05.123456789Z", DateFormat.AUTO, "2026-10-14T10:31:05"),
        ("2026-10-14 10:31:05", DateFormat.ISO, "2026-10-14T08:31:05"),
        ("2026-10-14", DateFormat.AUTO, "2026-10-13T22:00:00"),
        (1791973865, DateFormat.AUTO, "2026-10-14T10:31:05"),
        ("1791973865", DateFormat.EPOCH, "2026-10-14T10:31:05"),
        (1791973865123, DateFormat.AUTO, "2026-10-14T10:31:05"),
        (1791973865.9, DateFormat.AUTO, "2026-10-14T10:31:05"),
        ("14/10/2026 10:31", DateFormat.AUTO, "2026-10-14T08:31:00"),
        ("14/10/26 10h31", DateFormat.DAY_FIRST, "2026-10-14T08:31:00"),
        ("03/04/2026", DateFormat.AUTO, "2026-04-02T22:00:00"),
        ("03/04/2026", DateFormat.MONTH_FIRST, "2026-03-03T23:00:00"),
        ("2026/10/14", DateFormat.AUTO, "2026-10-13T22:00:00"),
        ("14.10.2026", DateFormat.AUTO, "2026-10-13T22:00:00"),
        ("31/02/2026", DateFormat.AUTO, None),
        ("soon", DateFormat.AUTO, None),
        (12, DateFormat.AUTO, None),
        (True, DateFormat.EPOCH, None),
        (None, DateFormat.AUTO, None),
        ("9" * 400, DateFormat.AUTO, None),
        ("0001-01-01", DateFormat.AUTO, None),
    ],
)
def test_moments_are_read_as_systems_write_them(
    value: Any, kind: DateFormat, moment: str | None
) -> None:
    found = read_moment(value, kind, zone=PARIS)

    assert (found and found.strftime("%Y-%m-%dT%H:%M:%S")) == moment


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1 234,50 €", 1234.5),
        ("1,234.50", 1234.5),
        ("1.234,5", 1234.5),
        ("129.900000", 129.9),
        ("-8", -8),
        (7, 7),
        ("free", None),
        (True, None),
        (None, None),
    ],
)
def test_numbers_are_read_as_shops_write_them(value: Any, number: float | None) -> None:
    assert read_number(value) == number


def test_a_name_with_a_dot_has_a_path_too() -> None:
    document = {"a.b": {"c[0]": [{"d\\e": 1}]}}

    (leaf,) = leaves(document)

    assert leaf == Leaf(path="a\\.b.c\\[0\\][0].d\\\\e", value=1)
    assert is_path(leaf.path)
    assert find(document, leaf.path) == 1


@pytest.mark.parametrize("path", ["", ".", "a..b", "a[", "a[-1]", "a[b]", "x" * 256])
def test_what_is_no_path_is_known(path: str) -> None:
    assert not is_path(path)


def test_what_is_not_there_is_nothing() -> None:
    document = {"a": [1], "b": "text", "c": None}

    for path in ("x", "a[1]", "a.b", "b[0]", "b.c", "c.d", "[0]"):
        assert find(document, path) is None
    assert find([{"a": 1}], "[0].a") == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.text(max_size=6), below, max_size=3)
    ),
    max_leaves=12,
)
PATHS = st.sampled_from(["a", "a.b", "[0]", "a[0].b", "x", "email", "order.id"])
WORDS = st.text(st.characters(exclude_characters="\0"), max_size=4)
RULES = st.builds(
    FieldRule,
    paths=st.lists(PATHS, max_size=2).map(tuple),
    fallback=st.sampled_from(["", "order.paid", "1"]),
    values=st.dictionaries(WORDS, WORDS, max_size=2),
    kind=st.sampled_from(ValueKind),
)
NAMES = st.sampled_from(["order.total", "order", "shop", "a.b.c"])
MAPPINGS = st.builds(
    EventMapping,
    type=RULES.filter(lambda rule: not rule.is_empty),
    id=RULES,
    time=RULES,
    date_format=st.sampled_from(DateFormat),
    customer=st.dictionaries(st.sampled_from(["id", "email", "name"]), RULES),
    attributes=st.dictionaries(NAMES, RULES, max_size=2),
    data=st.dictionaries(NAMES, RULES, max_size=3),
)


@given(JSON)
def test_every_leaf_is_found_again_at_its_path(document: Any) -> None:
    for leaf in leaves(document):
        found = find(document, leaf.path)
        assert found == leaf.value or leaf.value != leaf.value


@given(MAPPINGS, JSON)
def test_a_mapping_makes_an_event_or_says_why_not(
    mapping: EventMapping, document: Any
) -> None:
    try:
        mapped(document, mapping)
    except Invalid as error:
        assert set(error.fields) <= {"type", "id", "time"}  # noqa: PT017 - either way


@given(MAPPINGS)
def test_a_mapping_that_is_written_is_read_back_equal(mapping: EventMapping) -> None:
    assert read_mapping(write_mapping(mapping)) == mapping


@given(JSON)
def test_no_document_breaks_the_reader_or_the_guesses(document: Any) -> None:
    guessed = guess_mapping(document, zone=PARIS)
    suggest_values(guessed, document)
    try:
        read_mapping(document)
    except Invalid as error:
        assert error.fields  # noqa: PT017 - either way


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        ([], {"mapping": "not_an_object", "type": "missing"}),
        (
            {"type": {"paths": ["a..b"]}},
            {"type.paths": "not_a_path", "type": "missing"},
        ),
        (
            {"type": {"fallback": "x"}, "customer": {"shoe": {}}},
            {"customer.shoe": "not_a_choice"},
        ),
        (
            {"type": {"fallback": "x"}, "data": {"a b": {}, "customer.id": {}}},
            {"data.a b": "bad_name", "data.customer.id": "bad_name"},
        ),
        (
            {"type": {"fallback": "x", "kind": "colour"}, "date_format": 3},
            {"type.kind": "not_a_choice", "date_format": "not_a_choice"},
        ),
        (
            {"type": {"fallback": "x" * 256, "values": {"1": 2}}},
            {"type.fallback": "too_long", "type.values": "not_text"},
        ),
    ],
)
def test_a_faulty_mapping_is_told_place_by_place(
    document: Any, faults: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as caught:
        read_mapping(document)

    assert caught.value.fields == faults


def test_an_order_of_prestashop_is_recognised() -> None:
    guessed = guess_mapping(PRESTASHOP, zone=PARIS)

    assert guessed.type.paths == ("event",)
    assert guessed.id.paths == ("order.id_order",)
    assert guessed.time.paths == ("order.date_add",)
    assert {name: rule.paths for name, rule in guessed.customer.items()} == {
        "id": ("customer.id",),
        "email": ("customer.email",),
        "phone": ("address.phone_mobile",),
        "locale": ("language.iso_code",),
        "name": ("customer.firstname", "customer.lastname"),
    }
    assert {name: rule.kind for name, rule in guessed.data.items()} == {
        "order.total_paid": ValueKind.NUMBER,
        "order.carrier": ValueKind.AS_IT_IS,
    }
    assert suggest_values(guessed, PRESTASHOP) == {"actionOrderStatusUpdate": ""}


def test_a_home_made_french_shop_is_recognised() -> None:
    document = {
        "evenement": {"numero": "C-2026-17", "statut": "livrée"},
        "dateLivraison": "14/10/2026",
        "client": {"numero": 5, "nomComplet": "Léa", "courriel": "lea@example.org"},
        "montant": "1 234,50",
        "magasin": "Lyon",
    }

    guessed = guess_mapping(document, zone=PARIS)

    assert guessed.type.paths == ("evenement.statut",)
    assert guessed.id.paths == ("evenement.numero",)
    assert guessed.time.paths == ("dateLivraison",)
    assert guessed.customer["email"].paths == ("client.courriel",)
    assert guessed.customer["name"].paths == ("client.nomComplet",)
    assert set(guessed.data) == {"order.montant", "order.magasin"}


def test_what_cannot_be_recognised_stays_empty() -> None:
    guessed = guess_mapping({"foo": {"bar": [1, 2, 3]}}, zone=PARIS)

    assert guessed.type.is_empty
    assert guessed.id.is_empty
    assert guessed.customer == {}
