"""What the bot tells of itself and its services in figures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.figures import Figure, Names
from bot.model import DeployState, Health, Target
from bot.records import Deploy
from bot.watch import Vitals

PERCENT, COUNT, SECONDS, NONE = "Percent", "Count", "Seconds", "None"
OUTCOMES: Mapping[DeployState, str] = {
    DeployState.SUCCEEDED: "succeeded",
    DeployState.ROLLED_BACK: "rolled_back",
    DeployState.FAILED: "failed",
}


def of_vitals(vitals: Vitals, now: datetime) -> list[Figure]:
    """How a target's checks stand; nothing of what is not known."""
    where = place(vitals.target)
    found = [Figure("OpenIncidents", COUNT, where, now, ((len(vitals.incidents), 1),))]
    if vitals.uptime is not None:
        found.append(Figure("Uptime", PERCENT, where, now, ((100 * vitals.uptime, 1),)))
    if vitals.health is not Health.UNKNOWN:
        found.append(Figure("Up", NONE, where, now, ((int(vitals.health is Health.UP), 1),)))
    return found


def of_deploy(deploy: Deploy, committed_at: datetime | None) -> list[Figure]:
    """One that has ended: that it did and how, what it took, and how old its commit was when it ran there."""
    ended = deploy.finished_at
    if ended is None or deploy.state not in OUTCOMES:
        return []
    where = place(deploy.target)
    outcome: Names = (*where, ("Outcome", OUTCOMES[deploy.state]))
    found = [
        Figure("Deploys", COUNT, outcome, ended, ((1, 1),)),
        Figure("DeployTime", SECONDS, where, ended, ((_seconds(ended - deploy.created_at), 1),)),
    ]
    if committed_at is not None and deploy.state is DeployState.SUCCEEDED:
        found.append(Figure("LeadTime", SECONDS, where, ended, ((_seconds(ended - committed_at), 1),)))
    return found


def of_waits(
    name: str, before: Sequence[tuple[str, float]], after: Sequence[tuple[str, float]], now: datetime
) -> list[Figure]:
    """Between two looks at the same buckets, each with how many were in it or below: waits as their bucket's end."""
    passed = [(bound, count - earlier) for (bound, count), (_, earlier) in zip(after, before, strict=True)]
    alone = [
        (bound, count - below) for (bound, count), (_, below) in zip(passed, [("", 0.0), *passed[:-1]], strict=True)
    ]
    ends = [float(bound) for bound, _ in alone if bound != "+Inf"]
    values = tuple((ends[min(index, len(ends) - 1)], count) for index, (_, count) in enumerate(alone) if count > 0)
    return [Figure(name, SECONDS, (), now, _once(values))] if values else []


def place(target: Target) -> Names:
    return (("Service", target.service), ("Environment", target.environment))


def _once(values: Iterable[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """What came beyond the last bucket counts as its end."""
    found: dict[float, float] = {}
    for value, count in values:
        found[value] = found.get(value, 0.0) + count
    return tuple(found.items())


def _seconds(span: timedelta) -> float:
    return max(0.0, span.total_seconds())
