"""Where a command begins and where its errors end: one clear line, and exit code 1."""

import logging
from collections.abc import Sequence
from importlib import import_module

import click

from bot.cli.report import error_text
from bot.errors import PointsmanError

log = logging.getLogger(__name__)
# Each has a module here of the same name, which holds the command as `command`.
COMMANDS = ("run", "demo", "check", "parse", "schema", "manifest", "audit", "beats", "simulate", "iam", "dashboard")


class Commands(click.Group):
    """Finds a command's module by its name."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bot.cli.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Pointsman: a Slack bot with which engineers deploy and watch a fleet."""


def main(arguments: Sequence[str] | None = None, commands: click.Group = cli) -> int:
    """Runs one of the commands (arguments None: the process's own) and returns its exit code."""
    try:
        commands.main(args=arguments, prog_name="python -m bot")
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except PointsmanError as error:
        click.echo(error_text(error), err=True)
    except Exception as error:
        log.exception("stopped by an error that nobody foresaw")
        click.echo(f"Error: {type(error).__name__}: {error}. This is a bug; nothing stored was lost.", err=True)
    return 1
