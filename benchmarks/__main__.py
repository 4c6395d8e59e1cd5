"""Run every measurement, one after the other: `python -m benchmarks`."""

import platform
import subprocess
import sys

from feedback.core.clock import SystemClock

#: title to the words of a command line of Python
SECTIONS = {
    "Text analysis": "benchmarks.analysis",
    "Analysis of a file": "benchmarks.analysis_file",
    "Import": "benchmarks.imports",
    "Pages": "benchmarks.pages",
    "Builder": "benchmarks.builder",
    "Drivers": "benchmarks.drivers",
    "Alerts": "benchmarks.alerts",
    "Improvements": "benchmarks.improvements",
    "Report": "benchmarks.reports var/bench/10000",
    "Processes": "benchmarks.processes",
    "Answers": "benchmarks.answers",
    "Events": "benchmarks.events",
    "Sending": "benchmarks.sendings",
    "Results": "benchmarks.results",
    "Invitations": "benchmarks.invitations",
}


def main() -> None:
    """Print a section in Markdown for each measurement."""
    day = SystemClock().now().date()
    print(f"Measured on {day}, Python {platform.python_version()}.")
    for title, words in SECTIONS.items():
        print(f"\n## {title}\n", flush=True)
        subprocess.run([sys.executable, "-m", *words.split()], check=True)


if __name__ == "__main__":
    main()
