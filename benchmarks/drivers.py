"""How long the drivers of a score take: 100,000 answers, 20 themes, 1,000 bootstraps.

On one core. Themes are spoken of as on a real map, few often and many seldom, and the
score goes with them as drawn. Twelve themes are shared out by Shapley's value, twenty
by relative weights.
"""

import os
import resource
import subprocess
import sys
import time

import numpy as np

from feedback.measures.drivers.analysis import find_drivers
from feedback.measures.drivers.patterns import Flags, Floats

ANSWERS = 100_000
RESAMPLES = 1_000
CASES = (12, 20)
#: threads of the linear algebra
THREADS = "OPENBLAS_NUM_THREADS"


def make_up(themes: int, seed: int) -> tuple[Floats, Flags, Flags]:
    """Return scores from 0 to 10, and who complains of what and praises what."""
    rng = np.random.default_rng(seed)
    complaints = rng.random((ANSWERS, themes)) < rng.uniform(0.01, 0.08, themes)
    praises = rng.random((ANSWERS, themes)) < rng.uniform(0.01, 0.06, themes)
    score = 8 - complaints @ rng.uniform(0, 3, themes)
    score = score + praises @ rng.uniform(0, 2, themes) + rng.normal(0, 2, ANSWERS)
    return np.clip(np.round(score), 0, 10), complaints, praises


def main() -> None:
    """Measure and print the table."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(
        "| answers | themes | bootstraps | method | wall clock | processor | memory |"
    )
    print("|---|---|---|---|---|---|---|")
    for themes in CASES:
        score, complaints, praises = make_up(themes, seed=themes)
        points = np.where(score >= 9, 100.0, np.where(score <= 6, -100.0, 0.0))
        wall, processor = time.perf_counter(), time.process_time()
        found = find_drivers(
            score,
            points,
            complaints,
            praises,
            rng=np.random.default_rng(1),
            resamples=RESAMPLES,
        )
        wall, processor = time.perf_counter() - wall, time.process_time() - processor
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"| {found.n:,} | {len(found.drivers)} | {found.resamples:,} "
            f"| {found.method} | {wall:.1f} s | {processor:.1f} s | {memory} MB |"
        )


if __name__ == "__main__":
    if os.environ.get(THREADS) == "1":
        main()
    else:  # it is read when the library is loaded
        subprocess.run(
            [sys.executable, "-m", "benchmarks.drivers"],
            env={**os.environ, THREADS: "1"},
            check=True,
        )
