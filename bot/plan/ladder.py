"""The good releases of a target, as rungs: a deploy climbs one, a rollback steps down to where it went."""

from collections.abc import Iterable

from bot.model import DeployKind, Release
from bot.records import Deploy


def ladder(succeeded: Iterable[Deploy]) -> list[Release]:
    """The rungs, lowest first, from deploys that fully succeeded there, oldest first.

    One that was for some hosts only does not count: the others stayed where they were.
    A release that was rolled back from is no rung any more: otherwise two rollbacks would bring the bad one back.
    """
    rungs: list[Release] = []
    for deploy in succeeded:
        if deploy.plan.partial:
            continue
        if deploy.plan.kind is DeployKind.ROLLBACK:
            _step_down(rungs, deploy.release)
        if not rungs or rungs[-1].sha != deploy.release.sha:
            rungs.append(deploy.release)
    return rungs


def _step_down(rungs: list[Release], to: Release) -> None:
    for number in range(len(rungs) - 1, -1, -1):
        if rungs[number].sha == to.sha:
            del rungs[number + 1 :]
            return


def standing(rungs: list[Release]) -> Release | None:
    """The release that stands there."""
    return rungs[-1] if rungs else None


def way_back(rungs: list[Release]) -> Release | None:
    """Where a rollback from the standing release goes."""
    return rungs[-2] if len(rungs) > 1 else None
