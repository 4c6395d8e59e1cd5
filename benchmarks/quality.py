"""How well the text analysis does on labelled real verbatims, by language and theme.

    python -m benchmarks.quality FOLDER [--learned FILE]... [--limit N]

FOLDER holds JSON Lines files of labelled texts: `id`, `lang`, `text`, and of these what
a file has: `polarity` (feeling of the whole text), `labels` (types of app reviews, or
themes of the gold file), `themes` with their spans, `aspects` of restaurants. Texts of
files that the weights learned from are left out, and so are reviews that were not held
out. The table goes into `docs/measures.md`, and precision and recall of each theme into
the data that pages show; no text is kept.
"""

import argparse
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.holdout import is_held_out
from feedback.config import ROOT
from feedback.core.clock import SystemClock
from feedback.nlp.annotation import Annotation, Document, Feeling, Polarity, TextType
from feedback.nlp.languages import SUPPORTED
from feedback.nlp.pipeline import VERSION, Analyser
from feedback.nlp.quality import SOURCE
from feedback.nlp.taxonomy import shipped_taxonomy

PAPER = ROOT / "docs" / "measures.md"
BEGIN, END = "<!-- quality -->\n", "<!-- end of quality -->\n"
GOLD, REVIEWS = "gold_friction_themes_fr_en", "fr_en_app_reviews"
#: files with the feeling of whole texts; of reviews what was held out
FEELINGS = (
    GOLD, REVIEWS, "fr_trustpilot_showroomprive", "fr_insurance_reviews",
    "fr_public_services_plus", "en_nps_telecom", "en_airline_tweets",
)  # fmt: skip
TYPES = {TextType.PROBLEM: "problem_report", TextType.REQUEST: "feature_request"}
#: a macro-F1 needs so many texts with a theme, as in the file's own evaluation
FEWEST = 5
ROUNDS, SEED = 300, 20261122
#: a measured text needs so many characters for its language to be told
ENOUGH = 20

Pair = tuple[Any, Any]
Score = Callable[[Sequence[Pair]], float]


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    corpus: str
    language: str
    what: str
    value: float
    low: float
    high: float
    n: int


def f1_of(classes: Sequence[Any]) -> Score:
    """Return the macro-F1 of these classes; any other answer is a miss."""

    def score(pairs: Sequence[Pair]) -> float:
        values: list[float] = []
        for one in classes:
            hits = sum(true == one == said for true, said in pairs)
            told = sum(true == one for true, _ in pairs)
            given = sum(said == one for _, said in pairs)
            if told:
                values.append(2 * hits / (told + given))
        return sum(values) / len(values) if values else 0.0

    return score


def micro_f1(pairs: Sequence[Pair]) -> float:
    """Return the F1 of sets, all texts together."""
    hits = sum(len(true & said) for true, said in pairs)
    total = sum(len(true) + len(said) for true, said in pairs)
    return float(2 * hits / total) if total else 0.0


def macro_f1(pairs: Sequence[Pair]) -> float:
    """Return the mean over themes that enough texts have of their F1."""
    values: list[float] = []
    for key in {key for true, _ in pairs for key in true}:
        told = sum(key in true for true, _ in pairs)
        if told >= FEWEST:
            hits = sum(key in true and key in said for true, said in pairs)
            values.append(2 * hits / (told + sum(key in said for _, said in pairs)))
    return float(sum(values) / len(values)) if values else 0.0


def share(pairs: Sequence[Pair]) -> float:
    """Return the share of pairs that are equal."""
    return float(sum(true == said for true, said in pairs)) / len(pairs)


def measure(
    corpus: str, rows: Sequence[dict[str, Any]], analyser: Analyser
) -> Iterator[Figure]:
    """Yield the figures of one file, language by language."""
    for language in SUPPORTED:
        mine = [row for row in rows if row["lang"] == language]
        said = list(
            analyser.analyse_many(
                Document(text=row["text"], language=language) for row in mine
            )
        )
        for what, pairs, score in _measures(corpus, mine, said):
            if len(pairs) >= ENOUGH:
                yield _figure(corpus, language, what, pairs, score)
        long = [row["text"] for row in mine if len(row["text"]) >= ENOUGH]
        found = analyser.analyse_many(Document(text=text) for text in long)
        pairs = [(language, one.language) for one in found]
        if pairs:
            yield _figure(corpus, language, "language found", pairs, share)


def _measures(
    corpus: str, rows: Sequence[dict[str, Any]], said: Sequence[Annotation]
) -> Iterator[tuple[str, list[Pair], Score]]:
    both = list(zip(rows, said, strict=True))
    if corpus in FEELINGS:
        pairs = [(_feeling(row), one.sentiment.label) for row, one in both]
        sides = (Feeling.POSITIVE, Feeling.NEGATIVE)
        yield (
            "positive / negative",
            [pair for pair in pairs if pair[0] in sides],
            f1_of(sides),
        )
        if corpus == GOLD:
            told = [pair for pair in pairs if pair[0]]
            four = [feeling for feeling in Feeling if feeling is not Feeling.UNRATED]
            yield "feeling, four classes", told, f1_of(four)
    if corpus == REVIEWS:
        for kind, label in TYPES.items():
            yield (
                f"type {kind}",
                [(label in row["labels"], kind in one.types) for row, one in both],
                f1_of([True]),
            )
    if corpus == GOLD:
        problems = [(_problems(row), _found(row, one)) for row, one in both]
        yield "friction themes, micro", problems, micro_f1
        yield "friction themes, macro", problems, macro_f1
        yield (
            "mentions with their sign",
            [(set(_spans(row)), set(_mentions(row, one))) for row, one in both],
            micro_f1,
        )
        yield "words of a mention overlap", list(_overlaps(both)), share


