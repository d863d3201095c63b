"""What a deploy will do, decided from facts before anything moves."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import DeployKind, Release, Target
from bot.plan.batches import Size, batches
from bot.records import Changes, Deploy, Plan, Reason, Refusal


@dataclass(frozen=True, slots=True)
class DeployFacts:
    """What was read before deciding. `sizes` are the strategy's batches; `running` the unfinished deploy there."""

    release: Release
    hosts: Sequence[str]
    sizes: Sequence[Size]
    last_good: Release | None = None
    running: Deploy | None = None
    changes: Changes | None = None


def decide(target: Target, facts: DeployFacts) -> Plan | Refusal:
    if facts.running:
        return Refusal(Reason.BUSY, target=target, deploy=facts.running)
    return Plan(
        target=target,
        kind=DeployKind.DEPLOY,
        release=facts.release,
        fallback=facts.last_good,
        batches=batches(facts.hosts, facts.sizes),
        changes=facts.changes,
    )


def decide_rollback(
    target: Target, good: Release | None, facts_hosts: Sequence[str], running: Deploy | None
) -> Plan | Refusal:
    """Back to `good`, on all hosts at once: in an outage every minute counts, and the release is known to work."""
    if running:
        return Refusal(Reason.BUSY, target=target, deploy=running)
    if good is None:
        return Refusal(Reason.NOTHING_GOOD, target=target)
    return Plan(target, DeployKind.ROLLBACK, good, None, batches(facts_hosts, ["100%"]))


def stage_names(plan: Plan) -> list[str]:
    total = len(plan.batches)
    return ["Preflight", *(f"Batch {number} of {total}" for number in range(1, total + 1))]


ROLLBACK_STAGE = "Rollback"
BROKEN_STAGE = "Pointsman"
