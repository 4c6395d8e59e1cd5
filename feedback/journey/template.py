"""What a new journey starts from: five phases and their usual touchpoints."""

from functools import cache
from pathlib import Path

from feedback.journey.exchange import read_json
from feedback.journey.plan import PlannedPhase

_FILE = Path(__file__).with_name("data") / "five_phases.json"


@cache
def five_phases() -> tuple[PlannedPhase, ...]:
    """Return discovery, evaluation, decision, service and loyalty, in this order.

    Names are in French and in English; the file is an exported map, which anybody
    may import.
    """
    return read_json(_FILE.read_bytes()).phases
