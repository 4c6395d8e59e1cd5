"""The builder on a survey of sixty questions: the page, a part of it, one save.

Prints a table in Markdown. Each is asked for over real HTTP from one web process on
this machine, in turn, so that a slow moment of the machine falls on all. The questions
are those of the templates, with their conditions and words after scores.
"""

import argparse
import itertools
import re
import statistics
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.serving import Server, add_analyst, serve
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database
from feedback.demo.company import JOURNEYS, draw_journeys
from feedback.journey.queries import get_map
from feedback.surveys.library import list_templates
from feedback.surveys.questionnaire import (
    Page,
    Questionnaire,
    read_questionnaire,
    write_questionnaire,
)
from feedback.surveys.service import create_survey


def long_survey(count: int) -> Questionnaire:
    """Return a survey of the first `count` questions of the templates, as they come.

    The keys of a template are numbered, in its conditions and words too.
    """
    pages: list[Page] = []
    left = count
    for number, template in enumerate(list_templates()):
        draft = _numbered(template.questionnaire, number)
        for page in draft.pages:
            pages.append(replace(page, questions=page.questions[: max(left, 0)]))
            left -= len(page.questions)
    first = list_templates()[0].questionnaire
    return replace(first, pages=tuple(page for page in pages if page.questions))


def _numbered(questionnaire: Questionnaire, number: int) -> Questionnaire:
    """Return a questionnaire whose questions and pages have keys of their own."""
    keys = {one.key for one in questionnaire.questions()}

    def turn(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {one: turn(held, one) for one, held in value.items()}
        if isinstance(value, list):
            return [turn(one, name) for one in value]
        if isinstance(value, str) and name in {"key", "question", "name"}:
            known = value in keys or value.startswith("page")
            return f"{value}-{number}" if known else value
        return value

    return read_questionnaire(turn(write_questionnaire(questionnaire)))


def prepare(folder: Path, count: int) -> str:
    """Fill a data folder and return the public id of its survey."""
    settings = Settings(data_dir=folder)
    database = Database(settings.database)
    migrate.upgrade(database)
    now = SystemClock().now()
    with database.transaction() as session:
        draw_journeys(session, now=now)
        journey = get_map(session, JOURNEYS[0])
        public_id = create_survey(
            session,
            journey.id,
            journey.touchpoints[0].id,
            long_survey(count),
            anonymous=False,
            author_id=None,
            now=now,
        )
    add_analyst(settings, database)
    database.dispose()
    return public_id


class Desk:
    """The analyst in front of the builder."""

    def __init__(self, server: Server, public_id: str) -> None:
        self.server, self.url = server, f"/surveys/{public_id}/edit"
        page = server.get(self.url).decode()
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        key = re.search(r"/edit/questions/([^/\"]+)\"", page)
        assert token
        assert key
        self.token, self.key = token[1], key[1]
        self.edits = itertools.count()

    def page(self) -> bytes:
        """Return the whole page."""
        return self.server.get(f"{self.url}?at=question-{self.key}")

    def part(self) -> bytes:
        """Return what a click on a question puts into the page."""
        return self._fetch(f"?at=question-{self.key}", None)

    def preview(self) -> bytes:
        """Return the page in the phone."""
        return self.server.get(f"{self.url}/preview?at=question-{self.key}")

    def save(self) -> bytes:
        """Save other words of a question, as happens while somebody types."""
        form = {
            "csrf_token": self.token,
            "text": f"Is everything as you like it? ({next(self.edits)})",
        }
        return self._fetch(f"/questions/{self.key}", form)

    def _fetch(self, tail: str, form: dict[str, str] | None) -> bytes:
        request = urllib.request.Request(
            f"{self.server.address}{self.url}{tail}",
            urllib.parse.urlencode(form).encode() if form else None,
            {"X-Requested-With": "fetch", "X-Builder": "keep"},
        )
        with self.server.opener.open(request) as answer:
            content: bytes = answer.read()
            return content


def main() -> None:
    """Measure the builder and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--runs", type=int, default=40)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        public_id = prepare(Path(folder), asked.questions)
        with serve(Path(folder)) as server:
            desk = Desk(server, public_id)
            print(f"| builder, {asked.questions} questions | p50 / p95 | KB |")
            print("|---|---|---|")
            asking: dict[str, Callable[[], bytes]] = {
                "the page": desk.page,
                "a click on a question": desk.part,
                "the page in the phone": desk.preview,
                "words saved while typing": desk.save,
            }
            times: dict[str, list[float]] = {name: [] for name in asking}
            sizes = {name: len(run()) for name, run in asking.items()}
            for _ in range(asked.runs):
                for name, run in asking.items():
                    before = time.perf_counter()
                    run()
                    times[name].append(1000 * (time.perf_counter() - before))
            for name, held in times.items():
                p95 = statistics.quantiles(held, n=20)[18]
                print(
                    f"| {name} | {statistics.median(held):.0f} / {p95:.0f} ms "
                    f"| {sizes[name] / 1024:.0f} |"
                )


if __name__ == "__main__":
    main()
