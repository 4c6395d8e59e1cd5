"""Which column of a file is what, as a person or the recognition decided it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from feedback.core.errors import Invalid
from feedback.measures.scales import Scale
from feedback.voice.imports.dates import ISO, is_reading
from feedback.voice.imports.layout import FileKind, Layout

#: what one column at most can be
SINGLE = (
    "date",
    "touchpoint",
    "channel",
    "language",
    "customer",
    "persona",
    "identity",
)


@dataclass(frozen=True, kw_only=True)
class TextColumn:
    """A column of texts, with the wording of the question when it is known."""

    column: str
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class ScoreColumn:
    """A column of scores and the scale that they are on."""

    column: str
    scale: Scale


@dataclass(frozen=True, kw_only=True)
class FileMapping:
    """What each column of a file is, and what holds where no column says it.

    A value of `fixed_*` stands in for a missing column and for a blank cell.
    Touchpoint values are compared without case and accents.
    """

    texts: tuple[TextColumn, ...] = ()
    scores: tuple[ScoreColumn, ...] = ()
    date: str | None = None
    #: see `dates.READINGS`, or a pattern of strptime
    date_reading: str = ISO
    touchpoint: str | None = None
    channel: str | None = None
    language: str | None = None
    customer: str | None = None
    persona: str | None = None
    #: the column that names each line for good, such as a response number
    identity: str | None = None
    attributes: tuple[str, ...] = ()
    #: key of a touchpoint
    fixed_touchpoint: str | None = None
    fixed_channel: str | None = None
    fixed_language: str | None = None
    #: an ISO date
    fixed_date: str | None = None
    #: folded value of the touchpoint column to the key of a touchpoint
    touchpoints: Mapping[str, str] = field(default_factory=dict)
    #: folded value to the key of the phase in which its touchpoint is created; empty:
    #: its lines are refused, whatever holds for the others
    creations: Mapping[str, str] = field(default_factory=dict)
    #: phase for every other unknown value; None: their lines are refused
    create_others_in: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is used, in a fixed order."""
        single = (getattr(self, name) for name in SINGLE)
        return tuple(
            dict.fromkeys(
                (
                    *(one.column for one in self.texts),
                    *(one.column for one in self.scores),
                    *(name for name in single if name),
                    *self.attributes,
                )
            )
        )

    def check(self, columns: Sequence[str]) -> None:
        """Check that the mapping says enough, of columns that are there.

        Raises:
            Invalid: one code per field: `unknown_column`, `no_text_no_score_column`,
                `no_date_column`, `not_a_date_format`, `no_touchpoint_column`.
        """
        missing = [name for name in self.columns if name not in columns]
        if missing:
            raise Invalid({"map": "unknown_column"}, columns=", ".join(missing))
        faults: dict[str, str] = {}
        if not self.texts and not self.scores:
            faults["text"] = "no_text_no_score_column"
        if not self.date and not self.fixed_date:
            faults["date"] = "no_date_column"
        elif self.date and not is_reading(self.date_reading):
            faults["date"] = "not_a_date_format"
        if not self.touchpoint and not self.fixed_touchpoint:
            faults["touchpoint"] = "no_touchpoint_column"
        if faults:
            raise Invalid(faults)


def to_json(layout: Layout, mapping: FileMapping) -> dict[str, Any]:
    """Return both as they are kept with an import."""
    return {"layout": asdict(layout), "mapping": asdict(mapping)}


def from_json(stored: Mapping[str, Any]) -> tuple[Layout, FileMapping]:
    """Return what `to_json` wrote."""
    layout, mapping = dict(stored["layout"]), dict(stored["mapping"])
    layout["kind"] = FileKind(layout["kind"])
    mapping["texts"] = tuple(TextColumn(**one) for one in mapping["texts"])
    mapping["scores"] = tuple(
        ScoreColumn(column=one["column"], scale=Scale(one["scale"]))
        for one in mapping["scores"]
    )
    mapping["attributes"] = tuple(mapping["attributes"])
    return Layout(**layout), FileMapping(**mapping)


