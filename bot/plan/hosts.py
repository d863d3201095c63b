"""What an order's result means for a host, and what the hosts together mean for the deploy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.model import DeployState, HostState, Release, Stage, StageState, Step
from bot.records import HostLine

GOING_BACK = "going back: "


@dataclass(frozen=True, slots=True)
class Landing:
    """How bringing a release ended on one host, in the engine's words."""

    state: HostState
    step: Step | None = None
    detail: str = ""
    tail: str = ""


def landed(line: HostLine, landing: Landing) -> HostLine:
    return replace(line, state=landing.state, step=landing.step, detail=landing.detail, tail=landing.tail)


def judged(line: HostLine, healthy: bool, after: timedelta, cause: str) -> HostLine:
    """The line after its health gate."""
    if healthy:
        return replace(line, state=HostState.HEALTHY, healthy_after=after, detail="")
    return replace(line, state=HostState.UNHEALTHY, detail=cause)


def beside(line: HostLine) -> HostLine:
    """The line after the gate of a release that is not switched to: the old one runs on whatever was seen there."""
    if line.state is HostState.HEALTHY:
        return replace(line, state=HostState.READY, healthy_after=None)
    if line.state is HostState.UNHEALTHY:
        return replace(line, state=HostState.UNCHANGED, detail=f"beside the old release: {line.detail}")
    return line


def restored(line: HostLine, after: HostLine) -> HostLine:
    """The line of a deploy after a try to bring its host back; `after` is that try, gate included.

    A host that did come back keeps the words of what had failed: they are the reason of the deploy. One on which the
    try ended before the switch still runs what had failed; on any other it is not sure what runs.
    """
    step = line.step if line.detail else None
    if after.state is HostState.HEALTHY:
        return replace(line, state=HostState.RESTORED, step=step)
    state = HostState.UNHEALTHY if after.state is HostState.UNCHANGED else HostState.UNKNOWN
    failed = line.detail.partition(GOING_BACK)[0].removesuffix("; ")  # this may be the second try, after a crash
    return replace(line, state=state, step=step, detail=f"{failed}; {GOING_BACK}{after.detail}".removeprefix("; "))


def to_roll_back(lines: Sequence[HostLine], release: str, fallback: Release | None) -> dict[str, list[str]]:
    """SHA to go back to -> hosts. Prefers the last release that fully succeeded; a host of which the bot knows none
    goes back to what it ran before. Hosts with nothing else to go back to are left out.
    """
    wanted: dict[str, list[str]] = {}
    for line in lines:
        sha = fallback.sha if fallback else line.before
        if line.may_run_new and sha and sha != release:
            wanted.setdefault(sha, []).append(line.host)
    return wanted


def in_order(lines: Iterable[HostLine], planned: Sequence[str]) -> list[HostLine]:
    """As they go: by batch, what was down first, then as planned; hosts that joined later come last."""
    place = {host: number for number, host in enumerate(planned)}
    return sorted(lines, key=lambda line: (line.batch, not line.was_down, place.get(line.host, len(place)), line.host))


def outcome(stages: Sequence[Stage], lines: Sequence[HostLine]) -> DeployState:
    if all(stage.state is StageState.COMPLETE for stage in stages):
        return DeployState.SUCCEEDED
    touched = [line for line in lines if line.may_run_new or line.state is HostState.RESTORED]
    if touched and all(line.state is HostState.RESTORED for line in touched):
        return DeployState.ROLLED_BACK
    return DeployState.FAILED


def first_error(stages: Sequence[Stage]) -> str:
    """Stage and cause, in words; empty when nothing failed."""
    for stage in stages:
        if stage.state is StageState.ERROR:
            return f"{stage.name}: {stage.detail}"
    return ""
