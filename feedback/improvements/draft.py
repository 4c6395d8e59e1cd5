"""What a person says of an improvement, and what is wrong with it. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from feedback.improvements.terms import (
    LARGEST_REACH,
    LEAST_EFFORT,
    LONGEST_CHANGE,
    LONGEST_TEAM,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_EFFORT,
    MOST_PLACES,
    SourceKind,
)


@dataclass(frozen=True, kw_only=True)
class ImprovementDraft:
    """What a person says of an improvement.

    Attributes:
        title: what it is called.
        what: what will be done.
        theme_key: the theme that it is about, None for none.
        touchpoint_ids: where it is to be felt, at least one.
        owner_id: account of who carries it.
        team: who else, in words.
        due_on: when it is to be done.
        effort: 1, small, to 5, large.
        reach: customers whom it touches in a month, as somebody reckoned.
        expected_change: what is hoped for, in words.
    """

    title: str
    what: str = ""
    theme_key: str | None = None
    touchpoint_ids: tuple[int, ...] = ()
    owner_id: int | None = None
    team: str = ""
    due_on: date | None = None
    effort: int = 3
    reach: int | None = None
    expected_change: str = ""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What an improvement came from: the kind, and how it is found again."""

    kind: SourceKind = SourceKind.HAND
    ref: str = ""


def faults_of(draft: ImprovementDraft) -> dict[str, str]:
    """Return what is wrong with a draft by itself, one code per field."""
    found = {
        "title": _fault_of_text(draft.title, LONGEST_TITLE, required=True),
        "what": _fault_of_text(draft.what, LONGEST_TEXT),
        "team": _fault_of_text(draft.team, LONGEST_TEAM),
        "expected_change": _fault_of_text(draft.expected_change, LONGEST_CHANGE),
        "touchpoint_ids": _fault_of_places(draft.touchpoint_ids),
        "effort": None
        if LEAST_EFFORT <= draft.effort <= MOST_EFFORT
        else "out_of_range",
        "reach": None
        if draft.reach is None or 0 <= draft.reach <= LARGEST_REACH
        else "out_of_range",
    }
    return {name: code for name, code in found.items() if code}


def written(draft: ImprovementDraft) -> dict[str, Any]:
    """Return the draft as the history keeps it."""
    return {
        "title": draft.title.strip(),
        "what": draft.what.strip(),
        "theme_key": draft.theme_key,
        "touchpoint_ids": sorted(draft.touchpoint_ids),
        "owner_id": draft.owner_id,
        "team": draft.team.strip(),
        "due_on": draft.due_on and draft.due_on.isoformat(),
        "effort": draft.effort,
        "reach": draft.reach,
        "expected_change": draft.expected_change.strip(),
    }


def _fault_of_text(text: str, longest: int, *, required: bool = False) -> str | None:
    if required and not text.strip():
        return "missing"
    return "too_long" if len(text.strip()) > longest else None


def _fault_of_places(places: tuple[int, ...]) -> str | None:
    if not places:
        return "missing"
    return "too_many" if len(set(places)) > MOST_PLACES else None
