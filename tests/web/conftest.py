"""What tests of pages share."""

import shutil
from pathlib import Path
from zlib import crc32

import pytest


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """One kind of database for each test, by its name: half of them have PostgreSQL.

    Pages hold no query of their own; the services that do are tried on both.
    """
    if crc32(request.node.nodeid.encode()) % 2:
        try:
            return str(request.getfixturevalue("postgres_url"))
        except pytest.skip.Exception:
            pass  # no server answers
    path = tmp_path / "feedback.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"
