"""`python -m bot simulate`"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.cli.options import env_file
from bot.cli.plots import page
from bot.fleet import load_fleet_file
from bot.fleet.duration import parse_duration
from bot.fleet.scale import Scale
from bot.model import Target
from bot.plan.simulation import Outcome, Point, Setting, by, fewest, replay
from bot.plan.trace import Unreadable, parse_trace
from bot.plan.tracking import TargetTracking
from bot.settings import fleet_file

PLAIN = "plain target tracking"
LARGEST = 20_000_000  # bytes of a trace

path = click.Path(path_type=Path, dir_okay=False, exists=True)


class Span(click.ParamType[timedelta]):
    """`60s`, `2m`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        try:
            return parse_duration(value)
        except ValueError as error:
            self.fail(f"{value}: {error}", param, ctx)


@click.command("simulate")
@click.argument("trace", type=path)
@click.option("--service", help="Whose `scale` of the fleet file is tried.")
@click.option("--environment", help="In which environment.  [default: the last one that has a `scale`]")
@click.option(
    "--policy", "policies", type=path, multiple=True, help="A file with the keys of `scale`; may be repeated."
)
@click.option("--boot", type=Span(), default="60s", help="From asking for a host to its first answer.  [default: 60s]")
@click.option("--every", type=Span(), default="30s", help="How often it is decided.  [default: 30s]")
@env_file
def command(
    trace: Path,
    service: str | None,
    environment: str | None,
    policies: Sequence[Path],
    boot: timedelta,
    every: timedelta,
    env_file: Path,
) -> None:
    """Replay a load trace (CSV: time,load) against scaling policies, side by side with plain target tracking."""
    named = {one.stem: read_policy(one) for one in policies}
    if service or not named:
        target, found = of_service(fleet_file(env_file=env_file), service, environment)
        named = {str(target): found, **named}
    points = read_trace(trace)
    click.echo(page(compared(points, named, Setting(max(every, timedelta(seconds=1)), boot)), costs(named)))


def read_trace(trace: Path) -> tuple[Point, ...]:
    if trace.stat().st_size > LARGEST:
        raise click.ClickException(f"{trace} is larger than {LARGEST // 1_000_000} MB")
    found = parse_trace(trace.read_text("utf-8", errors="replace"))
    if isinstance(found, Unreadable):
        raise click.ClickException(f"{trace}: {found}")
    return found


def read_policy(file: Path) -> Scale:
    try:
        return Scale.model_validate(yaml.safe_load(file.read_text("utf-8")))
    except (ValidationError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {_words(error)}") from None


def _words(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return f"is no YAML: {error}"
    return "; ".join(map(_problem, error.errors()))


def _problem(found: ErrorDetails) -> str:
    place = ".".join(map(str, found["loc"])) or "it"
    allowed = found.get("ctx", {}).get("allowed", "")
    return f"{place}: {found['msg']}" + (f"; allowed: {allowed}" if allowed else "")


def of_service(file: Path, service: str | None, environment: str | None) -> tuple[Target, Scale]:
    """The one that is asked for, or the only one there is."""
    fleet = load_fleet_file(file)
    scaled = {
        target: deployment.scale
        for target in fleet.targets()
        if (deployment := fleet.deployment(target)) and deployment.scale
    }
    fitting = [one for one in scaled if service in (None, one.service) and environment in (None, one.environment)]
    if not fitting or len({one.service for one in fitting}) > 1:
        known = ", ".join(map(str, scaled)) or "none has one: see `scale` in fleet.example.yaml, or --policy"
        raise click.ClickException(f"say whose scale is to be tried, by --service and --environment: {known}")
    return fitting[-1], scaled[fitting[-1]]


def compared(trace: Sequence[Point], named: dict[str, Scale], setting: Setting) -> dict[str, Outcome]:
    """Every policy, and beside them the plain rule with the first one's limits and target."""
    first = next(iter(named.values()))
    target = float(first.target_cpu or 60)
    begin = fewest(first, trace)
    found = {
        name: replay(trace, by(policy), fewest(policy, trace), replace(setting, over=policy.over), target)
        for name, policy in named.items()
    }
    return {**found, PLAIN: replay(trace, TargetTracking(first.min, first.max, target), begin, setting, target)}


def costs(named: dict[str, Scale]) -> float | None:
    """Of one host in an hour."""
    return next((float(one.cost_per_hour) for one in named.values() if one.cost_per_hour), None)
