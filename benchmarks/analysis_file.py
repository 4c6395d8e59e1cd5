"""`feedback nlp analyse` on a long file: texts a second and memory, by processes.

The file repeats texts of real length, each with a word of its own, as customers
misspell without end. Memory is what all processes of the command hold, shared pages
counted once (PSS), looked at twice a second.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from benchmarks.analysis import texts

LOOK_SECONDS = 0.5
_MEGABYTE = 1024


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the command; memory in megabytes."""

    seconds: float
    early: float
    late: float
    peak: float


def write_file(path: Path, lines: int) -> None:
    """Write so many texts, French and English in turn, no two alike."""
    samples = zip(cycle(texts("fr")), cycle(texts("en")), strict=False)
    mixed = (
        (locale, text)
        for pair in samples
        for locale, text in zip(("fr", "en"), pair, strict=True)
    )
    with path.open("w", encoding="utf-8") as file:
        for number, (locale, text) in enumerate(islice(mixed, lines)):
            said = f"{text} zz{number:x}qk"
            row = {"id": number, "text": said, "lang": locale}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def run(source: Path, target: Path, processes: int) -> Run:
    """Analyse the file and watch what it holds.

    Raises:
        CalledProcessError: the command failed.
    """
    command = [sys.executable, "-m", "feedback", "nlp", "analyse"]
    command += ["--input", str(source), "--output", str(target)]
    command += ["--processes", str(processes)]
    begun, held = time.perf_counter(), [0.0]
    process = subprocess.Popen(command)
    while process.poll() is None:
        held.append(_held(process.pid))
        time.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    whole = [one for one in held if one]
    return Run(
        seconds=seconds,
        early=_middle(whole[len(whole) // 5 : len(whole) // 3]),
        late=_middle(whole[-len(whole) // 5 : -2]),
        peak=max(held),
    )


def _held(pid: int) -> float:
    """Return the megabytes that a process and those that it started hold."""
    total = 0.0
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total += next(int(one.split()[1]) for one in lines if one.startswith("Pss:"))
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, StopIteration):
        return 0.0  # it has just ended
    return total / _MEGABYTE + sum(_held(int(child)) for child in children)


def _middle(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


def main() -> None:
    """Measure one process and two, and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--lines", type=int, default=1_000_000)
    lines = asked.parse_args().lines
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        write_file(source, lines)
        print("| processes | texts/s | times | MB early | MB late | MB at most |")
        print("|---|---|---|---|---|---|")
        alone = 0.0
        for processes in (1, 2):
            told = run(source, target, processes)
            alone = alone or told.seconds
            with target.open("rb") as file:
                written = sum(1 for _ in file)
            if written != lines:
                sys.exit(f"{written} lines of {lines} were written")
            print(
                f"| {processes} | {lines / told.seconds:.0f}"
                f" | {alone / told.seconds:.2f} | {told.early:.0f} | {told.late:.0f}"
                f" | {told.peak:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
