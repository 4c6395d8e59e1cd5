"""`feedback import verbatims`: the same service as the pages, on the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from feedback.cli.imports import group
from feedback.config import Settings
from feedback.db.session import Database
from feedback.jobs.models import Job, JobState
from feedback.voice.imports.service import IMPORT
from feedback.voice.models import Feedback
from tests.factories import Factories

CSV = """date;note;commentaire;étape
05/04/2018;9;Très bien;Caisse
06/04/2018;11;Hors échelle;Caisse
26/04/2018;4;Où est le rayon ?;Rayon
"""
SAID = ["--journey", "shop", "--map", "nps=note"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the command is called, with a file to import."""
    folder = tmp_path / "called"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "avis.csv").write_text(CSV, encoding="cp1252")
    return folder


@pytest.fixture
def command(
    settings: Settings, factories: Factories, monkeypatch: pytest.MonkeyPatch
) -> CliRunner:
    """A terminal of an installation whose journey has a touchpoint `caisse`."""
    journey = factories.journey("shop")
    factories.touchpoint(factories.phase(journey, "achat"), "caisse")
    factories.session.commit()
    monkeypatch.setenv("FEEDBACK_DATABASE_URL", settings.database)
    monkeypatch.setenv("FEEDBACK_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("FEEDBACK_LOCALE", "en")
    return CliRunner()


def _call(command: CliRunner, *words: str) -> Result:
    return command.invoke(group, ["verbatims", "avis.csv", *words])


def _texts(database: Database) -> list[int]:
    with database.transaction(writes=False) as session:
        return list(session.scalars(select(Feedback.id)))


def test_a_file_is_imported_and_every_line_accounted_for(
    command: CliRunner, folder: Path, database: Database
) -> None:
    said = _call(command, *SAID)

    assert said.exit_code == 0, said.output
    assert "CSV, Windows-1252, separator: semicolon" in said.output
    assert "date = date (day first, as 05/04/2018)" in said.output
    assert "3 lines: 1 imported, 0 already there, 2 refused." in said.output
    assert "wait for the worker" in said.output
    assert len(_texts(database)) == 1
    refused = (folder / "avis-refused.csv").read_text("utf-8-sig").splitlines()
    assert refused[1:] == [
        "3,note,The score is not on the scale.,11",
        "4,étape,The journey has no such touchpoint.,Rayon",
    ]


def test_the_import_is_an_ordinary_job_that_a_worker_could_go_on_with(
    command: CliRunner, folder: Path, database: Database
) -> None:
    _call(command, *SAID)

    with database.transaction(writes=False) as session:
        state = session.scalar(select(Job.state).where(Job.name == IMPORT))
    assert state is JobState.DONE


def test_unknown_touchpoints_are_created_where_it_is_said(
    command: CliRunner, folder: Path, database: Database
) -> None:
    said = _call(command, *SAID, "--create-touchpoints", "achat")
    again = _call(command, *SAID, "--create-touchpoints", "achat")

    assert "3 lines: 2 imported, 0 already there, 1 refused." in said.output
    assert "3 lines: 0 imported, 2 already there, 1 refused." in again.output
    assert again.exit_code == 0
    assert len(_texts(database)) == 2


def test_a_preview_imports_nothing_and_keeps_nothing(
    command: CliRunner, folder: Path, database: Database, settings: Settings
) -> None:
    said = _call(command, *SAID, "--preview")

    assert said.exit_code == 0, said.output
    assert "Unknown touchpoints" in said.output
    assert "Of the first 3 lines, 1 can be imported." in said.output
    assert "2018-04-05  Caisse  nps 9  Très bien" in said.output
    assert _texts(database) == []
    assert list(settings.folder("imports").iterdir()) == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["--journey", "shop", "--map", "text=avis"], "no such column. (avis)"),
        (["--journey", "shop", "--map", "date="], "No column is the date"),
        ([*SAID, "--date", "01/04/2018"], "This date does not exist"),
        ([*SAID, "--create-touchpoints", "vente"], "The journey has no such phase."),
        (["--journey", "elsewhere"], "journey"),
    ],
)
def test_what_cannot_be_done_is_said_in_words_with_exit_code_1(
    command: CliRunner,
    folder: Path,
    settings: Settings,
    words: list[str],
    fault: str,
) -> None:
    said = _call(command, *words)

    assert said.exit_code == 1
    assert fault in said.output
    assert list(settings.folder("imports").iterdir()) == []


def test_a_file_of_which_no_line_can_be_imported_ends_with_exit_code_1(
    command: CliRunner, folder: Path
) -> None:
    (folder / "avis.csv").write_text(
        "date;note;commentaire;étape\n05/04/2018;11;a;Caisse\n"
    )

    said = _call(command, *SAID)

    assert said.exit_code == 1
    assert "No line could be imported." in said.output
