"""Migrations: one line of them, and tools that know what is not theirs."""

import shutil
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from feedback import schema
from feedback.db import migrate
from feedback.db.session import Database


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_a_migration_of_unchanged_models_changes_nothing(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tables of the full-text index are the engine's own: none is dropped."""
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, copy)
    before = set((copy / "versions").glob("*.py"))
    monkeypatch.setattr(migrate, "MIGRATIONS", copy)

    migrate.write_migration(database, schema.metadata, "Nothing")

    (written,) = set((copy / "versions").glob("*.py")) - before
    assert "op." not in written.read_text("utf-8")
