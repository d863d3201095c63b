"""Promotion goes from left to right through the environments that a service runs in."""

from bot.fleet import Fleet
from bot.model import Target


def step_before(fleet: Fleet, target: Target) -> Target | None:
    """Where the target's releases come from: the same service one environment to the left; None for the first."""
    steps = steps_of(fleet, target.service)
    place = steps.index(target)
    return steps[place - 1] if place else None


def step_after(fleet: Fleet, target: Target) -> Target | None:
    """Where the target's releases go next; None for the last."""
    steps = steps_of(fleet, target.service)
    place = steps.index(target) + 1
    return steps[place] if place < len(steps) else None


def steps_of(fleet: Fleet, service: str) -> list[Target]:
    return [target for target in fleet.targets() if target.service == service]
