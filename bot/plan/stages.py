"""The stages that a deploy goes through, from its strategy."""

from collections.abc import Sequence
from datetime import timedelta

from bot.fleet import Strategy
from bot.records import ROLLBACK_STAGE as ROLLBACK_STAGE
from bot.records import StageKind, StagePlan

BROKEN_STAGE = "Pointsman"
CANARY = 0
"""The batch after which a canary is watched and approved: the first. What follows rolls on without asking again."""

Batches = Sequence[Sequence[str]]


def lay_out(batches: Batches, strategy: Strategy | None = None, checks: bool = False) -> tuple[StagePlan, ...]:
    """Preflight, then batch by batch; a canary's gates stand after its first batch, where there are more to come.
    People who must approve are asked before the first batch where no canary goes ahead. With `checks` CI is asked
    before anything else.
    """
    stages = [StagePlan(StageKind.CHECKS, "CI checks")] if checks else []
    stages.append(StagePlan(StageKind.PREFLIGHT, "Preflight"))
    if strategy and strategy.kind == "blue_green":
        return (*stages, *_beside(strategy))
    gated = strategy is not None and strategy.kind == "canary" and len(batches) > 1
    if strategy and strategy.approve and not gated:
        stages.append(StagePlan(StageKind.APPROVAL, "Approval"))
    for number in range(len(batches)):
        stages.append(StagePlan(StageKind.BATCH, f"Batch {number + 1} of {len(batches)}", number))
        if number == CANARY and gated and strategy:
            stages += _gates(strategy)
    return tuple(stages)


def _beside(strategy: Strategy) -> list[StagePlan]:
    """People who must approve can look at what stands beside before it is switched to."""
    return [
        StagePlan(StageKind.BESIDE, "Bring up beside", 0),
        *([StagePlan(StageKind.APPROVAL, "Approval")] if strategy.approve else []),
        StagePlan(StageKind.BATCH, "Switch", 0),
        StagePlan(StageKind.KEEP, f"Keep the old for {_said(strategy.keep)}"),
    ]


def _gates(strategy: Strategy) -> list[StagePlan]:
    gates = []
    if strategy.bake:
        gates.append(StagePlan(StageKind.BAKE, f"Watching {_said(strategy.bake)}"))
    if strategy.approve:
        gates.append(StagePlan(StageKind.APPROVAL, "Approval"))
    elif strategy.analysis:
        gates.append(StagePlan(StageKind.VERDICT, "Approval if unclear"))
    return gates


def _said(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    return " ".join(f"{number} {unit}" for number, unit in ((minutes, "min"), (seconds, "s")) if number)
