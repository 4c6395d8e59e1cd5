"""The results of a survey of ten thousand responses: the page, and the list of them.

Prints a table in Markdown. Each is asked for over real HTTP from one web process on
this machine, in turn, so that a slow moment of the machine falls on all. The survey is
the longest of the templates; its responses were left over a quarter of a year.
"""

import argparse
import random
import secrets
import statistics
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.answers import Side
from benchmarks.load import COMMENTS
from benchmarks.serving import add_analyst, serve
from feedback.collection.models import Response
from feedback.collection.terms import Channel, ResponseState
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.core.ids import new_public_id
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import draw_journeys
from feedback.journey.models import Touchpoint
from feedback.surveys import service
from feedback.surveys.library import list_templates
from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.questionnaire import Question, Questionnaire
from feedback.surveys.questions import kind_of

DAYS = 90
ROWS_AT_ONCE = 1_000


def longest() -> Questionnaire:
    """Return the template that asks the most."""
    every = [one.questionnaire for one in list_templates()]
    return max(every, key=lambda one: len(tuple(one.questions())))


def prepare(folder: Path, count: int) -> str:
    """Fill a data folder and return the public id of its survey."""
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    migrate.upgrade(database)
    now = SystemClock().now()
    since = now - timedelta(days=DAYS)
    asked, rng = longest(), random.Random(1)  # noqa: S311 - no secret
    with database.transaction() as session:
        draw_journeys(session, now=now)
        point = session.scalars(select(Touchpoint).order_by(Touchpoint.id)).first()
        assert point is not None
        public_id = service.create_survey(
            session,
            point.journey_id,
            point.id,
            asked,
            anonymous=False,
            author_id=None,
            now=since,
        )
        service.publish(session, public_id, author_id=None, now=since)
        same = {
            "journey_id": point.journey_id,
            "touchpoint_id": point.id,
            "survey_id": session.scalar(
                select(Survey.id).where(Survey.public_id == public_id)
            ),
            "version_id": session.scalar(select(SurveyVersion.id)),
        }
        for _ in range(0, count, ROWS_AT_ONCE):
            rows = [_response(asked, rng) | same for _ in range(ROWS_AT_ONCE)]
            session.execute(insert(Response), rows)
    add_analyst(settings, database)
    database.dispose()
    return public_id


def _response(asked: Questionnaire, rng: random.Random) -> dict[str, Any]:
    now = SystemClock().now()
    left = now - timedelta(days=rng.uniform(0, DAYS - 1))
    answers = {one.key: _answer(one, rng) for one in asked.questions()}
    return {
        "public_id": new_public_id(),
        "key_hash": secrets.token_hex(32),
        "channel": rng.choice((Channel.EMAIL, Channel.SMS, Channel.OPEN)),
        "language": rng.choice(asked.languages),
        "state": ResponseState.COMPLETE,
        "answers": {key: one for key, one in answers.items() if one is not None},
        "answered_share": 1.0,
        "seconds": {page.key: rng.uniform(5, 90) for page in asked.pages},
        "question_seconds": {},
        "facts": {},
        "flags": [],
        "day": left.date(),
        "saved_at": left,
        "recorded_at": left,
    }


def _answer(question: Question, rng: random.Random) -> Any:
    """Return an answer as its kind keeps it; None of a kind that is left out here."""
    kind = kind_of(question)
    keys = [one.key for one in question.choices]
    if kind.scale is not None:
        return rng.choice(kind.scale.points)
    if question.kind == "single":
        return rng.choice(keys)
    if question.kind == "multiple":
        return rng.sample(keys, rng.randint(1, len(keys)))
    return rng.choice(COMMENTS) or None if question.kind == "long_text" else None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--responses", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=20)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = f"/surveys/{prepare(Path(folder), asked.responses)}"
        with serve(Path(folder)) as server:
            paths = {
                "results, the whole time": f"{address}/results?period=all",
                "results, as the page opens": f"{address}/results",
                "the list of responses": f"{address}/responses",
            }
            times: dict[str, list[float]] = {name: [] for name in paths}
            cpu = dict.fromkeys(paths, 0.0)
            side = Side(process=server.process.pid, port=0)
            for path in paths.values():
                server.get(path)
            for _ in range(asked.runs):
                for name, path in paths.items():
                    before = side.cpu_seconds()
                    times[name].append(server.milliseconds(path))
                    cpu[name] += 1000 * (side.cpu_seconds() - before) / asked.runs
    print(f"| {asked.responses:,} responses | p50 / p95 | CPU |")
    print("|---|---|---|")
    for name, held in times.items():
        p95 = statistics.quantiles(held, n=20)[18]
        middle = statistics.median(held)
        print(f"| {name} | {middle:.0f} / {p95:.0f} ms | {cpu[name]:.0f} ms |")


if __name__ == "__main__":
    main()
