"""`python -m bot manifest`"""

from pathlib import Path

import click

from bot.cli.options import env_file
from bot.manifest import manifest_yaml
from bot.settings import command_prefix
from handlers import COMMANDS


@click.command("manifest")
@click.option("--url", default="", help="The bot's public address, for HTTP mode.  [default: Socket Mode, none needed]")
@env_file
def command(url: str, env_file: Path) -> None:
    """Print the Slack app's manifest, with COMMAND_PREFIX before each command."""
    if url and not url.startswith("https://"):
        raise click.BadParameter("Slack calls only https:// addresses", param_hint="--url")
    click.echo(manifest_yaml(COMMANDS, command_prefix(env_file=env_file), url), nl=False)
