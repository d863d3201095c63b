"""What a deploy will do, decided from facts before anything moves."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.fleet import Strategy
from bot.managed import Pace, Proposed
from bot.model import DeployKind, Release, Target
from bot.plan.batches import batches
from bot.plan.handed import handed_stages, pace_of
from bot.plan.known import among
from bot.plan.stages import lay_out
from bot.records import Changes, Handed, Plan
from bot.refusals import Reason, Refusal
from bot.tolerance import STRICT, Tolerance

STAGED = "staged"  # promotion is a command of its own


@dataclass(frozen=True, slots=True)
class DeployFacts:
    """What was read before deciding. `checks`: CI must pass the commit.

    `proposed` is what a system would do that brings it by itself, None on hosts; `hosts` then is its one unit.
    """

    release: Release
    hosts: Sequence[str]
    strategy: Strategy
    last_good: Release | None = None
    changes: Changes | None = None
    irreversible: tuple[str, ...] = ()
    checks: bool = False
    proposed: Proposed | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """What was asked for beside the release: only these hosts, another kind of strategy, no watching of the canary."""

    hosts: tuple[str, ...] = ()
    strategy: str | None = None
    now: bool = False


AS_THE_FILE_SAYS = Manner()


def decide(target: Target, facts: DeployFacts, manner: Manner = AS_THE_FILE_SAYS) -> Plan | Refusal:
    if manner.strategy == STAGED:
        return Refusal(Reason.STAGED, target.service, target=target)
    if not facts.hosts:
        return Refusal(Reason.NO_HOSTS, target=target)
    if facts.proposed and (manner.hosts or manner.strategy):
        what = "--hosts" if manner.hosts else f"--{manner.strategy}"
        return Refusal(Reason.AS_A_WHOLE, what, tuple(facts.hosts), target=target)
    hosts = among(target, facts.hosts, manner.hosts) if manner.hosts else tuple(facts.hosts)
    if isinstance(hosts, Refusal):
        return hosts
    strategy = facts.strategy.chosen(manner.strategy, manner.now)
    proposed = facts.proposed
    groups = (hosts,) if proposed else batches(hosts, strategy.batches)
    handed = Handed(pace_of(strategy), proposed.changes, proposed.seal) if proposed else None
    return Plan(
        target=target,
        kind=DeployKind.DEPLOY,
        release=facts.release,
        fallback=facts.last_good,
        batches=groups,
        stages=handed_stages(strategy, facts.checks) if handed else lay_out(groups, strategy, facts.checks),
        changes=facts.changes,
        irreversible=facts.irreversible,
        strategy=strategy.kind,
        tolerance=strategy.tolerance,
        partial=set(hosts) != set(facts.hosts),
        handed=handed,
    )


def decide_rollback(
    target: Target,
    good: Release | None,
    facts_hosts: Sequence[str],
    tolerance: Tolerance = STRICT,
    managed: bool = False,
) -> Plan | Refusal:
    """Back to `good`, on all hosts at once: in an outage every minute counts, and the release is known to work."""
    if good is None:
        return Refusal(Reason.NOTHING_GOOD, target=target)
    if not facts_hosts:
        return Refusal(Reason.NO_HOSTS, target=target)
    if managed:
        whole, pace = (tuple(facts_hosts),), Pace("all_at_once")
        return Plan(target, DeployKind.ROLLBACK, good, None, whole, handed_stages(), handed=Handed(pace))
    groups = batches(facts_hosts, ["100%"])
    return Plan(target, DeployKind.ROLLBACK, good, None, groups, lay_out(groups), tolerance=tolerance)
