"""`feedback journey`: draw maps, take them out and bring them in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from feedback.cli.environment import open_database, read_settings
from feedback.core.clock import SystemClock
from feedback.i18n.locales import SUPPORTED, named
from feedback.journey import service
from feedback.journey.channels import CHANNELS, channel_key, usual_kind
from feedback.journey.exporting import FORMATS, export_map
from feedback.journey.importing import import_file
from feedback.journey.queries import get_map, list_shelf
from feedback.journey.revisions import Signed
from feedback.journey.terms import Kind

LANGUAGES = click.Choice(SUPPORTED)
KINDS = click.Choice([kind.value for kind in Kind])

language_option: Callable[[Any], Any] = click.option(
    "--language", type=LANGUAGES, help="Of the names; else that of the installation."
)


@click.group()
def group() -> None:
    """Draw journeys, export and import their maps."""


@group.command("list")
def list_command() -> None:
    """List the journeys: key, phases, touchpoints, personas, name."""
    settings = read_settings()
    with (
        open_database(settings) as database,
        database.transaction(writes=False) as session,
    ):
        for one in list_shelf(session):
            name = named(one.names, settings.locale)
            click.echo(
                f"{one.key}\t{one.phases}\t{one.touchpoints}\t{one.personas}\t{name}"
            )


@group.command()
@click.argument("key")
@click.option("--name-fr", default="", help="Name in French.")
@click.option("--name-en", default="", help="Name in English.")
@click.option("--offer-fr", default="", help="What is offered, in French.")
@click.option("--offer-en", default="", help="What is offered, in English.")
@click.option("--empty", is_flag=True, help="Without the five phases.")
def create(
    key: str, name_fr: str, name_en: str, offer_fr: str, offer_en: str, empty: bool
) -> None:
    """Create the journey KEY from the five phases and their usual touchpoints.

    The offer is called as the journey unless it is given.
    """
    names = {"fr": name_fr, "en": name_en}
    offers = {"fr": offer_fr, "en": offer_en}
    with open_database(read_settings()) as database, database.transaction() as session:
        made = service.create_journey(
            session,
            key=key,
            names=names,
            offers=offers if any(offers.values()) else names,
            template=not empty,
            **_signed(),
        )
    click.echo(made)


@group.command("add-phase")
@click.argument("key")
@click.argument("names", nargs=-1, required=True)
@language_option
def add_phase(key: str, names: tuple[str, ...], language: str | None) -> None:
    """Add a phase to the journey KEY for each of NAMES, and print their keys."""
    settings = read_settings()
    with open_database(settings) as database, database.transaction() as session:
        for name in names:
            made = service.add_phase(
                session, key, names={language or settings.locale: name}, **_signed()
            )
            click.echo(made)


@group.command("add-touchpoint")
@click.argument("journey")
@click.argument("phase")
@click.argument("name")
@click.option(
    "--channel",
    default="other",
    show_default=True,
    help=f"One of {', '.join(one.key for one in CHANNELS)}, or a word of your own.",
)
@click.option("--kind", type=KINDS, help="Else what is usual for the channel.")
@click.option("--moment-of-truth", is_flag=True, help="Mark it with a star.")
@language_option
def add_touchpoint(
    journey: str,
    phase: str,
    name: str,
    channel: str,
    kind: str | None,
    moment_of_truth: bool,
    language: str | None,
) -> None:
    """Add the touchpoint NAME to a phase, both by their keys, and print its key."""
    settings = read_settings()
    with open_database(settings) as database, database.transaction() as session:
        made = service.add_touchpoint(
            session,
            journey,
            phase,
            names={language or settings.locale: name},
            channel=channel,
            kind=Kind(kind) if kind else usual_kind(channel_key(channel)),
            is_moment_of_truth=moment_of_truth,
            **_signed(),
        )
    click.echo(made)


@group.command("export")
@click.argument("key")
@click.option("--format", "form", type=click.Choice([*FORMATS]), default="json")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    default="-",
    help="File to write; the standard output unless given.",
)
@language_option
def export_command(key: str, form: str, output: str, language: str | None) -> None:
    """Write the map of the journey KEY as a document or a picture."""
    settings = read_settings()
    with (
        open_database(settings) as database,
        database.transaction(writes=False) as session,
    ):
        content = export_map(
            get_map(session, key), form, locale=language or settings.locale
        )
    with click.open_file(output, "wb") as target:
        target.write(content)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", metavar="KEY", help="Replace the map of this journey.")
@language_option
def import_command(file: Path, into: str | None, language: str | None) -> None:
    """Bring a map in from a JSON or CSV file, and print the journey's key."""
    settings = read_settings()
    with open_database(settings) as database, database.transaction() as session:
        made = import_file(
            session,
            file.read_bytes(),
            file_name=file.name,
            locale=language or settings.locale,
            journey_key=into,
            **_signed(),
        )
    click.echo(made)


def _signed() -> Signed:
    return Signed(author_id=None, now=SystemClock().now())
