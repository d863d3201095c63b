"""Releases from which there is no automatic way back: which of them a plan crosses, and which a rollback leaves behind.

A service declares them by the names of their tags (`irreversible: ["1.4.2", "v2.*"]`): what they do to data stays when
the old release runs again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from bot.model import DeployKind, DeployState, Release
from bot.plan.hosts import to_roll_back
from bot.plan.ladder import ladder
from bot.records import Deploy, DeployView


def declared(patterns: Collection[str], names: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that the patterns mean, each once, in their order."""
    return tuple(name for name in dict.fromkeys(names) if any(fnmatchcase(name, pattern) for pattern in patterns))


def crossed(
    patterns: Collection[str],
    release: Release,
    standing: Release | None,
    tags: Mapping[str, str],
    passed: Collection[str],
) -> tuple[str, ...]:
    """What lies on the way from the standing release to the wanted one, in either direction, both ends included.

    `tags` are name -> SHA, `passed` the SHAs of all commits that would come or go.
    """
    if standing and standing.sha == release.sha:
        return ()
    left = [standing.ref] if standing and standing.sha in passed else []
    between = [name for name, sha in tags.items() if sha in passed or sha == release.sha]
    return declared(patterns, [release.ref, *left, *between])


def left_behind(
    patterns: Collection[str], succeeded: Sequence[Deploy], left: Deploy | None, to: Release
) -> tuple[str, ...]:
    """What a rollback to `to` would undo; `succeeded` are oldest first, `left` failed and left hosts on it."""
    rungs = [rung.sha for rung in ladder(succeeded)]
    above = rungs[::-1].index(to.sha) if to.sha in rungs else 0
    # what was rolled back from before comes again
    gone = set(rungs[len(rungs) - above :]) if to.sha in rungs else {to.sha}
    undone = [deploy for deploy in succeeded if deploy.release.sha in gone]
    undone += [left] if left and left.release.sha != to.sha else []
    names = [name for deploy in undone for name in (deploy.release.ref, *deploy.plan.irreversible)]
    return declared(patterns, names)


def held_back(view: DeployView) -> tuple[str, ...]:
    """The irreversible releases for whose sake a deploy that failed was not rolled back; none where nothing was to."""
    deploy = view.deploy
    if deploy.state is not DeployState.FAILED or deploy.plan.kind is DeployKind.ROLLBACK:
        return ()
    back = to_roll_back(view.hosts, deploy.release.sha, deploy.plan.fallback)
    return deploy.plan.irreversible if back else ()
