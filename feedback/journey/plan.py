"""The map of a journey as a value: what a change, a file and a revision hold."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from feedback.core.errors import Invalid
from feedback.i18n.locales import SUPPORTED
from feedback.journey.terms import Brake, Kind

MOST_PHASES = 12
MOST_TOUCHPOINTS = 60
MOST_PERSONAS = 20
MOST_REASONS = 40
LONGEST_NAME = 120
LONGEST_REASON = 200
LONGEST_CHANNEL = 40
LONGEST_KEY = 60

#: locale to text
Names = Mapping[str, str]

_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, kw_only=True)
class PlannedTouchpoint:
    """Where the customer meets the company."""

    key: str
    names: Names
    channel: str
    kind: Kind
    is_moment_of_truth: bool = False
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class PlannedPhase:
    """One stage, its touchpoints in order, archived ones last."""

    key: str
    names: Names
    touchpoints: tuple[PlannedTouchpoint, ...] = ()
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class PlannedPersona:
    """A typical customer; each of `brakes` has its family under `brake`."""

    key: str
    names: Names
    motivations: tuple[Names, ...] = ()
    brakes: tuple[Names, ...] = ()
    is_archived: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole map, its phases and personas in order, archived ones last."""

    names: Names
    offers: Names
    phases: tuple[PlannedPhase, ...] = ()
    personas: tuple[PlannedPersona, ...] = ()

    @property
    def touchpoints(self) -> tuple[PlannedTouchpoint, ...]:
        """Every touchpoint, archived ones too."""
        return tuple(point for phase in self.phases for point in phase.touchpoints)


def tidy(text: str) -> str:
    """Return `text` on one line, without what no database and no picture can hold.

    Blanks become one space; the no-break spaces of French stay. Control characters,
    halves of surrogate pairs and code points that are no characters go.
    """
    kept = _BLANKS.sub(" ", text).strip(" ")
    return "".join(
        mark for mark in kept if unicodedata.category(mark) not in {"Cc", "Cs", "Cn"}
    ).strip(" ")


def tidy_names(names: Mapping[str, str]) -> dict[str, str]:
    """Return the names tidied, without empty ones, in the order of the languages."""
    tidied = {locale: tidy(text) for locale, text in names.items()}
    known = [locale for locale in SUPPORTED if locale in tidied]
    others = sorted(tidied.keys() - set(SUPPORTED))
    return {locale: tidied[locale] for locale in [*known, *others] if tidied[locale]}


def tidy_brake(brake: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return one brake of a persona: its family and its words."""
    return {"brake": brake, **tidy_names(names)}


def is_key(text: str) -> bool:
    """Return whether a text may be a key: small letters, digits, `-`, `_`."""
    return len(text) <= LONGEST_KEY and bool(_KEY.fullmatch(text))


def check(plan: Plan) -> None:
    """Check that a map keeps within its bounds.

    Raises:
        Invalid: one code per faulty place, such as `phases[0].names: too_long`.
            Codes: `missing`, `too_long`, `too_many`, `unknown_language`,
            `unknown_brake`, `bad_key`, `repeated_key`.
    """
    faults = dict(_faults(plan))
    if faults:
        raise Invalid(faults)


def _faults(plan: Plan) -> Iterator[tuple[str, str]]:
    yield from _in_names("names", plan.names)
    yield from _in_names("offers", plan.offers)
    yield from _in_count("phases", plan.phases, MOST_PHASES)
    yield from _in_count("personas", plan.personas, MOST_PERSONAS)
    yield from _in_keys("phases", (phase.key for phase in plan.phases))
    yield from _in_keys("touchpoints", (point.key for point in plan.touchpoints))
    yield from _in_keys("personas", (persona.key for persona in plan.personas))
    for number, phase in enumerate(plan.phases):
        yield from _in_phase(f"phases[{number}]", phase)
    for number, persona in enumerate(plan.personas):
        yield from _in_persona(f"personas[{number}]", persona)


def _in_phase(path: str, phase: PlannedPhase) -> Iterator[tuple[str, str]]:
    yield from _in_names(f"{path}.names", phase.names)
    yield from _in_count(f"{path}.touchpoints", phase.touchpoints, MOST_TOUCHPOINTS)
    for number, point in enumerate(phase.touchpoints):
        here = f"{path}.touchpoints[{number}]"
        yield from _in_names(f"{here}.names", point.names)
        if not point.channel:
            yield f"{here}.channel", "missing"
        elif len(point.channel) > LONGEST_CHANNEL:
            yield f"{here}.channel", "too_long"


def _in_persona(path: str, persona: PlannedPersona) -> Iterator[tuple[str, str]]:
    yield from _in_names(f"{path}.names", persona.names)
    for field, reasons in (
        ("motivations", persona.motivations),
        ("brakes", persona.brakes),
    ):
        if len(reasons) > MOST_REASONS:
            yield f"{path}.{field}", "too_many"
        for number, reason in enumerate(reasons):
            here = f"{path}.{field}[{number}]"
            words = {name: text for name, text in reason.items() if name != "brake"}
            yield from _in_names(here, words, longest=LONGEST_REASON)
            if field == "brakes" and reason.get("brake") not in set(Brake):
                yield f"{here}.brake", "unknown_brake"


def _in_names(
    path: str, names: Names, *, longest: int = LONGEST_NAME
) -> Iterator[tuple[str, str]]:
    if not any(names.values()):
        yield path, "missing"
    elif not names.keys() <= set(SUPPORTED):
        yield path, "unknown_language"
    elif any(len(text) > longest for text in names.values()):
        yield path, "too_long"


def _in_count(
    path: str,
    parts: tuple[PlannedPhase | PlannedTouchpoint | PlannedPersona, ...],
    most: int,
) -> Iterator[tuple[str, str]]:
    if sum(not part.is_archived for part in parts) > most:
        yield path, "too_many"


def _in_keys(path: str, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for key in keys:
        if not is_key(key):
            yield path, "bad_key"
        elif key in seen:
            yield path, "repeated_key"
        seen.add(key)
