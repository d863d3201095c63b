"""The stages of a deploy that a system brings by itself, and how that system is told to go about it."""

from dataclasses import replace
from datetime import timedelta

from bot.fleet import Strategy
from bot.managed import Course, Pace, Phase
from bot.model import HostState, Release
from bot.records import HostLine, Plan, StageKind, StagePlan

LONGEST = 3000  # characters of the system's own words


def pace_of(strategy: Strategy) -> Pace:
    """A canary waits after its first share where people must approve it, or it is watched; any other goes through."""
    shares = [int(batch.rstrip("%")) for batch in strategy.batches if isinstance(batch, str)]
    waits = strategy.kind == "canary" and shares and shares[0] < 100 and (strategy.approve or strategy.bake)
    return Pace(strategy.kind, tuple(shares[:1]) if waits else (), strategy.approve_within)


def handed_stages(strategy: Strategy | None = None, checks: bool = False) -> tuple[StagePlan, ...]:
    """What runs is read first; people who must approve are asked at the checkpoint, or before anything moves."""
    points = pace_of(strategy).checkpoints if strategy else ()
    stages = [StagePlan(StageKind.CHECKS, "CI checks")] if checks else []
    stages.append(StagePlan(StageKind.STANDING, "Preflight"))
    asks = [StagePlan(StageKind.APPROVAL, "Approval")] if strategy and strategy.approve else []
    if not points:
        return (*stages, *asks, StagePlan(StageKind.ROLLOUT, "Roll out"))
    first = StagePlan(StageKind.ROLLOUT, f"Roll out to {points[0]} %")
    return (*stages, first, *asks, StagePlan(StageKind.ROLLOUT, "Roll out to the rest"))


def brought(line: HostLine, course: Course, fallback: Release | None, took: timedelta) -> HostLine:
    """The unit as the system's last look leaves it. What went back by itself is only well where that is what was good
    there: else it goes back to that.
    """
    detail = "; ".join(course.reasons) or course.words
    if course.phase is Phase.DONE:
        return replace(line, state=HostState.HEALTHY, healthy_after=took, detail="")
    if course.phase is Phase.WAITING:
        return replace(line, state=HostState.CHANGING)
    tail = "\n".join(course.reasons)[:LONGEST] if len(course.reasons) > 1 else ""
    good = line.before is not None and (fallback is None or fallback.sha == line.before)
    if course.phase is Phase.BACK and good:
        return replace(line, state=HostState.RESTORED, detail=detail, tail=tail)
    if course.phase is Phase.UNBEGUN:
        return replace(line, state=HostState.UNKNOWN, detail="the order is nowhere to be seen")
    return replace(line, state=HostState.UNHEALTHY, detail=detail, tail=tail)


def unread(line: HostLine, error: Exception) -> HostLine:
    """Nothing is known of it any more."""
    return replace(line, state=HostState.UNKNOWN, detail=str(error))


def checkpoint_of(plan: Plan, position: int) -> int | None:
    """Where the rollout of this stage ends: the number of its checkpoint, None for the last one."""
    number = sum(stage.kind is StageKind.ROLLOUT for stage in plan.stages[:position])
    stops = plan.handed.pace.checkpoints if plan.handed else ()
    return number if number < len(stops) else None
