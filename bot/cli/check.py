"""`python -m bot check`"""

from pathlib import Path

import click

from bot.cli.options import env_file
from bot.cli.report import problems_text
from bot.errors import ConfigError, Problem
from bot.fleet import Fleet, load_fleet_file
from bot.settings import Settings, fleet_file, load_settings


@click.command("check")
@env_file
@click.pass_context
def command(ctx: click.Context, env_file: Path) -> None:
    """Look for problems in the settings and the fleet file; exit 1 if there are any."""
    problems: list[Problem] = []
    settings: Settings | None = None
    fleet: Fleet | None = None
    try:
        settings = load_settings(env_file=env_file)
    except ConfigError as error:
        problems += error.problems
    path = fleet_file(env_file=env_file)
    try:
        fleet = load_fleet_file(path)
    except ConfigError as error:
        problems += error.problems
    if settings is None or fleet is None:
        click.echo(problems_text(problems))
        ctx.exit(1)
    click.echo(sound(settings, fleet, path))


def sound(settings: Settings, fleet: Fleet, path: Path) -> str:
    """One line that says what was understood."""
    hosts = {(host.address, host.port) for target in fleet.targets() for host in fleet.hosts(target)}
    counts = (
        _count(len(fleet.services), "service"),
        _count(len(fleet.targets()), "deployment"),
        _count(len(hosts), "host"),
        _count(len(fleet.checks()), "check"),
    )
    mode = "Socket Mode" if settings.mode == "socket" else "HTTP mode"
    return f"Settings ({mode}) and {path} are sound: {', '.join(counts)}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