def describe(mapping: FileMapping) -> tuple[tuple[str, str], ...]:
    """Return (field, column) for each column used, in the words of `apply_words`."""
    single = ((name, getattr(mapping, name)) for name in SINGLE)
    return (
        *(("text", one.column) for one in mapping.texts),
        *((one.scale.value, one.column) for one in mapping.scores),
        *(("id" if name == "identity" else name, c) for name, c in single if c),
        *(("attribute", column) for column in mapping.attributes),
    )


def apply_words(
    mapping: FileMapping, words: Iterable[str], columns: Sequence[str]
) -> FileMapping:
    """Return the mapping with what a person said, as `FIELD=COLUMN`, put over it.

    Fields are text, nps, csat, ces, stars, date, touchpoint, channel, language,
    customer, persona, id and attribute. A field that is named replaces what was
    recognised for it; scores and texts as a whole. `FIELD=` leaves it out. A text may
    carry its question, `text=COLUMN:QUESTION`, and a date its format,
    `date=COLUMN:%d/%m/%Y`; without one the reading of the dates is left empty.

    Raises:
        Invalid: `map`: `not_a_map_option`, `unknown_map_field`, `unknown_column`.
    """
    said: dict[str, list[tuple[str, str]]] = {}
    for word in words:
        name, equals, rest = word.partition("=")
        if not equals:
            raise Invalid({"map": "not_a_map_option"}, option=word)
        said.setdefault(name.strip(), []).append(_split(rest, columns))
    for name, given in said.items():
        used = [one for one in given if one[0]]
        if name in SINGLE or name == "id":
            mapping = _set_single(mapping, name, used)
        elif name == "text":
            texts = tuple(TextColumn(column=c, question=q or None) for c, q in used)
            mapping = replace(mapping, texts=texts)
        elif name in {"attribute", "attributes"}:
            mapping = replace(mapping, attributes=tuple(c for c, _ in used))
        elif name not in set(Scale):
            raise Invalid({"map": "unknown_map_field"}, field=name)
    if said.keys() & set(Scale):
        scores = [
            ScoreColumn(column=column, scale=Scale(name))
            for name, given in said.items()
            if name in set(Scale)
            for column, _ in given
            if column
        ]
        mapping = replace(mapping, scores=tuple(scores))
    return _without_double_use(mapping, said)


def _set_single(
    mapping: FileMapping, name: str, used: Sequence[tuple[str, str]]
) -> FileMapping:
    column, extra = used[-1] if used else ("", "")
    changes: dict[str, Any] = {"identity" if name == "id" else name: column or None}
    if name == "date":
        changes["date_reading"] = extra if "%" in extra else extra.replace("-", "_")
    return replace(mapping, **changes)


def _without_double_use(
    mapping: FileMapping, said: Mapping[str, Sequence[tuple[str, str]]]
) -> FileMapping:
    """Drop what was recognised of a column that a person gave another meaning."""
    taken = {column: name for name, given in said.items() for column, _ in given}
    changes: dict[str, Any] = {
        name: None
        for name in SINGLE
        if taken.get(getattr(mapping, name) or "", name)
        not in {name, "id" if name == "identity" else name}
    }
    if "text" not in said:
        changes["texts"] = tuple(t for t in mapping.texts if t.column not in taken)
    if not said.keys() & set(Scale):
        changes["scores"] = tuple(s for s in mapping.scores if s.column not in taken)
    return replace(mapping, **changes)


def _split(text: str, columns: Sequence[str]) -> tuple[str, str]:
    """Return column and extra of `COLUMN:EXTRA`; a column's name may hold a colon.

    Raises:
        Invalid: `map: unknown_column`.
    """
    if not text or text in columns:
        return text, ""
    found = [name for name in columns if text.startswith(f"{name}:")]
    if not found:
        raise Invalid({"map": "unknown_column"}, columns=text)
    column = max(found, key=len)
    return column, text[len(column) + 1 :]


def is_date(text: str) -> bool:
    """Tell whether a text is a date of the calendar, as 2018-04-01."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
