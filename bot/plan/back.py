"""Where a rollback that a person asks for may go: only to what was good there."""

from collections.abc import Iterable, Sequence

from bot.model import DeployKind, DeployState, Release, Target
from bot.plan.known import nearest
from bot.plan.ladder import ladder, standing, way_back
from bot.records import Deploy, HostLine
from bot.refusals import Reason, Refusal

LEAST = 7  # digits of a commit that name it


def pick(target: Target, succeeded: Sequence[Deploy], wanted: str | None, left: bool = False) -> Release | Refusal:
    """The release before the standing one, or the named one if it ever fully succeeded there. Oldest deploys first.

    `left`: hosts are beside the standing one (`left_hosts`); then back is to that.
    """
    if wanted is None:
        return unnamed(ladder(succeeded), left) or Refusal(Reason.NOTHING_GOOD, target=target)
    good = [deploy.release for deploy in reversed(succeeded) if not deploy.plan.partial]
    for release in good:
        if wanted == release.ref or (len(wanted) >= LEAST and release.sha.startswith(wanted.lower())):
            return release
    known = tuple(dict.fromkeys(release.name for release in good))
    return Refusal(Reason.NEVER_GOOD, wanted, known, nearest(wanted, known), target=target)


def unnamed(rungs: list[Release], left: bool) -> Release | None:
    """Where a rollback goes that names no release."""
    return standing(rungs) if left else way_back(rungs)


def left_hosts(last: Deploy, lines: Iterable[HostLine], stands: Release | None) -> bool:
    """Whether the last deploy has hosts on its release while another stands there: it failed, it was for some hosts
    only, or it has not ended yet.
    """
    if last.plan.kind is not DeployKind.DEPLOY or (stands and stands.sha == last.release.sha):
        return False
    whole = last.state is DeployState.SUCCEEDED and not last.plan.partial
    return not whole and any(line.may_run_new for line in lines)
