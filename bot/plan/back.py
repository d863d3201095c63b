"""Where a rollback that a person asks for may go: only to what was good there."""

from collections.abc import Sequence

from bot.model import Release, Target
from bot.plan.known import nearest
from bot.plan.ladder import ladder, way_back
from bot.records import Deploy
from bot.refusals import Reason, Refusal

LEAST = 7  # digits of a commit that name it


def pick(target: Target, succeeded: Sequence[Deploy], wanted: str | None) -> Release | Refusal:
    """The release before the standing one, or the named one if it ever fully succeeded there. Oldest deploys first."""
    if wanted is None:
        return way_back(ladder(succeeded)) or Refusal(Reason.NOTHING_GOOD, target=target)
    good = [deploy.release for deploy in reversed(succeeded) if not deploy.plan.partial]
    for release in good:
        if wanted == release.ref or (len(wanted) >= LEAST and release.sha.startswith(wanted.lower())):
            return release
    known = tuple(dict.fromkeys(release.name for release in good))
    return Refusal(Reason.NEVER_GOOD, wanted, known, nearest(wanted, known), target=target)
