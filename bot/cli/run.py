"""`python -m bot run`"""

from pathlib import Path

import click

from bot import logs
from bot.app import run
from bot.cli.options import env_file
from bot.settings import load_settings


@click.command("run")
@env_file
@click.pass_context
def command(ctx: click.Context, env_file: Path) -> None:
    """Run the bot until it is told to stop."""
    settings = load_settings(env_file=env_file)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    ctx.exit(run(settings))