def _feeling(row: dict[str, Any]) -> Feeling | None:
    told = row.get("polarity")
    if told is None and row.get("lang") == "en":
        told = {"promoter": "positive", "detractor": "negative"}.get(
            row.get("nps_class", "")
        )
    return Feeling(told) if told in set(Feeling) - {Feeling.UNRATED} else None


def _problems(row: dict[str, Any]) -> set[str]:
    return set(row["labels"]) - {"other"}


def _found(row: dict[str, Any], one: Annotation) -> set[str]:
    found = {t.key for t in one.themes if t.polarity is not Polarity.POSITIVE}
    return found - set(row.get("disputed", ()))


def _spans(row: dict[str, Any]) -> dict[tuple[str, bool], tuple[int, int]]:
    return {
        (one["key"], one["polarity"] == "positive"): (one["start"], one["end"])
        for one in row.get("themes", ())
    }


def _mentions(
    row: dict[str, Any], one: Annotation
) -> dict[tuple[str, bool], tuple[int, int]]:
    return {
        (theme.key, theme.polarity is Polarity.POSITIVE): (theme.start, theme.end)
        for theme in one.themes
        if theme.key not in row.get("disputed", ())
    }


def _overlaps(both: Iterable[tuple[dict[str, Any], Annotation]]) -> Iterator[Pair]:
    for row, one in both:
        told, found = _spans(row), _mentions(row, one)
        for key in told.keys() & found.keys():
            (start, end), (begin, stop) = told[key], found[key]
            yield True, start < stop and begin < end


def _figure(
    corpus: str, language: str, what: str, pairs: Sequence[Pair], score: Score
) -> Figure:
    rng = random.Random(SEED)  # noqa: S311 - a bootstrap, not a secret
    drawn = sorted(score(rng.choices(pairs, k=len(pairs))) for _ in range(ROUNDS))
    low, high = drawn[int(0.025 * ROUNDS)], drawn[int(0.975 * ROUNDS)]
    return Figure(corpus, language, what, score(pairs), low, high, len(pairs))


def measure_themes(
    rows: Sequence[dict[str, Any]], analyser: Analyser
) -> dict[str, dict[str, list[int]]]:
    """Return hits and base of precision and recall of each friction theme."""
    pairs = [
        (
            _problems(row),
            _found(row, analyser.analyse(row["text"], language=row["lang"])),
        )
        for row in rows
    ]
    return {
        theme.key: {
            "precision": _hits(theme.key, pairs, base=1),
            "recall": _hits(theme.key, pairs, base=0),
        }
        for theme in shipped_taxonomy()
    }


def _hits(key: str, pairs: Sequence[Pair], *, base: int) -> list[int]:
    counted = [pair for pair in pairs if key in pair[base]]
    return [sum(key in true and key in said for true, said in counted), len(counted)]


def read(path: Path, learned: set[str], limit: int) -> list[dict[str, Any]]:
    """Read the rows of a file that may be measured on, at most `limit` by chance."""
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line.strip()]
    rows = [row for row in rows if row["text"].strip() and row["text"] not in learned]
    if path.stem == REVIEWS:
        rows = [row for row in rows if is_held_out(row["id"])]
    if len(rows) > limit:
        rows = random.Random(SEED).sample(rows, limit)  # noqa: S311 - no secret
    return rows


def table(figures: Iterable[Figure], today: str) -> str:
    """Return the figures as the part of the paper between its marks."""
    lines = [
        f"Version `{VERSION}`, {today}; F1 or a share, bootstrap 95 % interval.",
        "",
        "| corpus | language | what | value | interval | n |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.corpus} | {one.language} | {one.what} | {one.value:.3f}"
        f" | {one.low:.3f} to {one.high:.3f} | {one.n:,} |"
        for one in figures
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write the paper and what pages show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--learned", type=Path, action="append", default=[])
    parser.add_argument("--limit", type=int, default=1500)
    given = parser.parse_args()
    learned = {
        json.loads(line)["text"]
        for path in given.learned
        for line in path.read_text(encoding="utf-8").split("\n")
        if line.strip()
    }
    analyser, today = Analyser(), SystemClock().now().date().isoformat()
    figures: list[Figure] = []
    for name in FEELINGS:
        path = given.folder / f"{name}.jsonl"
        if path.exists():
            rows = read(path, learned, given.limit)
            figures += measure(name, rows, analyser)
            print(f"{name}: {len(rows)} texts", flush=True)
    gold = read(given.folder / f"{GOLD}.jsonl", learned, given.limit)
    themes = measure_themes(gold, analyser)
    SOURCE.write_text(
        json.dumps(
            {"version": VERSION, "date": today, "texts": len(gold), "themes": themes},
            indent=1,
        )
        + "\n",
        encoding="utf-8",
    )
    told = table(figures, today) + "\n" + _theme_table(themes)
    print(told)
    paper = PAPER.read_text(encoding="utf-8")
    part = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    PAPER.write_text(part.sub(lambda _: BEGIN + told + END, paper), encoding="utf-8")


def _theme_table(themes: dict[str, dict[str, list[int]]]) -> str:
    lines = [
        "Friction themes on the gold file, both languages together:",
        "",
        "| theme | precision | recall |",
        "|---|---|---|",
    ]
    lines += [
        f"| {key} | {one['precision'][0]} of {one['precision'][1]}"
        f" | {one['recall'][0]} of {one['recall'][1]} |"
        for key, one in themes.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
