"""What follows from what is chosen in the form of a deploy."""

from dataclasses import replace

from bot.fleet import Fleet
from bot.model import Target
from bot.offers import Draft


def places(fleet: Fleet, service: str) -> tuple[str, ...]:
    """The environments that the service runs in, in the order of promotion; all of them while none is chosen."""
    if service not in fleet.services:
        return fleet.environments
    return tuple(target.environment for target in fleet.targets() if target.service == service)


def settled(fleet: Fleet, draft: Draft) -> Draft:
    """Without what the fleet does not have, and with what there is no choice about; a release goes with its service."""
    known = tuple(fleet.services)
    service = draft.service if draft.service in known else known[0] if len(known) == 1 else ""
    there = places(fleet, service)
    environment = draft.environment if draft.environment in there else there[0] if len(there) == 1 else ""
    release = draft.release if service == draft.service else ""
    return replace(draft, service=service, environment=environment, release=release)


def written_strategy(fleet: Fleet, draft: Draft) -> str:
    """The kind that the fleet file has for it; empty while it is not known for what."""
    deployment = fleet.deployment(Target(draft.service, draft.environment))
    return deployment.strategy.kind if deployment else ""
