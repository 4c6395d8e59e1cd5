"""Guess what the columns of a file are, from their names and from their values."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from feedback.core.text import fold
from feedback.measures.scales import Scale
from feedback.voice.imports.dates import (
    DAY_FIRST,
    EPOCH,
    EXCEL,
    ISO,
    DateReading,
    recognise_dates,
)
from feedback.voice.imports.layout import Layout
from feedback.voice.imports.mapping import FileMapping, ScoreColumn, TextColumn
from feedback.voice.imports.reading import Line, column_names
from feedback.voice.imports.scores import is_blank, read_score

_WORD = re.compile(r"[^\W_]+")
_TABLES = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))
#: what a column is to the names that it goes by, and to words that may be in them
_NAMES = {kind: frozenset(names) for kind, names in _TABLES["names"].items()}
_WORDS = {kind: frozenset(words) for kind, words in _TABLES["words"].items()}
_LONG_TEXT = 20
#: of the cells of a column that is named as one of dates, those that may be none
NAMED_FAULTY_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Something that the recognition could not decide alone.

    Codes: `day_or_month` (day first was taken), `score_without_scale` (the column was
    left out), `encoding_guessed`.
    """

    code: str
    column: str = ""


def recognise(sample: Sequence[Line]) -> FileMapping:
    """Guess the mapping of a file from its first lines.

    Columns that are not recognised are left out: what may name a person is not
    brought in unless somebody says so.
    """
    values = _values(sample)
    date, reading = _date(values)
    scores = [
        ScoreColumn(column=column, scale=scale)
        for column, texts in values.items()
        if (scale := _scale(column, texts)) is not None
    ]
    single: dict[str, Any] = {
        name: _named(values, name)
        for name in ("touchpoint", "channel", "language", "customer", "persona")
    }
    taken = {date, *single.values(), *(score.column for score in scores)}
    free = {name: texts for name, texts in values.items() if name not in taken}
    return FileMapping(
        texts=tuple(TextColumn(column=name) for name in _texts(free)),
        scores=tuple(scores),
        date=date,
        date_reading=reading.reading,
        identity=_identity(free),
        **single,
    )


def doubts_about(
    sample: Sequence[Line], layout: Layout, mapping: FileMapping
) -> tuple[Doubt, ...]:
    """Return what a person should look at before they import with this mapping."""
    values = _values(sample)
    doubts = []
    if not layout.is_encoding_sure:
        doubts.append(Doubt(code="encoding_guessed"))
    reading = recognise_dates(values.get(mapping.date or "", []))
    if reading and reading.is_ambiguous and mapping.date_reading == DAY_FIRST:
        doubts.append(Doubt(code="day_or_month", column=mapping.date or ""))
    doubts += [
        Doubt(code="score_without_scale", column=column)
        for column, texts in values.items()
        if column not in mapping.columns and _looks_like_scores(column, texts)
    ]
    return tuple(doubts)


def recognise_date_reading(sample: Sequence[Line], column: str) -> DateReading:
    """Return how the dates of a column are written, ISO when they are no dates."""
    texts = [line.values.get(column, "") for line in sample]
    return recognise_dates(texts, faulty_share=NAMED_FAULTY_SHARE) or DateReading(
        reading=ISO
    )


def _values(sample: Sequence[Line]) -> dict[str, list[str]]:
    """Return the values of each column that say something."""
    return {
        name: [
            text.strip()
            for line in sample
            if not is_blank(text := line.values.get(name, ""))
        ]
        for name in column_names(sample)
    }


def _plain(column: str) -> str:
    return " ".join(_WORD.findall(fold(column)))


def _named(values: dict[str, list[str]], name: str) -> str | None:
    found = (c for c, texts in values.items() if texts and _plain(c) in _NAMES[name])
    return next(found, None)


def _date(values: dict[str, list[str]]) -> tuple[str | None, DateReading]:
    """Return the column of dates: by its name, or the only one that holds any."""
    for column, texts in values.items():
        if _WORDS["date"] & set(_plain(column).split()):
            reading = recognise_dates(texts, faulty_share=NAMED_FAULTY_SHARE)
            if reading is not None:
                return column, reading
    readings = {column: recognise_dates(texts) for column, texts in values.items()}
    found = {column: one for column, one in readings.items() if one is not None}
    written = {
        column: one
        for column, one in found.items()
        if one.reading not in {EXCEL, EPOCH}
    }
    if len(written) == 1:
        return next(iter(written.items()))
    return None, DateReading(reading=ISO)


def _scale(column: str, texts: Sequence[str]) -> Scale | None:
    """Return the scale of a column whose name tells it, if its values are on it.

    A column that is only called a score is NPS when it holds zeros and reaches beyond
    every other scale.
    """
    words = set(_plain(column).split())
    for scale in Scale:
        if words & _WORDS[scale] and _fits(texts, scale):
            return scale
    if _plain(column) not in _NAMES["score"] or not _fits(texts, Scale.NPS):
        return None
    points = {int(score) for text in texts if (score := _nps(text)) is not None}
    return Scale.NPS if 0 in points and max(points) > Scale.CES.highest else None


def _nps(text: str) -> int | None:
    score = read_score(text, Scale.NPS)
    return score if isinstance(score, int) else None


def _fits(texts: Sequence[str], scale: Scale, *, least: float = 0.9) -> bool:
    """Tell whether at least such a share of the texts are scores on the scale."""
    on_scale = sum(isinstance(read_score(text, scale), int) for text in texts)
    return bool(texts) and on_scale >= least * len(texts)


def _looks_like_scores(column: str, texts: Sequence[str]) -> bool:
    words = set(_plain(column).split())
    named = _NAMES["score"].union(*(_WORDS[scale] for scale in Scale))
    return bool(words & named) and _fits(texts, Scale.NPS, least=0.5)


def _texts(values: dict[str, list[str]]) -> list[str]:
    """Return the columns of texts: by their names, else the longest if it is long."""
    named = [c for c, texts in values.items() if texts and _plain(c) in _NAMES["text"]]
    if named:
        return named
    sentences = {
        column: fmean(len(text) for text in texts)
        for column, texts in values.items()
        if texts and sum(" " in text for text in texts) >= 0.5 * len(texts)
    }
    longest = max(sentences, key=lambda column: sentences[column], default=None)
    if longest is None or sentences[longest] < _LONG_TEXT:
        return []
    return [longest]


def _identity(values: dict[str, list[str]]) -> str | None:
    """Return the column that names each line, if no two lines share a value.

    A column that counts from 0 or 1 may do so in the next file as well: it names a
    line of this file and no occasion for good.
    """
    column = _named(values, "identity")
    if column is None or values[column][0] in {"0", "1"}:
        return None
    return column if len(set(values[column])) == len(values[column]) else None
