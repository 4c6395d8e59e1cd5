"""The tables: who may point at whom, and how values are stored."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, DateTime, Enum, Table

from feedback import schema
from feedback.db.base import Base
from feedback.db.types import UtcDateTime
from tests.architecture.source import modules, project

#: The log of acts lies below everything, so that everything can write to it, and
#: names the person who acted; when the person goes, the column is emptied.
POINTS_UP = {("audit_entry", "account")}


def package_of(table: Table) -> str:
    return PACKAGES[table.name]


def packages() -> dict[str, str]:
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    }


PACKAGES = packages()


def ranks() -> dict[str, int]:
    """Height of each package; those on one layer share it."""
    contracts = project()["tool"]["importlinter"]["contracts"]
    layers = next(one for one in contracts if one["id"] == "layers")["layers"]
    return {
        name.strip("() "): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def columns() -> Iterator[Column[Any]]:
    for table in schema.metadata.sorted_tables:
        yield from table.columns


def test_every_module_with_a_table_is_known_to_the_schema() -> None:
    with_tables = {
        name.partition(".models")[0] + ".models" if ".models" in name else name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and any(
            isinstance(target, ast.Name) and target.id == "__tablename__"
            for target in node.targets
        )
    }

    assert with_tables == {module.__name__ for module in schema.MODULES}


def test_relationships_stay_in_their_package() -> None:
    crossing = [
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if mapper.class_.__module__ != relationship.mapper.class_.__module__
    ]

    assert crossing == []


def test_no_relationship_makes_another_one_behind_its_back() -> None:
    made = [
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.backref
    ]

    assert made == []


def test_foreign_keys_point_down_the_layers() -> None:
    height = ranks()
    up = {
        (table.name, key.column.table.name)
        for table in schema.metadata.sorted_tables
        for key in table.foreign_keys
        if height[package_of(key.column.table)] > height[package_of(table)]
    }

    assert up == POINTS_UP


def test_every_enumeration_is_stored_by_its_values_as_text() -> None:
    found = {
        str(column): column.type
        for column in columns()
        if isinstance(column.type, Enum)
    }

    assert found
    for name, kind in found.items():
        members = kind.enum_class
        assert isinstance(members, type), name
        assert issubclass(members, StrEnum), name
        assert list(kind.enums) == [member.value for member in members], name
        assert not kind.native_enum, name
        assert (kind.length or 0) >= max(map(len, kind.enums)), name


def test_every_moment_is_stored_in_utc() -> None:
    naive = [str(column) for column in columns() if isinstance(column.type, DateTime)]
    aware = [column for column in columns() if isinstance(column.type, UtcDateTime)]

    assert naive == []
    assert aware
