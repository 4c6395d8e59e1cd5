"""Forms of cases: parsing only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from feedback.cases.handling import CaseChange
from feedback.cases.queries import CaseFilter, CaseRead
from feedback.cases.settings import OpeningRules
from feedback.cases.terms import CaseReason, CaseState
from feedback.core.errors import Invalid
from feedback.measures.scales import Scale

LOCAL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody typed into a form, with what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str, otherwise: str = "") -> str:
        """Return what was typed into a field."""
        return self.values.get(name, otherwise)


def revision_of(form: Mapping[str, str]) -> int:
    """Return the revision that the person saw, -1 when it is no number."""
    text = form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def read_filter(address: Mapping[str, str]) -> CaseFilter:
    """Return the filter of an address; what it does not know is left out."""
    state = address.get("state", "open")
    reason = address.get("reason", "")
    return CaseFilter(
        state=state if state in {*CaseState, "open", "all"} else "open",
        reason=CaseReason(reason) if reason in set(CaseReason) else None,
        journey=address.get("journey", "")[:80],
        owner=address.get("owner", "")[:20],
        team=address.get("team", "")[:120],
        overdue=address.get("overdue") == "1",
    )


def read_change(
    form: Mapping[str, str], case: CaseRead, *, zone: ZoneInfo
) -> CaseChange:
    """Return what somebody says of a case.

    A moment that is the one shown is left as it is, to the second.

    Raises:
        Invalid: `due_at`: `not_a_moment`; `state`: `missing`.
    """
    faults = {}
    due_at = case.due_at
    text = form.get("due_at", "")
    if text != shown_moment(case.due_at, zone):
        try:
            due_at = datetime.strptime(text, LOCAL).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            faults["due_at"] = "not_a_moment"
    state = form.get("state", "")
    if state not in set(CaseState):
        faults["state"] = "missing"
    if faults:
        raise Invalid(faults)
    return CaseChange(
        owner=form.get("owner", ""),
        team=form.get("team", ""),
        state=CaseState(state),
        due_at=due_at,
    )


def shown_moment(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment as the field of a form shows it, on the clock of the house."""
    return moment.astimezone(zone).strftime(LOCAL)


def read_rules(form: Mapping[str, str]) -> OpeningRules:
    """Return what opens a case, as somebody typed it.

    Raises:
        Invalid: as `settings.change_rules`, for what is no number.
    """
    faults: dict[str, str] = {}
    low: dict[Scale, int] = {}
    for scale in Scale:
        text = form.get(f"low_{scale.value}", "").strip()
        if not text:
            continue
        if text.isascii() and text.isdigit() and len(text) < 4:
            low[scale] = int(text)
        else:
            faults[f"low_{scale.value}"] = "not_on_scale"
    hours = {}
    for name in ("callback_hours", "other_hours"):
        text = form.get(name, "").strip()
        if text.isascii() and text.isdigit() and len(text) < 6:
            hours[name] = int(text)
        else:
            faults[name] = "not_hours_count"
    if faults:
        raise Invalid(faults)
    return OpeningRules(
        callback=form.get("callback") == "1",
        low=low,
        anger=form.get("anger", ""),
        team=" ".join(form.get("team", "").split()),
        **hours,
    )
