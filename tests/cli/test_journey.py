"""feedback journey: maps drawn, taken out and brought in from a terminal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedback.cli import main
from feedback.config import Settings
from feedback.db.session import Database
from feedback.journey.queries import JourneyMap, get_map

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, database: Database) -> Run:
    """The command, in an environment that leads to the test's database."""
    environment = {
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
    }

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["journey", *arguments], env=environment)

    return call


def _shown(database: Database, key: str) -> JourneyMap:
    with database.transaction(writes=False) as session:
        return get_map(session, key)


def test_a_journey_is_created_and_listed(run: Run, database: Database) -> None:
    made = run("create", "pain", "--name-fr", "Boulangerie", "--name-en", "Bakery")

    assert (made.exit_code, made.output) == (0, "pain\n")
    assert run("list").output == "pain\t5\t59\t0\tBoulangerie\n"
    shown = _shown(database, "pain")
    assert shown.offers == shown.names


def test_a_journey_is_drawn_step_by_step(run: Run, database: Database) -> None:
    run("create", "pain", "--name-fr", "Boulangerie", "--offer-fr", "Pain", "--empty")
    phases = run("add-phase", "pain", "Vitrine", "Achat au comptoir")
    first = run(
        "add-touchpoint", "pain", "vitrine", "Devanture", "--channel", "magasin"
    )
    run(
        *("add-touchpoint", "pain", "achat-au-comptoir", "Card", "--language", "en"),
        *("--channel", "app", "--kind", "physical", "--moment-of-truth"),
    )

    assert phases.output == "vitrine\nachat-au-comptoir\n"
    assert first.output == "devanture\n"
    front, card = _shown(database, "pain").touchpoints
    assert (front.channel, front.kind) == ("store", "physical")
    assert (card.names, card.kind) == ({"en": "Card"}, "physical")
    assert card.is_moment_of_truth


def test_an_exported_file_is_imported_as_the_same_map(run: Run, tmp_path: Path) -> None:
    run("create", "pain", "--name-fr", "Boulangerie")
    file = tmp_path / "carte.json"
    run("export", "pain", "--output", str(file))

    assert run("import", str(file)).output == "boulangerie\n"
    assert run("export", "boulangerie").output == file.read_text()


@pytest.mark.parametrize(
    ("form", "start"), [("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_a_map_is_exported_as_a_picture(
    run: Run, tmp_path: Path, form: str, start: bytes
) -> None:
    run("create", "pain", "--name-fr", "Boulangerie", "--empty")
    file = tmp_path / f"carte.{form}"

    done = run("export", "pain", "--format", form, "--output", str(file))

    assert done.exit_code == 0
    assert file.read_bytes().startswith(start)


def test_a_table_replaces_the_map_of_a_journey(
    run: Run, database: Database, tmp_path: Path
) -> None:
    run("create", "pain", "--name-fr", "Boulangerie")
    file = tmp_path / "visio.csv"
    file.write_text("phase,touchpoint\nDécouverte,Vitrine\n")

    assert run("import", str(file), "--into", "pain").exit_code == 0
    assert [one.key for one in _shown(database, "pain").touchpoints] == ["vitrine"]


def test_what_cannot_be_done_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    run("create", "pain", "--name-fr", "Boulangerie")
    file = tmp_path / "x.json"
    file.write_text("{")

    for arguments, words in (
        (("create", "pain", "--name-fr", "x"), "key_taken"),
        (("create", "other"), "names: missing"),
        (("export", "nothing"), "journey"),
        (("import", str(file)), "file: not_json"),
    ):
        refused = run(*arguments)
        assert refused.exit_code == 1
        assert words in refused.output
        assert "Traceback" not in refused.output
