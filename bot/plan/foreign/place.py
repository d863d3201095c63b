"""Where a report belongs in the fleet."""

from dataclasses import dataclass

from bot.fleet import Fleet
from bot.model import Host, Target
from bot.reports import Report


@dataclass(frozen=True, slots=True)
class Place:
    """`known`: the target runs in this fleet, so that its deploys, hosts and buttons apply. `host` is one of
    its hosts then, else the sender's word.
    """

    target: Target
    host: str | None
    known: bool


def place(report: Report, fleet: Fleet) -> Place:
    """By the names of service and environment. A service that runs in one environment only needs no word for it; what
    names no service of this fleet is told by its own name and who says so.
    """
    service = report.service.lower()
    environment = fleet.aliases.get(report.environment.lower(), report.environment.lower())
    runs_in = [target for target in fleet.targets() if target.service == service]
    found = [target for target in runs_in if target.environment == environment]
    if not found and not environment and len(runs_in) == 1:
        found = runs_in
    if found:
        return Place(found[0], _host(report.host, fleet.hosts(found[0])), True)
    name = service if runs_in else report.service or report.name
    return Place(Target(name, report.environment or report.source), report.host or None, False)


def _host(word: str, hosts: tuple[Host, ...]) -> str | None:
    """The fleet's host of that name or address, also of `10.0.0.5:9100`; the bot acts on no other."""
    bare = word.rsplit(":", 1)[0] if word.count(":") == 1 else word
    return next((host.name for host in hosts if word == host.name or bare in (host.name, host.address)), None)
