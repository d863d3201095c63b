"""Are they still the same hosts, and do they all still run the release?"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.model import HostState
from bot.plan.strategy import FAILED, LOST
from bot.records import DeployView, HostLine

FRESH = timedelta(minutes=1)
"""A host that was seen healthy on the release less long ago is not read again when the deploy ends."""


def joined(lines: Iterable[HostLine], members: Iterable[str]) -> list[str]:
    """Hosts of the fleet file that the deploy does not know: they came later, or left and came back."""
    known = {line.host for line in lines if line.state is not HostState.LEFT}
    return [host for host in dict.fromkeys(members) if host not in known]


def to_read_again(view: DeployView, now: datetime) -> list[HostLine]:
    """Hosts of which it may not be known any more what they run: left behind, or brought a while ago."""
    batches = {
        stage.batch: view.stages[position].finished_at
        for position, stage in enumerate(view.deploy.plan.stages)
        if stage.batch is not None
    }
    return [line for line in view.hosts if _may_have_changed(line, batches.get(line.batch), now)]


def _may_have_changed(line: HostLine, brought_at: datetime | None, now: datetime) -> bool:
    if line.state in LOST or line.state in FAILED:
        return True
    return line.state is HostState.HEALTHY and brought_at is not None and now - brought_at > FRESH
