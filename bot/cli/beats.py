"""`python -m bot beats`"""

from pathlib import Path

import click

from bot.cli.options import env_file
from bot.cli.secrets import open_settings
from bot.errors import PointsmanError
from bot.fleet import load_fleet_file
from bot.plan.beats import beating, token_of
from bot.settings import Settings


@click.command("beats")
@click.option("--url", default="", help="Where jobs reach the bot, https://bot.example.com; default: HTTP_ADDR.")
@env_file
def command(url: str, env_file: Path) -> None:
    """Print the addresses that jobs call, of the checks that wait for heartbeats."""
    settings = open_settings(env_file)
    waiting = beating(load_fleet_file(settings.fleet_file))
    if waiting and settings.heartbeat_secret is None:
        raise PointsmanError("HEARTBEAT_SECRET is not set: set it to 16 characters or more, the same for good")
    if not waiting:
        click.echo("No check of the fleet file waits for a heartbeat.")
        return
    secret = settings.heartbeat_secret.get_secret_value() if settings.heartbeat_secret else ""
    for check in waiting:
        click.echo(f"{check}  {base(url, settings)}/beat/{token_of(secret, check)}")


def base(url: str, settings: Settings) -> str:
    """What stands before `/beat`."""
    return url.rstrip("/") if url else f"http://{settings.http_addr}"
