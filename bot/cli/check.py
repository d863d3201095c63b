"""`python -m bot check`"""

from collections.abc import Collection, Iterator
from pathlib import Path

import click

from bot.backends.notify import Notifier
from bot.cli.options import env_file
from bot.cli.report import problems_text
from bot.cli.secrets import open_settings
from bot.counting import count
from bot.errors import ConfigError, Problem
from bot.fleet import Fleet, load_fleet_file
from bot.fleet.forge import host, is_elsewhere
from bot.model import Target
from bot.plan.beats import beating
from bot.questions import Ask
from bot.settings import Settings, fleet_file


@click.command("check")
@env_file
@click.pass_context
def command(ctx: click.Context, env_file: Path) -> None:
    """Look for problems in the settings and the fleet file; exit 1 if there are any."""
    problems: list[Problem] = []
    settings: Settings | None = None
    fleet: Fleet | None = None
    try:
        settings = open_settings(env_file)
    except ConfigError as error:
        problems += error.problems
    path = fleet_file(env_file=env_file)
    try:
        fleet = load_fleet_file(path)
    except ConfigError as error:
        problems += error.problems
    if settings and fleet and not settings.prometheus_url:
        problems += unread(fleet)
    if settings and fleet and settings.heartbeat_secret is None:
        problems += unheard(fleet)
    if settings and fleet:
        problems += misdirected(fleet, settings.github_api_url)
        problems += uncalled(fleet, [name for way in settings.ways for name in (way.name, *way.words)])
        problems += unkept(fleet, settings.header_secrets)
        problems += Notifier({way.name: way.url.get_secret_value() for way in settings.ways}).problems()
    if settings is None or fleet is None or problems:
        click.echo(problems_text(problems))
        ctx.exit(1)
    click.echo(sound(settings, fleet, path))


def misdirected(fleet: Fleet, api_url: str) -> Iterator[Problem]:
    """CI that would be asked at GitHub about a repository that is not there."""
    for target in fleet.targets():
        deployment, repo = fleet.deployment(target), fleet.services[target.service].repo
        if deployment and deployment.require_checks and is_elsewhere(repo, api_url):
            what = f"is GitHub's, and {target} asks CI about a repository on {host(repo)}"
            yield Problem("GITHUB_API_URL", what, api_url, hint=f"set it to the API of {host(repo)}")


def unread(fleet: Fleet) -> Iterator[Problem]:
    """Metrics of a Prometheus that nothing names."""
    for target in fleet.targets():
        deployment = fleet.deployment(target)
        analysis = deployment.strategy.analysis if deployment else None
        homeless = [
            metric.name
            for metric in (analysis.metrics if analysis else ())
            if any(source.prometheus and not source.url for source in metric.sources)
        ]
        homeless += [
            check.label
            for check in (deployment.checks if deployment else ())
            if check.metric and check.metric.prometheus and not check.metric.url
        ]
        if homeless:
            what = f"is not set, and {target} asks Prometheus for {', '.join(homeless)}"
            yield Problem("PROMETHEUS_URL", what, hint="set it, or give each metric its url")


def unheard(fleet: Fleet) -> Iterator[Problem]:
    """Jobs that have no address to call."""
    if waiting := beating(fleet):
        what = f"is not set, and {waiting[0]}{' and others wait' if waiting[1:] else ' waits'} for heartbeats"
        yield Problem("HEARTBEAT_SECRET", what, hint="openssl rand -hex 16 makes one")


def uncalled(fleet: Fleet, names: Collection[str]) -> Iterator[Problem]:
    """Ways out that alerts escalate to and nobody has."""
    lists = [fleet.alerts.escalate, *(fleet.escalation(name) for name in fleet.services)]
    for way in sorted({step.way for steps in lists for step in steps if step.way} - set(names)):
        what = f"has no way called {way}, and outages that nobody acknowledges go there"
        yield Problem("NOTIFY_URLS", what, hint=f"add {way}= and an address, such as {way}=mailtos://…")


def unkept(fleet: Fleet, secrets: Collection[str]) -> Iterator[Problem]:
    """Secrets that the headers of checks want and nobody has."""
    wanted: dict[str, Target] = {}
    for check in fleet.checks():
        if isinstance(check.question, Ask):
            wanted |= dict.fromkeys(check.question.request.secrets - wanted.keys(), check.target)
    for name, target in sorted(wanted.items()):
        if name not in secrets:
            what = f"does not hold {name}, and a check of {target} sends it in a header"
            yield Problem("CHECK_SECRETS", what, hint=f"add the line {name}=…")


def sound(settings: Settings, fleet: Fleet, path: Path) -> str:
    """One line that says what was understood."""
    hosts = {(host.address, host.port) for target in fleet.targets() for host in fleet.hosts(target)}
    counts = (
        count(len(fleet.services), "service"),
        count(len(fleet.targets()), "deployment"),
        count(len(hosts), "host"),
        count(len(fleet.checks()), "check"),
    )
    mode = "Socket Mode" if settings.mode == "socket" else "HTTP mode"
    return f"Settings ({mode}) and {path} are sound: {', '.join(counts)}."
