"""The hosts of a stage in one line: failures first, then who is where."""

from collections.abc import Sequence

from bot.messages.words import count, duration, escape, listing
from bot.model import HostState, Stage, StageState
from bot.records import LATE_STAGE, HostLine, Plan

FEW = 4  # hosts that are named one by one
FAILED = (HostState.UNCHANGED, HostState.UNHEALTHY, HostState.UNKNOWN, HostState.SKIPPED)


def stage_detail(stage: Stage, hosts: Sequence[HostLine], batch: int | None) -> str:
    """What a batch's line says; other stages, which have none, have words of their own."""
    if batch is None:
        return ""
    members = [line for line in hosts if line.batch == batch]
    if stage.state is StageState.PENDING:
        return listing([line.host for line in members])
    if len(members) <= FEW:
        return "\n".join(f"{line.host} · {host_words(line)}" for line in members)
    return "\n".join(_grouped(members))


def batch_of(plan: Plan, stage: Stage) -> int | None:
    """The number of the batch that this stage brings; hosts that joined meanwhile are one more."""
    if stage.name == LATE_STAGE:
        return len(plan.batches)
    return plan.stages[stage.position].batch if stage.position < len(plan.stages) else None


def place_words(plan: Plan) -> str:
    """`production`, or `production/web1,web2` for a deploy that is for some of its hosts only."""
    environment = plan.target.environment
    if not plan.partial:
        return environment
    few = len(plan.hosts) <= FEW
    return f"{environment}/{','.join(plan.hosts)}" if few else f"{environment} ({count(len(plan.hosts), 'host')} only)"


def host_words(line: HostLine) -> str:
    """`healthy after 3.2 s`, `installing`, `unchanged: test ended with 1`."""
    if line.state is HostState.HEALTHY and line.healthy_after is not None:
        return f"healthy after {duration(line.healthy_after)}"
    if line.state is HostState.CHANGING and line.step:
        return str(line.step)
    if line.state is HostState.NEW:
        return "restarted, waiting for health"
    if line.state is HostState.LEFT:
        return "no longer in the fleet file"
    return f"{line.state}: {escape(line.detail)}" if line.detail else str(line.state)


def _grouped(members: Sequence[HostLine]) -> list[str]:
    """Failures by name, the rest by count."""
    failed = [line for line in members if line.state in FAILED]
    rows = [f"{line.host} · {host_words(line)}" for line in failed[:FEW]]
    if len(failed) > FEW:
        rows.append(f"and {count(len(failed) - FEW, 'more host')} failed")
    for state in HostState:
        here = [line.host for line in members if line.state is state]
        if here and state not in FAILED:
            rows.append(f"{len(here)} of {count(len(members), 'host')} {state}")
    return rows
