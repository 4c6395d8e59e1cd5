"""The command `feedback`, one module a group, loaded only when it is called."""

from importlib import import_module

import click

#: command to module and the object in it
COMMANDS = {
    "db": "feedback.cli.database:group",
    "demo": "feedback.cli.demo:group",
    "import": "feedback.cli.imports:group",
    "journey": "feedback.cli.journey:group",
    "nlp": "feedback.cli.nlp:group",
    "people": "feedback.cli.people:group",
    "report": "feedback.cli.reports:group",
    "run": "feedback.cli.run:run",
    "web": "feedback.cli.run:web",
    "worker": "feedback.cli.run:worker",
}


class _Lazy(click.Group):
    """Imports a command's module when it is asked for, so that help stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - states an invariant
        return command


@click.command(cls=_Lazy)
@click.version_option(package_name="feedback")
def main() -> None:
    """Surveys and the voice of the customer, in French and in English."""
