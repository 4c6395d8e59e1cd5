"""The phases of a map out of a simple table: one line a touchpoint.

The columns are phase, touchpoint, channel and kind, in any order, under French or
English names; the last two may be missing. Lines follow the order of the journey.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace

from feedback.core.errors import Invalid
from feedback.core.text import fold
from feedback.journey.channels import channel_key, usual_kind
from feedback.journey.edits import new_key
from feedback.journey.exchange import LARGEST_FILE
from feedback.journey.plan import (
    Names,
    Plan,
    PlannedPhase,
    PlannedTouchpoint,
    check,
    tidy,
)
from feedback.journey.terms import Kind

_COLUMNS = {
    "phase": {"phase", "stage", "etape"},
    "touchpoint": {"touchpoint", "point de contact", "touch point"},
    "channel": {"channel", "canal"},
    "kind": {"kind", "type", "nature"},
}
_KINDS = {
    "digital": Kind.DIGITAL,
    "numerique": Kind.DIGITAL,
    "physical": Kind.PHYSICAL,
    "physique": Kind.PHYSICAL,
}


def read_csv(content: bytes, onto: Plan, *, locale: str) -> Plan:
    """Return `onto` with the phases and touchpoints of a table in place of its own.

    What `onto` knows by a name in any language keeps its key and its names; names
    that are new are in `locale`. UTF-8 or Windows-1252; commas, semicolons or tabs.

    Raises:
        Invalid: `file` with `too_large`, `not_a_table` or `no_line`; per line a code
            such as `line 3: missing` or `line 3: unknown_kind`; or as `plan.check`.
    """
    if len(content) > LARGEST_FILE:
        raise Invalid({"file": "too_large"})
    faults: dict[str, str] = {}
    phases: dict[str, PlannedPhase] = {}
    known = _Known(onto, locale)
    for number, cells in _lines(content):
        kind = _KINDS.get(fold(cells["kind"])) if cells["kind"] else None
        if not cells["phase"] or not cells["touchpoint"]:
            faults[f"line {number}"] = "missing"
        elif cells["kind"] and kind is None:
            faults[f"line {number}"] = "unknown_kind"
        else:
            phase = known.phase(cells["phase"])
            phase = phases.setdefault(phase.key, phase)
            point = known.touchpoint(cells, kind)
            phases[phase.key] = replace(phase, touchpoints=(*phase.touchpoints, point))
    if faults:
        raise Invalid(faults)
    plan = replace(onto, phases=tuple(phases.values()))
    check(plan)
    return plan


class _Known:
    """Knows phases and touchpoints of a map again, and makes what is new."""

    def __init__(self, plan: Plan, locale: str) -> None:
        self._locale = locale
        self._phases = {
            word: phase for phase in plan.phases for word in _words(phase.names)
        }
        self._points = {
            word: point for point in plan.touchpoints for word in _words(point.names)
        }
        self._phase_keys = {phase.key for phase in plan.phases}
        self._point_keys = {point.key for point in plan.touchpoints}

    def phase(self, name: str) -> PlannedPhase:
        word = fold(name)
        if word not in self._phases:
            names = {self._locale: name}
            key = new_key(names, self._phase_keys)
            self._phase_keys.add(key)
            self._phases[word] = PlannedPhase(key=key, names=names)
        return replace(self._phases[word], touchpoints=(), is_archived=False)

    def touchpoint(
        self, cells: Mapping[str, str], kind: Kind | None
    ) -> PlannedTouchpoint:
        names = {self._locale: cells["touchpoint"]}
        channel = channel_key(cells["channel"] or "other")
        # Taken out: a name that stands twice in the table means two touchpoints.
        known = self._points.pop(fold(cells["touchpoint"]), None)
        if known is None:
            key = new_key(names, self._point_keys)
            self._point_keys.add(key)
            known = PlannedTouchpoint(
                key=key, names=names, channel=channel, kind=usual_kind(channel)
            )
        elif not cells["channel"]:
            channel = known.channel
        return replace(
            known, channel=channel, kind=kind or known.kind, is_archived=False
        )


def _words(names: Names) -> Iterable[str]:
    return (fold(name) for name in names.values())


def _lines(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Return the number of each line that holds something, and its cells by column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    head, _, _ = text.partition("\n")
    delimiter = max(";,\t", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Invalid({"file": "not_a_table"}) from None
    places = _places(rows[0] if rows else [])
    if not {"phase", "touchpoint"} <= places.keys():
        raise Invalid({"file": "not_a_table"})
    lines = [
        (number, {name: _cell(row, places.get(name)) for name in _COLUMNS})
        for number, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    ]
    if not lines:
        raise Invalid({"file": "no_line"})
    return lines


def _places(header: list[str]) -> dict[str, int]:
    return {
        column: place
        for place, cell in enumerate(header)
        for column, words in _COLUMNS.items()
        if fold(cell) in words
    }


def _cell(row: list[str], place: int | None) -> str:
    return tidy(row[place]) if place is not None and place < len(row) else ""
