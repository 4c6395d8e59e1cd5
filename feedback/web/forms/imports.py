"""Forms of imports: the file, and what its columns are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired

from feedback.i18n.catalogs import mark
from feedback.journey.queries import JourneyOnList
from feedback.measures.scales import Scale
from feedback.voice.imports.mapping import (
    SINGLE,
    FileMapping,
    ScoreColumn,
    TextColumn,
)
from feedback.voice.imports.reading import Line, column_names
from feedback.voice.imports.recognition import recognise_date_reading
from feedback.voice.imports.words import FAULTS
from feedback.web.language import lazy, named

#: what a column can be, in the order of the list to choose from
USES = {
    "": mark("left out"),
    "text": mark("text of the customer"),
    Scale.NPS: mark("NPS score, 0 to 10"),
    Scale.CSAT: mark("CSAT score, 1 to 5"),
    Scale.CES: mark("CES score, 1 to 7"),
    Scale.STARS: mark("stars, 1 to 5"),
    "date": mark("date"),
    "touchpoint": mark("touchpoint"),
    "channel": mark("channel"),
    "language": mark("language"),
    "customer": mark("customer"),
    "persona": mark("persona"),
    "identity": mark("identifier of the line"),
    "attribute": mark("attribute to keep"),
}
LONGEST_QUESTION = 255
_NO_FILE = FAULTS["no_file"]
_CREATE, _POINT, _REFUSE = "create:", "point:", "refuse"


class UploadForm(FlaskForm):  # type: ignore[misc]  # the library has no types
    """Which file, for which journey."""

    journey = SelectField(lazy(mark("Journey")), validators=[DataRequired()])
    file = FileField(lazy(mark("File")), validators=[FileRequired(lazy(_NO_FILE))])

    def offer(self, journeys: Sequence[JourneyOnList]) -> None:
        """Let the person choose among these journeys."""
        self.journey.choices = [
            SelectChoice(one.key, named(one.names)) for one in journeys
        ]


def uses_of(mapping: FileMapping) -> dict[str, str]:
    """Return what each used column is, by the keys of `USES`."""
    return {
        **dict.fromkeys(mapping.attributes, "attribute"),
        **{column: name for name in SINGLE if (column := getattr(mapping, name))},
        **{one.column: one.scale.value for one in mapping.scores},
        **{one.column: "text" for one in mapping.texts},
    }


def choice_for(mapping: FileMapping, folded: str) -> str:
    """Return what becomes of an unknown value, as the form's list says it."""
    if folded in mapping.touchpoints:
        return _POINT + mapping.touchpoints[folded]
    if folded not in mapping.creations:
        return ""
    phase = mapping.creations[folded]
    return _CREATE + phase if phase else _REFUSE


def read_mapping(
    form: MultiDict[str, str], before: FileMapping, sample: Sequence[Line]
) -> FileMapping:
    """Return the mapping that a sent form says.

    Columns are numbered in their order; of two that are given a meaning which only
    one can have, the first has it. A date column that is new is read as its values
    look.
    """
    columns = column_names(sample)
    uses = [
        (column, form.get(f"column-{number}", ""), form.get(f"question-{number}", ""))
        for number, column in enumerate(columns)
    ]
    touchpoints, creations = _read_choices(form)
    changes: dict[str, Any] = {
        name: next((column for column, use, _ in uses if use == name), None)
        for name in SINGLE
    }
    mapping = replace(
        before,
        **changes,
        texts=tuple(
            TextColumn(
                column=column, question=question.strip()[:LONGEST_QUESTION] or None
            )
            for column, use, question in uses
            if use == "text"
        ),
        scores=tuple(
            ScoreColumn(column=column, scale=Scale(use))
            for column, use, _ in uses
            if use in set(Scale)
        ),
        attributes=tuple(column for column, use, _ in uses if use == "attribute"),
        date_reading=form.get("date_reading") or before.date_reading,
        fixed_touchpoint=form.get("touchpoint") or None,
        fixed_channel=form.get("channel") or None,
        fixed_language=form.get("language") or None,
        fixed_date=_date(form.get("date", "")),
        touchpoints=touchpoints,
        creations=creations,
        create_others_in=form.get("others") or None,
    )
    if mapping.date and mapping.date != before.date:
        reading = recognise_date_reading(sample, mapping.date)
        return replace(mapping, date_reading=reading.reading)
    return mapping


def _read_choices(
    form: MultiDict[str, str],
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return value to touchpoint, and value to phase: empty where none is created."""
    pairs = list(zip(form.getlist("value"), form.getlist("choice"), strict=False))
    touchpoints = {
        value: choice.removeprefix(_POINT)
        for value, choice in pairs
        if choice.startswith(_POINT)
    }
    creations = {
        value: choice.removeprefix(_CREATE).removeprefix(_REFUSE)
        for value, choice in pairs
        if choice.startswith((_CREATE, _REFUSE))
    }
    return touchpoints, creations


def _date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
