"""Who may, by the fleet file."""

from bot.fleet import Fleet
from bot.model import Target


def approvers(fleet: Fleet, target: Target) -> tuple[str, ...]:
    """Groups and ids that may promote a canary there; where none are named, those that may deploy."""
    access = fleet.access.get(target.environment)
    return access.approve or access.deploy if access else ()


def forcers(fleet: Fleet, target: Target) -> tuple[str, ...]:
    """Groups and ids that may pass a freeze there; where none are named, those that may approve."""
    access = fleet.access.get(target.environment)
    return access.force if access and access.force else approvers(fleet, target)


def deployers(fleet: Fleet, target: Target) -> tuple[str, ...]:
    """Groups and ids that may deploy to the target's environment; empty: everybody may."""
    access = fleet.access.get(target.environment)
    return access.deploy if access else ()


def scalers(fleet: Fleet, target: Target) -> tuple[str, ...]:
    """Groups and ids that may change the number of hosts there; where none are named, those that may deploy."""
    access = fleet.access.get(target.environment)
    return access.scale if access and access.scale else deployers(fleet, target)
