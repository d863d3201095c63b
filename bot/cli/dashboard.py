"""`python -m bot dashboard`"""

import json
from pathlib import Path
from typing import Any

import click

from bot.app.dashboards import Dashboards
from bot.cli.options import env_file
from bot.counting import count
from bot.errors import PointsmanError
from bot.fleet import load_fleet_file
from bot.settings import cloudwatch_namespace, fleet_file


@click.command("dashboard")
@click.argument("environment", required=False)
@click.option("--print", "printed", is_flag=True, help="Print the JSON, by the dashboards' names, and put nothing.")
@env_file
def command(environment: str | None, printed: bool, env_file: Path) -> None:
    """Put CloudWatch dashboards of the fleet: one in each environment's account, and one of the bot's own figures."""
    fleet = load_fleet_file(fleet_file(env_file=env_file))
    name = fleet.aliases.get(environment or "", environment)
    if name is not None and name not in fleet.environments:
        raise PointsmanError(f"{environment} is not one of {', '.join(fleet.environments)}")
    dashboards = Dashboards(fleet, cloudwatch_namespace(env_file=env_file))
    try:
        found = dashboards.bodies(name)
        if not found:
            raise PointsmanError(
                "nothing here runs in AWS, and CLOUDWATCH_NAMESPACE is not set: there is nothing to show"
            )
        if printed:
            click.echo(json.dumps({one: body for one, (_, body) in found.items()}, indent=2, ensure_ascii=False))
            return
        for one, (account, body) in found.items():
            dashboards.put(one, account, body)
            click.echo(f"{one}: {_graphs(body)} in {dashboards.region(account)}")
    finally:
        dashboards.close()


def _graphs(body: dict[str, Any]) -> str:
    return count(len(body["widgets"]), "graph")
