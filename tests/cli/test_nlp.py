"""feedback nlp: texts analysed from a file to a file."""

import json
from io import BytesIO
from multiprocessing import active_children
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from feedback.cli import main
from feedback.cli.nlp import AHEAD, BATCH, _answers, group
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.pagination import PageRequest
from feedback.db.session import Database
from feedback.jobs.queries import list_jobs
from feedback.voice.models import AnnotationRecord, Verbatim
from feedback.worker.runner import Worker
from tests.conftest import StoppedClock
from tests.factories import Factories


def _analyse(folder: Path, lines: list[str], *options: str) -> tuple[Result, list[str]]:
    source, target = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["analyse", "--input", str(source), "--output", str(target)]
    result = CliRunner().invoke(group, [*arguments, *options])
    return result, target.read_text(encoding="utf-8").splitlines()


def test_each_text_gets_a_line_in_the_same_order(tmp_path: Path) -> None:
    text = "Livraison en retard, appelez le 06 12 34 56 78"
    result, lines = _analyse(
        tmp_path,
        [
            json.dumps({"id": "v1", "text": text, "lang": "fr"}),
            json.dumps(
                {"id": 2, "text": "prices", "question": "What could we improve?"}
            ),
        ],
    )
    assert result.exit_code == 0
    first, second = map(json.loads, lines)
    assert first == {
        "id": "v1",
        "lang": "fr",
        "lang_confidence": 1.0,
        "sentiment": {"label": "negative", "score": first["sentiment"]["score"]},
        "themes": [
            {
                "key": "delivery_or_activation_delay",
                "polarity": "negative",
                "start": 0,
                "end": 19,
                "source": first["themes"][0]["source"],
                "confidence": 0.9,
            }
        ],
        "types": ["problem"],
        "pii": [{"kind": "phone", "start": 32, "end": 46}],
        "version": first["version"],
    }
    assert second["id"] == 2
    assert second["themes"][0]["polarity"] == "wish"


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_bad_line_is_reported_and_the_rest_goes_on(
    tmp_path: Path, processes: str
) -> None:
    good = json.dumps({"id": "a", "text": "nul"})
    result, lines = _analyse(
        tmp_path,
        [good, "{not json", "[]", '{"id": "x"}', '{"text": "x"}', "", good],
        "--processes",
        processes,
    )
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in lines] == ["a", "a"]
    for number in (2, 3, 4, 5):
        assert f"line {number}: " in result.stderr
    assert "line 6" not in result.stderr


def test_many_lines_keep_their_order_whoever_reads_them(tmp_path: Path) -> None:
    given = [
        json.dumps({"id": number, "text": "nul" if number % 300 else "nul " * 3000})
        for number in range(2 * BATCH * AHEAD + 7)
    ]

    result, lines = _analyse(tmp_path, given, "--processes", "2")

    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in lines] == list(range(len(given)))


def test_who_is_stopped_leaves_no_process_behind() -> None:
    line = json.dumps({"id": 1, "text": "nul"}).encode() + b"\n"
    answers = _answers(BytesIO(line * BATCH * 20), 2)
    next(answers)
    assert active_children()

    answers.close()

    assert not active_children()


def test_half_a_character_is_written_as_it_came(tmp_path: Path) -> None:
    result, lines = _analyse(tmp_path, ['{"id": "\\ud800", "text": "nul \\ud800"}'])
    assert result.exit_code == 0
    assert json.loads(lines[0])["id"] == "\ud800"


def _again(settings: Settings, *options: str) -> Result:
    environment = {
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
    }
    return CliRunner().invoke(main, ["nlp", "again", *options], env=environment)


@pytest.mark.slow
def test_texts_that_are_there_are_analysed_once_more(
    settings: Settings,
    database: Database,
    factories: Factories,
    worker: Worker,
    clock: StoppedClock,
) -> None:
    journey = factories.journey()
    point = factories.touchpoint(factories.phase(journey))
    factories.feedback(point, text="Trop d’attente en caisse.")
    factories.session.commit()
    worker.drain()
    with database.transaction() as session:
        session.query(AnnotationRecord).update({"version": "an older one"})

    result = _again(settings, "--journey", journey.key)
    clock.set(SystemClock().now())  # commands ask the machine's clock
    worker.drain()

    assert result.exit_code == 0, result.output
    with database.transaction(writes=False) as session:
        assert session.query(Verbatim).count() == 1
        (record,) = session.query(AnnotationRecord).all()
        assert record.version != "an older one"


def test_asking_twice_owes_the_analysis_once(
    settings: Settings, database: Database
) -> None:
    _again(settings)
    _again(settings)

    with database.transaction(writes=False) as session:
        assert len(list_jobs(session, PageRequest()).items) == 1


def test_a_journey_that_is_not_there_is_named(settings: Settings) -> None:
    result = _again(settings, "--journey", "nowhere")

    assert result.exit_code == 1
    assert "journey" in result.output


@pytest.mark.slow
def test_learning_tells_how_much_there_is_and_what_is_lacking(
    settings: Settings, factories: Factories, worker: Worker, session: Session
) -> None:
    factories.feedback(text="Attente interminable à la caisse", nps=2, language="fr")
    session.commit()
    worker.drain()
    environment = {
        "FEEDBACK_DATA_DIR": str(settings.data_dir),
        "FEEDBACK_DATABASE_URL": settings.database_url,
    }

    result = CliRunner().invoke(main, ["nlp", "learn"], env=environment)

    assert result.exit_code == 0, result.output
    assert "fr: 0 corrections, 1 scored answers; 0 positive, 1 negative" in (
        result.output
    )
    assert "too few to compare: it takes 200 answers" in result.output
