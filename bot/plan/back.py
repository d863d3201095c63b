"""Where a rollback that a person asks for may go: only to what was good there."""

from collections.abc import Sequence

from bot.model import DeployKind, DeployState, Release, Target
from bot.plan.known import nearest
from bot.plan.ladder import ladder, standing, way_back
from bot.records import Deploy, DeployView
from bot.refusals import Reason, Refusal

LEAST = 7  # digits of a commit that name it


def pick(target: Target, succeeded: Sequence[Deploy], wanted: str | None, left: bool = False) -> Release | Refusal:
    """The release before the standing one, or the named one if it ever fully succeeded there. Oldest deploys first.

    `left`: the last deploy failed and left hosts on its release; then back is to the standing one.
    """
    if wanted is None:
        rungs = ladder(succeeded)
        back = standing(rungs) if left else way_back(rungs)
        return back or Refusal(Reason.NOTHING_GOOD, target=target)
    good = [deploy.release for deploy in reversed(succeeded) if not deploy.plan.partial]
    for release in good:
        if wanted == release.ref or (len(wanted) >= LEAST and release.sha.startswith(wanted.lower())):
            return release
    known = tuple(dict.fromkeys(release.name for release in good))
    return Refusal(Reason.NEVER_GOOD, wanted, known, nearest(wanted, known), target=target)


def left_hosts(view: DeployView) -> bool:
    """Whether a deploy failed and hosts may run its release still."""
    failed = view.deploy.state is DeployState.FAILED and view.deploy.plan.kind is DeployKind.DEPLOY
    return failed and any(line.may_run_new for line in view.hosts)
