"""`feedback report build`: a file, or one line that says why not."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from sqlalchemy.orm import Session

from feedback.cli import main
from feedback.config import Settings
from tests.conftest import StoppedClock
from tests.factories import Factories
from tests.reports.scene import bakery, months_of_feedback


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLite alone: a command opens whichever database the settings name."""
    path = request.getfixturevalue("tmp_path") / "feedback.db"
    template: Path = request.getfixturevalue("sqlite_template")
    path.write_bytes(template.read_bytes())
    return f"sqlite:///{path}"


def build(settings: Settings, output: Path, month: str = "2018-04") -> Result:
    return CliRunner().invoke(
        main,
        [
            *("report", "build", "--journey", "bakery", "--month", month),
            *("--lang", "fr", "--output", str(output)),
        ],
        env={
            "FEEDBACK_DATA_DIR": str(settings.data_dir),
            "FEEDBACK_DATABASE_URL": settings.database_url,
        },
    )


def test_it_writes_the_report_of_the_month(
    session: Session,
    factories: Factories,
    settings: Settings,
    clock: StoppedClock,
    tmp_path: Path,
) -> None:
    months_of_feedback(session, bakery(factories), now=clock.now())
    session.commit()

    done = build(settings, tmp_path / "report.pdf")

    pages = len(PdfReader(tmp_path / "report.pdf").pages)
    assert done.exit_code == 0
    assert f"{pages} pages, snapshot " in done.output


@pytest.mark.parametrize(
    ("month", "code"),
    [
        ("2018-06", "no_answers"),
        ("2018", "not_a_period"),
        ("2018-04-01..2018-04-09", "not_a_month"),
    ],
)
def test_it_says_in_one_line_why_there_is_no_report(
    session: Session,
    factories: Factories,
    settings: Settings,
    tmp_path: Path,
    month: str,
    code: str,
) -> None:
    bakery(factories)
    session.commit()

    done = build(settings, tmp_path / "report.pdf", month)

    assert done.exit_code == 1
    assert code in done.output
    assert not (tmp_path / "report.pdf").exists()
