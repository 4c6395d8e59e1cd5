"""Two real surveys through the product, by its own commands, from nothing.

Takes the folder that holds `en_nps_telecom.jsonl` (NPS of a telecom company at four
stages) and `fr_nps_garden_centre.jsonl` (NPS of a garden centre after a visit), which
may not be given away with the product. Draws both journeys, imports both files,
analyses them, and checks that

- every line is accounted for: imported + refused = lines;
- a second import of the same file adds nothing;
- the NPS of each touchpoint on the map is the one computed here from the file.

Then builds the report of the busiest month of the first in both languages.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from feedback import schema
from feedback.config import Settings
from feedback.core.clock import SystemClock
from feedback.db.session import Database
from feedback.insights.dashboards import living_map
from feedback.insights.segments import Segment, find_span
from feedback.journey.queries import get_map
from feedback.measures.scales import Scale
from feedback.voice.models import FeedbackImport

POINTS = {
    "telecom": ["Order", "Equipment Received", "First Payment", "Service in Use"],
    "garden": ["Store visit"],
}
FILES = {
    "telecom": (
        "en_nps_telecom.jsonl",
        ["--map", "touchpoint=journey_stage", "--map", "date=date:%d/%m/%Y %H:%M"],
    ),
    "garden": (
        "fr_nps_garden_centre.jsonl",
        ["--touchpoint", "store-visit", "--date", "2018-04-15"],
    ),
}
LANGUAGE = {"telecom": "en", "garden": "fr"}


def net_promoter_score(scores: Iterable[int]) -> float:
    """Return the NPS of some answers, without any code of the product."""
    counted = Counter(
        "promoter" if score >= 9 else "detractor" if score <= 6 else "passive"
        for score in scores
    )
    return 100 * (counted["promoter"] - counted["detractor"]) / counted.total()


def scores_of(path: Path, stage: str | None) -> Mapping[str, list[int]]:
    """Return the scores that stand in a file, by touchpoint."""
    scores = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("score") is not None:
            scores[row[stage] if stage else "Store visit"].append(row["score"])
    return scores


class Product:
    """The product's command line on a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._environment = {**os.environ, "FEEDBACK_DATA_DIR": str(folder)}
        self._environment |= {"FEEDBACK_LOCALE": "en"}

    def __call__(self, *words: str | Path) -> None:
        """Run one command and show what it says."""
        print("$ feedback", *words, flush=True)
        subprocess.run(
            [sys.executable, "-m", "feedback", *map(str, words)],
            env=self._environment,
            check=True,
        )


def draw(product: Product, journey: str) -> None:
    """Draw a journey with a phase for each touchpoint."""
    title = journey.title()
    product(
        "journey", "create", journey, "--name-en", title, "--name-fr", title, "--empty"
    )
    for name in POINTS[journey]:
        key = name.lower().replace(" ", "-")
        product("journey", "add-phase", journey, name)
        channel = "store" if journey == "garden" else "phone"
        product("journey", "add-touchpoint", journey, key, name, "--channel", channel)


def check_lines(database: Database, journey: str, lines: int) -> None:
    """Compare the counts of the two imports of a file with its lines."""
    with database.transaction(writes=False) as session:
        journey_id = get_map(session, journey).id
        rows = session.execute(
            select(
                FeedbackImport.lines_imported,
                FeedbackImport.lines_repeated,
                FeedbackImport.lines_refused,
            )
            .where(FeedbackImport.journey_id == journey_id)
            .order_by(FeedbackImport.id)
        ).all()
    (imported, _, refused), (again, repeated, _) = rows
    print(f"{journey}: {lines} lines = {imported} imported + {refused} refused;")
    print(f"    the second time {again} imported, {repeated} there already")
    if imported + refused != lines or again or repeated != imported:
        raise SystemExit(f"{journey}: lines are not accounted for")


def check_scores(
    database: Database, journey: str, scores: Mapping[str, list[int]]
) -> None:
    """Compare the NPS on the map with the one of the file."""
    with database.transaction(writes=False) as session:
        drawn = get_map(session, journey)
        span = find_span(session, drawn.id)
        assert span is not None
        segment = Segment(journey_id=drawn.id, period=span)
        figures = living_map(session, drawn, segment, now=SystemClock().now())
    on_map = {
        point.touchpoint.names["en"]: score.estimate
        for phase in figures.phases
        for point in phase.touchpoints
        for score in point.figures.scores
        if score.scale is Scale.NPS
    }
    for name, given in sorted(scores.items()):
        computed, shown = net_promoter_score(given), on_map[name]
        print(
            f"    {name}: NPS {computed:.4f} from {len(given)} lines of the file, "
            f"{shown.value:.4f} on the map ({shown.low:.1f} to {shown.high:.1f})"
        )
        if abs(computed - shown.value) > 1e-9 or len(given) != shown.n:
            raise SystemExit(f"{journey}, {name}: the map and the file differ")


def busiest_month(database: Database, journey: str) -> date:
    """Return the first day of the month with the most feedback."""
    feedback = schema.metadata.tables["feedback"]
    with database.transaction(writes=False) as session:
        journey_id = get_map(session, journey).id
        days = session.execute(
            select(feedback.c.day, func.count())
            .where(feedback.c.journey_id == journey_id)
            .group_by(feedback.c.day)
        ).all()
    months: Counter[date] = Counter()
    for day, count in days:
        months[day.replace(day=1)] += count
    return months.most_common(1)[0][0]


def main() -> None:
    """Run everything and stop at the first thing that is not true."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the two files")
    parser.add_argument("--folder", type=Path, default=Path("var/realdata"))
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    if folder.exists():
        raise SystemExit(f"{folder} exists already; this starts from nothing")
    product = Product(folder)
    product("db", "migrate")
    for journey, (name, options) in FILES.items():
        draw(product, journey)
        fixed = ["--map", "text=text", "--map", "nps=score"]
        language = ["--language", LANGUAGE[journey]]
        refused = ["--refused", folder / f"{journey}-refused.csv"]
        words = ["--journey", journey, *fixed, *options, *language, *refused]
        product("import", "verbatims", asked.data / name, *words, "--wait")
        product("import", "verbatims", asked.data / name, *words)
    database = Database(Settings(data_dir=folder).database)
    for journey, (name, _) in FILES.items():
        path = asked.data / name
        check_lines(database, journey, len(path.read_text().splitlines()))
        stage = "journey_stage" if journey == "telecom" else None
        check_scores(database, journey, scores_of(path, stage))
    month = busiest_month(database, "telecom")
    database.dispose()
    for locale in ("en", "fr"):
        target = folder / f"telecom-{month:%Y-%m}-{locale}.pdf"
        product(
            "report", "build", "--journey", "telecom", "--month", f"{month:%Y-%m}",
            "--lang", locale, "--output", target,
        )  # fmt: skip


if __name__ == "__main__":
    main()
