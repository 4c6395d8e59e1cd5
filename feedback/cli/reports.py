"""`feedback report`: build a monthly report to a file."""

import shutil
from pathlib import Path

import click

from feedback.cli.environment import open_database, read_settings
from feedback.core.clock import SystemClock
from feedback.core.errors import Invalid
from feedback.core.periods import parse_period
from feedback.reports.service import build_report


@click.group()
def group() -> None:
    """Build the monthly report."""


@group.command()
@click.option("--journey", required=True, help="Key of the journey.")
@click.option("--month", required=True, help="As 2018-04.")
@click.option("--lang", type=click.Choice(["fr", "en"]), help="Language of the report.")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="The PDF to write.",
)
def build(journey: str, month: str, lang: str | None, output: Path) -> None:
    """Build the report of a journey and month, and write it to a file."""
    settings = read_settings()
    with open_database(settings) as database:
        period = parse_period(month)
        if not period.is_month:
            raise Invalid({"month": "not_a_month"})
        with database.transaction() as session:
            built = build_report(
                session,
                journey,
                period.since,
                lang or settings.locale,
                settings=settings,
                now=SystemClock().now(),
            )
        shutil.copyfile(built.path, output)
    click.echo(f"{output}: {built.pages} pages, snapshot {built.snapshot}")
