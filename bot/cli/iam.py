"""`python -m bot iam`"""

import json
from pathlib import Path

import click

from bot.cli.options import env_file
from bot.errors import PointsmanError
from bot.fleet import Fleet, load_fleet_file
from bot.plan.iam.policy import Policy, own, policy, trust
from bot.settings import cloudwatch_namespace, fleet_file


@click.command("iam")
@click.argument("environment", required=False)
@click.option("--trust", "principal", help="Print the role's trust policy instead, for this ARN of the bot.")
@env_file
def command(environment: str | None, principal: str | None, env_file: Path) -> None:
    """Print the least IAM policy that an environment needs; without one, what the bot itself needs to assume roles."""
    fleet = load_fleet_file(fleet_file(env_file=env_file))
    namespace = cloudwatch_namespace(env_file=env_file)
    click.echo(json.dumps(asked_for(fleet, environment, principal, namespace), indent=2))


def asked_for(fleet: Fleet, environment: str | None, principal: str | None, namespace: str) -> Policy:
    """Raises PointsmanError when there is nothing to print."""
    if environment is None:
        return _some(own(fleet, namespace), "no environment has a role: see `aws` in fleet.example.yaml")
    name = fleet.aliases.get(environment, environment)
    if name not in fleet.environments:
        raise PointsmanError(f"{environment} is not one of {', '.join(fleet.environments)}")
    account = fleet.account(name)
    if principal is None:
        return _some(policy(fleet, name), f"nothing in {name} needs AWS")
    if account.role_arn is None:
        raise PointsmanError(f"{name} has no role to trust anybody: set aws.{name}.role_arn in the fleet file")
    return trust(account, principal)


def _some(found: Policy, otherwise: str) -> Policy:
    if not found["Statement"]:
        raise PointsmanError(otherwise)
    return found
