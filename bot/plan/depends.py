"""What a target needs, as far as the fleet file says. Pure."""

from collections.abc import Iterable

from bot.fleet import Fleet
from bot.fleet.needs import reached
from bot.model import Target


def beneath(fleet: Fleet, target: Target) -> list[Target]:
    """All that it needs in its environment, the nearest first; what does not run there is not needed there."""
    needs = {name: service.depends_on for name, service in fleet.services.items()}
    found = [Target(name, target.environment) for name in reached(needs, target.service)]
    return [one for one in found if fleet.deployment(one)]


def above(fleet: Fleet, targets: Iterable[Target]) -> list[Target]:
    """All that need one of these."""
    wanted = set(targets)
    return [one for one in fleet.targets() if one not in wanted and wanted & set(beneath(fleet, one))]
