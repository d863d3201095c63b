"""Whether what a target's checks say is told to people now. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.fleet import Fleet
from bot.model import Target
from bot.plan.freeze import span_of
from bot.watch import Maintenance, Silence

LONGEST = timedelta(days=7)
"""Of a silence by command: what nobody wants to hear of for longer is a window in the fleet file, or no check."""


def silenced(target: Target, silences: Iterable[Silence], fleet: Fleet, now: datetime) -> bool:
    """By a person, or by a window of the fleet file."""
    if any(silence.covers(target) and silence.live(now) for silence in silences):
        return True
    return bool(maintenance(target, fleet, now))


def maintenance(target: Target, fleet: Fleet, now: datetime) -> list[Maintenance]:
    """The target's windows that are open now."""
    deployment = fleet.deployment(target)
    spans = [(window, span_of(window, now)) for window in (deployment.maintenance if deployment else ())]
    return [Maintenance(target, str(window), span[1]) for window, span in spans if span]
