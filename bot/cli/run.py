"""`python -m bot run`"""

import logging
import os
from pathlib import Path

import click

from bot import logs
from bot.app import run
from bot.cli.arenas import share_arenas
from bot.cli.options import env_file
from bot.cli.secrets import open_settings


@click.command("run")
@env_file
def command(env_file: Path) -> None:
    """Run the bot until it is told to stop."""
    share_arenas()
    settings = open_settings(env_file)
    logs.configure(settings.log_level, settings.log_format, settings.secrets())
    code = run(settings)
    logging.shutdown()
    # A deploy that runs would keep the process for as long as its step takes. It is resumed at the next start.
    os._exit(code)
