"""Learn the shipped weights from labelled texts.

What a text teaches: its feeling and types as a whole, and clause by clause the themes
and how it speaks of them. Reviews teach feeling by their stars, which count for less,
and two of the types.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from feedback.nlp.annotation import Feeling, Polarity, TextType
from feedback.nlp.features import (
    BEGINNING,
    BUCKETS,
    pair_bucket,
    question_bucket,
    word_buckets,
)
from feedback.nlp.hearing import Heard, hear
from feedback.nlp.learning import fit_classes, fit_yes_no
from feedback.nlp.passages import Passage
from feedback.nlp.signals import CLAUSE_SIGNALS, TEXT_SIGNALS
from feedback.nlp.weights import (
    ASKED,
    CLAUSE,
    FEELINGS,
    OF_CLAUSE,
    OF_TEXT,
    POLARITIES,
    TOPICS,
    TYPES,
    WORDS,
)

#: what the stars of a review count beside a feeling that was labelled
STARS = 0.3
#: what a clause counts for a theme of its text that was labelled elsewhere in it
ELSEWHERE = 0.3
#: a theme with fewer clauses is left to the rules
FEWEST = 8

Counts = Counter[int]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A labelled theme: the characters `start` to `end`, excluded, carry it."""

    key: str
    polarity: Polarity
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A labelled text; None where a label is not known. `key` names it in its file."""

    text: str
    language: str
    question: str | None = None
    feeling: Feeling | None = None
    types: dict[TextType, bool] = field(default_factory=dict)
    themes: tuple[Span, ...] | None = None
    weight: float = 1.0
    key: str = ""


@dataclass(slots=True)
class Example:
    """One row to learn from: its signals and its words."""

    signals: list[float]
    words: Counts
    asked: Counts = field(default_factory=Counter)


@dataclass(slots=True)
class Studied:
    """A lesson as the rules read it."""

    lesson: Lesson
    whole: Example
    clauses: list[Example]
    #: the themes of each clause, with how it speaks of them
    found: list[dict[str, Polarity]]


def read_labelled(path: Path) -> Iterator[Lesson]:
    """Read texts labelled with feeling, types and themes, one JSON object a line."""
    for row in _rows(path):
        yield Lesson(
            text=row["text"],
            language=row["lang"],
            question=row.get("question"),
            feeling=Feeling(row["polarity"]),
            types={kind: kind.value in row["types"] for kind in TextType},
            themes=tuple(
                Span(
                    key=one["key"],
                    polarity=Polarity(one["polarity"]),
                    start=one["start"],
                    end=one["end"],
                )
                for one in row["themes"]
            ),
        )


def read_reviews(path: Path) -> Iterator[Lesson]:
    """Read reviews whose stars and labels tell feeling and two of the types."""
    for row in _rows(path):
        labels = set(row.get("labels") or ())
        known = {
            TextType.PROBLEM: "problem_report" in labels,
            TextType.REQUEST: "feature_request" in labels,
        }
        stars = {"positive": Feeling.POSITIVE, "negative": Feeling.NEGATIVE}
        yield Lesson(
            text=row["text"],
            language=row["lang"],
            feeling=stars.get(row.get("polarity", "")),
            types=known if labels else {},
            weight=STARS,
            key=row["id"],
        )


def train(lessons: Iterable[Lesson], language: str) -> dict[str, NDArray[Any]]:
    """Learn the weights of one language; the arrays that `Weights` loads.

    Same lessons in the same order, same arrays.
    """
    mine = [lesson for lesson in lessons if lesson.language == language]
    studied = list(study(mine))
    table = np.zeros((BUCKETS, OF_TEXT + OF_CLAUSE))
    biases = np.full(OF_TEXT + OF_CLAUSE, -9.0)
    text_signals = np.zeros((len(TEXT_SIGNALS), OF_TEXT))
    clause_signals = np.zeros((len(CLAUSE_SIGNALS), OF_CLAUSE))
    whole = _Matrix([one.whole for one in studied])
    for outputs, learned, bias in _learn_wholes(whole, studied):
        whole.share_out(learned, text_signals[:, outputs], table[:, outputs])
        biases[outputs] = bias
    parts = _Matrix([clause for one in studied for clause in one.clauses])
    for outputs, learned, bias in _learn_clauses(parts, studied):
        place = slice(CLAUSE.start + outputs.start, CLAUSE.start + outputs.stop)
        parts.share_out(learned, clause_signals[:, outputs], table[:, place])
        biases[place] = bias
    scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / 127
    return {
        "table": np.rint(table / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "biases": biases.astype(np.float32),
        "text_signals": text_signals.astype(np.float32),
        "clause_signals": clause_signals.astype(np.float32),
    }


def study(lessons: Iterable[Lesson]) -> Iterator[Studied]:
    """Read lessons by the rules; those with nothing to judge are left out."""
    for lesson in lessons:
        if lesson.feeling is Feeling.UNRATED:
            continue
        with hear(lesson.text, lesson.language, lesson.question) as heard:
            if heard is not None:
                yield _studied(lesson, heard)


def _studied(lesson: Lesson, heard: Heard) -> Studied:
    studied = Studied(lesson, Example(heard.of_text(), Counter()), [], [])
    for passage in heard.passages:
        if passage.language != lesson.language:
            continue
        words = passage.words
        rows = [
            (*word_buckets(word), pair_bucket(before, word))
            for before, word in zip([BEGINNING, *words], words, strict=False)
        ]
        studied.whole.words.update(bucket for row in rows for bucket in row)
        for clause in passage.clauses:
            own = rows[clause.start : clause.end]
            example = Example(
                heard.of_clause(clause),
                Counter(bucket for row in own for bucket in row),
                Counter(map(question_bucket, heard.asked)),
            )
            studied.clauses.append(example)
            studied.found.append(_labels(lesson, passage, clause.start, clause.end))
    return studied


def _labels(
    lesson: Lesson, passage: Passage, start: int, end: int
) -> dict[str, Polarity]:
    begin, stop = passage.span(start, end)
    return {
        one.key: one.polarity
        for one in lesson.themes or ()
        if one.start < stop and begin < one.end
    }


class _Matrix:
    """Examples as sparse rows: the signals first, then the buckets that occur."""

    def __init__(self, examples: Sequence[Example]) -> None:
        signals = np.array([one.signals for one in examples])
        self._width = signals.shape[1]
        seen = {bucket for one in examples for bucket in (*one.words, *one.asked)}
        self._buckets = np.array(sorted(seen), dtype=np.int64)
        place = {int(bucket): self._width + n for n, bucket in enumerate(self._buckets)}
        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        for row, one in zip(signals, examples, strict=True):
            columns += range(self._width)
            data += row.tolist()
            for counts, factor in ((one.words, WORDS), (one.asked, ASKED)):
                scale = factor / np.sqrt(max(counts.total(), 1))
                columns += [place[bucket] for bucket in counts]
                data += [scale * count for count in counts.values()]
            ends.append(len(columns))
        shape = (len(examples), self._width + len(place))
        self.rows = csr_array((data, columns, ends), shape=shape)

    def share_out(
        self, learned: NDArray[Any], signals: NDArray[Any], table: NDArray[Any]
    ) -> None:
        """Put learned weights (features x outputs) where they belong."""
        signals += learned[: self._width]
        table[self._buckets] += learned[self._width :]


Learned = tuple[slice, NDArray[Any], NDArray[Any]]


def _learn_wholes(whole: _Matrix, studied: Sequence[Studied]) -> Iterator[Learned]:
    feelings = [one.lesson.feeling for one in studied]
    known = np.array([feeling is not None for feeling in feelings])
    wanted = np.array([FEELINGS.index(f) for f in feelings if f is not None])
    weights = np.array([one.lesson.weight for one in studied])
    learned, biases = fit_classes(
        whole.rows[known],
        wanted,
        weights[known],
        classes=len(FEELINGS),
    )
    yield slice(0, len(FEELINGS)), learned, biases
    for n, kind in enumerate(TYPES):
        told = np.array([kind in one.lesson.types for one in studied])
        yes = np.array([one.lesson.types.get(kind, False) for one in studied])
        every = np.ones(int(told.sum()))
        one_learned, bias = fit_yes_no(whole.rows[told], yes[told], every)
        at = len(FEELINGS) + n
        yield slice(at, at + 1), one_learned[:, None], np.array([bias])


def _learn_clauses(parts: _Matrix, studied: Sequence[Studied]) -> Iterator[Learned]:
    told = np.array(
        [one.lesson.themes is not None for one in studied for _ in one.found]
    )
    owners = [one for one in studied for _ in one.found]
    found = [labels for one in studied for labels in one.found]
    for n, key in enumerate(TOPICS):
        yes = np.array([key in labels for labels in found])
        if yes.sum() < FEWEST:
            continue
        elsewhere = np.array(
            [
                any(theme.key == key for theme in one.lesson.themes or ())
                for one in owners
            ]
        )
        weights = np.where(elsewhere & ~yes, ELSEWHERE, 1.0)
        learned, bias = fit_yes_no(parts.rows[told], yes[told], weights[told])
        yield slice(n, n + 1), learned[:, None], np.array([bias])
    spoken = np.array([bool(labels) for labels in found])
    wanted = np.array(
        [POLARITIES.index(next(iter(labels.values()))) for labels in found if labels]
    )
    learned, biases = fit_classes(
        parts.rows[spoken],
        wanted,
        np.ones(len(wanted)),
        classes=len(POLARITIES),
    )
    yield slice(len(TOPICS), OF_CLAUSE), learned, biases


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)
