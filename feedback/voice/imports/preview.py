"""What an import would do, seen on the first lines of its file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from feedback.core.periods import local_day
from feedback.core.text import fold, shorten
from feedback.journey.queries import JourneyMap
from feedback.voice.imports.mapping import FileMapping
from feedback.voice.imports.places import Places, places_of
from feedback.voice.imports.queries import ImportedFile
from feedback.voice.imports.reading import (
    SAMPLE_LINES,
    Line,
    clean,
    column_names,
    read_lines,
)
from feedback.voice.imports.recognition import Doubt, doubts_about
from feedback.voice.imports.rows import Refusal, RowReader
from feedback.voice.intake import Occasion

SHOWN_ROWS = 10
SHOWN_EXAMPLES = 3
SHOWN_UNKNOWN = 40


@dataclass(frozen=True, kw_only=True)
class PreviewedColumn:
    """A column of the file with some of its values."""

    name: str
    examples: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PreviewedRow:
    """One of the first lines, as it will be read, or as it will be refused."""

    line: int
    occasion: Occasion | None
    refusal: Refusal | None
    #: the day in the installation's time zone
    day: date | None
    #: what the file calls the touchpoint, or the key of the one given for all
    touchpoint: str


@dataclass(frozen=True, kw_only=True)
class RefusedReason:
    """How many lines of the sample one reason refuses, the first of them as example."""

    reason: str
    column: str | None
    count: int
    first: Refusal


@dataclass(frozen=True, kw_only=True)
class UnknownValue:
    """A value of the touchpoint column that the map does not know."""

    value: str
    folded: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The sample of a file under a mapping; `read = accepted + refused` lines."""

    columns: tuple[PreviewedColumn, ...]
    rows: tuple[PreviewedRow, ...]
    read: int
    #: whether the sample is the whole file
    is_whole: bool
    accepted: int
    reasons: tuple[RefusedReason, ...]
    unknown: tuple[UnknownValue, ...]
    doubts: tuple[Doubt, ...]

    @property
    def refused(self) -> int:
        """How many lines of the sample will be refused."""
        return self.read - self.accepted


def preview(
    path: Path,
    found: ImportedFile,
    journey: JourneyMap,
    *,
    zone: ZoneInfo,
    now: datetime,
) -> Preview:
    """Read the first lines of a prepared file as its import would.

    Raises:
        Invalid: as `read_lines`.
    """
    mapping = found.mapping
    sample = list(islice(read_lines(path, found.layout), SAMPLE_LINES + 1))
    is_whole = len(sample) <= SAMPLE_LINES
    sample = sample[:SAMPLE_LINES]
    reader = RowReader(
        mapping, journey_key=found.journey_key, import_id=None, zone=zone, now=now
    )
    values = [reader.touchpoint_value(line) for line in sample]
    known = places_of(journey, mapping)
    places = known.planned(mapping, filter(None, values))
    rows = [reader.read(line, places) for line in sample]
    return Preview(
        columns=_columns(sample),
        rows=tuple(
            _row(line, row, value or mapping.fixed_touchpoint or "", zone)
            for line, row, value in zip(sample[:SHOWN_ROWS], rows, values, strict=False)
        ),
        read=len(rows),
        is_whole=is_whole,
        accepted=sum(isinstance(row, Occasion) for row in rows),
        reasons=_reasons([row for row in rows if isinstance(row, Refusal)]),
        unknown=_unknown(values, places_of(journey, FileMapping())),
        doubts=doubts_about(sample, found.layout, mapping),
    )


def _columns(sample: Sequence[Line]) -> tuple[PreviewedColumn, ...]:
    return tuple(
        PreviewedColumn(name=name, examples=_examples(sample, name))
        for name in column_names(sample)
    )


def _examples(sample: Sequence[Line], column: str) -> tuple[str, ...]:
    given = (clean(line.values.get(column, "").strip()) for line in sample)
    different = dict.fromkeys(shorten(text, 60) for text in given if text)
    return tuple(islice(different, SHOWN_EXAMPLES))


def _row(
    line: Line, row: Occasion | Refusal, touchpoint: str, zone: ZoneInfo
) -> PreviewedRow:
    occasion = row if isinstance(row, Occasion) else None
    return PreviewedRow(
        line=line.number,
        occasion=occasion,
        day=local_day(occasion.said_at, zone) if occasion else None,
        refusal=row if isinstance(row, Refusal) else None,
        touchpoint=clean(touchpoint),
    )


def _reasons(refusals: Sequence[Refusal]) -> tuple[RefusedReason, ...]:
    counts = Counter((one.reason, one.column) for one in refusals)
    firsts: Mapping[tuple[str, str | None], Refusal] = {
        (one.reason, one.column): one for one in reversed(refusals)
    }
    return tuple(
        RefusedReason(reason=key[0], column=key[1], count=count, first=firsts[key])
        for key, count in counts.most_common()
    )


def _unknown(values: Sequence[str], known: Places) -> tuple[UnknownValue, ...]:
    """Return the values without a touchpoint of their name, the commonest first."""
    counts = Counter(fold(value) for value in values if value)
    written = {fold(value): value for value in reversed(values) if value}
    missing = ((f, n) for f, n in counts.most_common() if not known.touchpoint(f))
    return tuple(
        UnknownValue(value=shorten(clean(written[f]), 120), folded=clean(f), count=n)
        for f, n in islice(missing, SHOWN_UNKNOWN)
    )
